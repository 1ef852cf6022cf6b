-- settings, model names and truncation
\set VERBOSITY default

-- names
\set VERBOSITY terse
SELECT embed('x', 'no-such-model');
\set VERBOSITY default
SELECT embed('x', '../etc/passwd');
SELECT embed('x', '');
SELECT embed('x', '.hidden');
SELECT embed('x', 'all-MiniLM-L6-v2@');
SELECT embed('x', 'all-MiniLM-L6-v2@1234567');
SELECT embed('x', 'all-MiniLM-L6-v2@nothexxx');
SELECT embed('x', repeat('n', 300));
\set VERBOSITY sqlstate
SELECT embed('x', 'all-MiniLM-L6-v2@0000000000000000'); -- another content than asked for
\set VERBOSITY default
SELECT embed('x', 'all-MiniLM-L6-v2@' || left(fingerprint, 8)) = embed('x') AS pinned,
       embed('x', 'all-MiniLM-L6-v2@' || upper(fingerprint)) = embed('x') AS pinned_whole
FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2';

-- sbert.default_model
SHOW sbert.default_model;
SET sbert.default_model = 'no such model';
SET sbert.default_model = 'missing';
\set VERBOSITY terse
SELECT embed('x');
\set VERBOSITY default
RESET sbert.default_model;

-- a setting that does not exist
SET sbert.no_such_setting = 1;

-- truncation: one warning a statement, not one a row
SHOW sbert.truncation;
SELECT vector_dims(embed(repeat('word ', 1000) || i)) FROM generate_series(1, 3) i;
SELECT embed(ARRAY[repeat('word ', 300), repeat('text ', 300)]) IS NOT NULL;
SET sbert.truncation = 'silent';
SELECT embed(repeat('word ', 1000)) = embed(repeat('word ', 254)) AS the_beginning_counts;
SET sbert.truncation = 'error';
SELECT embed(repeat('word ', 254)) IS NOT NULL AS fits;
SELECT embed(repeat('word ', 255));
SELECT sbert.tokenize(repeat('word ', 255));
-- ... also for a text that a call site remembers
DO $$
DECLARE v vector;
BEGIN
    FOR round IN 1..2 LOOP
        PERFORM set_config('sbert.truncation', CASE round WHEN 1 THEN 'silent' ELSE 'error' END, true);
        v := embed(repeat('word ', 255));
        RAISE NOTICE 'round %', round;
    END LOOP;
END $$;
SET sbert.truncation = 'sometimes';
RESET sbert.truncation;

-- encode_mem: memory of a pass; no bit of a result depends on it
SHOW sbert.encode_mem;
CREATE TABLE texts AS SELECT array_agg('text ' || repeat(i || ' words ', i) ORDER BY i) AS t FROM generate_series(1, 60) i;
SET sbert.encode_mem = '1MB';
CREATE TABLE small AS SELECT embed(t) AS e FROM texts;
SET sbert.encode_mem = '64MB';
SELECT embed(t) = e AS the_same FROM texts, small;
RESET sbert.encode_mem;
SELECT embed(t) = e AS the_same FROM texts, small;
DROP TABLE texts, small;
\set VERBOSITY sqlstate
SET sbert.encode_mem = '10kB';
SET sbert.encode_mem = '1GB'; -- everybody may set it, so it has a bound
\set VERBOSITY default

-- sbert.model_path is the administrator's
SET sbert.model_path = '/tmp';
