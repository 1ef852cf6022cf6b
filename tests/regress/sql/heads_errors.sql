-- What is refused by functions of models with a head, and by others when they are given such a model.
CREATE FUNCTION pg_temp.error(query text) RETURNS TABLE (state text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    message := 'no error';
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END $$;
\set VERBOSITY default

-- a model of each kind for each use
SELECT use, model, state, message, hint
FROM (VALUES (1, 'embed', 'embed(''x'', %L)'), (2, 'predict', 'sbert.predict(''x'', %L)'), (3, 'predict_pair', 'sbert.predict_pair(''x'', ''y'', %L)'),
             (4, 'rerank', 'sbert.rerank(''x'', ''{y}'', %L)'), (5, 'entities', 'sbert.entities(''x'', %L)'), (6, 'embed_sparse', 'embed_sparse(''x'', %L)')) u(place, use, call),
     unnest('{all-MiniLM-L6-v2,bert-sequence,bert-cross,bert-cross-three,bert-tokens,bert-sparse}'::text[]) WITH ORDINALITY m(model, n),
     pg_temp.error(format('SELECT count(*) FROM ' || call, model)) e
WHERE message <> 'no error' ORDER BY u.place, m.n;

-- the other functions of each kind
SELECT call, state, message
FROM (VALUES ('embed(ARRAY[''x''], ''bert-tokens'')'), ('embed(''x'', ''bert-tokens'', ''p: '')'), ('embed_query(''x'', ''bert-tokens'')'),
             ('embed_document(''x'', ''bert-tokens'')'), ('embed_query(ARRAY[''x''], ''bert-tokens'')'), ('embed_document(ARRAY[''x''], ''bert-tokens'')'),
             ('sbert.similarity(''x'', ''y'', ''bert-tokens'')'), ('sbert.token_embeddings(''x'', ''bert-tokens'')'), ('sbert.explain(''x'', ''bert-tokens'')'),
             ('sbert.train_classifier(''head_topics'', ''SELECT ''''x''''::text, ''''y''''::text'', model => ''bert-tokens'')'),
             ('sbert.predict(ARRAY[''x''], ''bert-tokens'')'), ('sbert.predict_pair(ARRAY[''x''], ARRAY[''y''], ''bert-tokens'')'),
             ('sbert.rerank_score(''x'', ''y'', ''bert-tokens'')'), ('sbert.entities(ARRAY[''x''], ''bert-cross'')'), ('sbert.tag(ARRAY[''x''], ''bert-cross'')'),
             ('embed_sparse(ARRAY[''x''], ''bert-tokens'')'), ('embed_sparse_query(''x'', ''bert-tokens'')'), ('embed_sparse_document(''x'', ''bert-tokens'')'),
             ('embed_sparse_query(ARRAY[''x''], ''bert-tokens'')'), ('embed_sparse_document(ARRAY[''x''], ''bert-tokens'')')) c(call),
     pg_temp.error('SELECT ' || call) e;
CREATE TABLE head_column (body text, e vector(150));
SELECT * FROM pg_temp.error($$SELECT sbert.declare_model('head_column', 'e', 'bert-sparse')$$);
CREATE TRIGGER keep BEFORE INSERT ON head_column FOR EACH ROW EXECUTE FUNCTION sbert.embed_trigger('e', 'body', 'bert-sparse');
SELECT state, message FROM pg_temp.error($$INSERT INTO head_column VALUES ('x')$$);
DROP TABLE head_column;
-- tokens are those of any model; a head that was left out
SELECT count(*) FROM sbert.tokenize('the dog', 'bert-cross');
SELECT vector_dims(embed('the dog', 'bert-plain'));

-- the default model is one of vectors
SELECT sbert.predict('x');
SELECT sbert.rerank('x', '{y}');
SELECT embed_sparse('x');

-- arguments
SELECT sbert.rerank('x', '{y}', 'bert-cross', 0);
SELECT sbert.rerank('x', '{y}', 'bert-cross', -1);
SELECT sbert.rerank('x', '{y}', 'bert-cross', budget => '0');
SELECT sbert.rerank('x', '{y}', 'bert-cross', budget => '-1 day');
SELECT sbert.rerank('x', '{y}', 'bert-cross', budget => '1 day -25 hours');
SELECT sbert.predict_pair('{a,b}'::text[], '{c}'::text[], 'bert-cross-three');
SELECT sbert.entities('x', 'bert-tokens', 'best');
SELECT sbert.entities('x', 'bert-tokens', '');
SELECT sbert.tag('{a,""}', 'bert-tokens');
SELECT sbert.tag('{a,b c}', 'bert-tokens');
SELECT sbert.tag(E'{"a\tb"}', 'bert-tokens');
SELECT sbert.tag('{a,NULL}', 'bert-tokens');
SELECT sbert.tag('{{a,b},{c,d}}', 'bert-tokens');
SELECT embed_sparse('x', 'bert-sparse', 'passage');
SELECT sbert.entities(repeat('a cat ', 3000000), 'bert-tokens');
SELECT sbert.tag(array_fill('cat'::text, ARRAY[5000000]), 'bert-tokens');
\set VERBOSITY sqlstate
SELECT sbert.entities(repeat('a cat ', 3000000), 'bert-tokens');
SELECT sbert.rerank('x', '{y}', 'bert-cross', 0);
SELECT sbert.rerank('x', '{y}', 'bert-cross', budget => '0');
SELECT sbert.predict_pair('{a,b}'::text[], '{c}'::text[], 'bert-cross-three');
SELECT sbert.entities('x', 'bert-tokens', 'best');
SELECT sbert.tag('{a,""}', 'bert-tokens');
SELECT sbert.tag('{a,b c}', 'bert-tokens');
SELECT sbert.tag('{a,NULL}', 'bert-tokens');
SELECT sbert.tag('{{a,b},{c,d}}', 'bert-tokens');
\set VERBOSITY default

-- a model that is not there, and a fingerprint that is another
SELECT state, message FROM pg_temp.error($$SELECT sbert.entities('x', 'nobody')$$);
SELECT state, message FROM pg_temp.error($$SELECT sbert.entities('x', 'No Body')$$);
SELECT state, regexp_replace(message, '[0-9a-f]{8}', 'F') FROM pg_temp.error($$SELECT sbert.predict('x', 'bert-sequence@00000000')$$);
CREATE TABLE nobody (i int);
SELECT hint ~ 'Installed models' AS as_before FROM pg_temp.error($$SELECT sbert.entities('x', 'nobody')$$);
DROP TABLE nobody;

-- an ordinary user may use them and learns no more than of any other model
CREATE ROLE regress_heads_user;
SET ROLE regress_heads_user;
SELECT count(*) FROM sbert.rerank('x', '{y}', 'bert-cross');
SELECT count(*) > 0 AS listed FROM sbert.heads();
SELECT sbert.entities('x', 'nobody');
RESET ROLE;
DROP ROLE regress_heads_user;

-- texts beyond the limit: cut, refused or read in windows
SET sbert.truncation = 'error';
SELECT count(*) FROM sbert.predict(repeat('the dog ', 30), 'bert-sequence');
SELECT count(*) FROM sbert.rerank('the dog', ARRAY['a', repeat('the dog ', 30)], 'bert-cross');
SELECT embed_sparse(repeat('the dog ', 30), 'bert-sparse') IS NULL;
SELECT embed_sparse(ARRAY[repeat('the dog ', 30)], 'bert-sparse') IS NULL;
SELECT count(*) > 0 AS windows FROM sbert.entities(repeat('the dog in the house ', 30), 'bert-tokens', 'none');
SELECT cardinality(sbert.tag(array_fill('dog'::text, ARRAY[200]), 'bert-tokens')) AS tags;
SET sbert.truncation = 'warn';
SELECT count(*) FROM sbert.predict(repeat('the dog ', 30), 'bert-sequence');
SELECT count(*) FROM sbert.predict(ARRAY[repeat('the dog ', 30), repeat('the dog ', 40)], 'bert-sequence');
SET sbert.truncation = 'silent';
SELECT count(*) FROM sbert.predict(repeat('the dog ', 30), 'bert-sequence');
RESET sbert.truncation;

-- a database of another encoding: texts and places in its own characters
CREATE DATABASE regress_sbert_heads_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';
\c regress_sbert_heads_latin1
CREATE EXTENSION sbert;
SET client_encoding = 'UTF8';
SELECT text, start_char, end_char, text = substr('Café naïve in Zürich', start_char, end_char - start_char + 1) AS place
FROM sbert.entities('Café naïve in Zürich', 'bert-tokens', 'none');
SELECT count(*) FROM sbert.heads() WHERE model = 'bert-tokens';
\c regression
DROP DATABASE regress_sbert_heads_latin1;
