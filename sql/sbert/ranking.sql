-- Measures of the order of a search: aggregates over the results of one query, joined with their judgements by
-- FROM run FULL JOIN qrels USING (query, doc) GROUP BY query.
-- A result with a null score was not returned. A result with a null relevance was not judged, and is not relevant,
-- like one whose relevance is not above 0. Of results with equal scores the less relevant come first. The figure is null
-- if nothing was judged.

CREATE FUNCTION sbert.ranking_accum(state internal, score double precision, relevance double precision) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_ranking_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.ranking_accum(internal, double precision, double precision) IS 'step of the measures of a ranking';

CREATE FUNCTION sbert.ranking_accum(state internal, score double precision, relevance double precision, k integer) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_ranking_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.ranking_accum(internal, double precision, double precision, integer) IS 'step of the measures of a ranking';

CREATE FUNCTION sbert.recall_at_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_recall_at' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.recall_at_final(internal) IS 'end of sbert.recall_at';

CREATE FUNCTION sbert.precision_at_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_precision_at' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.precision_at_final(internal) IS 'end of sbert.precision_at';

CREATE FUNCTION sbert.reciprocal_rank_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_reciprocal_rank' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.reciprocal_rank_final(internal) IS 'end of sbert.reciprocal_rank';

CREATE FUNCTION sbert.average_precision_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_average_precision' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.average_precision_final(internal) IS 'end of sbert.average_precision';

CREATE FUNCTION sbert.ndcg_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_ndcg' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.ndcg_final(internal) IS 'end of sbert.ndcg';

CREATE AGGREGATE sbert.recall_at(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.recall_at_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.recall_at(double precision, double precision, integer) IS
    'relevant results among the first k, over all that are relevant (docs/reports.md)';

CREATE AGGREGATE sbert.precision_at(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.precision_at_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.precision_at(double precision, double precision, integer) IS
    'relevant results among the first k, over k (docs/reports.md)';

CREATE AGGREGATE sbert.reciprocal_rank(score double precision, relevance double precision) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.reciprocal_rank_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.reciprocal_rank(double precision, double precision) IS
    '1 over the rank of the first relevant result, else 0; its average over queries is MRR';

CREATE AGGREGATE sbert.reciprocal_rank(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.reciprocal_rank_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.reciprocal_rank(double precision, double precision, integer) IS
    '1 over the rank of the first relevant result among the first k, else 0; its average over queries is MRR';

CREATE AGGREGATE sbert.average_precision(score double precision, relevance double precision) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.average_precision_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.average_precision(double precision, double precision) IS
    'mean precision at each relevant result; its average over queries is MAP';

CREATE AGGREGATE sbert.average_precision(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.average_precision_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.average_precision(double precision, double precision, integer) IS
    'mean precision at each relevant result among the first k; its average over queries is MAP';

CREATE AGGREGATE sbert.ndcg(score double precision, relevance double precision) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.ndcg_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.ndcg(double precision, double precision) IS
    'discounted gain of the results, over that of the best order; the gain is the relevance itself';

CREATE AGGREGATE sbert.ndcg(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.ndcg_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.ndcg(double precision, double precision, integer) IS
    'discounted gain of the first k results, over that of the best order; the gain is the relevance itself';
