-- Models with a head: predict(), predict_pair(), rerank(), entities(), tag(), embed_sparse().
-- run.sh makes the models of the goldens, which are small and have random weights.

SELECT * FROM sbert.heads() ORDER BY model COLLATE "C";

-- ---- labels of texts -----------------------------------------------------------------------------------------------
SELECT label, round(score::numeric, 3) AS score FROM sbert.predict('the dog sleeps', 'bert-sequence');
SELECT round(sum(score)::numeric, 5) AS of_all FROM sbert.predict('the dog sleeps', 'bert-sequence');
SELECT label, score BETWEEN 0 AND 1 AS own FROM sbert.predict('the dog sleeps', 'bert-sequence-multi') ORDER BY label;
SELECT round(sum(score)::numeric, 2) <> 1 AS no_shares FROM sbert.predict('the dog sleeps', 'bert-sequence-multi');
SELECT label, round(score::numeric, 3) AS score FROM sbert.predict('the dog sleeps', 'bert-sequence-regression');
SELECT count(*) FROM sbert.predict(NULL, 'bert-sequence');
SELECT count(*) FROM sbert.predict('x', NULL);
SELECT count(*) FROM sbert.predict('', 'bert-sequence');
SET sbert.default_model = 'bert-sequence';
SELECT (SELECT array_agg(p) FROM sbert.predict('the cat') p) = (SELECT array_agg(p) FROM sbert.predict('the cat', 'bert-sequence') p) AS by_default,
       (SELECT array_agg(p) FROM sbert.predict(ARRAY['the cat']) p) = (SELECT array_agg(p) FROM sbert.predict(ARRAY['the cat'], 'bert-sequence') p) AS arrays;
RESET sbert.default_model;

-- arrays: the same bits as one by one; a null has no rows; numbers as unnest() counts them
CREATE TABLE head_texts AS SELECT i, 'the dog ' || repeat('and the cat ', i % 9) || i AS body FROM generate_series(1, 1200) i;
SELECT count(*), bool_and(p.label = q.label AND p.score = q.score) AS same_bits
FROM (SELECT array_agg(body ORDER BY i) AS bodies FROM head_texts) a, sbert.predict(a.bodies, 'bert-sequence') p,
     sbert.predict(a.bodies[p.ordinal], 'bert-sequence') q WHERE p.label = q.label;
SELECT ordinal, count(*) FROM sbert.predict('[0:1][5:6]={{a,NULL},{b,c}}'::text[], 'bert-sequence') GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM sbert.predict('{}'::text[], 'bert-sequence');
SELECT count(*) FROM sbert.predict('{NULL,NULL}'::text[], 'bert-sequence');
SELECT count(*) FROM sbert.predict(NULL::text[], 'bert-sequence');

-- ---- pairs ---------------------------------------------------------------------------------------------------------
SELECT label, round(score::numeric, 3) AS score FROM sbert.predict_pair('the dog sleeps', 'the cat is in the house', 'bert-cross-three');
SELECT label, round(score::numeric, 3) AS score FROM sbert.predict_pair('the dog sleeps', 'the cat', 'bert-cross');
SELECT count(*) FROM sbert.predict_pair('a', NULL, 'bert-cross-three');
SELECT p.ordinal, p.label = q.label AND p.score = q.score AS same_bits
FROM (VALUES ('{the dog,NULL,a,b}'::text[], '{the cat,x,NULL,the house}'::text[])) v(a, b), sbert.predict_pair(v.a, v.b, 'bert-cross-three') p,
     sbert.predict_pair(v.a[p.ordinal], v.b[p.ordinal], 'bert-cross-three') q WHERE p.label = q.label ORDER BY 1, p.score;
-- a classifier of texts labels pairs too, if its tokenizer has a form for them
SELECT count(*), round(sum(score)::numeric, 5) AS of_all FROM sbert.predict_pair('the dog', 'the cat', 'bert-sequence');

-- ---- rerank --------------------------------------------------------------------------------------------------------
SELECT ordinal, round(score::numeric, 3) AS score FROM sbert.rerank('where can I read', ARRAY['the text', NULL, 'a table column', 'the dog', 'the dog'], 'bert-cross');
SELECT ordinal FROM sbert.rerank('where can I read', ARRAY['the text', NULL, 'a table column', 'the dog', 'the dog'], 'bert-cross', k => 2);
SELECT count(*), count(score) FROM sbert.rerank('q', ARRAY[NULL, NULL]::text[], 'bert-cross');
SELECT count(*) FROM sbert.rerank('q', '{}', 'bert-cross');
SELECT count(*) FROM sbert.rerank(NULL, '{a}', 'bert-cross');
SELECT count(*) FROM sbert.rerank('q', NULL, 'bert-cross');
SELECT ordinal FROM sbert.rerank('q', '[7:8]={a,b}', 'bert-cross') ORDER BY 1;
SELECT count(*), bool_and(r.score = sbert.rerank_score('the cat', a.bodies[r.ordinal], 'bert-cross')) AS same_bits,
       count(DISTINCT r.ordinal) AS each_once, bool_and(r.score >= coalesce(r.next, r.score)) AS best_first
FROM (SELECT array_agg(body ORDER BY i) AS bodies FROM head_texts) a,
     LATERAL (SELECT *, lead(score) OVER () AS next FROM sbert.rerank('the cat', a.bodies, 'bert-cross')) r;
SET sbert.default_model = 'bert-cross';
SELECT count(*) FROM sbert.rerank('q', '{a,b}');
SELECT count(*) FROM sbert.rerank('q', '{a,b}', k => 1);
SELECT count(*) FROM sbert.rerank('q', '{a,b}', budget => '1 hour');
RESET sbert.default_model;
SELECT sbert.rerank_score('q', NULL, 'bert-cross') IS NULL AS null_in;

-- a budget: the first pass always runs, from the front of the array; the rest follows as it was given
SELECT count(*), count(score) BETWEEN 1 AND 1199 AS some, bool_and(ordinal = place) FILTER (WHERE score IS NULL) AS as_given,
       max(place) FILTER (WHERE score IS NOT NULL) < min(place) FILTER (WHERE score IS NULL) AS behind,
       max(ordinal) FILTER (WHERE score IS NOT NULL) = count(score) AS of_the_front
FROM (SELECT array_agg(body ORDER BY i) AS bodies FROM head_texts) a,
     sbert.rerank('the cat', a.bodies, 'bert-cross', budget => '1 microsecond') WITH ORDINALITY r(ordinal, score, place);
SELECT count(*), count(r.score) AS all_of_them, bool_and(r.score = s.score) AS same
FROM (SELECT array_agg(body ORDER BY i) AS bodies FROM head_texts) a,
     sbert.rerank('the cat', a.bodies, 'bert-cross', budget => '1 month 1 day') r,
     sbert.rerank('the cat', a.bodies, 'bert-cross') s WHERE r.ordinal = s.ordinal;
SELECT ordinal, score IS NULL AS unscored FROM sbert.rerank('q', '{a,NULL,b}', 'bert-cross', budget => '1 hour') ORDER BY unscored, ordinal;
SELECT count(*) FROM (SELECT array_agg(body ORDER BY i) AS bodies FROM head_texts) a,
     sbert.rerank('the cat', a.bodies, 'bert-cross', 1000, '1 microsecond');

-- ---- entities ------------------------------------------------------------------------------------------------------
SELECT label, text, start_char, end_char, round(score::numeric, 3) AS score
FROM sbert.entities('Café naïve, CAFÉ in Tōkyō東京', 'bert-tokens');
SELECT aggregation, count(*) > 40 AS many, bool_and(text = substr(body, start_char, end_char - start_char + 1)) AS places, min(label COLLATE "C"), max(label COLLATE "C")
FROM (VALUES ('one two three, ⅓ of Tōkyō東京 and é' || repeat(' and the playfulness of 猫', 40))) v(body),
     unnest('{none,simple,first,average,max}'::text[]) aggregation, sbert.entities(body, 'bert-tokens', aggregation) GROUP BY 1 ORDER BY 1;
SELECT bool_and(text = substr(body, start_char, end_char - start_char + 1)) AS places
FROM (VALUES ('naïve 👩‍👩‍👧 in Tōkyō東京 and Москва, שלום')) v(body), unnest('{none,first}'::text[]) aggregation,
     sbert.entities(body, 'roberta-tokens', aggregation);
SELECT (SELECT array_agg(e) FROM sbert.entities('the dog in the house', 'bert-tokens') e) =
       (SELECT array_agg(e) FROM sbert.entities('the dog in the house', 'bert-tokens', 'first') e) AS by_default;
SELECT count(*) FROM sbert.entities('', 'bert-tokens');
SELECT count(*) FROM sbert.entities(NULL, 'bert-tokens');
SELECT count(*) > 5000 AS many, bool_and((e.label, e.text, e.start_char, e.end_char, e.score) = (f.label, f.text, f.start_char, f.end_char, f.score)) AS same_bits,
       count(*) = (SELECT count(*) FROM head_texts, sbert.entities(body, 'bert-tokens')) AS complete
FROM (SELECT array_agg(body ORDER BY i) AS bodies FROM head_texts) a, sbert.entities(a.bodies, 'bert-tokens') e,
     sbert.entities(a.bodies[e.ordinal], 'bert-tokens') f WHERE f.start_char = e.start_char;
SELECT DISTINCT ordinal FROM sbert.entities('{the dog,NULL,the house in Tōkyō}'::text[], 'bert-tokens', 'none') ORDER BY 1;

-- ---- words that are split already ----------------------------------------------------------------------------------
SELECT sbert.tag('{the,Cat,is,in,the,house}', 'bert-tokens');
SELECT sbert.tag('{}', 'bert-tokens'), sbert.tag(NULL, 'bert-tokens') IS NULL AS null_in;
SELECT array_dims(sbert.tag('[5:6]={the,cat}', 'bert-tokens'));
SELECT sbert.tag(ARRAY['the', U&'\200B', 'cat'], 'bert-tokens') AS dropped;
SELECT cardinality(t) = 500 AS a_label_each, array_position(t, NULL) IS NULL AS no_null
FROM (SELECT array_agg('word' || i) AS w FROM generate_series(1, 500) i) v, sbert.tag(w, 'bert-tokens') t;

-- ---- sparse vectors ------------------------------------------------------------------------------------------------
SELECT embed_sparse('the dog', 'bert-sparse') = embed_sparse('the dog', 'bert-sparse') AS same, pg_typeof(embed_sparse('the dog', 'bert-sparse')),
       embed_sparse('the dog', 'bert-sparse') <#> embed_sparse('the dog', 'bert-sparse') < 0 AS inner_product;
SELECT (regexp_split_to_array(embed_sparse('the dog', 'bert-sparse')::text, '/'))[2] AS dimensions;
SELECT embed_sparse(NULL, 'bert-sparse') IS NULL AS null_in, embed_sparse('{}'::text[], 'bert-sparse') AS none;
SELECT bool_and(v = embed_sparse(t, 'bert-sparse')) AS same_bits, count(*)
FROM (SELECT array_agg(body) AS bodies FROM head_texts) a, LATERAL unnest(bodies, embed_sparse(bodies, 'bert-sparse')) u(t, v);
SELECT array_dims(embed_sparse('[0:1][5:6]={{a,b},{c,NULL}}'::text[], 'bert-sparse')), (embed_sparse(ARRAY['a', NULL], 'bert-sparse'))[2] IS NULL AS null_stays;
SELECT embed_sparse('dog', 'bert-sparse', 'the ') = embed_sparse('the dog', 'bert-sparse') AS prompt,
       embed_sparse_query('the dog', 'bert-sparse') = embed_sparse('the dog', 'bert-sparse') AS no_prompt_for_queries,
       embed_sparse_document('the dog', 'bert-sparse') = embed_sparse('the dog', 'bert-sparse') AS nor_documents,
       embed_sparse(ARRAY['dog'], 'bert-sparse', 'the ') = embed_sparse_query(ARRAY['the dog'], 'bert-sparse') AS arrays,
       embed_sparse_document(ARRAY['the dog'], 'bert-sparse') = embed_sparse(ARRAY['the dog'], 'bert-sparse') AS of_documents;
SET sbert.default_model = 'bert-sparse';
SELECT embed_sparse('the dog') = embed_sparse('the dog', 'bert-sparse') AS plain, embed_sparse_query('a') = embed_sparse('a') AS query,
       embed_sparse_document('a') = embed_sparse('a') AS document, embed_sparse(ARRAY['a']) = ARRAY[embed_sparse('a')] AS many,
       embed_sparse_query(ARRAY['a']) = embed_sparse_document(ARRAY['a']) AS uses;
RESET sbert.default_model;

-- a generated column, an index on an expression, a search
CREATE TABLE head_docs (i int, body text, words sparsevec(150) GENERATED ALWAYS AS (embed_sparse_document(body, 'bert-sparse')) STORED);
INSERT INTO head_docs (i, body) SELECT i, body FROM head_texts UNION ALL SELECT 0, NULL;
CREATE INDEX ON head_docs (embed_sparse(body, 'bert-sparse'));
CREATE INDEX ON head_docs (embed_sparse(body)); -- refused: depends on a setting
SELECT count(*), bool_and(words = embed_sparse(body, 'bert-sparse')) AS current FROM head_docs WHERE i % 100 = 0 AND i > 0;
SELECT texts AS before FROM sbert.session_statistics() \gset
SELECT count(*) FROM (SELECT i FROM head_docs WHERE i > 0 ORDER BY words <#> embed_sparse_query('the cat and the dog', 'bert-sparse') LIMIT 3) s;
SET sbert.default_model = 'bert-sparse';
SELECT count(*) FROM (SELECT i FROM head_docs WHERE i > 0 ORDER BY words <#> embed_sparse('the house') LIMIT 3) s;
RESET sbert.default_model;
SELECT texts - :before AS encodings FROM sbert.session_statistics();
SELECT (SELECT array_agg(i) FROM (SELECT i FROM head_docs WHERE i > 0 ORDER BY words <#> embed_sparse('the cat', 'bert-sparse'), i LIMIT 5) s) =
       (SELECT array_agg(i) FROM (SELECT i FROM head_docs WHERE i > 0 ORDER BY words::vector <#> embed_sparse('the cat', 'bert-sparse')::vector, i LIMIT 5) s) AS as_dense_vectors;

-- ---- precisions ----------------------------------------------------------------------------------------------------
SELECT bool_and(abs(sbert.rerank_score('the cat', 'the dog', 'bert-cross-' || p) - sbert.rerank_score('the cat', 'the dog', 'bert-cross')) < 0.1) AS pairs,
       bool_and(abs((embed_sparse('the cat', 'bert-sparse-' || p) <#> embed_sparse('the cat', 'bert-sparse')) /
                    (embed_sparse('the cat', 'bert-sparse') <#> embed_sparse('the cat', 'bert-sparse')) - 1) < 0.1) AS sparse,
       bool_and(cardinality(sbert.tag('{the,cat}', 'bert-tokens-' || p)) = 2) AS tokens
FROM unnest('{bf16,int8}'::text[]) p;

-- ---- a parallel query ----------------------------------------------------------------------------------------------
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET sbert.truncation = 'silent';
CREATE FUNCTION pg_temp.gathers(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan::text ~ 'Gather';
END $$;
SELECT pg_temp.gathers($$SELECT sum(sbert.rerank_score('the cat', body, 'bert-cross')) FROM head_texts$$) AS pairs,
       pg_temp.gathers($$SELECT count(*) FROM head_texts, sbert.entities(body, 'bert-tokens')$$) AS entities,
       pg_temp.gathers($$SELECT min(words <#> embed_sparse(body, 'bert-sparse')) FROM head_docs$$) AS sparse;
SELECT count(sbert.rerank_score('the cat', body, 'bert-cross')) FROM head_texts;
SELECT count(*) > 0 AS found FROM head_texts, sbert.entities(body, 'bert-tokens');
SELECT count(words <#> embed_sparse(body, 'bert-sparse')) FROM head_docs;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
RESET sbert.truncation;

-- ---- what the planner may assume -----------------------------------------------------------------------------------
SELECT p.oid::regprocedure, provolatile AS v, proisstrict AS strict, proparallel AS p, prosupport <> 0 AS support
FROM pg_proc p WHERE proname ~ '^embed_sparse' OR pronamespace = 'sbert'::regnamespace AND proname IN ('predict', 'predict_pair', 'rerank', 'rerank_score', 'entities', 'tag', 'heads')
ORDER BY p.oid::regprocedure::text COLLATE "C";

-- ---- statistics ----------------------------------------------------------------------------------------------------
SELECT texts AS before, tokens AS tokens_before FROM sbert.session_statistics() \gset
SELECT count(*) FROM sbert.rerank('a b', '{c,d e}', 'bert-cross');
SELECT count(*) FROM sbert.predict('{the dog,the cat}'::text[], 'bert-sequence');
SELECT count(*) >= 0 AS done FROM sbert.entities('{the dog,the cat}'::text[], 'bert-tokens');
SELECT texts - :before AS texts, tokens - :tokens_before > 20 AS tokens FROM sbert.session_statistics();

DROP TABLE head_texts, head_docs;

-- ---- tokens that are parts of one character ------------------------------------------------------------------------
SELECT pos, start_char, end_char, substr('a猫b', start_char, end_char - start_char + 1) AS piece FROM sbert.tokenize('a猫b', 'roberta-tokens');

-- ---- every argument has a name -------------------------------------------------------------------------------------
SELECT (SELECT count(*) FROM sbert.entities(text => 'the dog', model => 'bert-tokens', aggregation => 'none')) > 0 AS of_a_text,
       (SELECT count(*) FROM sbert.entities(texts => '{the dog}', model => 'bert-tokens')) > 0 AS of_texts,
       (SELECT count(*) FROM sbert.predict_pair(a => 'the dog', b => 'the cat', model => 'bert-cross')) AS pair,
       (SELECT count(*) FROM sbert.rerank(query => 'the dog', documents => '{a}', model => 'bert-cross')) AS ranked,
       sbert.rerank_score(query => 'the dog', document => 'a', model => 'bert-cross') IS NOT NULL AS score,
       sbert.tag(tokens => '{dog}', model => 'bert-tokens') IS NOT NULL AS tags;
