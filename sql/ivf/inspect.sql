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
    'an sbert_ivf index: live and dead rows, lists, entries of the longest one, skew (mean square over squared mean of their entries; 1: all alike), share of its slots that are filled, bytes by kind, drift (mean squared distance of rows to their list over that of the training; null: not trained), the recall it was made for, lists that a search for ten rows then probes, rows when that was measured (0: never), and how often its lists changed';

CREATE FUNCTION sbert.index_verify(index regclass)
    RETURNS TABLE (block bigint, problem text)
    AS 'MODULE_PATHNAME', 'sbert_index_verify' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    COST 1000000 ROWS 1;
COMMENT ON FUNCTION sbert.index_verify(regclass) IS
    'checks every page of an sbert_ivf index and returns a row for each problem, or an error where a page is not one of the index; no row: the index is whole. Writers to the table wait meanwhile. A damaged index is made anew by REINDEX';
