-- Measures of rankings, and correlations.
CREATE TABLE run (query int, doc text, score float8, PRIMARY KEY (query, doc));
CREATE TABLE qrels (query int, doc text, relevance int, PRIMARY KEY (query, doc));
INSERT INTO run VALUES (1, 'a', 0.9), (1, 'b', 0.8), (1, 'c', 0.7), (2, 'a', 0.5), (2, 'd', 0.4), (4, 'a', 1);
INSERT INTO qrels VALUES (1, 'b', 2), (1, 'c', 1), (1, 'z', 1), (2, 'a', 1), (2, 'd', 0), (3, 'q', 1);

-- one row a query; 3 returned nothing, 4 was not judged
SELECT query, round(sbert.recall_at(score, relevance, 2)::numeric, 4) AS recall, round(sbert.precision_at(score, relevance, 2)::numeric, 4) AS precision,
    round(sbert.reciprocal_rank(score, relevance)::numeric, 4) AS rr, round(sbert.average_precision(score, relevance)::numeric, 4) AS ap,
    round(sbert.ndcg(score, relevance)::numeric, 4) AS ndcg, round(sbert.ndcg(score, relevance, 1)::numeric, 4) AS ndcg_1
FROM run FULL JOIN qrels USING (query, doc) GROUP BY query ORDER BY query;
-- the means that papers give
SELECT round(avg(recall)::numeric, 4) AS recall, round(avg(rr)::numeric, 4) AS mrr, round(avg(ap)::numeric, 4) AS map, round(avg(ndcg)::numeric, 4) AS ndcg
FROM (SELECT sbert.recall_at(score, relevance, 10) AS recall, sbert.reciprocal_rank(score, relevance, 10) AS rr,
             sbert.average_precision(score, relevance) AS ap, sbert.ndcg(score, relevance, 10) AS ndcg
      FROM run FULL JOIN qrels USING (query, doc) GROUP BY query) q;

-- equal scores: the less relevant first, whatever the order of the rows
SELECT sbert.reciprocal_rank(1, r ORDER BY r), sbert.reciprocal_rank(1, r ORDER BY r DESC) FROM (VALUES (0), (1), (2)) v (r);
-- by rank in place of score
SELECT sbert.reciprocal_rank(-rank, relevance) FROM (VALUES (1, 0), (2, 1)) v (rank, relevance);
-- no row, no judgement, nothing at all in a row, infinite scores, k beyond all, k null
SELECT sbert.ndcg(score, relevance), sbert.recall_at(score, relevance, 1) FROM run JOIN qrels USING (query, doc) WHERE false;
SELECT sbert.ndcg(1, NULL), sbert.ndcg(NULL, NULL), sbert.ndcg(NULL, 1), sbert.ndcg('infinity', 1), sbert.ndcg('-infinity', 1);
SELECT sbert.precision_at(1, 1, 2147483647), sbert.precision_at(1, 1, NULL), sbert.recall_at(1, 1, NULL);

CREATE FUNCTION ranking_refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' | ' || SQLERRM;
END $$;
SELECT ranking_refused(statement) FROM (VALUES
    ($$SELECT sbert.ndcg(1, 1, 0)$$),
    ($$SELECT sbert.recall_at(1, 1, -3)$$),
    ($$SELECT sbert.precision_at(1, 1, k) FROM (VALUES (1), (2)) v (k)$$),
    ($$SELECT sbert.average_precision('NaN', 1)$$),
    ($$SELECT sbert.reciprocal_rank(1, 'NaN')$$),
    ($$SELECT sbert.ndcg(1, 'infinity')$$),
    ($$SELECT sbert.pearson('NaN', 1)$$),
    ($$SELECT sbert.pearson(1, 'infinity')$$),
    ($$SELECT sbert.pearson(x, x) FROM (VALUES (1e200), (-1e200), (3e200)) v (x)$$),
    ($$SELECT sbert.spearman(1, 'NaN')$$)) v (statement);

-- correlations: nulls are left out; null where there is none; infinite values have ranks
SELECT round(sbert.pearson(x, y)::numeric, 12) AS pearson, round(sbert.spearman(x, y)::numeric, 12) AS spearman FROM (VALUES (1, 10), (2, 20), (NULL, 7), (3, NULL), (4, 40)) v (x, y);
SELECT sbert.pearson(x, 1), sbert.spearman(x, 1) FROM (VALUES (1), (2)) v (x);
SELECT sbert.pearson(x, x), sbert.spearman(x, x) FROM (VALUES (1)) v (x);
SELECT sbert.pearson(x, x), sbert.spearman(x, x) FROM (SELECT 1::float8 AS x WHERE false) v;
SELECT sbert.spearman(x, y) FROM (VALUES ('-infinity'::float8, 3), (0, 2), ('infinity', 1)) v (x, y);
SELECT abs(sbert.pearson(x, y) - corr(x, y)) < 1e-12 AS as_corr, round(sbert.spearman(x, y)::numeric, 6) AS spearman
FROM (SELECT i::float8 AS x, (i * 7919 % 10007)::float8 AS y FROM generate_series(1, 5000) i) v;
-- a cancelled sort ends at once
SET statement_timeout = '300ms';
SELECT sbert.spearman(i, -i % 1000003) FROM generate_series(1, 3000000) i;
RESET statement_timeout;
DROP TABLE run, qrels;
DROP FUNCTION ranking_refused;
