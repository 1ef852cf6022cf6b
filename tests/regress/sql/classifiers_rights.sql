-- Who may do what with a classifier: its owner, who was granted it, everybody else

CREATE ROLE regress_sbert_alice;
CREATE ROLE regress_sbert_bob;
CREATE ROLE regress_sbert_carol;
CREATE ROLE regress_sbert_team;
GRANT regress_sbert_team TO regress_sbert_carol;

-- alice makes one by hand, with a kept row
SET ROLE regress_sbert_alice;
INSERT INTO sbert.classifier VALUES ('hers', 'regress_sbert_alice');
INSERT INTO sbert.classifier_version (classifier, version, multilabel, labels, weights, intercepts, temperature, options, report)
VALUES ('hers', 1, false, '{a,b}', ARRAY['[1,0]', '[0,1]']::vector[], '{0,0}', 1, '{}', '{}');
INSERT INTO sbert.classifier_row VALUES ('hers', 1, '[1,2]', '{b}', 1);
SELECT sbert.classify('[1,2]'::vector, 'hers');
INSERT INTO sbert.classifier VALUES ('his', 'regress_sbert_bob'); -- not in another's name
SELECT sbert.grant_classifier('hers', 'regress_sbert_dave');
SELECT sbert.grant_classifier('none', 'public');
SELECT sbert.grant_classifier('hers', NULL) IS NULL AS nothing;

-- bob: it does not exist, whatever he tries
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[1,2]'::vector, 'hers');
SELECT * FROM sbert.classify_scores('[1,2]'::vector, 'hers@1');
SELECT sbert.grant_classifier('hers', 'regress_sbert_bob');
SELECT sbert.revoke_classifier('hers', 'regress_sbert_alice');
SELECT sbert.drop_classifier('hers');
SELECT count(*) FROM sbert.classifiers();
SELECT (SELECT count(*) FROM sbert.classifier), (SELECT count(*) FROM sbert.classifier_version), (SELECT count(*) FROM sbert.classifier_row);
UPDATE sbert.classifier SET readers = '{regress_sbert_bob}';
DELETE FROM sbert.classifier_version;
INSERT INTO sbert.classifier_version (classifier, version, multilabel, labels, weights, intercepts, temperature, options, report)
VALUES ('hers', 2, false, '{x,y}', ARRAY['[1,0]', '[0,1]']::vector[], '{0,0}', 1, '{}', '{}');
INSERT INTO sbert.classifier_row VALUES ('hers', 1, '[1,2]', '{b}', 1);
SET row_security = off;
SELECT count(*) FROM sbert.classifier_version;
\set VERBOSITY terse
SELECT sbert.classify('[1,2]'::vector, 'hers');
\set VERBOSITY default
RESET row_security;

-- granted, twice, he may use it and see it; nothing else
SET ROLE regress_sbert_alice;
SELECT sbert.grant_classifier('hers', 'regress_sbert_bob');
SELECT sbert.grant_classifier('hers', 'regress_sbert_bob');
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[1,2]'::vector, 'hers');
SELECT name, version, owner, readers FROM sbert.classifiers();
SELECT count(*) FROM sbert.classifier_row;
SELECT sbert.grant_classifier('hers', 'regress_sbert_carol');
SELECT sbert.revoke_classifier('hers', 'regress_sbert_bob');
SELECT sbert.drop_classifier('hers');
SELECT sbert.drop_classifier('hers', 1);
UPDATE sbert.classifier SET owner = 'regress_sbert_bob';
UPDATE sbert.classifier_version SET labels = '{x,y}';
UPDATE sbert.classifier_row SET labels = '{x}';
DELETE FROM sbert.classifier;
DELETE FROM sbert.classifier_version;
DELETE FROM sbert.classifier_row;
INSERT INTO sbert.classifier_version (classifier, version, multilabel, labels, weights, intercepts, temperature, options, report)
VALUES ('hers', 2, false, '{x,y}', ARRAY['[1,0]', '[0,1]']::vector[], '{0,0}', 1, '{}', '{}');
INSERT INTO sbert.classifier_row VALUES ('hers', 1, '[1,2]', '{b}', 1);
INSERT INTO sbert.classifier VALUES ('his', 'regress_sbert_bob');
UPDATE sbert.classifier SET owner = 'regress_sbert_alice' WHERE name = 'his'; -- nor gives one away
INSERT INTO sbert.classifier VALUES ('hers', 'regress_sbert_bob'); -- one namespace
TRUNCATE sbert.classifier CASCADE;
ALTER TABLE sbert.classifier DISABLE ROW LEVEL SECURITY;
SELECT sbert.drop_classifier('his');

-- a role's members may use what the role may; an owner's members are owners
SET ROLE regress_sbert_carol;
SELECT sbert.classify('[1,2]'::vector, 'hers');
SET ROLE regress_sbert_alice;
SELECT sbert.grant_classifier('hers', 'regress_sbert_team');
SET ROLE regress_sbert_carol;
SELECT sbert.classify('[1,2]'::vector, 'hers');
INSERT INTO sbert.classifier VALUES ('ours', 'regress_sbert_team');
SELECT sbert.grant_classifier('ours', 'regress_sbert_bob');
SET ROLE regress_sbert_bob;
SELECT sbert.drop_classifier('ours');
RESET ROLE;
GRANT regress_sbert_team TO regress_sbert_bob;
SET ROLE regress_sbert_bob;
SELECT sbert.drop_classifier('ours');
RESET ROLE;
REVOKE regress_sbert_team FROM regress_sbert_bob;

-- everybody; and taken back
SET ROLE regress_sbert_alice;
SELECT sbert.grant_classifier('hers', 'public'), sbert.revoke_classifier('hers', 'regress_sbert_bob'),
       sbert.revoke_classifier('hers', 'regress_sbert_team'), sbert.revoke_classifier('hers', 'regress_sbert_team');
SELECT name, readers FROM sbert.classifiers();
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[1,2]'::vector, 'hers');
SET ROLE regress_sbert_alice;
SELECT sbert.revoke_classifier('hers', 'public');
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[1,2]'::vector, 'hers');
RESET ROLE;

-- rights are those of the statement: one transaction, one prepared statement, one call site, several users
PREPARE whose AS SELECT sbert.classify('[1,2]'::vector, 'hers');
BEGIN;
SET LOCAL ROLE regress_sbert_alice;
EXECUTE whose;
SAVEPOINT s;
SET LOCAL ROLE regress_sbert_bob;
EXECUTE whose;
ROLLBACK TO s;
EXECUTE whose;
COMMIT;
DEALLOCATE whose;
CREATE FUNCTION pg_temp.everyone() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    who text;
    answer text;
BEGIN
    FOREACH who IN ARRAY '{regress_sbert_alice,regress_sbert_bob,regress_sbert_alice}'::text[] LOOP
        BEGIN
            EXECUTE 'SET LOCAL ROLE ' || who;
            answer := sbert.classify('[1,2]'::vector, 'hers');
        EXCEPTION WHEN undefined_object THEN
            answer := SQLERRM;
        END;
        RETURN NEXT who || ': ' || answer;
    END LOOP;
    RESET ROLE;
END $$;
SELECT pg_temp.everyone();
-- ... in a function that runs as its owner hers
CREATE SCHEMA regress_sbert_open AUTHORIZATION regress_sbert_alice;
SET ROLE regress_sbert_alice;
CREATE FUNCTION regress_sbert_open.classify(public.vector) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT sbert.classify($1, 'hers') $$;
GRANT USAGE ON SCHEMA regress_sbert_open TO PUBLIC;
SET ROLE regress_sbert_bob;
SELECT regress_sbert_open.classify('[1,2]');
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA regress_sbert_open CASCADE;
RESET client_min_messages;

-- a user's own operators, functions and tables in front change nothing
CREATE SCHEMA regress_sbert_trap;
SET search_path = regress_sbert_trap, public, pg_catalog;
CREATE FUNCTION trap(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = trap);
CREATE OPERATOR = (LEFTARG = int, RIGHTARG = int, FUNCTION = trap);
CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap);
CREATE OPERATOR > (LEFTARG = int, RIGHTARG = int, FUNCTION = trap);
CREATE OPERATOR < (LEFTARG = int, RIGHTARG = int, FUNCTION = trap);
CREATE FUNCTION pg_has_role(oid, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION unnest(regrole[]) RETURNS SETOF regrole LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION array_append(regrole[], regrole) RETURNS regrole[] LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION array_position(regrole[], regrole) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION array_remove(regrole[], regrole) RETURNS regrole[] LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION vector_dims(vector) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE TABLE classifier AS SELECT 'mine'::text AS name;
CREATE TABLE classifier_version AS SELECT 'mine'::text AS classifier, 1 AS version;
CREATE DOMAIN text AS pg_catalog.int4;
GRANT USAGE ON SCHEMA regress_sbert_trap TO PUBLIC;
SET ROLE regress_sbert_alice;
SELECT sbert.classify('[1,2]'::vector, 'hers'), sbert.classify('[1,2]'::vector, 'hers@1');
SELECT label, round(score::pg_catalog.numeric, 6) AS score FROM sbert.classify_scores('[1,2]'::vector, 'hers');
SELECT sbert.grant_classifier('hers', 'regress_sbert_bob'), sbert.revoke_classifier('hers', 'regress_sbert_bob');
INSERT INTO sbert.classifier_version SELECT classifier, 2, multilabel, labels, weights, intercepts, temperature, thresholds, model, fingerprint, prompt, options, report FROM sbert.classifier_version;
SELECT name, version, dimensions FROM sbert.classifiers();
SELECT sbert.drop_classifier('hers', 1);
SELECT version FROM sbert.classifier_row;
SELECT sbert.drop_classifier('hers');
RESET ROLE;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA regress_sbert_trap CASCADE;
RESET client_min_messages;

DROP ROLE regress_sbert_alice, regress_sbert_bob, regress_sbert_carol, regress_sbert_team;
