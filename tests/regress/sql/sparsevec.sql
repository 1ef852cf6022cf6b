-- The type sparsevec(n): elements that are not zero, indices from 1 in text and from 0 on the wire.

-- text
SELECT '{1:1.5,3:2}/5'::sparsevec, ' { 3 : 2 , 1:1.5 } / 5 '::sparsevec, '{}/5'::sparsevec, '{1:0,2:-0,3:1}/3'::sparsevec;
SELECT '{1:1e-40}/1'::sparsevec, '{1000000000:1}/1000000000'::sparsevec;
SELECT ''::sparsevec;
SELECT '{1:1}'::sparsevec;
SELECT '{1:1}/'::sparsevec;
SELECT '{1:1}/5x'::sparsevec;
SELECT '1:1}/5'::sparsevec;
SELECT '{1:1/5'::sparsevec;
SELECT '{1:1,}/5'::sparsevec;
SELECT '{1}/5'::sparsevec;
SELECT '{a:1}/5'::sparsevec;
SELECT '{1:}/5'::sparsevec;
SELECT '{1:x}/5'::sparsevec;
SELECT '{0:1}/5'::sparsevec;
SELECT '{-2147483649:1}/5'::sparsevec;
SELECT '{6:1}/5'::sparsevec;
SELECT '{99999999999:1}/5'::sparsevec;
SELECT '{2:1,2:3}/5'::sparsevec;
SELECT '{1:NaN}/5'::sparsevec;
SELECT '{1:-Infinity}/5'::sparsevec;
SELECT '{1:1e39}/5'::sparsevec;
SELECT '{1:1e-50}/5'::sparsevec;
SELECT '{}/0'::sparsevec;
SELECT '{}/-1'::sparsevec;
SELECT '{}/1000000001'::sparsevec;
SELECT '{}/99999999999999999999'::sparsevec;
SELECT length((SELECT '{' || string_agg(n || ':1', ',') || '}/16000' FROM generate_series(1, 16000) n)::sparsevec::text);
SELECT (SELECT '{' || string_agg(n || ':1', ',') || '}/16001' FROM generate_series(1, 16001) n)::sparsevec;

-- binary form
SELECT sparsevec_send('{1:1,3:-2}/5');
SELECT '\x0000000500000002000000000000000000000002 3f800000c0000000'::bytea::sparsevec;
SELECT '\x0000000500000002000000000000000200000000 3f800000c0000000'::bytea::sparsevec;
SELECT '\x0000000500000002000000000000000200000002 3f800000c0000000'::bytea::sparsevec;
SELECT '\x0000000500000001000000000000000500000000'::bytea::sparsevec;
SELECT '\x00000005000000010000000000000000 00000000'::bytea::sparsevec;
SELECT '\x00000005000000010000000000000000 7f800000'::bytea::sparsevec;
SELECT '\x00000005ffffffff00000000'::bytea::sparsevec;
SELECT '\x00000005000000060000000000000000'::bytea::sparsevec;
SELECT '\x00100000000f424000000000'::bytea::sparsevec;
SELECT '\x000000050000000000000001'::bytea::sparsevec;
SELECT '\x000000000000000000000000'::bytea::sparsevec;
SELECT '\x0000000500000001000000000000'::bytea::sparsevec;
SELECT '\x00000005000000000000000000'::bytea::sparsevec;

-- type modifier
CREATE TABLE sparsevec_columns (five sparsevec(5), any_dim sparsevec);
INSERT INTO sparsevec_columns VALUES ('{1:1}/5', '{1:1}/7'), ('{1:1,5:-1}/5', '{}/7'), (NULL, NULL);
INSERT INTO sparsevec_columns VALUES ('{1:1}/4', NULL);
SELECT pg_column_size('{1:1,2:1}/9'::sparsevec);
CREATE TABLE sparsevec_bad (x sparsevec(0));
CREATE TABLE sparsevec_bad (x sparsevec(1000000001));

-- casts
SELECT '[1,0,-2]'::vector::sparsevec, '[0,0]'::halfvec::sparsevec, '{1:1,3:-2}/3'::sparsevec::vector, '{2:0.1}/3'::sparsevec::halfvec;
SELECT '{}/16001'::sparsevec::vector;
SELECT '{}/16001'::sparsevec::halfvec;
SELECT '{1:70000}/1'::sparsevec::halfvec;
SELECT '{1:1}/3'::sparsevec::vector(4);
SELECT ARRAY[1,0,2]::sparsevec, '{0,1e-50,2.5}'::float8[]::sparsevec, '{0,2.5}'::numeric[]::sparsevec(2), '{1}'::real[]::sparsevec;
SELECT ARRAY[1,NULL]::sparsevec;
SELECT '{{1}}'::int[]::sparsevec;
SELECT '{}'::int[]::sparsevec;
SELECT '{1,Infinity}'::real[]::sparsevec;
SELECT array_fill(1, ARRAY[16001])::sparsevec;
SELECT '{}/20000'::sparsevec = array_fill(0, ARRAY[20000])::sparsevec;

-- distances: with elements in one, the other, or both
SELECT '{1:1,3:2}/4'::sparsevec <-> '{2:2,3:5}/4', '{1:1,3:2}/4'::sparsevec <#> '{2:2,3:5}/4',
       '{1:1,3:2}/4'::sparsevec <=> '{1:2,3:4}/4', '{1:1,3:2}/4'::sparsevec <+> '{2:2,3:5}/4';
SELECT l2_distance('{}/2'::sparsevec, '{1:3,2:4}/2'), inner_product('{1:2}/2'::sparsevec, '{1:3}/2'),
       cosine_distance('{1:2}/2'::sparsevec, '{2:3}/2'), l1_distance('{1:2}/2'::sparsevec, '{2:3}/2'),
       sparsevec_l2_squared_distance('{}/2', '{1:3,2:4}/2'), sparsevec_negative_inner_product('{1:2}/2', '{1:3}/2');
SELECT '{}/2'::sparsevec <=> '{1:1}/2';
SELECT '{1:1}/2'::sparsevec <-> '{1:1}/3';
SELECT l2_norm('{1:3,9:4}/9'::sparsevec), l2_normalize('{1:3,9:4}/9'::sparsevec), l2_normalize('{}/9'::sparsevec),
       l2_normalize('{1:3e38,9:1e-40}/9'::sparsevec);

-- order: that of the dense vectors
CREATE TABLE sparsevec_order AS
SELECT x::sparsevec FROM unnest(ARRAY['{1:1}/3', '{2:1}/3', '{1:-1}/3', '{}/3', '{}/2', '{3:-1}/3', '{3:1}/3', '{1:1,3:1}/3',
    '{1:1,3:-1}/3', '{1:1}/2', '{1:1,2:-1}/3', '{2:2}/2', '{4:-1}/4', '{}/4']) x;
SELECT count(*), count(*) FILTER (WHERE sparsevec_cmp(a.x, b.x) = vector_cmp(a.x::vector, b.x::vector)) AS same
FROM sparsevec_order a, sparsevec_order b;
SELECT x FROM sparsevec_order ORDER BY x;
DROP TABLE sparsevec_order;
SELECT five FROM sparsevec_columns ORDER BY five DESC NULLS LAST;
SELECT '{1:1}/2'::sparsevec < '{1:2}/2', '{}/1'::sparsevec = '{1:0}/1', '{}/1'::sparsevec <> '{}/2', '{1:1}/1'::sparsevec >= '{}/1';
CREATE INDEX ON sparsevec_columns (five);

-- aggregates
SELECT sum(five), avg(five), sum(any_dim) FROM sparsevec_columns;
SELECT sum(five), avg(five) FROM sparsevec_columns WHERE five IS NULL;
SELECT sum(x) FROM (VALUES ('{1:1}/2'::sparsevec), ('{1:-1}/2')) t(x);
SELECT sum(x) FROM (VALUES ('{1:3e38}/2'::sparsevec), ('{1:3e38}/2')) t(x);
SELECT avg(x) FROM (VALUES ('{1:3e38}/2'::sparsevec), ('{1:3e38}/2')) t(x);
SELECT sum(x) FROM (VALUES ('{1:1}/2'::sparsevec), ('{1:1}/3')) t(x);
SELECT sum(format('{%s:1}/20000', n)::sparsevec) FROM generate_series(1, 16001) n;
-- the same in parallel
CREATE TABLE sparsevec_parallel AS
SELECT format('{%s:1,%s:2}/1000', n % 500 + 1, n % 499 + 501)::sparsevec AS v FROM generate_series(1, 50000) n;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT sum(v) FROM sparsevec_parallel;
CREATE TABLE sparsevec_sums AS SELECT sum(v) AS total, avg(v) AS mean FROM sparsevec_parallel;
SET max_parallel_workers_per_gather = 0;
SELECT count(*) FROM sparsevec_sums WHERE total = (SELECT sum(v) FROM sparsevec_parallel) AND mean = (SELECT avg(v) FROM sparsevec_parallel);
RESET ALL;
DROP TABLE sparsevec_columns, sparsevec_parallel, sparsevec_sums;
