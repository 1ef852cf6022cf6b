-- What an sbert_ivf index consists of, and whether it is whole. For the index's owner.

CREATE FUNCTION sbert.index_stats(
    index regclass, OUT rows bigint, OUT dead_rows bigint, OUT lists bigint, OUT empty_lists bigint,
    OUT longest_list bigint, OUT skew double precision, OUT fill double precision,
    OUT bytes bigint, OUT bytes_per_row double precision,
    OUT list_bytes bigint, OUT row_bytes bigint, OUT directory_bytes bigint, OUT free_blocks bigint,
    OUT drift double precision, OUT target_recall double precision, OUT expected_probes double precision,
    OUT measured_rows bigint, OUT generation bigint)
    AS 'MODULE_PATHNAME', 'sbert_index_stats' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED
    COST 100000;
COMMENT ON FUNCTION sbert.index_stats(regclass) IS
    'rows, lists, bytes and drift of an sbert_ivf index, for its owner (docs/indexes.md has each column)';

CREATE FUNCTION sbert.index_verify(index regclass)
    RETURNS TABLE (block bigint, problem text)
    AS 'MODULE_PATHNAME', 'sbert_index_verify' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    COST 1000000 ROWS 1;
COMMENT ON FUNCTION sbert.index_verify(regclass) IS
    'a row for each problem of an sbert_ivf index, none where it is whole; for its owner; writers wait meanwhile';
