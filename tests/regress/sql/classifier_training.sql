-- Training in SQL: what is learned, what is told, what is kept, what is refused. Numbers are rounded or compared: their
-- last digits depend on the CPU.

CREATE TABLE points AS
    SELECT i AS id, ('[' || cos(i) || ',' || sin(i) || ']')::vector AS e,
        CASE WHEN cos(i) > 0.3 THEN 'east' WHEN cos(i) < -0.3 THEN 'west' ELSE 'middle' END AS label,
        CASE WHEN cos(i) > 0 THEN ARRAY['e'] ELSE ARRAY['w'] END || CASE WHEN sin(i) > 0 THEN ARRAY['n'] ELSE '{}' END AS labels
    FROM generate_series(1, 300) i;

-- one label a row
SELECT version, rows, skipped, labels, accuracy > 0.97 AS accurate, macro_f1 > 0.97 AS f1, log_loss < 0.1 AS loss
FROM sbert.train_classifier('side', 'SELECT e, label FROM points');
SELECT sbert.classify('[1,0]'::vector, 'side'), sbert.classify('[0,1]'::vector, 'side'), sbert.classify('[-1,0]'::vector, 'side');
SELECT label, score > 0.9 AS sure FROM sbert.classify_scores('[1,0]'::vector, 'side');
SELECT avg((sbert.classify(e, 'side') = label)::int) > 0.97 AS fits FROM points;
SELECT classifier, version, owner = current_user::regrole AS own, labels, multilabel, dimensions, model, rows, accuracy > 0.97 AS accurate
FROM sbert.classifiers();
SELECT array_agg(k ORDER BY k) FROM sbert.classifiers(), jsonb_object_keys(report) k;
SELECT l->>'label' AS label, l->>'support' AS support, (l->>'recall')::float8 > 0.9 AS found
FROM sbert.classifiers(), jsonb_array_elements(report->'labels') l;

-- sets of labels
SELECT version, rows, labels, accuracy > 0.9 AS accurate, macro_f1 > 0.9 AS f1
FROM sbert.train_classifier('compass', 'SELECT e, labels FROM points');
SELECT n, (SELECT array_agg(l ORDER BY l) FROM unnest(sbert.classify_labels(n::vector, 'compass')) l)
FROM unnest(ARRAY['[0.7,0.7]', '[0.7,-0.7]', '[-0.7,0.7]', '[-0.7,-0.7]']) n;
SELECT (sbert.classification_report(labels, sbert.classify_labels(e, 'compass')))[1:3] IS NOT NULL FROM points;

-- the same rows, the same classifier, whatever their order, wherever they lie while it trains
CREATE FUNCTION content(regclass) RETURNS text LANGUAGE SQL AS
    $$SELECT md5((value).weights::text || (value).intercepts::text || (value).temperature || coalesce((value).thresholds::text, ''))
      FROM sbert.classifier_versions() WHERE classifier = $1$$;
SELECT version FROM sbert.train_classifier('side_again', 'SELECT e, label FROM points ORDER BY md5(id::text)');
SELECT version FROM sbert.train_classifier('compass_again', 'SELECT e, labels FROM points ORDER BY id DESC');
SELECT content('side') = content('side_again') AS side, content('compass') = content('compass_again') AS compass;
SET maintenance_work_mem = '1MB';
SELECT rows, accuracy > 0.97 AS accurate FROM sbert.train_classifier('in_a_file', 'SELECT e, label FROM points, generate_series(1, 60)', '{"keep_rows": 0}');
RESET maintenance_work_mem;
SELECT rows FROM sbert.train_classifier('in_memory', 'SELECT e, label FROM points, generate_series(1, 60)', '{"keep_rows": 0}');
SELECT content('in_a_file') = content('in_memory') AS same;

-- options
SELECT penalty FROM sbert.train_classifier('o1', 'SELECT e, label FROM points', '{"penalty": 0.5}');
SELECT penalty FROM sbert.train_classifier('o2', 'SELECT e, label FROM points', '{"penalties": [100, 1000], "folds": 3, "max_iterations": 50}');
SELECT report->>'folds' AS folds, jsonb_array_length(report->'penalties') BETWEEN 1 AND 2 AS searched FROM sbert.classifiers() WHERE classifier = 'o2'::regclass;
SELECT accuracy > 0.9 AS accurate FROM sbert.train_classifier('o3', 'SELECT e, label FROM points', '{"holdout": 0.25}');
SELECT report->>'holdout' AS holdout, report->>'measured_on' AS measured_on FROM sbert.classifiers() WHERE classifier = 'o3'::regclass;
SELECT penalty, accuracy, log_loss FROM sbert.train_classifier('o4', 'SELECT e, label FROM points', '{"folds": 0}');
SELECT report FROM sbert.classifiers() WHERE classifier = 'o4'::regclass;
-- a label that weighs more is given more often
SELECT rows FROM sbert.train_classifier('o5', 'SELECT e, label FROM points', '{"class_weights": {"middle": 100}, "penalty": 100}');
SELECT rows FROM sbert.train_classifier('o6', 'SELECT e, label FROM points', '{"penalty": 100}');
SELECT sum((sbert.classify(e, 'o5') = 'middle')::int) > sum((sbert.classify(e, 'o6') = 'middle')::int) AS more FROM points;
SELECT accuracy > 0.9 AS accurate FROM sbert.train_classifier('o7', $$SELECT e, label FROM points WHERE label <> 'west' OR id < 20$$, '{"class_weights": "balanced"}');
SELECT macro_f1 > 0.8 AS f1 FROM sbert.train_classifier('o8', 'SELECT e, labels FROM points', '{"class_weights": "balanced"}');
SELECT macro_f1 > 0.8 AS f1 FROM sbert.train_classifier('o9', 'SELECT e, labels FROM points', '{"class_weights": {"n": 3}}');

-- nulls
SELECT rows, skipped, labels FROM sbert.train_classifier('n1',
    $$SELECT CASE WHEN id <> 3 THEN e END, CASE WHEN id NOT IN (3, 7) THEN label END FROM points$$);
SELECT rows, skipped FROM sbert.train_classifier('n2', $$SELECT e, CASE id WHEN 1 THEN NULL WHEN 2 THEN '{e,NULL}' WHEN 3 THEN '{}' ELSE labels END FROM points$$);
SELECT sbert.train_classifier('n3', 'SELECT e, CASE WHEN id <> 7 THEN label END FROM points', '{"nulls": "error"}');

-- few rows: nothing is measured, and that is said
SELECT * FROM sbert.train_classifier('few', 'SELECT e, label FROM points WHERE id IN (1, 3)');
SELECT sbert.classify('[1,0]'::vector, 'few');

-- texts are embedded
CREATE TABLE asked (question text, intent varchar(20));
INSERT INTO asked SELECT q, 'hours' FROM unnest(ARRAY['When do you open?', 'Are you open on Sunday?', 'What are your opening hours?',
    'When does the shop close tonight?', 'Until when are you open?', 'Do you close for lunch?']) q;
INSERT INTO asked SELECT q, 'refund' FROM unnest(ARRAY['I want my money back', 'How do I get a refund?', 'Please refund my order',
    'Can I return this and be paid back?', 'My refund has not arrived', 'Give the money back for these shoes']) q;
SELECT rows, labels, accuracy FROM sbert.train_classifier('topics', 'SELECT question, intent FROM asked');
SELECT sbert.classify('is the store open at nine?', 'topics'), sbert.classify('pay me back', 'topics');
SELECT sbert.classify(embed('is the store open at nine?'), 'topics');
SELECT model, length(fingerprint), dimensions, multilabel FROM sbert.classifiers() WHERE classifier = 'topics'::regclass;
-- stored vectors of a model, named so that texts can be classified too
SELECT rows FROM sbert.train_classifier('stored', 'SELECT embed(question, ''all-MiniLM-L6-v2''), intent FROM asked', '{"model": "all-MiniLM-L6-v2"}');
SELECT sbert.classify('pay me back', 'stored');
UPDATE stored SET classifier.fingerprint = repeat('0', 64) WHERE part = 0;
SELECT sbert.classify('pay me back', 'stored'); -- another model than it was trained on
SELECT sbert.update_classifier('stored', 'SELECT question, intent FROM asked');

-- updates: new rows, new labels; the version before stays
SELECT rows_of, version, rows, accuracy IS NOT NULL AS measured
FROM sbert.update_classifier('side', $$SELECT e, 'north' FROM points WHERE sin(id) > 0.95$$);
SELECT classifier, version, labels, rows FROM sbert.classifiers() WHERE classifier = 'side'::regclass;
SELECT sbert.classify('[0,1]'::vector, 'side'), sbert.classify('[0,1]'::vector, 'side', 1);
SELECT version, count(*), sum(weight) FROM side WHERE part > 0 GROUP BY 1 ORDER BY 1;
SELECT accuracy = 0 AS never_right FROM sbert.update_classifier('side', $$SELECT e, 'far' FROM points WHERE id < 20$$) WHERE rows_of = 'new' AND version = 2;
DELETE FROM side WHERE version <> 2;
SELECT version, count(*) FROM side WHERE part > 0 GROUP BY 1;
SELECT sbert.classify('[0,1]'::vector, 'side');
SELECT rows_of, version, rows FROM sbert.update_classifier('compass', $$SELECT e, ARRAY['far', 'e'] FROM points WHERE id < 20$$);
-- of many rows a sample is kept, of each label some, with the weight of all
SELECT rows FROM sbert.train_classifier('sample', 'SELECT e, label FROM points', '{"keep_rows": 30}');
SELECT labels, count(*) BETWEEN 19 AND 30 AS some, round(sum(weight)) = (SELECT count(*) FROM points p WHERE p.label = r.labels[1]) AS all
FROM sample r WHERE part > 0 GROUP BY 1 ORDER BY 1;

-- a rare label behind another is kept too
SELECT rows FROM sbert.train_classifier('rare', $$SELECT e, CASE WHEN id IN (10, 20, 30) THEN '{a,z}' ELSE '{a}'::text[] END FROM points$$, '{"keep_rows": 10}');
SELECT count(*) FROM rare WHERE 'z' = ANY (labels);
SELECT rows_of, version FROM sbert.update_classifier('rare', $$SELECT e, '{b}'::text[] FROM points WHERE id < 9$$);
DELETE FROM rare WHERE 'z' = ANY (labels);
SELECT sbert.update_classifier('rare', $$SELECT e, '{b}'::text[] FROM points WHERE id < 9$$);

-- rows that are all alike come to one fold: nothing can be left out
SELECT rows, labels, accuracy FROM sbert.train_classifier('alike', $$SELECT '[1,2]'::vector, label FROM points$$);
SELECT rows, labels, accuracy IS NOT NULL AS measured FROM sbert.train_classifier('two', $$SELECT ('[1,' || id % 2 || ']')::vector, labels FROM points$$, '{"holdout": 0.5}');
SELECT report::text::jsonb = report AS sound FROM sbert.classifiers() WHERE classifier = 'two'::regclass;
SELECT rows, accuracy FROM sbert.train_classifier('zeros', $$SELECT '[0,0]'::vector, label FROM points$$);
SELECT sbert.classify('[1,1]'::vector, 'zeros');
SELECT penalty FROM sbert.train_classifier('first', 'SELECT e, label FROM points', '{"penalties": [0.001, 0.01], "folds": 0}');

-- refused
SELECT sbert.train_classifier('side', 'SELECT e, label FROM points');
SELECT sbert.train_classifier('points', 'SELECT e, label FROM points');
SELECT sbert.train_classifier('x', NULL);
SELECT sbert.train_classifier(NULL, 'SELECT e, label FROM points');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', NULL);
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"folds": 2}', folds => 3);
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', model => 'no such model');
SELECT sbert.train_classifier('', 'SELECT e, label FROM points');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points; SELECT 1');
SELECT sbert.train_classifier('x', '');
SELECT sbert.train_classifier('x', 'DELETE FROM points RETURNING e, label');
SELECT sbert.train_classifier('x', 'WITH d AS (DELETE FROM points RETURNING e, label) SELECT * FROM d');
SELECT sbert.train_classifier('x', 'SELECT e, label INTO taken FROM points');
SELECT sbert.train_classifier('x', 'COPY points TO STDOUT');
SELECT sbert.train_classifier('x', 'SELEC e, label FROM points');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM nowhere');
SELECT sbert.train_classifier('x', 'SELECT e FROM points');
SELECT sbert.train_classifier('x', 'SELECT e, id FROM points');
SELECT sbert.train_classifier('x', 'SELECT e, label::char(8) FROM points');
SELECT sbert.train_classifier('x', 'SELECT id, label FROM points');
SELECT sbert.train_classifier('x', 'SELECT e, label, id FROM points');
SELECT sbert.train_classifier('x', $$SELECT e, 'one' FROM points$$);
SELECT sbert.train_classifier('x', $$SELECT e, '{}'::text[] FROM points$$);
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points WHERE false');
SELECT sbert.train_classifier('x', 'SELECT e, NULL::text FROM points');
SELECT sbert.train_classifier('x', $$SELECT e, ARRAY['a' || id, 'b' || id] FROM points$$);
SELECT sbert.train_classifier('x', $$SELECT CASE WHEN id = 7 THEN '[1,2,3]' ELSE e END, label FROM points$$);
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"model": "all-MiniLM-L6-v2"}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"model": "no such model"}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"prompt": "query"}');
SELECT sbert.train_classifier('x', 'SELECT question, intent FROM asked', '{"prompt": "qurey"}');
SELECT sbert.train_classifier('x', $$SELECT '[1e38,1e38]'::vector, label FROM points$$);
SELECT sbert.train_classifier('x', $$SELECT CASE WHEN id = 1 THEN '[1e-30,1e-30]'::vector ELSE '[1e-31,0]' END, label FROM points$$);
SELECT sbert.train_classifier('x', $$SELECT '[NaN,0]'::vector, label FROM points$$);
SELECT sbert.train_classifier('x', $$SELECT e, repeat('x', 300) || label FROM points$$);
SELECT sbert.train_classifier('x', $$SELECT e, id || '-' || g FROM points, generate_series(1, 40) g$$);
SET maintenance_work_mem = '1MB';
SELECT sbert.train_classifier('x', 'SELECT embed(question), intent FROM asked');
RESET maintenance_work_mem;
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', o::jsonb) FROM unnest(ARRAY['{"penality": 1}']) o;
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"penalty": 0}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"penalty": "strong"}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"penalties": []}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"penalties": [1, null]}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"folds": 1}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"folds": 2.5}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"holdout": 1}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"folds": 3, "holdout": 0.2}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"class_weights": "heavy"}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"class_weights": {"north": 2}}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"class_weights": {"east": -2}}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '{"nulls": true}');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '[]');
SELECT sbert.train_classifier('x', 'SELECT e, label FROM points', '[]', folds => 2);
SELECT sbert.update_classifier('x', 'SELECT e, label FROM points');
SELECT sbert.update_classifier('side', 'SELECT e, labels FROM points');
SELECT sbert.update_classifier('compass', 'SELECT e, label FROM points');
SELECT sbert.update_classifier('side', 'SELECT label, label FROM points');
SELECT sbert.update_classifier('side', 'SELECT e, label FROM points WHERE false');
SELECT sbert.update_classifier('side', $$SELECT '[1,2,3]'::vector, label FROM points$$);
CREATE FUNCTION pg_temp.kept(change text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'UPDATE few SET ' || change || ' WHERE part > 0';
    RAISE '%', (SELECT count(*) FROM sbert.update_classifier('few', 'SELECT e, label FROM points'));
EXCEPTION WHEN raise_exception THEN
    RETURN 'rows: ' || SQLERRM;
WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.kept(change) FROM unnest(ARRAY['weight = 0', 'weight = -1', $$weight = 'NaN'$$, 'weight = 1e15', 'weight = NULL',
    $$labels = '{east,west}'$$, $$labels = '{}'$$, 'labels = NULL', 'labels[1] = NULL', $$embedding = '[1,2,3]'$$, 'embedding = NULL', 'weight = 2']) change;
ALTER TABLE few DROP COLUMN weight;
SELECT sbert.update_classifier('few', 'SELECT e, label FROM points');
UPDATE sample SET version = 2147483647;
SELECT sbert.update_classifier('sample', 'SELECT e, label FROM points');
SELECT sbert.update_classifier('in_memory', 'SELECT e, label FROM points');
SELECT count(*) FROM pg_class WHERE relname = 'x';
SELECT count(*) FROM points;

-- rights: the query is the caller's, and so is the classifier
CREATE ROLE regress_trainer;
CREATE SCHEMA regress_trainers AUTHORIZATION regress_trainer;
SET ROLE regress_trainer;
SELECT sbert.train_classifier('regress_trainers.mine', 'SELECT e, label FROM points');
SELECT sbert.update_classifier('side', $$SELECT '[1,2]'::vector, 'a'$$);
SELECT rows FROM sbert.train_classifier('regress_trainers.mine', $$SELECT ('[' || i || ']')::vector, CASE WHEN i > 5 THEN 'big' ELSE 'small' END FROM generate_series(1, 10) i$$);
SELECT classifier, owner FROM sbert.classifiers();
RESET ROLE;
SET client_min_messages = warning;
DROP OWNED BY regress_trainer;
RESET client_min_messages;
DROP ROLE regress_trainer;

-- arguments beside the options
SELECT version FROM sbert.train_classifier('named', 'SELECT question, intent FROM asked', model => 'tiny-prompts', prompt => 'query', folds => 2);
SELECT (value).model, (value).prompt, (value).options FROM sbert.classifier_versions() WHERE classifier = 'named'::regclass;

-- nothing is left of a training that was rolled back
BEGIN;
SELECT rows FROM sbert.train_classifier('gone', 'SELECT e, label FROM points');
SELECT sbert.classify('[1,0]'::vector, 'gone');
ROLLBACK;
SELECT to_regclass('gone');

DO $$
DECLARE
    c regclass;
BEGIN
    FOR c IN SELECT DISTINCT classifier FROM sbert.classifiers() LOOP
        EXECUTE 'DROP TABLE ' || c;
    END LOOP;
END $$;
DROP FUNCTION content;
DROP TABLE points, asked;

-- Rows of the same vector come to the same fold, whether they come as texts or as vectors: with labels that nothing tells, an
-- update with the same rows predicts them as badly as before.
CREATE TABLE guesses AS SELECT 'note ' || i AS t, (ARRAY['a', 'b', 'c'])[1 + hashint4(i) % 3 + CASE WHEN hashint4(i) < 0 THEN 2 ELSE 0 END] AS label
    FROM generate_series(1, 150) i;
SELECT accuracy < 0.6 AS guessed FROM sbert.train_classifier('by_text', 'SELECT t, label FROM guesses', '{"penalty": 0.0001}');
SELECT rows_of, accuracy < 0.6 AS guessed FROM sbert.update_classifier('by_text', 'SELECT t, label FROM guesses') WHERE version = 2;
SELECT count(key) > 0 AS keys FROM by_text WHERE version = 2;
SELECT rows_of, accuracy < 0.6 AS guessed FROM sbert.update_classifier('by_text', 'SELECT embed(t), label FROM guesses') WHERE version = 3;
SELECT count(key) > 0 AS keys FROM by_text WHERE version = 3;
SELECT rows_of, accuracy < 0.6 AS guessed FROM sbert.update_classifier('by_text', 'SELECT t, label FROM guesses') WHERE version = 4;
-- and whatever another CPU made of the last bits
DELETE FROM by_text WHERE version > 1;
UPDATE by_text SET embedding = embedding + embedding * 1e-6 WHERE part > 0;
SELECT rows_of, accuracy < 0.6 AS guessed FROM sbert.update_classifier('by_text', 'SELECT t, label FROM guesses') WHERE version = 2;
DROP TABLE by_text, guesses;

-- columns in the wrong order
SELECT labels FROM sbert.train_classifier('swapped', $$SELECT l, t FROM (VALUES ('a'), ('b')) l (l), generate_series(1, 5) i, concat('text ', l, i) t$$);
SELECT labels FROM sbert.train_classifier('too_long', $$SELECT 'a', repeat('long text ', 30)$$);
DROP TABLE swapped;
