-- The extension vector: sbert_ivf under the names of pgvector's hnsw and ivfflat.

-- without sbert, and then once
CREATE EXTENSION vector;
CREATE EXTENSION sbert;
CREATE EXTENSION vector;
SELECT extversion FROM pg_extension WHERE extname = 'vector';

CREATE TABLE items (id int PRIMARY KEY, v vector(8), h halfvec(8), s sparsevec(8), b bit(8));
CREATE FUNCTION fill(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO items SELECT i, v, v, v, binary_quantize(v) FROM generate_series(first, last) i,
        LATERAL (SELECT array_agg(hashint4(i * 8 + j) / 2147483648.0)::vector(8) AS v FROM generate_series(1, 8) j) l $$;
SELECT fill(1, 2000);
ANALYZE items;

-- storage parameters are pgvector's; that they do nothing is said once
CREATE INDEX items_hnsw ON items USING hnsw (v vector_l2_ops) WITH (m = 0);
CREATE INDEX items_hnsw ON items USING hnsw (v vector_l2_ops) WITH (m = 16, ef_construction = 31);
CREATE INDEX items_hnsw ON items USING hnsw (v vector_l2_ops) WITH (lists = 10);
CREATE INDEX items_hnsw ON items USING hnsw (v vector_l2_ops) WITH (target_recall = 0.9);
CREATE INDEX items_ivfflat ON items USING ivfflat (v vector_ip_ops) WITH (lists = 0);
CREATE INDEX items_ivfflat ON items USING ivfflat (v vector_ip_ops) WITH (m = 16);
CREATE INDEX items_hnsw ON items USING hnsw (v vector_l2_ops) WITH (m = 16, ef_construction = 64);
CREATE INDEX items_ivfflat ON items USING ivfflat (v vector_ip_ops) WITH (lists = 100);
ALTER INDEX items_hnsw SET (m = 24);
ALTER INDEX items_hnsw SET (m = 240);
REINDEX INDEX items_hnsw;
CREATE INDEX items_half ON items USING hnsw (h halfvec_cosine_ops);
CREATE INDEX items_ours ON items USING sbert_ivf (v vector_cosine_ops);
-- pgvector's defaults: vector by L2 for ivfflat, none for hnsw
CREATE INDEX items_default ON items USING ivfflat (v);
SELECT pg_get_indexdef('items_default'::regclass);
DROP INDEX items_default;
CREATE INDEX ON items USING hnsw (v);

-- what there is no index for yet
CREATE INDEX ON items USING hnsw (v vector_l1_ops);
CREATE INDEX ON items USING hnsw (h halfvec_l1_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_l2_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_ip_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_cosine_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_l1_ops);
CREATE INDEX ON items USING hnsw (b bit_hamming_ops);
CREATE INDEX ON items USING hnsw (b bit_jaccard_ops);
CREATE INDEX ON items USING ivfflat (b bit_hamming_ops);
\echo :LAST_ERROR_SQLSTATE
CREATE INDEX CONCURRENTLY items_refused ON items USING hnsw (b bit_hamming_ops);
INSERT INTO items (id, b) VALUES (0, B'10101010');
DELETE FROM items WHERE id = 0;
DROP INDEX items_refused;

-- every class is as its access method wants it, or is one of those
SELECT amname, opcname, opcdefault, support.amproc::regproc = 'vector_not_indexed'::regproc AS by_name_alone
FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod JOIN pg_amproc support ON amprocfamily = opcfamily
WHERE amname IN ('hnsw', 'ivfflat') ORDER BY 1, 2;
SELECT count(*) FILTER (WHERE amvalidate(c.oid)) AS valid
FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod JOIN pg_amproc support ON amprocfamily = opcfamily
WHERE amname IN ('hnsw', 'ivfflat') AND support.amproc::regproc <> 'vector_not_indexed'::regproc;

-- the recall that a search aims at
CREATE FUNCTION aims(query text) RETURNS TABLE (index text, target numeric) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT id FROM items ORDER BY ' || query || ' LIMIT 10' INTO plan;
    plan := plan -> 0 -> 'Plan' -> 'Plans' -> 0;
    RETURN QUERY SELECT plan ->> 'Index', (plan ->> 'Target Recall')::numeric;
END $$;
CREATE FUNCTION aims() RETURNS TABLE (index text, target numeric) LANGUAGE sql AS $$
    SELECT a.* FROM unnest(ARRAY['v <-> ''[1,2,3,4,5,6,7,8]''', 'v <#> ''[1,2,3,4,5,6,7,8]''', 'v <=> ''[1,2,3,4,5,6,7,8]''',
        'h <=> ''[1,2,3,4,5,6,7,8]''']) WITH ORDINALITY AS q(query, n), aims(query) a ORDER BY n $$;
SET enable_seqscan = off;
SELECT * FROM aims();
-- each setting moves the indexes made by its name, and no others
SET hnsw.ef_search = 200;
SELECT * FROM aims();
SET ivfflat.probes = 10;
SELECT * FROM aims();
-- probes of a quarter of the lists count twice; as many as lists are all that an index can aim at
ALTER INDEX items_ivfflat SET (lists = 25);
SET ivfflat.probes = 5;
SELECT * FROM aims() LIMIT 1 OFFSET 1;
SET ivfflat.probes = 25;
SELECT * FROM aims() LIMIT 1 OFFSET 1;
ALTER INDEX items_ivfflat SET (lists = 100);
-- what is set goes before them, for all
SET sbert.target_recall = 0.8;
SELECT * FROM aims();
RESET sbert.target_recall;
-- a default that nobody has set asks for nothing; the same value, set, does
RESET hnsw.ef_search;
RESET ivfflat.probes;
SHOW hnsw.ef_search;
SHOW ivfflat.probes;
SELECT * FROM aims();
SET ivfflat.probes = 1;
SELECT * FROM aims();
SET ivfflat.probes TO DEFAULT;
BEGIN;
SET LOCAL hnsw.ef_search = 10;
SELECT * FROM aims() LIMIT 1;
SAVEPOINT s;
SET LOCAL hnsw.ef_search = 1000;
SELECT * FROM aims() LIMIT 1;
ROLLBACK TO s;
SELECT * FROM aims() LIMIT 1;
COMMIT;
SELECT * FROM aims() LIMIT 1;
-- of a role, before the module is loaded
ALTER ROLE CURRENT_USER SET hnsw.ef_search = 400;
\c
SET enable_seqscan = off;
SELECT * FROM aims();
ALTER ROLE CURRENT_USER RESET hnsw.ef_search;
\c
SET enable_seqscan = off;
SELECT * FROM aims() LIMIT 1;
-- more is never less, and within what an index can aim at
CREATE FUNCTION curve(setting text, most int, OUT never_less boolean, OUT lowest numeric, OUT highest numeric) LANGUAGE plpgsql AS $$
DECLARE
    last numeric;
    found numeric;
    query text := CASE setting WHEN 'hnsw.ef_search' THEN 'v <-> ' ELSE 'v <#> ' END || quote_literal('[1,2,3,4,5,6,7,8]');
BEGIN
    never_less := true;
    FOR i IN 1..most LOOP
        PERFORM set_config(setting, i::text, true);
        SELECT target INTO found FROM aims(query);
        never_less := never_less AND (last IS NULL OR found >= last);
        lowest := coalesce(lowest, found);
        last := found;
    END LOOP;
    highest := last;
END $$;
SELECT * FROM curve('hnsw.ef_search', 1000);
SELECT * FROM curve('ivfflat.probes', 1000);

-- pgvector's settings and messages
SET hnsw.ef_search = 0;
SET ivfflat.probes = 32769;
SET hnsw.iterative_scan = strict_order;
SET ivfflat.iterative_scan = strict_order;
SET ivfflat.iterative_scan = relaxed_order;
SET hnsw.max_scan_tuples = 0;
SET hnsw.max_scan_tuples = 40000;
SET hnsw.scan_mem_multiplier = 2;
SET ivfflat.max_probes = 50;
SET hnsw.nonsense = 1;
SET ivfflat.nonsense = 1;
RESET ALL;

-- the index works: exact answers, writes, vacuum, what sbert tells of its indexes
CREATE FUNCTION same(operator text, type text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint := 0;
    indexed int[];
    sorted int[];
    query text := format('SELECT array_agg(id ORDER BY n) FROM (SELECT id, row_number() OVER () AS n FROM (SELECT id FROM items
        ORDER BY %s %s (SELECT %1$s FROM items WHERE id = $1) LIMIT 10) i) s', left(type, 1), operator);
BEGIN
    FOR q IN 1..30 LOOP
        CONTINUE WHEN q % 3 = 0;
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_indexscan = on;
        EXECUTE query INTO indexed USING q;
        SET LOCAL enable_seqscan = on;
        SET LOCAL enable_indexscan = off;
        EXECUTE query INTO sorted USING q;
        wrong := wrong + (indexed <> sorted)::int;
    END LOOP;
    RETURN wrong;
END $$;
SET sbert.target_recall = 1;
SELECT same('<->', 'vector'), same('<#>', 'vector'), same('<=>', 'halfvec');
SELECT fill(2001, 4000);
DELETE FROM items WHERE id % 3 = 0;
VACUUM items;
SELECT same('<->', 'vector'), same('<#>', 'vector'), same('<=>', 'halfvec');
SELECT index, stats.rows, (SELECT count(*) FROM sbert.index_verify(index)) AS problems, recall.recall
FROM unnest(ARRAY['items_hnsw', 'items_ivfflat', 'items_half']::regclass[]) index, sbert.index_stats(index) stats,
    sbert.index_recall(index) recall;
RESET sbert.target_recall;
DROP INDEX items_ours;

-- unlogged tables, partitions
CREATE UNLOGGED TABLE unlogged (v vector(3));
CREATE INDEX ON unlogged USING hnsw (v vector_l2_ops) WITH (m = 4);
INSERT INTO unlogged VALUES ('[1,2,3]');
CREATE TABLE parts (id int, v vector(3)) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE INDEX ON parts USING ivfflat (v) WITH (lists = 10);
CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts SELECT i, ARRAY[i, 0, 0] FROM generate_series(0, 19) i;
SET enable_seqscan = off;
SELECT id FROM parts ORDER BY v <-> '[10.2,0,0]' LIMIT 3;
SELECT * FROM unlogged ORDER BY v <-> '[1,1,1]' LIMIT 1;
RESET enable_seqscan;

-- the indexes go with the extension, the columns stay
\set VERBOSITY terse
DROP EXTENSION vector;
DROP EXTENSION vector CASCADE;
\set VERBOSITY default
SELECT count(*), count(v) FROM items;
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'items'::regclass;
SELECT amname FROM pg_am WHERE amname IN ('hnsw', 'ivfflat');
DROP TABLE items, unlogged, parts;
DROP EXTENSION sbert;

-- a role that may create in the database, sbert in another schema, and things of the same names in the way
CREATE ROLE regress_vector_user LOGIN;
GRANT CREATE ON DATABASE :"DBNAME" TO regress_vector_user;
SET ROLE regress_vector_user;
CREATE SCHEMA "a Schema; 2";
CREATE SCHEMA theirs;
CREATE EXTENSION sbert SCHEMA "a Schema; 2";
CREATE DOMAIN theirs.vector AS text;
CREATE FUNCTION theirs.far("a Schema; 2".vector, "a Schema; 2".vector) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 1.0::float8';
CREATE OPERATOR theirs.<-> (LEFTARG = "a Schema; 2".vector, RIGHTARG = "a Schema; 2".vector, FUNCTION = theirs.far);
CREATE TEMPORARY TABLE vector (i int);
SET search_path = theirs, pg_temp;
CREATE EXTENSION vector SCHEMA theirs;
RESET search_path;
SELECT DISTINCT opcintype::regtype, amopopr::regoperator, amproc::regproc
FROM pg_opclass JOIN pg_am a ON a.oid = opcmethod JOIN pg_amproc ON amprocfamily = opcfamily JOIN pg_amop ON amopfamily = opcfamily
WHERE amname = 'hnsw' AND opcname = 'vector_l2_ops';
CREATE TABLE theirs.items (v "a Schema; 2".vector(3));
CREATE INDEX items_v ON theirs.items USING hnsw (v theirs.vector_l2_ops) WITH (m = 16);
INSERT INTO theirs.items VALUES ('[1,2,3]'), ('[4,5,6]');
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT v FROM theirs.items ORDER BY v OPERATOR("a Schema; 2".<->) '[4,4,4]' LIMIT 1;
SELECT v FROM theirs.items ORDER BY v OPERATOR("a Schema; 2".<->) '[4,4,4]' LIMIT 1;
RESET enable_seqscan;
\set VERBOSITY terse
DROP SCHEMA theirs, "a Schema; 2" CASCADE;
\set VERBOSITY default
DROP TABLE vector;
RESET ROLE;
REVOKE CREATE ON DATABASE :"DBNAME" FROM regress_vector_user;
DROP ROLE regress_vector_user;
