-- The order of vectors: comparison operators, btree indexes, sorting and grouping.

-- comparison
SELECT '[1,2,3]'::vector < '[1,2,3]', '[1,2,3]'::vector < '[1,2]', '[1,2]'::vector < '[1,2,3]', '[2]'::vector < '[1,9]';
SELECT '[1,2,3]'::vector <= '[1,2,3]', '[1,2,3]'::vector <= '[1,2]', '[1,2]'::vector <= '[1,2,3]';
SELECT '[1,2,3]'::vector = '[1,2,3]', '[1,2,3]'::vector = '[1,2]', '[1,2]'::vector = '[1,3]';
SELECT '[1,2,3]'::vector <> '[1,2,3]', '[1,2,3]'::vector <> '[1,2]', '[1,2]'::vector <> '[1,3]';
SELECT '[1,2,3]'::vector >= '[1,2,3]', '[1,2,3]'::vector >= '[1,2]', '[1,2]'::vector >= '[1,2,3]';
SELECT '[1,2,3]'::vector > '[1,2,3]', '[1,2,3]'::vector > '[1,2]', '[1,2]'::vector > '[1,2,3]';
SELECT '[0]'::vector = '[-0]';
SELECT vector_cmp('[1,2,3]', '[1,2,3]'), vector_cmp('[1,2,3]', '[0,9]'), vector_cmp('[1,2]', '[1,2,3]'),
       vector_cmp('[1,2,3]', '[1,2]'), vector_cmp('[1,2]', '[2,3,4]'), vector_cmp('[2,3]', '[1,2,3]');
SELECT '[1]'::vector = NULL;

-- the named functions are the operators
SELECT vector_lt('[1]', '[2]'), vector_le('[1]', '[2]'), vector_eq('[1]', '[2]'),
       vector_ne('[1]', '[2]'), vector_ge('[1]', '[2]'), vector_gt('[1]', '[2]');

-- index
CREATE TABLE vector_btree_items (v vector(3));
INSERT INTO vector_btree_items VALUES ('[0,0,0]'), ('[1,2,3]'), ('[1,1,1]'), (NULL);
CREATE INDEX vector_btree_items_v ON vector_btree_items (v);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM vector_btree_items WHERE v = '[1,2,3]';
SELECT * FROM vector_btree_items WHERE v = '[1,2,3]';
SELECT * FROM vector_btree_items WHERE v > '[0,5,0]' ORDER BY v;
SELECT * FROM vector_btree_items ORDER BY v LIMIT 2;
SELECT * FROM vector_btree_items ORDER BY v DESC NULLS LAST;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT * FROM vector_btree_items WHERE v = '[1,2]';
DROP TABLE vector_btree_items;

-- unique
CREATE TABLE vector_btree_items (v vector(2) UNIQUE);
INSERT INTO vector_btree_items VALUES ('[1,2]'), ('[1,3]');
INSERT INTO vector_btree_items VALUES ('[1,2]');
INSERT INTO vector_btree_items VALUES ('[1,2]') ON CONFLICT DO NOTHING;
DROP TABLE vector_btree_items;

-- sort, group, merge join
SELECT v FROM unnest(ARRAY['[2]'::vector, '[1,5]', '[1]', NULL, '[-1,7]', '[1,4,9]']) v ORDER BY v;
SELECT v, count(*) FROM unnest(ARRAY['[2]'::vector, '[1]', '[2]']) v GROUP BY v ORDER BY v;
SELECT DISTINCT v FROM unnest(ARRAY['[2]'::vector, '[1]', '[2]']) v ORDER BY v;
SELECT a FROM unnest(ARRAY['[2]'::vector, '[1]']) a JOIN unnest(ARRAY['[1]'::vector, '[3]']) b ON a = b;

-- rows wide enough to be stored out of line sort the same
CREATE TABLE vector_btree_wide (id int, v vector);
INSERT INTO vector_btree_wide SELECT i, (array_fill(1, ARRAY[2000]) || (7 - i))::vector FROM generate_series(1, 5) i;
SELECT id FROM vector_btree_wide ORDER BY v;
DROP TABLE vector_btree_wide;

-- an entry too wide for a btree page
CREATE TABLE vector_btree_wide (v vector);
INSERT INTO vector_btree_wide SELECT array_agg(random())::vector FROM generate_series(1, 2000);
\set VERBOSITY sqlstate
CREATE INDEX ON vector_btree_wide (v);
\set VERBOSITY default
DROP TABLE vector_btree_wide;

-- the class
SELECT amvalidate(oid) FROM pg_opclass WHERE opcname = 'vector_ops';
