-- Which model made the vectors of a column: sbert.declare_model(), sbert.column_models(), sbert.check().
\set VERBOSITY terse
CREATE SCHEMA cm;
SET search_path = cm, public;
CREATE TABLE docs (
    id int PRIMARY KEY, title text, body text,
    g vector(384) GENERATED ALWAYS AS (embed((title || ' '::text) || body, 'all-MiniLM-L6-v2')) STORED,
    short halfvec(64) GENERATED ALWAYS AS (truncate_dim(embed_document(body, 'all-MiniLM-L6-v2-int8'), 64)) STORED,
    kept vector(384), "By Default" vector(384), given vector(384), "Un known" vector, h halfvec(1000), n int);
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON docs FOR EACH ROW
    EXECUTE FUNCTION sbert.embed_trigger('kept', 'body', 'all-MiniLM-L6-v2-bf16');
CREATE TRIGGER keep_default BEFORE INSERT OR UPDATE ON docs FOR EACH ROW
    EXECUTE FUNCTION sbert.embed_trigger('By Default', 'body');
SELECT * FROM sbert.column_models('docs');

-- a declaration is a constraint
SELECT sbert.declare_model('docs', 'given', 'all-MiniLM-L6-v2');
SELECT sbert.declare_model('docs', 'given', 'all-MiniLM-L6-v2-int8');
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'docs'::regclass AND contype = 'c';
ALTER TABLE docs RENAME given TO "Given, then";
ALTER TABLE docs RENAME TO documents;
SELECT model, source FROM sbert.column_models('documents') WHERE column_name = 'Given, then';
SELECT sbert.declare_model('documents', 'Given, then', 'all-MiniLM-L6-v2');
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'documents'::regclass AND contype = 'c';
CREATE TABLE copied (LIKE documents INCLUDING CONSTRAINTS);
SELECT model, source FROM sbert.column_models('copied') WHERE column_name = 'Given, then';
INSERT INTO documents (id, title, body, "Given, then") VALUES (1, 'a', 'b', NULL), (2, 'c', 'd', array_fill(1, ARRAY[384])::vector);
ALTER TABLE documents VALIDATE CONSTRAINT given_model;

-- partitions, domains, temporary tables
CREATE TABLE parts (id int, e vector(384)) PARTITION BY LIST (id);
CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);
SELECT sbert.declare_model('parts', 'e', 'all-MiniLM-L6-v2');
SELECT * FROM sbert.column_models('part1');
CREATE DOMAIN embedding AS vector(384);
CREATE TEMP TABLE domains (e embedding);
SELECT sbert.declare_model('domains', 'e', 'all-MiniLM-L6-v2');
SELECT * FROM sbert.column_models('domains');

-- a partition that declares the same can be attached
CREATE TABLE part2 (id int, e vector(384));
SELECT sbert.declare_model('part2', 'e', 'all-MiniLM-L6-v2');
ALTER TABLE parts ATTACH PARTITION part2 FOR VALUES IN (2);

-- other constraints stay, whatever they say of models
CREATE TABLE other (v vector(384), w vector(384),
    CONSTRAINT v_model CHECK (vector_dims(v) = 384 AND sbert.made_by(v, 'all-MiniLM-L6-v2')),
    CONSTRAINT both_models CHECK (sbert.made_by(v, 'x') AND sbert.made_by(w, 'y')),
    g vector(384) GENERATED ALWAYS AS (CASE WHEN vector_dims(v) = 1 THEN embed(model => 'all-MiniLM-L6-v2', text => v::text)
        ELSE embed(v::text, 'all-MiniLM-L6-v2-int8'::varchar) END) STORED);
SELECT sbert.declare_model('other', 'v', 'all-MiniLM-L6-v2');
SELECT sbert.declare_model('other', 'v', 'all-MiniLM-L6-v2-int8@6c059b3b');
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'other'::regclass ORDER BY 1;
SELECT * FROM sbert.column_models('other');
ALTER TABLE other DROP CONSTRAINT v_model1, ADD CHECK (sbert.made_by(model => 'all-MiniLM-L6-v2@00000000', value => v));
SELECT column_name, problem FROM sbert.check('other') ORDER BY column_name, problem;
CREATE VIEW views AS SELECT v FROM other;
SELECT count(*) FROM sbert.check('views');

-- the check
CREATE INDEX by_l2 ON documents USING sbert_ivf (g vector_l2_ops);
CREATE INDEX by_cosine ON documents USING sbert_ivf (short halfvec_cosine_ops);
SELECT sbert.declare_model('documents', 'kept', 'all-MiniLM-L6-v2');
ALTER TABLE documents ADD CHECK (sbert.made_by(h, 'all-MiniLM-L6-v2')),
    ADD CHECK (sbert.made_by("Un known", 'no-such-model'));
ALTER TABLE documents ADD "it's new" vector(384);
SELECT * FROM sbert.check('documents') ORDER BY column_name, problem;
SELECT * FROM sbert.check('parts');
SELECT count(*) FROM sbert.check('pg_class');

-- what cannot be declared
SELECT sbert.declare_model('documents', 'nowhere', 'all-MiniLM-L6-v2');
SELECT sbert.declare_model('documents', 'ctid', 'all-MiniLM-L6-v2');
SELECT sbert.declare_model('documents', 'n', 'all-MiniLM-L6-v2');
SELECT sbert.declare_model('documents', 'h', 'all-MiniLM-L6-v2');
SELECT sbert.declare_model('documents', 'kept', 'no-such-model');
SELECT sbert.declare_model(0, 'kept', 'all-MiniLM-L6-v2');
SELECT sbert.column_models(0);
SELECT sbert.check(0);
SELECT sbert.declare_model('views', 'v', 'all-MiniLM-L6-v2');
SELECT sbert.declare_model(NULL, 'kept', 'all-MiniLM-L6-v2') IS NULL AS nothing;
CREATE ROLE cm_stranger;
GRANT USAGE ON SCHEMA cm TO cm_stranger;
SET ROLE cm_stranger;
SELECT sbert.declare_model('documents', 'kept', 'all-MiniLM-L6-v2');
SELECT count(*) FROM sbert.column_models('documents');
RESET ROLE;
DROP OWNED BY cm_stranger;
DROP ROLE cm_stranger;
DROP SCHEMA cm CASCADE;
