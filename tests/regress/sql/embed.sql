-- embed(): one text, many texts, NULL and empty, and what the planner may assume of it

-- dimensions and length
SELECT vector_dims(embed('I love Python programming')), round(vector_norm(embed('I love Python programming'))::numeric, 5);
SELECT embed('I love Python programming') = embed('I love Python programming', 'all-MiniLM-L6-v2') AS same_bits;

-- meaning
SELECT round((1 - (embed('I love Python programming') <=> embed('I hate Python programming')))::numeric, 3) AS love_hate,
       round((1 - (embed('I love Python programming') <=> embed('The train to Lyon leaves at nine')))::numeric, 3) AS unrelated;

-- NULL gives NULL, the empty text has a vector
SELECT embed(NULL::text) IS NULL, embed('x', NULL) IS NULL, vector_dims(embed('')), embed('') = embed('   ') AS spaces_are_nothing;

-- arrays: the same bits as one by one, whatever the neighbours and the order; nulls stay, so do bounds
SELECT bool_and(v = embed(t)) AS same_bits
FROM (VALUES (ARRAY['a cat', 'two dogs in the garden', 'x', '']), (ARRAY['x', 'a cat']), (ARRAY['two dogs in the garden'])) s(texts),
     LATERAL unnest(texts, embed(texts)) u(t, v);
SELECT bool_and(v = embed(t)) AS same_bits, count(*)
FROM (SELECT array_agg('row ' || i || repeat(' more words', i % 7)) AS texts FROM generate_series(1, 300) i) s,
     LATERAL unnest(texts, embed(texts, 'all-MiniLM-L6-v2')) u(t, v);
SELECT (embed(ARRAY['a', NULL, 'b']))[2] IS NULL, embed('{}'::text[]), embed(NULL::text[]) IS NULL;
SELECT array_dims(embed('[0:1][5:6]={{a,b},{c,NULL}}'::text[]));

-- volatility as to_tsvector() has it
SELECT oid::regprocedure, provolatile, proisstrict, proparallel FROM pg_proc WHERE proname = 'embed' ORDER BY oid::regprocedure::text;

-- a generated column, an expression index
CREATE TABLE embed_docs (id int, body text, e vector(384) GENERATED ALWAYS AS (embed(body, 'all-MiniLM-L6-v2')) STORED);
INSERT INTO embed_docs VALUES (1, 'reset your password in the settings'), (2, 'the museum is closed on Mondays'), (3, NULL);
SELECT id, e = embed(body) AS current FROM embed_docs ORDER BY id;
UPDATE embed_docs SET body = 'opening hours of the gallery' WHERE id = 2;
SELECT id FROM embed_docs WHERE e IS NOT NULL ORDER BY e <=> embed('I forgot my login') LIMIT 1;
CREATE INDEX ON embed_docs (embed(body, 'all-MiniLM-L6-v2'));
CREATE INDEX ON embed_docs (embed(body)); -- refused: depends on a setting

-- a call site remembers its last text: one encoding for a whole scan
CREATE TABLE embed_many AS SELECT i, e FROM generate_series(1, 500) i, (SELECT e FROM embed_docs WHERE id = 1) s;
SELECT texts AS before, reused AS reused_before FROM sbert.session_statistics() \gset
SELECT i FROM embed_many ORDER BY e <=> embed('where do I change my password?'), i LIMIT 1;
SELECT texts - :before AS encodings, reused - :reused_before AS reused FROM sbert.session_statistics();

-- ... and so for an index, where the planner evaluates the call for its estimates, and the start of the scan once more
CREATE INDEX embed_many_e ON embed_many USING sbert_ivf (e vector_cosine_ops);
SET enable_seqscan = off;
SELECT texts AS before FROM sbert.session_statistics() \gset
SELECT count(*) FROM (SELECT i FROM embed_many ORDER BY e <=> embed('how can I get a new password?') LIMIT 1) s;
SELECT texts - :before AS encodings FROM sbert.session_statistics();
PREPARE nearest(text) AS SELECT count(*) FROM (SELECT i FROM embed_many ORDER BY e <=> embed($1) LIMIT 1) s;
SELECT texts AS before FROM sbert.session_statistics() \gset
EXECUTE nearest('a prepared question');
SELECT texts - :before AS encodings FROM sbert.session_statistics();
RESET enable_seqscan;
DROP INDEX embed_many_e;
-- ... the transaction remembers, not the session: another one encodes again
BEGIN;
SELECT texts AS before FROM sbert.session_statistics() \gset
SELECT embed('once in a transaction') = embed('once in a transaction') AS same;
SELECT embed('once in a transaction') IS NOT NULL;
SELECT texts - :before AS encodings FROM sbert.session_statistics();
COMMIT;
SELECT embed('once in a transaction') IS NOT NULL;
SELECT texts - :before AS encodings FROM sbert.session_statistics();

-- ... and the planner knows: the cost of a scan does not grow by an encoding a row
CREATE FUNCTION pg_temp.cost(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan->0->'Plan'->>'Total Cost';
END $$;
ANALYZE embed_many;
SELECT pg_temp.cost($$SELECT embed('a text') FROM embed_many$$) < 10 * pg_temp.cost($$SELECT embed('a text')$$) AS once,
       pg_temp.cost($$SELECT embed(i::text) FROM embed_many$$) > 400 * pg_temp.cost($$SELECT embed('a text')$$) AS every_row;

-- ... and never mistakes another text or another model for it
SELECT bool_and(embed(t) = embed(t, 'all-MiniLM-L6-v2')) FROM unnest(ARRAY['a', 'a', 'b', 'a', '', 'a ', 'a']) t;

DROP TABLE embed_docs, embed_many;

-- into a halfvec: the vector is rounded by itself, and the other way round in a query
CREATE TABLE embed_half (body text, e halfvec(384) GENERATED ALWAYS AS (embed(body, 'all-MiniLM-L6-v2')) STORED);
INSERT INTO embed_half VALUES ('a cat on the sofa'), ('the price of bread'), (NULL);
CREATE INDEX ON embed_half USING sbert_ivf (e);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT body FROM embed_half ORDER BY e <=> embed('kitten') LIMIT 1;
SELECT body FROM embed_half ORDER BY e <=> embed('kitten') LIMIT 1;
RESET enable_seqscan;
SELECT body, (e <=> embed(body, 'all-MiniLM-L6-v2')) < 0.0001 AS close FROM embed_half ORDER BY body;
DROP TABLE embed_half;
