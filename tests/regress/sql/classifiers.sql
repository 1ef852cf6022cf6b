-- Classifiers that were made by hand: what they answer, what they refuse, and that a change is seen at once

CREATE TABLE abc (version integer, part integer, classifier sbert.classifier, embedding vector, labels text[], weight real,
    PRIMARY KEY (part, version));
CREATE TABLE tags (LIKE abc INCLUDING ALL);
CREATE TABLE topic (LIKE abc INCLUDING ALL);
INSERT INTO abc VALUES (1, 0, ROW('{a,b,c}', ARRAY['[1,0,0]', '[0,1,0]', '[0,0,1]']::vector[], '{0,0,0.5}', 2, NULL, NULL, NULL, NULL,
    '{"nulls": "skip"}', '{"rows": 10, "accuracy": 0.75, "macro_f1": 0.5}', NULL));
INSERT INTO tags VALUES (1, 0, ROW('{x,y,z}', ARRAY['[1,0,0]', '[0,1,0]', '[0,0,1]']::vector[], '{0,0,0}', 1, '{0.5,0.5,0.75}', NULL, NULL,
    NULL, '{}', '{}', NULL));

-- the best one; of equal ones the first
SELECT v, sbert.classify(v, 'abc') FROM unnest(ARRAY['[1,2,0]', '[2,1,0]', '[0,0,0]', '[-1,-1,-3]', '[0.5,0.5,0]']::vector[]) v;

-- scores: softmax of (w x + b) / temperature, here of 1/2, 2/2, 0.5/2
SELECT label, round(score::numeric, 6) AS score, abs(score - expected) < 1e-12 AS as_expected
FROM sbert.classify_scores('[1,2,0]'::vector, 'abc')
JOIN (VALUES ('a', exp(0.5::float8)), ('b', exp(1::float8)), ('c', exp(0.25::float8))) e(l, odds) ON l = label,
LATERAL (SELECT odds / (exp(0.5::float8) + exp(1::float8) + exp(0.25::float8)) AS expected) s;
SELECT label, round(score::numeric, 6) AS score FROM sbert.classify_scores('[1000,1000,0]'::vector, 'abc');
SELECT round(sum(score)::numeric, 12) AS sum FROM sbert.classify_scores('[0.3,0.2,0.1]'::vector, 'abc');

-- ... where rows have sets of labels the sigmoid of each
SELECT label, abs(score - 1 / (1 + exp(-e))) < 1e-12 AS as_expected
FROM sbert.classify_scores('[-1,0,2]'::vector, 'tags') JOIN (VALUES ('x', -1::float8), ('y', 0), ('z', 2)) e(l, e) ON l = label;
SELECT sbert.classify_scores('[1e30,-1e30,0]'::vector, 'tags');

-- labels: those that reach their thresholds, else the best alone
SELECT v, sbert.classify_labels(v, 'tags') FROM unnest(ARRAY['[1,2,0]', '[0,0,1.1]', '[0,0,1.09]', '[-1,-1,-1]']::vector[]) v;
SELECT sbert.classify_labels('[1,2,0]'::vector, 'abc'), sbert.classify('[-1,-2,-3]'::vector, 'tags');

-- NULL gives NULL or no row
SELECT sbert.classify(NULL::vector, 'abc'), sbert.classify('[1,2,0]'::vector, NULL), sbert.classify(NULL::text, 'abc'),
       sbert.classify_labels(NULL::vector, 'abc');
SELECT * FROM sbert.classify_scores(NULL::vector, 'abc');

-- named arguments, a version
SELECT sbert.classify(embedding => '[1,2,0]', classifier => 'abc'), sbert.classify('[1,2,0]'::vector, 'abc', version => 1),
       sbert.classify('[1,2,0]'::vector, 'abc', 0);

-- refused
SELECT sbert.classify('[1,2,3]'::vector, 'abd');
SELECT sbert.classify('[1,2,3]'::vector, 'pg_class');
SELECT sbert.classify('[1,2,3]'::vector, 'abc_pkey');
SELECT sbert.classify('[1,2,3]'::vector, 0);
SELECT sbert.classify('[1,2,3]'::vector, 'abc', 2);
SELECT sbert.classify('[1,2,3]'::vector, 'abc', -1);
SELECT sbert.classify('[1,2,3]'::vector, 'topic');
SELECT sbert.classify('[1,2]'::vector, 'abc');
SELECT sbert.classify('a text', 'abc');
SELECT sbert.classify_scores('[1,2]'::vector, 'tags');
SELECT sbert.classify_labels('a text', 'tags');

-- what cannot be a classifier; each change is undone
CREATE FUNCTION pg_temp.damaged(change text, name regclass DEFAULT 'abc') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %s SET classifier.%s WHERE part = 0', name, change);
    RAISE '%', sbert.classify('[1,2,3]'::vector, name);
EXCEPTION WHEN raise_exception THEN
    RETURN 'answers ' || SQLERRM;
WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.damaged(change) FROM unnest(ARRAY[
    $$labels = '{}'$$, $$labels = '{{a,b,c}}'$$, $$labels = '{a,b,NULL}'$$, $$labels = '{a,c,b}'$$, $$labels = '{a,b,b}'$$,
    $$labels = '{a,b}'$$, $$labels = '[0:2]={a,b,c}'$$, $$labels = '{"",a,b}'$$, $$labels = NULL$$,
    $$weights = '{}'$$, $$weights = ARRAY[NULL, '[1]', '[1]']::vector[]$$, $$weights = (classifier).weights[1:2]$$, $$weights = NULL$$,
    $$weights = ARRAY['[1,2,3]', '[1,2,3]', '[1,2]']::vector[]$$, $$weights = ARRAY[(classifier).weights]$$,
    $$weights = ARRAY['[1]', '[2]', '[3]']::vector[]$$,
    $$weights = ARRAY['[3e38,3e38,1]', '[1,2,3]', '[3,2,1]']::vector[]$$,
    $$weights = ARRAY['[-3e38,3e38,1]', '[1,2,3]', '[3e38,3e38,-3e38]']::vector[]$$,
    $$intercepts = '{1,2}'$$, $$intercepts = '{1,2,NULL}'$$, $$intercepts = '{1,2,NaN}'$$, $$intercepts = '{1,2,-Infinity}'$$,
    $$intercepts = NULL$$,
    $$temperature = 0$$, $$temperature = -1$$, $$temperature = 'NaN'$$, $$temperature = 'Infinity'$$, $$temperature = 5e-324$$,
    $$temperature = NULL$$, $$thresholds = '{1,2,3}'$$]) change;
SELECT pg_temp.damaged(change, 'tags') FROM unnest(ARRAY[
    $$thresholds = '{0.5,0.5}'$$, $$thresholds = '{0.5,0.5,NULL}'$$, $$thresholds = '{0.5,0.5,NaN}'$$, $$thresholds = NULL$$]) change;
-- ... and 500 that are put together by chance: refused, or an answer that is one of the labels
CREATE FUNCTION pg_temp.by_chance(i integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
    damaged sbert.classifier;
BEGIN
    damaged.labels := (SELECT array_agg((ARRAY['a', 'b', 'c', '', NULL, 'ü', repeat('x', 300)])[1 + (i * 7919 + j * 104729) / 13 % 7] ORDER BY j * (i % 3 - 1))
        FROM generate_series(1, i * 31 / 7 % 5) j);
    IF i % 3 > 0 THEN
        damaged.labels := '{a,b,c}';
    END IF;
    damaged.weights := (SELECT array_agg((SELECT array_agg((ARRAY[0, 1, -1, 0.5, 3e38, -3e38, 1e-38, 1e-45]::real[])[1 + (i * 6007 + j * 31 + k * 17) % 8])
            FROM generate_series(1, CASE WHEN i % 7 = 0 THEN 1 + (i + j) % 4 ELSE 3 END) k)::vector)
        FROM generate_series(1, CASE WHEN i % 5 = 0 THEN i % 4 ELSE 3 END) j);
    damaged.intercepts := (SELECT array_agg((ARRAY[0, 1, -2.5, NULL, 'NaN', 'Infinity', 3e38]::real[])[1 + (CASE WHEN i % 4 = 0 THEN i * 53 + j ELSE j % 3 END) % 7])
        FROM generate_series(1, CASE WHEN i % 11 = 0 THEN i % 5 ELSE 3 END) j);
    damaged.temperature := (ARRAY[1, 0.1, 5e-324, 1e308, 0, -1, 'NaN', 'Infinity', NULL]::float8[])[1 + CASE WHEN i % 6 = 0 THEN i / 6 % 9 ELSE i % 4 END];
    damaged.thresholds := CASE i % 9 WHEN 0 THEN '{0.5,0.5,0.5}' WHEN 1 THEN '{0.5,NaN,0.5}' WHEN 2 THEN '{}' WHEN 3 THEN '{{1,2,3}}' WHEN 4 THEN '{1,NULL,2}' END::real[];
    damaged.model := CASE i % 8 WHEN 0 THEN '../../etc/passwd' WHEN 1 THEN 'all-MiniLM-L6-v2' END;
    damaged.fingerprint := CASE i % 10 WHEN 0 THEN 'zz' END;
    UPDATE abc SET classifier = damaged;
    answer := sbert.classify('[1,2,3]'::vector, 'abc');
    RAISE '%', CASE WHEN answer = ANY (damaged.labels) THEN 'answers' ELSE 'answers what is no label' END;
EXCEPTION WHEN raise_exception THEN
    RETURN SQLERRM;
WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT outcome, count(*) FROM generate_series(1, 500) i, pg_temp.by_chance(i) outcome GROUP BY 1 ORDER BY 1;
-- ... and of the table
CREATE FUNCTION pg_temp.altered(VARIADIC changes text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    change text;
BEGIN
    FOREACH change IN ARRAY changes LOOP
        EXECUTE change;
    END LOOP;
    RAISE '%', sbert.classify('[1,2,3]'::vector, 'abc'::regclass);
EXCEPTION WHEN raise_exception THEN
    RETURN 'answers ' || SQLERRM;
WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.altered('ALTER TABLE abc DROP COLUMN part'), pg_temp.altered('ALTER TABLE abc DROP COLUMN classifier');
SELECT pg_temp.altered('ALTER TABLE abc ALTER part TYPE bigint'), pg_temp.altered('ALTER TABLE abc RENAME version TO v');
SELECT pg_temp.altered('ALTER TABLE abc DROP CONSTRAINT abc_pkey', 'ALTER TABLE abc DROP COLUMN embedding');
SELECT pg_temp.altered('ALTER TABLE abc DROP CONSTRAINT abc_pkey', 'UPDATE abc SET classifier = NULL');
SELECT pg_temp.altered('TRUNCATE abc'), pg_temp.altered('UPDATE abc SET part = 1');
SELECT pg_temp.altered('TRUNCATE abc', 'INSERT INTO abc SELECT version, part, ROW(''{1,2,3}'', (classifier).weights, (classifier).intercepts, 1,'
    'NULL, NULL, NULL, NULL, NULL, NULL, NULL)::sbert.classifier FROM tags');
SELECT pg_temp.altered('ALTER TABLE abc RENAME TO cba', 'CREATE VIEW abc AS SELECT * FROM tags');

-- the largest weights and the least temperatures that can be
BEGIN;
UPDATE abc SET classifier.temperature = 5e-324, classifier.weights = ARRAY['[3e38,0,0]', '[0,1,0]', '[0,0,0]']::vector[];
UPDATE tags SET classifier.temperature = 5e-324, classifier.weights = ARRAY['[3e38,0,0]', '[0,1,0]', '[0,0,0]']::vector[];
SELECT * FROM sbert.classify_scores('[1,0,-1]'::vector, 'abc');
SELECT * FROM sbert.classify_scores('[-1,1,0]'::vector, 'tags');
ROLLBACK;

-- versions: the newest, or the one that is named; a change is seen by the next statement
PREPARE best AS SELECT sbert.classify('[1,2,0]'::vector, 'abc'), sbert.classify('[1,2,0]'::vector, 'abc', 1);
EXECUTE best;
INSERT INTO abc SELECT 2, 0, classifier FROM abc;
UPDATE abc SET classifier.labels = '{A,B,C}' WHERE version = 2;
EXECUTE best;
BEGIN;
UPDATE abc SET classifier.labels = '{1,2,3}' WHERE version = 2;
EXECUTE best;
SAVEPOINT s;
DELETE FROM abc WHERE version = 2;
EXECUTE best;
ROLLBACK TO s;
TRUNCATE abc;
INSERT INTO abc SELECT version, 0, classifier FROM tags;
EXECUTE best;
ROLLBACK TO s;
EXECUTE best;
ROLLBACK;
EXECUTE best;
DEALLOCATE best;

-- ... by the next call of a function that changes it, where one call site is used again and again
CREATE FUNCTION pg_temp.changing() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    FOR i IN 1..6 LOOP
        BEGIN
            IF i % 2 = 0 THEN
                UPDATE abc SET classifier.labels = ARRAY['a' || i, 'b' || i, 'c' || i] WHERE version = 2;
            END IF;
            answer := sbert.classify('[1,2,0]'::vector, 'abc');
            RETURN NEXT answer;
            IF i % 2 = 0 AND i < 6 THEN
                RAISE EXCEPTION 'undone';
            END IF;
        EXCEPTION WHEN raise_exception THEN
        END;
    END LOOP;
END $$;
SELECT pg_temp.changing();
SELECT sbert.classify('[1,2,0]'::vector, 'abc');

-- ... and a row's own classifier is that row's, by any name
SELECT name, version, sbert.classify('[1,2,0]'::vector, name, version)
FROM (VALUES ('abc'::regclass, 0), ('tags', 0), ('abc', 0), ('abc', 1), ('tags', 1), ('abc', 1)) c (name, version);
SELECT name, version, sbert.classify('[1,2,0]'::vector, name, version) FROM (VALUES ('abc'::regclass, 0), ('tags', 2)) c (name, version);
SELECT 'abc'::regclass::oid AS abc \gset
BEGIN;
SELECT sbert.classify('[1,2,0]'::vector, :abc);
ALTER TABLE abc RENAME TO xyz;
ALTER TABLE tags RENAME TO abc;
SELECT sbert.classify('[1,2,0]'::vector, :abc), sbert.classify('[1,2,0]'::vector, 'abc');
ROLLBACK;
SELECT sbert.classify('[1,2,0]'::vector, :abc), sbert.classify('[1,2,0]'::vector, 'abc');

-- more of them than a session keeps
DO $$
BEGIN
    FOR i IN 1..40 LOOP
        EXECUTE format('CREATE TABLE many_%s AS SELECT * FROM abc', i);
        EXECUTE format('UPDATE many_%s SET classifier.labels = ARRAY[''a%1$s'', ''b%1$s'', ''c%1$s'']', i);
    END LOOP;
END $$;
SELECT count(*) FILTER (WHERE label <> 'b' || i) AS wrong, count(*) FROM generate_series(1, 40) i, generate_series(1, 2),
    sbert.classify('[1,2,0]'::vector, ('many_' || i)::regclass) label;
SELECT count(DISTINCT label) FROM (SELECT sbert.classify('[1,2,0]'::vector, ('many_' || i)::regclass) AS label FROM generate_series(1, 40) i) s;
DISCARD ALL;
SELECT sbert.classify('[1,2,0]'::vector, 'many_7');
DO $$ BEGIN FOR i IN 1..40 LOOP EXECUTE 'DROP TABLE many_' || i; END LOOP; END $$;

-- many rows, by parallel workers too
CREATE TABLE classifiers_rows AS SELECT i, ARRAY[sin(i), cos(i), sin(i * i)]::vector(3) AS e FROM generate_series(1, 3000) i;
CREATE TABLE classifiers_alone AS SELECT i, sbert.classify(e, 'abc') AS label, sbert.classify_labels(e, 'tags') AS labels FROM classifiers_rows;
SELECT label, count(*) FROM classifiers_alone GROUP BY label ORDER BY label;
SELECT count(*) AS differences FROM classifiers_rows JOIN classifiers_alone USING (i)
WHERE label <> (SELECT l FROM (VALUES ('a6', e[1]), ('b6', e[2]), ('c6', e[3] + 0.5::real)) s(l, logit) ORDER BY logit DESC, l LIMIT 1);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
EXPLAIN (COSTS OFF) SELECT sbert.classify(e, 'abc') FROM classifiers_rows;
CREATE FUNCTION pg_temp.differences() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM (SELECT i, sbert.classify(e, 'abc') AS l, sbert.classify_labels(e, 'tags') AS ls FROM classifiers_rows) s
    FULL JOIN classifiers_alone a USING (i) WHERE (l, ls) IS DISTINCT FROM (a.label, a.labels) $$;
SELECT pg_temp.differences();
BEGIN;
UPDATE abc SET classifier.labels = '{p,q,r}' WHERE version = 2;
SELECT label, count(*) FROM (SELECT sbert.classify(e, 'abc') AS label FROM classifiers_rows) s GROUP BY label ORDER BY label;
ROLLBACK;
SELECT count(*), round(sum((s).score)::numeric, 6) AS sum FROM (SELECT sbert.classify_scores(e, 'abc') AS s FROM classifiers_rows) s;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET parallel_leader_participation;
DROP TABLE classifiers_rows, classifiers_alone;

-- texts, by the model and prompt that it was trained with
INSERT INTO topic SELECT 1, 0, ROW('{animals,bread}', ARRAY[embed('cats and dogs', name), embed('bread and butter', name)], '{0,0}', 0.1,
    NULL, name, fingerprint, NULL, '{}', '{}', NULL)::sbert.classifier
FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2';
SELECT body, sbert.classify(body, 'topic') FROM unnest(ARRAY['a kitten and a puppy', 'the baker''s loaf', 'a kitten and a puppy']) body;
SELECT sbert.classify(e, 'topic') FROM embed('the baker''s loaf', 'all-MiniLM-L6-v2') e;
SELECT count(*) AS differences FROM sbert.classify_scores('a dog', 'topic') a
JOIN sbert.classify_scores(embed('a dog', 'all-MiniLM-L6-v2'), 'topic') b USING (label) WHERE a.score <> b.score;
SELECT texts AS before, reused AS reused_before FROM sbert.session_statistics() \gset
SELECT DISTINCT sbert.classify('a dog', 'topic'), sbert.classify_labels('a dog', 'topic') FROM generate_series(1, 100);
SELECT texts - :before < 10 AS encoded_once FROM sbert.session_statistics();
INSERT INTO topic SELECT 2, 0, ROW('{animals,bread}', ARRAY[embed('cats and dogs', name), embed('bread and butter', name)], '{0,0}', 0.1,
    NULL, name, fingerprint, 'query', '{}', '{}', NULL)::sbert.classifier
FROM sbert.models() WHERE name = 'tiny-prompts';
SELECT sbert.classify_scores('a dog', 'topic') = sbert.classify_scores(embed_query('a dog', 'tiny-prompts'), 'topic') AS with_prompt,
       sbert.classify_scores('a dog', 'topic') = sbert.classify_scores(embed('a dog', 'tiny-prompts', ''), 'topic') AS without LIMIT 1;
UPDATE topic SET classifier.prompt = NULL WHERE version = 2;
SELECT sbert.classify_scores('a dog', 'topic') = sbert.classify_scores(embed('a dog', 'tiny-prompts'), 'topic') AS with_default LIMIT 1;
-- ... never by another
UPDATE topic SET classifier.fingerprint = 'abcdef012345' WHERE version = 2;
\set VERBOSITY terse
SELECT sbert.classify('a dog', 'topic');
\set VERBOSITY default
SELECT sbert.classify('a dog', 'topic', 1);
UPDATE topic SET classifier.fingerprint = (SELECT fingerprint FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2'),
    classifier.model = 'all-MiniLM-L6-v2' WHERE version = 2;
SELECT sbert.classify('a dog', 'topic');
UPDATE topic SET classifier.prompt = 'no such prompt', classifier.weights = ARRAY[embed('a'), embed('b')] WHERE version = 2;
\set VERBOSITY terse
SELECT sbert.classify('a dog', 'topic');
\set VERBOSITY default

-- what there is; a report that makes no sense hides nothing
SELECT classifier, version, owner = current_user::regrole AS own, labels, multilabel, dimensions, model, rows, accuracy, macro_f1, options
FROM sbert.classifiers();
UPDATE abc SET classifier.report = '{"rows": 1e400, "accuracy": 1e-400, "macro_f1": [{}]}' WHERE version = 1;
UPDATE abc SET classifier.report = '[1, "rows"]', classifier.weights = '{}' WHERE version = 2;
UPDATE tags SET classifier.report = '{"rows": "many", "accuracy": "NaN", "macro_f1": null}';
UPDATE topic SET classifier = NULL WHERE version = 2;
SELECT classifier, version, dimensions, rows, accuracy, macro_f1 FROM sbert.classifiers();

-- a version goes as any row does, a classifier as any table; a view depends on it
CREATE VIEW labelled AS SELECT sbert.classify('[1,2,3]'::vector, 'tags') AS label;
SELECT * FROM labelled;
DROP TABLE tags;
DELETE FROM abc WHERE version = 2;
SELECT sbert.classify('[1,2,0]'::vector, 'abc');
SET client_min_messages = warning;
DROP TABLE tags CASCADE;
RESET client_min_messages;
SELECT sbert.classify('[1,2,3]'::vector, 'tags');
DROP TABLE abc, topic;
