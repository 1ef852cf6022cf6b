-- the pipeline made visible: tokens, token vectors, similarity, explanations

-- pieces, with their places in the text
SELECT *, substr('Tokenization of naïve 東京!', start_char, end_char - start_char + 1) AS piece
FROM sbert.tokenize('Tokenization of naïve 東京!');
SELECT * FROM sbert.tokenize('');
SELECT count(*) FROM sbert.tokenize(NULL);
SELECT count(*) FROM sbert.tokenize('two words', 'all-MiniLM-L6-v2');

-- token vectors: their mean, scaled to length one, is the sentence's vector
SELECT pos, token, vector_dims(embedding) FROM sbert.token_embeddings('hello world');
SELECT (l2_normalize(avg(embedding)) <-> embed('hello world')) < 1e-6 AS mean_is_the_sentence
FROM sbert.token_embeddings('hello world', 'all-MiniLM-L6-v2');

-- similarity
SELECT round(sbert.similarity('a cat', 'a cat')::numeric, 6) AS same,
       abs(sbert.similarity('a cat', 'a dog') - (1 - (embed('a cat') <=> embed('a dog')))) < 1e-6 AS as_by_operator,
       sbert.similarity('a cat', 'a kitten') > sbert.similarity('a cat', 'a bridge') AS ordered,
       sbert.similarity('a', NULL) IS NULL AS null_in;
SELECT round(sbert.similarity('I love Python programming', 'I hate Python programming', 'all-MiniLM-L6-v2')::numeric, 2);

-- explain
SELECT e - 'milliseconds' - 'tokenize_milliseconds' - 'fingerprint' AS explained,
       (e->>'milliseconds')::float8 > 0 AS timed,
       e->>'fingerprint' = (SELECT fingerprint FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2') AS fingerprint
FROM sbert.explain(repeat('word ', 1000)) e;
SELECT e->'tokens_used' AS used, e->'tokens_dropped' AS dropped, e->'truncated' AS truncated
FROM sbert.explain('short', 'all-MiniLM-L6-v2') e;

-- the list of models, and who sees the paths
SELECT name, dimensions, max_tokens, length(fingerprint), bytes > 80000000 AS big, path LIKE '%/all-MiniLM-L6-v2.sbert' AS path, problem
FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2';
CREATE ROLE regress_sbert_user;
SET ROLE regress_sbert_user;
SELECT name, path IS NULL AS hidden FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2';
SELECT vector_dims(embed('an ordinary user may embed'));
RESET ROLE;
DROP ROLE regress_sbert_user;

-- every object has a comment
SELECT pg_describe_object(classid, objid, objsubid)
FROM pg_depend d
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'sbert')
  AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.oid = objid AND (t.typelem <> 0
    OR t.typrelid IN (SELECT c.oid FROM pg_class c WHERE c.relkind <> 'c'))))
  AND obj_description(objid, classid::regclass::name) IS NULL;
