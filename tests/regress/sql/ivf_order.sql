-- Order is a promise: whatever asks for the nearest rows gets them ascending by the operator's own
-- result, as many as there are, under any filter, in their places in the table.
SET enable_seqscan = off;
SET enable_sort = off;
SET enable_bitmapscan = off;
CREATE TABLE o_rows (id integer PRIMARY KEY, kind integer NOT NULL, owner name DEFAULT 'regress_sbert_order', e vector(24));
INSERT INTO o_rows (id, kind, e)
SELECT i, i % 5, (SELECT array_agg(sin(i * (j * 0.37 + 0.11)) + ((i * 7919 + j * 104729) % 1000) / 700.0) FROM generate_series(1, 24) j)::vector
FROM generate_series(1, 6000) i;
CREATE INDEX o_rows_e ON o_rows USING sbert_ivf (e vector_l2_ops);
CREATE INDEX o_rows_cosine ON o_rows USING sbert_ivf (e vector_cosine_ops);
VACUUM ANALYZE o_rows;
CREATE VIEW o_asked AS SELECT id AS q, e FROM o_rows WHERE id % 600 = 7;

-- a plan in the words of PostgreSQL 15
CREATE FUNCTION o_plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        CONTINUE WHEN line ~ 'Disabled: true|Index Searches';
        RETURN NEXT regexp_replace(line, '\[[-0-9.,e]*\]', '[...]');
    END LOOP;
END
$$;
-- what a query gives for every o_asked row, against the same without the index: rows that are missing, pairs that descend,
-- whether nine of ten rows are no farther than the last one there
CREATE FUNCTION o_check(query text, OUT questions integer, OUT rows_missing integer, OUT descending integer, OUT nearest boolean)
LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    r record;
    found double precision[];
    exact double precision[];
    n_found integer := 0;
    n_near integer := 0;
BEGIN
    questions := 0; rows_missing := 0; descending := 0;
    FOR asked IN SELECT * FROM o_asked LOOP
        questions := questions + 1;
        found := '{}';
        exact := '{}';
        FOR r IN EXECUTE query USING asked.e LOOP
            found := found || r.d::double precision;
        END LOOP;
        SET LOCAL enable_indexscan = off;
        SET LOCAL enable_seqscan = on;
        SET LOCAL enable_sort = on;
        FOR r IN EXECUTE query USING asked.e LOOP
            exact := exact || r.d::double precision;
        END LOOP;
        SET LOCAL enable_indexscan = on;
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_sort = off;
        rows_missing := rows_missing + cardinality(exact) - cardinality(found);
        descending := descending + (SELECT count(*) FROM unnest(found) WITH ORDINALITY x(d, i) WHERE d < found[i - 1]);
        n_found := n_found + cardinality(found);
        n_near := n_near + (SELECT count(*) FROM unnest(found) d WHERE d <= exact[cardinality(exact)]);
    END LOOP;
    nearest := n_near >= 0.9 * n_found;
END
$$;

-- any LIMIT, with and without a filter, at the default recall
SELECT n, metric, c.*
FROM unnest('{1,10,20,50,100,500,5000}'::int[]) n, unnest('{<->,<=>}'::text[]) metric, o_check(format('SELECT id, e %s $1 AS d FROM o_rows ORDER BY e %1$s $1 LIMIT %s', metric, n)) c ORDER BY 2, 1;
SELECT n, filter, c.*
FROM unnest('{5,10,100,2000}'::int[]) n, unnest('{kind = 3,id % 100 = 3,id % 1000 = 3,id < 0}'::text[]) filter, o_check(format('SELECT id, e <-> $1 AS d FROM o_rows WHERE %s ORDER BY e <-> $1 LIMIT %s', filter, n)) c ORDER BY 2, 1;
SELECT o_plan('SELECT id FROM o_rows WHERE id % 100 = 3 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 10');

-- any depth gets the recall that is asked for, in a small table too
SELECT k, recall > 0.9 AS enough FROM unnest('{10,50,100,200,500,1000,2000}'::int[]) depth, sbert.index_recall('o_rows_e', k => depth);

-- OFFSET, WITH TIES, LIMIT by a parameter, a filter with a subplan, one that is volatile
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_rows ORDER BY e <-> $1 OFFSET 95 LIMIT 100');
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_rows ORDER BY e <-> $1 FETCH FIRST 30 ROWS WITH TIES');
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_rows o WHERE EXISTS (SELECT FROM o_rows p WHERE p.id = o.id + 5990) ORDER BY e <-> $1 LIMIT 8');
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_rows o WHERE (SELECT count(*) FROM generate_series(o.id, o.id + 2) g WHERE g % 600 = 0) = 1 ORDER BY e <-> $1 LIMIT 10');
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_rows WHERE random() >= 0 ORDER BY e <-> $1 LIMIT 40');
SET plan_cache_mode = force_generic_plan;
PREPARE o_page(vector, bigint, bigint) AS SELECT id FROM o_rows WHERE kind <> 2 ORDER BY e <-> $1 LIMIT $2 OFFSET $3;
SELECT o_plan('EXECUTE o_page(array_fill(0.5, ARRAY[24])::vector, 30, 5)');
CREATE FUNCTION o_pages(page bigint) RETURNS TABLE (n bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT count(*) FROM (SELECT id FROM o_rows WHERE kind <> 2 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT page OFFSET page / 2) s;
END $$;
SELECT page, o_pages(page) FROM unnest('{0,1,10,1000,10000,NULL}'::bigint[]) page;
EXECUTE o_page(array_fill(0.5, ARRAY[24])::vector, -1, 0);
SELECT page, o_pages(page) FROM unnest('{1152921504606846976,9223372036854775807}'::bigint[]) page;
RESET plan_cache_mode;

-- LIMIT and OFFSET up to what 64 bits hold, alone and together, as constants and as parameters: every row once, in order
CREATE FUNCTION o_far(l bigint, o bigint, OUT rows bigint, OUT passing bigint, OUT wrong bigint) LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*), count(*) - count(DISTINCT id) + count(*) FILTER (WHERE d < before) INTO rows, wrong
    FROM (SELECT id, d, lag(d) OVER () AS before FROM (SELECT id, e <-> array_fill(0.5, ARRAY[24])::vector AS d FROM o_rows
        ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT l OFFSET o) s) t;
    SELECT count(*), wrong + count(*) - count(DISTINCT id) + count(*) FILTER (WHERE d < before) INTO passing, wrong
    FROM (SELECT id, d, lag(d) OVER () AS before FROM (SELECT id, e <-> array_fill(0.5, ARRAY[24])::vector AS d FROM o_rows WHERE kind = 3
        ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT l OFFSET o) s) t;
END
$$;
CREATE VIEW o_limits AS
SELECT l, o, f.* FROM (VALUES (1152921504606846975, 0), (1152921504606846976, 0), (1152921504606846977, 0), (4611686018427387904, 0),
    (9223372036854775807, 0), (1152921504606846976, 1190), (9223372036854775807, 1190), (9223372036854775807, 1152921504606846976),
    (10, 9223372036854775807), (9223372036854775807, 9223372036854775807)) v(l, o), o_far(l, o) f;
SET plan_cache_mode = force_generic_plan;
TABLE o_limits;
SET plan_cache_mode = force_custom_plan;
TABLE o_limits;
RESET plan_cache_mode;
DROP VIEW o_limits;

-- a LIMIT that must be evaluated once
CREATE SEQUENCE o_limit;
SELECT count(*) FROM (SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT nextval('o_limit')) s;
SELECT last_value FROM o_limit;
DROP SEQUENCE o_limit;
-- in a parallel worker, which reads the plan as text: whole numbers, parts, none, with LIMIT and OFFSET; the same rows without
SET sbert.target_recall = 1;
SELECT count(set_config(name, 'on', false)) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT o_plan('SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 3');
SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 3;
SELECT id FROM o_rows WHERE kind = 1 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 3 OFFSET 2;
SELECT id FROM o_rows WHERE id < 0 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 3;
SELECT id FROM o_rows ORDER BY e <-> (SELECT e FROM o_rows WHERE id = 7) LIMIT 3;
SELECT count(*) FROM (SELECT id FROM o_rows WHERE kind = 1 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 10) s;
SELECT count(set_config(name, 'off', false)) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 3;
SELECT id FROM o_rows WHERE kind = 1 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 3 OFFSET 2;
RESET sbert.target_recall;
-- joins that drop rows: one in a hundred, in order
SELECT * FROM o_check('SELECT o.id, o.e <-> $1 AS d FROM o_rows o JOIN generate_series(50, 6000, 100) g ON g = o.id ORDER BY o.e <-> $1 LIMIT 10');
-- LATERAL
SELECT count(*) AS rows, count(*) FILTER (WHERE d < before) AS descending FROM (
    SELECT d, lag(d) OVER (PARTITION BY q) AS before FROM o_asked a,
        LATERAL (SELECT o.e <-> a.e AS d FROM o_rows o WHERE o.kind = a.q % 5 ORDER BY o.e <-> a.e LIMIT 20) x) s;

-- what builds on the order: windows, incremental sorts, cursors
SET sbert.target_recall = 1;
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_rows ORDER BY e <-> $1, id LIMIT 50');
SELECT * FROM o_check('SELECT id, e <-> $1 AS d, row_number() OVER (ORDER BY e <-> $1) FROM o_rows');
BEGIN;
DECLARE near CURSOR FOR SELECT id FROM o_rows ORDER BY e <-> (SELECT e FROM o_rows WHERE id = 7);
SELECT o_plan('SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector');
FETCH 1 FROM near;
MOVE 99 IN near;
MOVE ALL IN near;
SELECT rows_returned, rows_late FROM sbert.last_scan();
COMMIT;
-- a scan without LIMIT keeps the order, and says what it gave up for it
RESET sbert.target_recall;
SELECT count(*) FILTER (WHERE d < before) AS descending FROM (
    SELECT d, lag(d) OVER () AS before FROM (SELECT e <-> (SELECT e FROM o_rows WHERE id = 8) AS d FROM o_rows
        ORDER BY e <-> (SELECT e FROM o_rows WHERE id = 8) OFFSET 0) s) t;
SELECT rows_returned + rows_late AS rows FROM sbert.last_scan();

-- rows keep their places: ctid, tableoid, xmin; locks; WHERE CURRENT OF, with a LIMIT and without
SELECT count(*) AS rows, count(*) FILTER (WHERE s.ctid <> o.ctid OR s.tableoid <> o.tableoid OR s.xmin::text <> o.xmin::text) AS wrong
FROM (SELECT ctid, tableoid, xmin, id FROM o_rows ORDER BY e <-> (SELECT e FROM o_rows WHERE id = 9) LIMIT 40) s JOIN o_rows o USING (id);
BEGIN;
SELECT count(*) FROM (SELECT id FROM o_rows WHERE kind < 4 ORDER BY e <-> (SELECT e FROM o_rows WHERE id = 9) LIMIT 15 FOR UPDATE SKIP LOCKED) s;
WITH changed AS (UPDATE o_rows SET kind = 9 WHERE ctid IN (SELECT ctid FROM o_rows ORDER BY e <-> (SELECT e FROM o_rows WHERE id = 10) LIMIT 5) RETURNING id)
SELECT count(*) FROM changed;
DECLARE near CURSOR FOR SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 3;
FETCH 2 FROM near \g /dev/null
UPDATE o_rows SET kind = 8 WHERE CURRENT OF near;
DECLARE far CURSOR FOR SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector;
FETCH 3 FROM far \g /dev/null
DELETE FROM o_rows WHERE CURRENT OF far;
ROLLBACK;

-- rows that are gone stand among the nearest until VACUUM: as many others take their places, and none of these is missed
CREATE FUNCTION o_different(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    by_index double precision[];
    by_table double precision[];
    different bigint := 0;
BEGIN
    FOR asked IN SELECT id AS q, e FROM o_rows WHERE id % 100 = 7 LOOP
        EXECUTE format('SELECT array(SELECT d FROM (%s) s)', query) INTO by_index USING asked.e;
        SET LOCAL enable_indexscan = off;
        SET LOCAL enable_seqscan = on;
        SET LOCAL enable_sort = on;
        EXECUTE format('SELECT array(SELECT d FROM (%s) s)', query) INTO by_table USING asked.e;
        SET LOCAL enable_indexscan = on;
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_sort = off;
        different := different + (by_index <> by_table)::int;
    END LOOP;
    RETURN different;
END $$;
BEGIN;
SET LOCAL sbert.target_recall = 1;
DELETE FROM o_rows WHERE id % 3 = 0;
SELECT o_different('SELECT e <-> $1 AS d FROM o_rows ORDER BY e <-> $1 LIMIT 10');
SELECT o_different('SELECT e <=> $1 AS d FROM o_rows WHERE kind <> 1 ORDER BY e <=> $1 LIMIT 20');
ROLLBACK;

-- an expression is ordered by its own distances too, though nothing is computed again
CREATE INDEX o_rows_half ON o_rows USING sbert_ivf ((e::halfvec(24)) halfvec_cosine_ops);
ANALYZE o_rows;
SELECT n, c.*
FROM unnest('{10,100,1000}'::int[]) n, o_check(format('SELECT id, e::halfvec(24) <=> $1::halfvec(24) AS d FROM o_rows ORDER BY e::halfvec(24) <=> $1::halfvec(24) LIMIT %s', n)) c ORDER BY 1;

-- a partial index holds the rows of its predicate alone, an eighth here: of these all pass, and no more are wanted for it
CREATE TABLE o_eighth (id integer, kept boolean, e vector(8));
INSERT INTO o_eighth SELECT i, i % 8 = 3, (SELECT array_agg(sin(i * (j * 0.37 + 0.11)) + sin(i % 40 * j * 1.7)) FROM generate_series(1, 8) j WHERE i % 8 = 3)::vector
FROM generate_series(1, 40000) i;
CREATE INDEX o_eighth_all ON o_eighth USING sbert_ivf (e vector_l2_ops);
CREATE INDEX o_eighth_kept ON o_eighth USING sbert_ivf (e vector_l2_ops) WHERE kept;
VACUUM ANALYZE o_eighth;
CREATE FUNCTION o_effort(query text, not_by name, OUT by_index text, OUT expected integer, OUT reranked integer) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    BEGIN
        EXECUTE format('DROP INDEX %I', not_by);
        EXECUTE 'EXPLAIN (ANALYZE, FORMAT JSON) ' || query INTO plan;
        RAISE SQLSTATE 'UNDO0';
    EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
    END;
    plan := plan #> '{0,Plan,Plans,0}';
    by_index := plan ->> 'Index';
    expected := plan ->> 'Expected Probes';
    reranked := plan ->> 'Rows Reranked';
END
$$;
-- with all rows of the index wanted, with the predicate, and where it is a filter: the search is for 96 rows then
SELECT a.by_index, k.by_index, k.expected = a.expected AS as_all, k.expected < f.expected AS less_than_a_filter,
       k.reranked < 24 + 1.5 * 96 AS few, f.reranked >= 24 + 1.5 * 96 AS many
FROM o_effort('SELECT id FROM o_eighth ORDER BY e <-> array_fill(0.5, ARRAY[8])::vector LIMIT 10', 'o_eighth_kept') a,
     o_effort('SELECT id FROM o_eighth WHERE kept ORDER BY e <-> array_fill(0.5, ARRAY[8])::vector LIMIT 10', 'o_eighth_all') k,
     o_effort('SELECT id FROM o_eighth WHERE kept ORDER BY e <-> array_fill(0.5, ARRAY[8])::vector LIMIT 10', 'o_eighth_kept') f;

-- partitions: each child's nearest, merged
CREATE TABLE o_parts (id integer, kind integer, e vector(24)) PARTITION BY LIST (kind);
SELECT format('CREATE TABLE o_parts_%s PARTITION OF o_parts FOR VALUES IN (%s)', k, k) FROM generate_series(0, 4) k \gexec
INSERT INTO o_parts SELECT id, kind, e FROM o_rows;
CREATE INDEX ON o_parts USING sbert_ivf (e vector_l2_ops);
ANALYZE o_parts;
SELECT o_plan('SELECT id FROM o_parts WHERE kind < 2 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 30');
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_parts WHERE id % 7 = 0 ORDER BY e <-> $1 LIMIT 60');

-- policies: what they hide is neither given nor counted
CREATE ROLE regress_sbert_order;
UPDATE o_rows SET owner = 'somebody' WHERE id % 50 <> 7;
ALTER TABLE o_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON o_rows USING (owner = current_user);
GRANT SELECT ON o_rows, o_asked TO regress_sbert_order;
SET ROLE regress_sbert_order;
SELECT o_plan('SELECT id FROM o_rows WHERE kind = 2 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 10');
SELECT * FROM o_check('SELECT id, e <-> $1 AS d FROM o_rows WHERE kind = 2 ORDER BY e <-> $1 LIMIT 10');
SELECT count(*), bool_and(owner = current_user) AS own FROM (SELECT owner FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 1000) s;
RESET ROLE;
ALTER TABLE o_rows DISABLE ROW LEVEL SECURITY;

-- no index scan, no node; and a NULL for a question
SET enable_indexscan = off;
SELECT o_plan('SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 10');
RESET enable_indexscan;
SELECT count(*) FROM (SELECT id FROM o_rows WHERE kind = 1 ORDER BY e <-> NULL::vector LIMIT 30) s;
SELECT count(*) FROM (SELECT id FROM o_rows WHERE kind = 1 ORDER BY e <=> array_fill(0, ARRAY[24])::vector LIMIT 30) s;

-- what EXPLAIN tells
CREATE FUNCTION o_analyze(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) ' || query LOOP
        CONTINUE WHEN line ~ 'Index Searches|Buffers|Planning';
        RETURN NEXT regexp_replace(regexp_replace(line, '\(cost.*\)', ''), '\d+(\.\d+)?$', 'N');
    END LOOP;
END
$$;
SELECT o_analyze('SELECT id FROM o_rows WHERE kind = 1 ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector LIMIT 5');

-- the planner knows what vectors in TOAST cost
RESET enable_seqscan;
RESET enable_sort;
RESET enable_bitmapscan;
CREATE TABLE o_long AS SELECT i AS id, (SELECT array_agg(sin(i * j * 0.37 + j)) FROM generate_series(1, 1000) j)::vector(1000) AS e FROM generate_series(1, 600) i;
CREATE INDEX o_long_e ON o_long USING sbert_ivf (e vector_l2_ops);
SELECT o_plan('SELECT id FROM o_long ORDER BY e <-> array_fill(0.5, ARRAY[1000])::vector LIMIT 5');
ANALYZE o_long;
SELECT o_plan('SELECT id FROM o_long ORDER BY e <-> array_fill(0.5, ARRAY[1000])::vector LIMIT 5');
SELECT o_plan('SELECT id FROM o_rows ORDER BY e <-> array_fill(0.5, ARRAY[24])::vector');

DROP VIEW o_asked;
DROP TABLE o_rows, o_parts, o_long, o_eighth;
DROP FUNCTION o_plan(text), o_different(text), o_check(text), o_analyze(text), o_pages(bigint), o_effort(text, name), o_far(bigint, bigint);
DROP ROLE regress_sbert_order;
