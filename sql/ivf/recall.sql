-- What scans of an sbert_ivf index read and find.

CREATE FUNCTION sbert.last_scan(
    OUT probes bigint, OUT rows_scanned bigint, OUT rows_reranked bigint, OUT pages bigint,
    OUT rounds bigint, OUT rows_fetched bigint, OUT rows_late bigint, OUT rows_returned bigint)
    AS 'MODULE_PATHNAME', 'sbert_last_scan' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION sbert.last_scan() IS
    'what the last sbert_ivf scan of this session read and returned, for the role that ran it (docs/indexes.md)';

CREATE FUNCTION sbert.index_recall(
    index regclass, INOUT k integer DEFAULT 10, sample integer DEFAULT 100, OUT queries integer,
    OUT recall double precision, OUT p5 double precision, OUT minimum double precision,
    OUT probes double precision, OUT rows_scanned double precision, OUT rows_reranked double precision)
    AS 'MODULE_PATHNAME', 'sbert_index_recall' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED
    COST 1000000;
COMMENT ON FUNCTION sbert.index_recall(regclass, integer, integer) IS
    'measured recall of an sbert_ivf index over a sample of its table''s rows, and what it read; for its owner';
