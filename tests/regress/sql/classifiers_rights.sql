-- Rights to a classifier are those to its table: column privileges, ownership, row-level security, schemas

CREATE ROLE regress_sbert_alice;
CREATE ROLE regress_sbert_bob;
CREATE ROLE regress_sbert_carol;
CREATE ROLE regress_sbert_team;
GRANT regress_sbert_team TO regress_sbert_carol;
CREATE SCHEMA alices AUTHORIZATION regress_sbert_alice;
CREATE SCHEMA bobs AUTHORIZATION regress_sbert_bob;

-- alice trains one in her schema
SET ROLE regress_sbert_alice;
SET search_path = alices, public;
CREATE VIEW rows_of_hers AS SELECT ('[' || i || ',' || 10 - i || ']')::vector AS e, CASE WHEN i > 5 THEN 'big' ELSE 'small' END AS size
    FROM generate_series(1, 10) i;
SELECT version, rows, labels FROM sbert.train_classifier('sizes', 'SELECT e, size FROM rows_of_hers');
SELECT sbert.classify('[9,1]'::vector, 'sizes');
SELECT relowner::regrole, relnamespace::regnamespace, obj_description(oid) FROM pg_class WHERE oid = 'sizes'::regclass;
SELECT sbert.train_classifier('sizes', 'SELECT e, size FROM rows_of_hers');
SELECT sbert.train_classifier('bobs.sizes', 'SELECT e, size FROM rows_of_hers');
SELECT sbert.train_classifier('nowhere.sizes', 'SELECT e, size FROM rows_of_hers');
SELECT sbert.train_classifier('a.b.c.d', 'SELECT e, size FROM rows_of_hers');

-- bob may not, in the server's own words
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[9,1]'::vector, 'alices.sizes');
RESET ROLE;
GRANT USAGE ON SCHEMA alices TO PUBLIC;
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[9,1]'::vector, 'alices.sizes');
SELECT * FROM sbert.update_classifier('alices.sizes', $$SELECT '[1,2]'::vector, 'small'$$);
SELECT count(*) FROM sbert.classifiers();

-- three columns to use it; the rows that it keeps stay hers
SET ROLE regress_sbert_alice;
GRANT SELECT (version, part, classifier) ON sizes TO regress_sbert_bob;
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[9,1]'::vector, 'alices.sizes'), sbert.classify_labels('[1,9]'::vector, 'alices.sizes', 1);
SELECT classifier, version, owner, labels FROM sbert.classifiers();
SELECT embedding FROM alices.sizes;
SELECT * FROM sbert.update_classifier('alices.sizes', $$SELECT '[1,2]'::vector, 'small'$$);
UPDATE alices.sizes SET version = 2;
DROP TABLE alices.sizes;
SET ROLE regress_sbert_alice;
REVOKE SELECT (classifier) ON sizes FROM regress_sbert_bob;
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[9,1]'::vector, 'alices.sizes');
-- who may insert goes on with it
SET ROLE regress_sbert_alice;
GRANT SELECT, INSERT ON sizes TO regress_sbert_team;
SET ROLE regress_sbert_carol;
SELECT rows_of, version, rows FROM sbert.update_classifier('alices.sizes', $$SELECT '[5,5]'::vector, 'middle'$$);
SELECT sbert.classify('[9,1]'::vector, 'alices.sizes', 1), (SELECT max(version) FROM sbert.classifiers());
-- two of one name in two schemas
SET ROLE regress_sbert_bob;
SET search_path = bobs, public;
SELECT version FROM sbert.train_classifier('sizes', $$SELECT ('[' || i || ']')::vector, CASE WHEN i > 5 THEN 'B' ELSE 'S' END FROM generate_series(1, 10) i$$);
SELECT sbert.classify('[9]'::vector, 'sizes');
SET search_path = alices, bobs, public;
RESET ROLE;
SELECT sbert.classify('[9,1]'::vector, 'sizes'), sbert.classify('[9]'::vector, 'bobs.sizes');
ALTER TABLE bobs.sizes SET SCHEMA public;
SELECT sbert.classify('[9]'::vector, 'public.sizes');
ALTER TABLE public.sizes OWNER TO regress_sbert_carol;
SELECT classifier, owner FROM sbert.classifiers() WHERE version = 1;

-- rights are those of the statement: one transaction, one prepared statement, one call site, several users
PREPARE whose AS SELECT sbert.classify('[9,1]'::vector, 'alices.sizes');
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
            answer := sbert.classify('[9,1]'::vector, 'alices.sizes');
        EXCEPTION WHEN insufficient_privilege THEN
            answer := SQLERRM;
        END;
        RETURN NEXT who || ': ' || answer;
    END LOOP;
    RESET ROLE;
END $$;
SELECT pg_temp.everyone();
-- ... in a function that runs as its owner hers
SET ROLE regress_sbert_alice;
CREATE FUNCTION alices.classify(public.vector) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT sbert.classify($1, 'alices.sizes') $$;
SET ROLE regress_sbert_bob;
SELECT alices.classify('[9,1]');

-- row-level security is the table's own, and the cache knows of it
SET ROLE regress_sbert_alice;
ALTER TABLE sizes ENABLE ROW LEVEL SECURITY;
CREATE POLICY first ON sizes FOR SELECT TO regress_sbert_bob USING (version = 1);
GRANT SELECT ON sizes TO regress_sbert_bob;
SELECT sbert.classify('[5,5]'::vector, 'sizes');
SET ROLE regress_sbert_bob;
SELECT sbert.classify('[5,5]'::vector, 'alices.sizes');
SELECT sbert.classify('[5,5]'::vector, 'alices.sizes', 2);
SELECT count(*) FROM sbert.classifiers(); -- not where another's policies would run
SET ROLE regress_sbert_carol;
SELECT sbert.classify('[5,5]'::vector, 'alices.sizes');
SET row_security = off;
SELECT sbert.classify('[5,5]'::vector, 'alices.sizes');
RESET row_security;
-- ... a policy that classifies itself ends
SET ROLE regress_sbert_alice;
CREATE POLICY endless ON sizes FOR SELECT TO regress_sbert_team USING (sbert.classify('[5,5]'::public.vector, 'alices.sizes') = 'big');
SET ROLE regress_sbert_carol;
\set VERBOSITY sqlstate
SELECT sbert.classify('[5,5]'::vector, 'alices.sizes');
\set VERBOSITY default
RESET ROLE;

-- a user's own operators, functions and tables in front change nothing
CREATE SCHEMA regress_sbert_trap;
SET search_path = regress_sbert_trap, alices, public, pg_catalog;
CREATE FUNCTION trap(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap(name, name) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR = (LEFTARG = int, RIGHTARG = int, FUNCTION = trap);
CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap);
CREATE OPERATOR = (LEFTARG = name, RIGHTARG = name, FUNCTION = trap);
CREATE OPERATOR > (LEFTARG = int, RIGHTARG = int, FUNCTION = trap);
CREATE OPERATOR < (LEFTARG = int, RIGHTARG = int, FUNCTION = trap);
CREATE FUNCTION now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION has_column_privilege(oid, smallint, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION vector_dims(vector) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE DOMAIN text AS pg_catalog.int4;
CREATE DOMAIN vector AS pg_catalog.int4;
CREATE TEMP TABLE rows_of_mine AS SELECT * FROM rows_of_hers;
GRANT ALL ON SCHEMA regress_sbert_trap TO PUBLIC;
SET ROLE regress_sbert_alice;
SELECT sbert.classify('[9,1]'::public.vector, 'sizes'), sbert.classify('[9,1]'::public.vector, 'sizes', 1);
SELECT label, round(score::pg_catalog.numeric) AS score FROM sbert.classify_scores('[9,1]'::public.vector, 'sizes', 1);
SELECT classifier, version, dimensions FROM sbert.classifiers();
SELECT version FROM sbert.train_classifier('trapped', 'SELECT e, size FROM rows_of_hers');
SELECT rows_of, version FROM sbert.update_classifier('trapped', 'SELECT e, size FROM rows_of_hers');
SELECT 'trapped'::regclass, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid OPERATOR(pg_catalog.=) 'trapped'::regclass::pg_catalog.oid AND attname OPERATOR(pg_catalog.=) 'embedding'::pg_catalog.name;
DROP TABLE trapped;
-- a temporary one, and one that hides behind it
CREATE TEMP TABLE hidden (i int);
SELECT version FROM sbert.train_classifier('hidden', 'SELECT e, size FROM rows_of_hers');
SELECT count(*) FROM hidden;
SELECT sbert.classify('[9,1]'::public.vector, 'regress_sbert_trap.hidden');
SELECT version FROM sbert.train_classifier('pg_temp.passing', 'SELECT e, size FROM rows_of_hers');
SELECT sbert.classify('[9,1]'::public.vector, 'passing');
RESET ROLE;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA regress_sbert_trap CASCADE;
-- all of it goes with its owner
REASSIGN OWNED BY regress_sbert_bob TO regress_sbert_alice;
DROP OWNED BY regress_sbert_bob;
DROP OWNED BY regress_sbert_alice CASCADE;
RESET client_min_messages;
SELECT classifier, owner FROM sbert.classifiers();
DROP OWNED BY regress_sbert_carol, regress_sbert_team;
DROP ROLE regress_sbert_alice, regress_sbert_bob, regress_sbert_carol, regress_sbert_team;
