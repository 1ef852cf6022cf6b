-- Who may look into an sbert_ivf index, as whom its expressions are computed, and indexes that are none.
CREATE ROLE regress_ivf_owner;
CREATE ROLE regress_ivf_reader;
CREATE SCHEMA ivf_rights;
GRANT ALL ON SCHEMA ivf_rights TO regress_ivf_owner;
GRANT USAGE ON SCHEMA ivf_rights TO regress_ivf_reader;
SET search_path = ivf_rights, public;

-- functions that tell as whom they run and where they look for names; one that names no schema; one that reaches further
SET ROLE regress_ivf_owner;
CREATE FUNCTION telling(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE NOTICE 'as % by %', current_user, current_setting('search_path');
    RETURN v;
END $$;
CREATE FUNCTION careless(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN shorten(v); END';
CREATE FUNCTION reaching(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM set_config('role', 'none', false);
    RETURN v;
END $$;
CREATE FUNCTION shorten(v vector) RETURNS vector LANGUAGE sql IMMUTABLE AS 'SELECT v';
CREATE TABLE t (v vector(3));
CREATE INDEX t_telling ON t USING sbert_ivf ((telling(v)::vector(3)) vector_l2_ops);
INSERT INTO t VALUES ('[1,2,3]');
CREATE TABLE u (v vector(3));
CREATE INDEX u_careless ON u USING sbert_ivf ((careless(v)::vector(3)) vector_l2_ops);
INSERT INTO u VALUES ('[1,2,3]');
CREATE TABLE w (v vector(3));
CREATE INDEX w_reaching ON w USING sbert_ivf ((reaching(v)::vector(3)) vector_l2_ops) WHERE telling(v) IS NOT NULL;
INSERT INTO w VALUES ('[1,2,3]');
GRANT SELECT ON t, u, w TO regress_ivf_reader;
RESET ROLE;

-- a reader of the table is no owner of the index
SET ROLE regress_ivf_reader;
SELECT queries FROM sbert.index_recall('t_telling');
SELECT rows FROM sbert.index_stats('t_telling');
SELECT * FROM sbert.index_verify('t_telling');
RESET ROLE;

-- the owner, who has it by a search_path of its own; a member of the owner; a superuser: all as the owner
SET ROLE regress_ivf_owner;
SELECT queries FROM sbert.index_recall('t_telling');
RESET ROLE;
GRANT regress_ivf_owner TO regress_ivf_reader;
SET ROLE regress_ivf_reader;
SELECT queries FROM sbert.index_recall('t_telling');
RESET ROLE;
REVOKE regress_ivf_owner FROM regress_ivf_reader;
SELECT queries FROM sbert.index_recall('t_telling');
SHOW search_path;

-- nothing of the caller's is seen, and the owner's functions get no further rights
CREATE FUNCTION pg_temp.shorten(v vector) RETURNS vector LANGUAGE plpgsql AS $$ BEGIN RAISE 'never called'; END $$;
\set VERBOSITY terse
SELECT queries FROM sbert.index_recall('u_careless');
SELECT queries FROM sbert.index_recall('w_reaching');
\set VERBOSITY default
SELECT current_user = session_user AS mine;

-- sbert.last_scan() tells nobody what another role has read
CREATE TABLE secret AS SELECT i, ARRAY[sin(i), cos(i)]::real[]::vector(2) AS v FROM generate_series(1, 100) i;
CREATE INDEX secret_v ON secret USING sbert_ivf (v vector_l2_ops);
SET enable_seqscan = off;
SELECT i FROM secret ORDER BY v <-> '[0.84147098,0.54030231]' LIMIT 1;
RESET enable_seqscan;
SELECT rows_scanned FROM sbert.last_scan();
SET ROLE regress_ivf_reader;
SELECT * FROM sbert.last_scan();
RESET ROLE;
SELECT rows_scanned FROM sbert.last_scan();

-- what a failed CREATE INDEX CONCURRENTLY leaves
CREATE TABLE mixed (id int, v vector);
INSERT INTO mixed VALUES (1, '[1,2,3]'), (2, '[1,2]');
CREATE INDEX CONCURRENTLY mixed_v ON mixed USING sbert_ivf ((v::vector(3)) vector_l2_ops);
SELECT rows FROM sbert.index_stats('mixed_v');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM sbert.index_verify('mixed_v');
\echo :LAST_ERROR_SQLSTATE
SELECT recall FROM sbert.index_recall('mixed_v');
\echo :LAST_ERROR_SQLSTATE
DELETE FROM mixed WHERE id = 2;
REINDEX INDEX mixed_v;
SELECT rows FROM sbert.index_stats('mixed_v');

-- operator classes made by hand: of a function that is for something else, and for another type
CREATE OPERATOR CLASS of_another FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 embed_support(internal);
CREATE OPERATOR CLASS of_the_server FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 brin_minmax_opcinfo(internal);
CREATE OPERATOR CLASS for_halfvec FOR TYPE halfvec USING sbert_ivf AS
    OPERATOR 1 <-> (halfvec, halfvec) FOR ORDER BY float_ops, FUNCTION 1 vector_ivf_l2_support(internal);
CREATE OPERATOR CLASS for_numbers FOR TYPE int4 USING sbert_ivf AS
    OPERATOR 1 - (int4, int4) FOR ORDER BY integer_ops, FUNCTION 1 vector_ivf_l2_support(internal);
CREATE OPERATOR CLASS as_it_should_be FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops, FUNCTION 1 vector_ivf_l2_support(internal);
SELECT opcname, amvalidate(oid) FROM pg_opclass
WHERE opcname IN ('of_another', 'of_the_server', 'for_halfvec', 'for_numbers', 'as_it_should_be') ORDER BY 1;
CREATE INDEX ON secret USING sbert_ivf (v of_another);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX ON secret USING sbert_ivf (v of_the_server);
CREATE INDEX ON secret USING sbert_ivf ((v::halfvec(2)) for_halfvec);
CREATE INDEX ON secret USING sbert_ivf (i for_numbers);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX secret_own ON secret USING sbert_ivf (v as_it_should_be);
SELECT rows FROM sbert.index_stats('secret_own');

SET client_min_messages = warning;
DROP SCHEMA ivf_rights CASCADE;
DROP ROLE regress_ivf_owner, regress_ivf_reader;
