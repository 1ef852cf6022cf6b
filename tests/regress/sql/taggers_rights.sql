-- Rights to a tagger are those to its table, as a classifier's are.

CREATE ROLE regress_sbert_dora;
CREATE ROLE regress_sbert_emil;
CREATE SCHEMA doras AUTHORIZATION regress_sbert_dora;

SET ROLE regress_sbert_dora;
SET search_path = doras, public;
CREATE VIEW hers AS SELECT ARRAY['Anna', 'saw', 'Rome', n::text] AS tokens, '{B-PER,O,B-LOC,O}'::text[] AS tags FROM generate_series(1, 30) n;
SELECT version FROM sbert.train_tagger('names', 'SELECT tokens, tags FROM hers', options => '{"epochs": 30}');
SELECT sbert.tag('{Anna,saw,Rome,1}', 'names'::regclass);
SELECT relowner::regrole, relnamespace::regnamespace, obj_description(oid) FROM pg_class WHERE oid = 'names'::regclass;

-- emil may not, in the server's own words
SET ROLE regress_sbert_emil;
SELECT sbert.tag('{Anna}', 'doras.names'::regclass);
RESET ROLE;
GRANT USAGE ON SCHEMA doras TO PUBLIC;
SET ROLE regress_sbert_emil;
SELECT sbert.tag('{Anna}', 'doras.names'::regclass);
SELECT * FROM sbert.entities('Anna', 'doras.names'::regclass);
SELECT * FROM sbert.update_tagger('doras.names', 'SELECT tokens, tags FROM doras.hers');

-- three columns to use it; the sentences that it keeps stay hers
SET ROLE regress_sbert_dora;
GRANT SELECT (version, part, tagger) ON names TO regress_sbert_emil;
SET ROLE regress_sbert_emil;
SELECT sbert.tag('{Anna,saw,Rome,1}', 'doras.names'::regclass);
SELECT label, text FROM sbert.entities('Anna saw Rome', 'doras.names'::regclass);
SELECT tokens FROM doras.names;
SELECT * FROM sbert.update_tagger('doras.names', $$SELECT '{a}'::text[], '{B-X}'::text[]$$);
DROP TABLE doras.names;

-- the query runs with the caller's rights
SELECT * FROM sbert.tagger_report('doras.names', 'SELECT tokens, tags FROM doras.hers');
SELECT sbert.train_tagger('mine', 'SELECT tokens, tags FROM doras.hers');

-- who may insert goes on with it
SET ROLE regress_sbert_dora;
GRANT SELECT, INSERT ON names TO regress_sbert_emil;
SET ROLE regress_sbert_emil;
SELECT rows_of, version, rows FROM sbert.update_tagger('doras.names', $$SELECT '{Oslo,is,far}'::text[], '{B-LOC,O,O}'::text[] FROM generate_series(1, 5)$$);

-- renamed, in another schema, rolled back, revoked within a transaction
SET ROLE regress_sbert_dora;
ALTER TABLE names RENAME TO people;
SELECT sbert.tag('{Anna}', 'people'::regclass);
BEGIN;
DELETE FROM people WHERE version = 2 AND part = 0;
SELECT sbert.tag('{Anna}', 'people'::regclass, 2);
ROLLBACK;
SELECT sbert.tag('{Anna}', 'people'::regclass, 2);
PREPARE whose AS SELECT sbert.tag('{Anna}', 'doras.people'::regclass);
EXECUTE whose;
REVOKE ALL ON people FROM regress_sbert_emil;
SET ROLE regress_sbert_emil;
EXECUTE whose;
DEALLOCATE whose;

-- a table without a version
RESET ROLE;
RESET search_path;
CREATE TEMP TABLE temporary_names (version integer, part integer, tagger sbert.tagger);
SELECT sbert.tag('{Anna}', 'temporary_names'::regclass);
DROP OWNED BY regress_sbert_dora CASCADE;
SELECT to_regclass('doras.people');
DROP OWNED BY regress_sbert_emil;
DROP ROLE regress_sbert_dora, regress_sbert_emil;
