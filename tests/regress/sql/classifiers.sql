-- Classifiers that were made by hand: what they answer, what they refuse, and that a change is seen at once

INSERT INTO sbert.classifier VALUES ('abc', current_user::regrole), ('tags', current_user::regrole), ('topic', current_user::regrole);
INSERT INTO sbert.classifier_version (classifier, version, multilabel, labels, weights, intercepts, temperature, options, report)
VALUES ('abc', 1, false, '{a,b,c}', ARRAY['[1,0,0]', '[0,1,0]', '[0,0,1]']::vector[], '{0,0,0.5}', 2, '{"nulls": "skip"}',
        '{"rows": 10, "accuracy": 0.75, "macro_f1": 0.5}');
INSERT INTO sbert.classifier_version
    (classifier, version, multilabel, labels, weights, intercepts, temperature, thresholds, options, report)
VALUES ('tags', 1, true, '{x,y,z}', ARRAY['[1,0,0]', '[0,1,0]', '[0,0,1]']::vector[], '{0,0,0}', 1, '{0.5,0.5,0.75}', '{}', '{}');

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

-- refused
SELECT sbert.classify('[1,2,3]'::vector, 'abd');
SELECT sbert.classify('[1,2,3]'::vector, '');
SELECT sbert.classify('[1,2,3]'::vector, 'abc@2');
SELECT sbert.classify('[1,2,3]'::vector, 'abc@');
SELECT sbert.classify('[1,2,3]'::vector, 'abc@0');
SELECT sbert.classify('[1,2,3]'::vector, 'abc@1x');
SELECT sbert.classify('[1,2,3]'::vector, 'abc@99999999999');
SELECT sbert.classify('[1,2]'::vector, 'abc');
SELECT sbert.classify('a text', 'abc');
SELECT sbert.classify_scores('[1,2]'::vector, 'tags');
SELECT sbert.classify_labels('a text', 'tags');

-- what cannot be a classifier; each change is undone
CREATE FUNCTION pg_temp.damaged(change text, name text DEFAULT 'abc') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE sbert.classifier_version SET %s WHERE classifier = %L', change, name);
    RAISE '%', sbert.classify('[1,2,3]'::vector, name);
EXCEPTION WHEN raise_exception THEN
    RETURN 'answers ' || SQLERRM;
WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.damaged(change) FROM unnest(ARRAY[
    $$labels = '{}'$$, $$labels = '{{a,b,c}}'$$, $$labels = '{a,b,NULL}'$$, $$labels = '{a,c,b}'$$, $$labels = '{a,b,b}'$$,
    $$labels = '{a,b}'$$, $$labels = '[0:2]={a,b,c}'$$, $$labels = '{"",a,b}'$$,
    $$weights = '{}'$$, $$weights = ARRAY[NULL, '[1]', '[1]']::vector[]$$, $$weights = weights[1:2]$$,
    $$weights = ARRAY['[1,2,3]', '[1,2,3]', '[1,2]']::vector[]$$, $$weights = ARRAY[weights]$$,
    $$weights = ARRAY['[1]', '[2]', '[3]']::vector[]$$,
    $$weights = ARRAY['[3e38,3e38,1]', '[1,2,3]', '[3,2,1]']::vector[]$$,
    $$weights = ARRAY['[-3e38,3e38,1]', '[1,2,3]', '[3e38,3e38,-3e38]']::vector[]$$,
    $$intercepts = '{1,2}'$$, $$intercepts = '{1,2,NULL}'$$, $$intercepts = '{1,2,NaN}'$$, $$intercepts = '{1,2,-Infinity}'$$,
    $$temperature = 0$$, $$temperature = -1$$, $$temperature = 'NaN'$$, $$temperature = 'Infinity'$$, $$temperature = 5e-324$$,
    $$thresholds = '{1,2,3}'$$, $$multilabel = true$$]) change;
SELECT pg_temp.damaged(change, 'tags') FROM unnest(ARRAY[
    $$thresholds = '{0.5,0.5}'$$, $$thresholds = '{0.5,0.5,NULL}'$$, $$thresholds = '{0.5,0.5,NaN}'$$, $$thresholds = NULL$$]) change;
-- ... and what the tables do not take
\set VERBOSITY terse
INSERT INTO sbert.classifier VALUES ('a@b', current_user::regrole);
INSERT INTO sbert.classifier VALUES ('', current_user::regrole);
INSERT INTO sbert.classifier VALUES (E'a\tb', current_user::regrole);
INSERT INTO sbert.classifier VALUES (repeat('a', 64), current_user::regrole);
UPDATE sbert.classifier_version SET version = 0 WHERE classifier = 'abc';
UPDATE sbert.classifier_version SET model = 'all-MiniLM-L6-v2' WHERE classifier = 'abc';
\set VERBOSITY default

-- the largest weights and the least temperatures that can be
BEGIN;
UPDATE sbert.classifier_version SET temperature = 5e-324, weights = ARRAY['[3e38,0,0]', '[0,1,0]', '[0,0,0]']::vector[];
SELECT * FROM sbert.classify_scores('[1,0,-1]'::vector, 'abc');
SELECT * FROM sbert.classify_scores('[-1,1,0]'::vector, 'tags');
ROLLBACK;

-- versions: the newest, or the one that is named; a change is seen by the next statement
PREPARE best AS SELECT sbert.classify('[1,2,0]'::vector, 'abc'), sbert.classify('[1,2,0]'::vector, 'abc@1');
EXECUTE best;
INSERT INTO sbert.classifier_version
    SELECT classifier, 2, multilabel, '{A,B,C}', weights, intercepts, temperature, thresholds, model, fingerprint, prompt, options, report
    FROM sbert.classifier_version WHERE classifier = 'abc';
EXECUTE best;
BEGIN;
UPDATE sbert.classifier_version SET labels = '{1,2,3}' WHERE classifier = 'abc' AND version = 2;
EXECUTE best;
SAVEPOINT s;
DELETE FROM sbert.classifier_version WHERE classifier = 'abc' AND version = 2;
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
                UPDATE sbert.classifier_version SET labels = ARRAY['a' || i, 'b' || i, 'c' || i] WHERE classifier = 'abc' AND version = 2;
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

-- ... and a row's own name is that row's classifier
SELECT name, sbert.classify('[1,2,0]'::vector, name) FROM unnest(ARRAY['abc', 'tags', 'abc', 'abc@1', 'tags@1', 'abc@1']) name;
SELECT name, sbert.classify('[1,2,0]'::vector, name) FROM unnest(ARRAY['abc', 'tags@2']) name;

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
UPDATE sbert.classifier_version SET labels = '{p,q,r}' WHERE classifier = 'abc' AND version = 2;
SELECT label, count(*) FROM (SELECT sbert.classify(e, 'abc') AS label FROM classifiers_rows) s GROUP BY label ORDER BY label;
ROLLBACK;
SELECT count(*), round(sum((s).score)::numeric, 6) AS sum FROM (SELECT sbert.classify_scores(e, 'abc') AS s FROM classifiers_rows) s;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET parallel_leader_participation;
DROP TABLE classifiers_rows, classifiers_alone;

-- texts, by the model and prompt that it was trained with
INSERT INTO sbert.classifier_version
    (classifier, version, multilabel, labels, weights, intercepts, temperature, model, fingerprint, options, report)
SELECT 'topic', 1, false, '{animals,bread}', ARRAY[embed('cats and dogs', name), embed('bread and butter', name)], '{0,0}', 0.1,
       name, fingerprint, '{}', '{}'
FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2';
SELECT body, sbert.classify(body, 'topic') FROM unnest(ARRAY['a kitten and a puppy', 'the baker''s loaf', 'a kitten and a puppy']) body;
SELECT sbert.classify(e, 'topic') FROM embed('the baker''s loaf', 'all-MiniLM-L6-v2') e;
SELECT count(*) AS differences FROM sbert.classify_scores('a dog', 'topic') a
JOIN sbert.classify_scores(embed('a dog', 'all-MiniLM-L6-v2'), 'topic') b USING (label) WHERE a.score <> b.score;
SELECT texts AS before, reused AS reused_before FROM sbert.session_statistics() \gset
SELECT DISTINCT sbert.classify('a dog', 'topic'), sbert.classify_labels('a dog', 'topic') FROM generate_series(1, 100);
SELECT texts - :before < 10 AS encoded_once FROM sbert.session_statistics();
INSERT INTO sbert.classifier_version
    (classifier, version, multilabel, labels, weights, intercepts, temperature, model, fingerprint, prompt, options, report)
SELECT 'topic', 2, false, '{animals,bread}', ARRAY[embed('cats and dogs', name), embed('bread and butter', name)], '{0,0}', 0.1,
       name, fingerprint, 'query', '{}', '{}'
FROM sbert.models() WHERE name = 'tiny-prompts';
SELECT sbert.classify_scores('a dog', 'topic') = sbert.classify_scores(embed_query('a dog', 'tiny-prompts'), 'topic') AS with_prompt,
       sbert.classify_scores('a dog', 'topic') = sbert.classify_scores(embed('a dog', 'tiny-prompts', ''), 'topic') AS without LIMIT 1;
UPDATE sbert.classifier_version SET prompt = NULL WHERE classifier = 'topic' AND version = 2;
SELECT sbert.classify_scores('a dog', 'topic') = sbert.classify_scores(embed('a dog', 'tiny-prompts'), 'topic') AS with_default LIMIT 1;
-- ... never by another
UPDATE sbert.classifier_version SET fingerprint = 'abcdef012345' WHERE classifier = 'topic' AND version = 2;
\set VERBOSITY terse
SELECT sbert.classify('a dog', 'topic');
\set VERBOSITY default
SELECT sbert.classify('a dog', 'topic@1');
UPDATE sbert.classifier_version SET fingerprint = (SELECT fingerprint FROM sbert.models() WHERE name = 'all-MiniLM-L6-v2'),
    model = 'all-MiniLM-L6-v2' WHERE classifier = 'topic' AND version = 2;
SELECT sbert.classify('a dog', 'topic');
UPDATE sbert.classifier_version SET prompt = 'no such prompt', weights = ARRAY[embed('a'), embed('b')] WHERE classifier = 'topic' AND version = 2;
\set VERBOSITY terse
SELECT sbert.classify('a dog', 'topic');
\set VERBOSITY default

-- what there is; a report that makes no sense hides nothing
SELECT name, version, owner = current_user::regrole AS own, readers, labels, multilabel, dimensions, model, rows, accuracy, macro_f1, options
FROM sbert.classifiers() WHERE name IN ('abc', 'tags', 'topic');
UPDATE sbert.classifier_version SET report = '{"rows": 1e400, "accuracy": 1e-400, "macro_f1": [{}]}' WHERE classifier = 'abc' AND version = 1;
UPDATE sbert.classifier_version SET report = '[1, "rows"]', weights = '{}' WHERE classifier = 'abc' AND version = 2;
UPDATE sbert.classifier_version SET report = '{"rows": "many", "accuracy": "NaN", "macro_f1": null}' WHERE classifier = 'tags';
SELECT name, version, dimensions, rows, accuracy, macro_f1 FROM sbert.classifiers() WHERE name IN ('abc', 'tags');

-- dropping a version takes its rows with it, dropping the last one the classifier
INSERT INTO sbert.classifier_row VALUES ('abc', 1, '[1,2,3]', '{a}', 1), ('abc', 2, '[4,5,6]', '{A}', 2);
SELECT sbert.drop_classifier('abc', 3);
SELECT sbert.drop_classifier('abc', 1);
SELECT * FROM sbert.classifier_row;
SELECT sbert.drop_classifier('abc', 2);
SELECT * FROM sbert.classifier_row;
SELECT count(*) FROM sbert.classifier WHERE name = 'abc';
SELECT sbert.drop_classifier('abc');
BEGIN;
SELECT sbert.drop_classifier('tags');
SELECT sbert.drop_classifier('topic');
SELECT count(*) FROM sbert.classifiers();
ROLLBACK;
SELECT sbert.classify('[1,2,3]'::vector, 'tags');
SELECT sbert.drop_classifier('tags'), sbert.drop_classifier('topic');
