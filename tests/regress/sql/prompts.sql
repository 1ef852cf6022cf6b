-- Prompts: embed(text, model, prompt), embed_query(), embed_document(), the default prompt, sbert.models().
-- The model is made by run.sh: prompts cluster (the default), document, nothing, query and zh.

-- what the model has
SELECT name, max_tokens, prompts, default_prompt, similarity, languages, problem FROM sbert.models() WHERE name = 'tiny-prompts';
SELECT name, prompts, default_prompt, similarity FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2';
SELECT prompts->>'query' AS query FROM sbert.models() WHERE name = 'tiny-prompts';

-- a prompt is what stands in front of the text
CREATE FUNCTION pg_temp.raw(text) RETURNS vector LANGUAGE sql AS $$ SELECT embed($1, 'tiny-prompts', '') $$;
SELECT embed('a cat', 'tiny-prompts') = pg_temp.raw('identify the topic of the text: a cat') AS by_default,
       embed('a cat', 'tiny-prompts', 'cluster') = embed('a cat', 'tiny-prompts') AS by_name,
       embed('a cat', 'tiny-prompts', '') = pg_temp.raw('a cat') AS none,
       embed('a cat', 'tiny-prompts', 'nothing') = pg_temp.raw('a cat') AS empty,
       embed('a cat', 'tiny-prompts') <> pg_temp.raw('a cat') AS it_matters;
SELECT embed_query('a cat', 'tiny-prompts') = pg_temp.raw('query: a cat') AS query,
       embed_query('a cat', 'tiny-prompts') = embed('a cat', 'tiny-prompts', 'query') AS query_by_name,
       embed_document('a cat', 'tiny-prompts') = pg_temp.raw('text: a cat') AS document;
SELECT embed('a cat', 'tiny-prompts', 'the old man: ') = pg_temp.raw('the old man: a cat') AS of_ones_own,
       embed('a cat', 'tiny-prompts', 'the old man:') = pg_temp.raw('the old man:a cat') AS ends_in_a_colon,
       embed('a cat', 'tiny-prompts', 'q：') = pg_temp.raw('q：a cat') AS in_a_wide_one,
       embed('a cat', 'tiny-prompts', E'cluster\n') = pg_temp.raw(E'cluster\na cat') AS no_name;

-- a model without prompts: nothing stands in front, its two uses are there all the same
SELECT embed_query('a cat') = embed('a cat') AS query, embed_document('a cat') = embed('a cat') AS document,
       embed('a cat', 'all-MiniLM-L6-v2', 'query') = embed('a cat') AS by_name,
       embed('cat', 'all-MiniLM-L6-v2', 'a ') = embed('a cat') AS of_ones_own;

-- sbert.default_model
SET sbert.default_model = 'tiny-prompts';
SELECT embed('a cat') = embed('a cat', 'tiny-prompts') AS plain, embed_query('a cat') = embed_query('a cat', 'tiny-prompts') AS query,
       embed_document('a cat') = embed_document('a cat', 'tiny-prompts') AS document;
SELECT embed(ARRAY['a cat']) = embed(ARRAY['a cat'], 'tiny-prompts') AS plain, embed_query(ARRAY['a cat']) = embed_query(ARRAY['a cat'], 'tiny-prompts') AS query,
       embed_document(ARRAY['a cat']) = embed_document(ARRAY['a cat'], 'tiny-prompts') AS document;
RESET sbert.default_model;

-- arrays: the same bits as one by one; nulls and bounds stay
SELECT bool_and(d = embed(t, 'tiny-prompts')) AS plain, bool_and(q = embed_query(t, 'tiny-prompts')) AS query,
       bool_and(p = embed_document(t, 'tiny-prompts')) AS document, bool_and(o = embed(t, 'tiny-prompts', 'the man: ')) AS own,
       bool_and(n = embed(t, 'tiny-prompts', '')) AS none
FROM (SELECT ARRAY['a cat', 'two dogs in the house and one more', '', 'x'] AS texts) s,
     LATERAL unnest(texts, embed(texts, 'tiny-prompts'), embed_query(texts, 'tiny-prompts'), embed_document(texts, 'tiny-prompts'),
                    embed(texts, 'tiny-prompts', 'the man: '), embed(texts, 'tiny-prompts', '')) u(t, d, q, p, o, n);
SELECT array_dims(embed_query('[0:1][5:6]={{a,b},{c,NULL}}'::text[], 'tiny-prompts')) AS bounds, embed_document('{}'::text[]) AS empty,
       (embed(ARRAY['a', NULL], 'tiny-prompts', 'query'))[2] IS NULL AS nulls;

-- null
SELECT embed('x', 'tiny-prompts', NULL) IS NULL, embed_query(NULL::text) IS NULL, embed_query('x', NULL) IS NULL, embed_document(NULL::text[]) IS NULL;

-- errors
SELECT embed('x', 'tiny-prompts', 'passage');
SELECT embed(ARRAY['x'], 'tiny-prompts', 'Query');
SELECT embed('x', 'all-MiniLM-L6-v2', 'cluster');
SELECT embed('x', 'tiny-prompts', 'find:the cat');
SELECT embed_query('x', '../etc/passwd');
\set VERBOSITY sqlstate
SELECT embed('x', 'tiny-prompts', 'passage');
\set VERBOSITY default

-- a prompt counts for the limit
SELECT e->>'tokens_used' AS used, e->>'truncated' AS truncated FROM sbert.explain('a cat', 'tiny-prompts') e;
SET sbert.truncation = 'error';
SELECT vector_dims(embed(repeat('cat ', 62), 'tiny-prompts', ''));
SELECT embed(repeat('cat ', 62), 'tiny-prompts');
SELECT embed_query(ARRAY['cat', repeat('cat ', 62)], 'tiny-prompts');
RESET sbert.truncation;
SELECT vector_dims(embed('a cat', 'tiny-prompts', repeat('the dog ', 100))) AS fills;

-- what a model reads: tokens of the prompt have no place in the text
SELECT pos, token, start_char, end_char, substr('the dog', start_char, end_char - start_char + 1) FROM sbert.tokenize('the dog', 'tiny-prompts') ORDER BY pos;
SELECT count(*) = (SELECT count(*) FROM sbert.tokenize('the dog', 'tiny-prompts')) AS same FROM sbert.token_embeddings('the dog', 'tiny-prompts');
SELECT sbert.similarity('a cat', 'the dog', 'tiny-prompts')::numeric(6,4) = (1 - (embed('a cat', 'tiny-prompts') <=> embed('the dog', 'tiny-prompts')))::numeric(6,4) AS behind_the_default;

-- volatility
SELECT oid::regprocedure, provolatile, proisstrict, proparallel, prosupport, obj_description(oid, 'pg_proc') IS NOT NULL AS described
FROM pg_proc WHERE proname IN ('embed_query', 'embed_document') OR proname = 'embed' AND pronargs = 3 ORDER BY oid::regprocedure::text;

-- a generated column, an index on an expression
CREATE TABLE prompt_docs (id int, body text, e vector(32) GENERATED ALWAYS AS (embed_document(body, 'tiny-prompts')) STORED);
INSERT INTO prompt_docs VALUES (1, 'the old man and the sea'), (2, 'a good day for the child'), (3, NULL);
SELECT id, e = embed_document(body, 'tiny-prompts') AS current FROM prompt_docs ORDER BY id;
CREATE INDEX ON prompt_docs (embed(body, 'tiny-prompts', 'cluster'));
CREATE INDEX ON prompt_docs (embed_query(body, 'tiny-prompts'));
CREATE INDEX ON prompt_docs (embed_query(body)); -- refused: depends on a setting
SELECT count(*) FROM prompt_docs WHERE e IS NOT NULL AND e <=> embed_query('sea', 'tiny-prompts') < 2;

-- a prepared statement, with the prompt as a parameter
PREPARE with_prompt(text, text, text) AS SELECT embed($1, 'tiny-prompts', $2) = pg_temp.raw($3) AS same;
SET plan_cache_mode = force_generic_plan;
EXECUTE with_prompt('sea', 'query', 'query: sea');
EXECUTE with_prompt('sea', 'my: ', 'my: sea');
EXECUTE with_prompt('sea', 'wrong', 'sea');
RESET plan_cache_mode;
DEALLOCATE with_prompt;

-- a call site remembers the last text with its prompt: a constant costs one encoding
SELECT texts AS before, reused AS reused_before FROM sbert.session_statistics() \gset
SET sbert.default_model = 'tiny-prompts';
SELECT count(embed_query('the sea') <=> e) FROM prompt_docs, generate_series(1, 50);
RESET sbert.default_model;
SELECT texts - :before AS encodings, reused - :reused_before AS reused FROM sbert.session_statistics();

-- ... and never mistakes another prompt for it, nor its end for the text's beginning
SELECT bool_and(embed(t, 'tiny-prompts', p) = pg_temp.raw(p || t)) AS same
FROM (VALUES ('cat', 'a '), ('cat', 'a '), ('cat', ''), ('a cat', ''), (' a cat', 'the:'), ('a cat', 'the: '), ('cat', 'a ')) v(t, p);

-- ... of a function in PL/pgSQL
DO $$
DECLARE before bigint; after bigint; v vector;
BEGIN
    SELECT texts INTO before FROM sbert.session_statistics();
    FOR i IN 1..10 LOOP v := embed('a text', 'tiny-prompts', CASE WHEN i <= 5 THEN 'query' ELSE 'own: ' END); END LOOP;
    SELECT texts INTO after FROM sbert.session_statistics();
    RAISE NOTICE 'encodings: %', after - before;
END $$;

-- the trigger: the default prompt, or the one that it is given
CREATE TABLE prompt_kept (body text, e vector(32), d vector(32));
CREATE TRIGGER plain BEFORE INSERT OR UPDATE ON prompt_kept FOR EACH ROW EXECUTE FUNCTION sbert.embed_trigger('e', 'body', 'tiny-prompts');
CREATE TRIGGER document BEFORE INSERT OR UPDATE ON prompt_kept FOR EACH ROW EXECUTE FUNCTION sbert.embed_trigger('d', 'body', 'tiny-prompts', 'document');
INSERT INTO prompt_kept VALUES ('the sea');
SELECT e = embed(body, 'tiny-prompts') AS plain, d = embed_document(body, 'tiny-prompts') AS document FROM prompt_kept;
CREATE TRIGGER wrong BEFORE INSERT ON prompt_kept FOR EACH ROW EXECUTE FUNCTION sbert.embed_trigger('d', 'body', 'tiny-prompts', 'passage');
INSERT INTO prompt_kept VALUES ('the sea');
DROP TABLE prompt_docs, prompt_kept;

-- a database whose encoding lacks the characters of a prompt: that one is left out
SELECT embed('a cat', 'tiny-prompts', 'zh') = pg_temp.raw('查询：a cat') AS zh;
CREATE DATABASE regress_sbert_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';
\c regress_sbert_latin1
CREATE EXTENSION sbert;
SELECT name, prompts FROM sbert.models() WHERE name = 'tiny-prompts';
SELECT vector_dims(embed('a cat', 'tiny-prompts', 'zh'));
\c regression
DROP DATABASE regress_sbert_latin1;
