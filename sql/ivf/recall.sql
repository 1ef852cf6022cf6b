-- What scans of an sbert_ivf index read and find.

CREATE FUNCTION sbert.last_scan(
    OUT probes bigint, OUT rows_scanned bigint, OUT rows_reranked bigint, OUT pages bigint,
    OUT rounds bigint, OUT rows_fetched bigint, OUT rows_late bigint, OUT rows_returned bigint)
    AS 'MODULE_PATHNAME', 'sbert_last_scan' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION sbert.last_scan() IS
    'what the last sbert_ivf index scan of this session read: lists probed, rows scanned by their 1-bit codes, rows reranked by their own codes, index pages, rounds of search, rows of the table, rows that were found too late for their place in the order and given up (the first LIMIT + OFFSET rows of a plan node sbert_ivf are never given up), and rows it returned; nulls before the first, and to another role than the one that it ran as';

CREATE FUNCTION sbert.index_recall(
    index regclass, INOUT k integer DEFAULT 10, sample integer DEFAULT 100, OUT queries integer,
    OUT recall double precision, OUT p5 double precision, OUT minimum double precision,
    OUT probes double precision, OUT rows_scanned double precision, OUT rows_reranked double precision)
    AS 'MODULE_PATHNAME', 'sbert_index_recall' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED
    COST 1000000;
COMMENT ON FUNCTION sbert.index_recall(regclass, integer, integer) IS
    'recall of an sbert_ivf index, for its owner: for a sample of its table''s rows, the share of the k nearest other rows that the index finds, against exact search over the whole table: mean, 5th percentile, minimum; and what these searches read on average. The index''s expressions and predicate are computed as its owner, with a search_path of pg_catalog and pg_temp';
