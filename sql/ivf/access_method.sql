-- sbert_ivf: an inverted file of short codes, for ORDER BY column <=> query LIMIT n.

CREATE FUNCTION sbert_ivf_handler(unused internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME', 'sbert_ivf_handler' LANGUAGE C;
COMMENT ON FUNCTION sbert_ivf_handler(internal) IS
    'access method sbert_ivf';

CREATE ACCESS METHOD sbert_ivf TYPE INDEX HANDLER sbert_ivf_handler;
COMMENT ON ACCESS METHOD sbert_ivf IS
    'nearest rows by distance: lists of 1-bit codes, reranked by 8-bit codes; finds the share target_recall of them';
