-- avg(vector) and sum(vector), alone, in groups and in parallel.

-- average
SELECT avg(v) FROM unnest(ARRAY['[1,2,3]'::vector, '[3,5,7]']) v;
SELECT avg(v) FROM unnest(ARRAY['[1,2,3]'::vector, '[3,5,7]', NULL]) v;
SELECT avg(v) FROM unnest(ARRAY[NULL]::vector[]) v;
SELECT avg(v) FROM unnest(ARRAY[]::vector[]) v;
SELECT avg(v) FROM unnest(ARRAY['[1,2]'::vector, '[3]']) v;
SELECT avg(v) FROM unnest(ARRAY['[3e38]'::vector, '[3e38]']) v;
SELECT avg(v) FROM unnest(ARRAY['[16777216]'::vector, '[1]', '[1]']) v;
SELECT vector_dims(avg(v)) FROM unnest(ARRAY[array_fill(1, ARRAY[16000])::vector]) v;

-- sum
SELECT sum(v) FROM unnest(ARRAY['[1,2,3]'::vector, '[3,5,7]']) v;
SELECT sum(v) FROM unnest(ARRAY['[1,2,3]'::vector, '[3,5,7]', NULL]) v;
SELECT sum(v) FROM unnest(ARRAY[NULL]::vector[]) v;
SELECT sum(v) FROM unnest(ARRAY[]::vector[]) v;
SELECT sum(v) FROM unnest(ARRAY['[1,2]'::vector, '[3]']) v;
SELECT sum(v) FROM unnest(ARRAY['[3e38]'::vector, '[3e38]']) v;

-- stored rows, groups, filters, distinct
CREATE TABLE vector_aggregates_items (g int, v vector);
INSERT INTO vector_aggregates_items SELECT i % 3, ARRAY[i, -i]::vector FROM generate_series(1, 999) i;
SELECT g, avg(v), sum(v) FROM vector_aggregates_items GROUP BY g ORDER BY g;
SELECT avg(v) FILTER (WHERE g = 1), sum(v) FILTER (WHERE g > 5) FROM vector_aggregates_items;
SELECT sum(DISTINCT v) FROM (SELECT * FROM vector_aggregates_items UNION ALL SELECT * FROM vector_aggregates_items) twice WHERE g = 0;

-- as a window: the state is read again after each row
SELECT i, avg(ARRAY[i, 2 * i]::vector) OVER (ORDER BY i), sum(ARRAY[i]::vector) OVER (ORDER BY i)
FROM generate_series(1, 4) i;
SELECT i, avg(ARRAY[i]::vector) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM generate_series(1, 4) i;

-- in parallel
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT avg(v), sum(v) FROM vector_aggregates_items;
SELECT avg(v), sum(v) FROM vector_aggregates_items;
SELECT avg(v, g + 1) FROM vector_aggregates_items;
SELECT avg(v), sum(v) FROM vector_aggregates_items WHERE g > 5;
-- which worker meets the odd row, and so which number is the expected one, is chance
INSERT INTO vector_aggregates_items VALUES (0, '[1]');
\set VERBOSITY sqlstate
SELECT avg(v) FROM vector_aggregates_items;
SELECT sum(v) FROM vector_aggregates_items;
\set VERBOSITY default
RESET ALL;
DROP TABLE vector_aggregates_items;

-- the steps by themselves, as any user may call them
SELECT vector_accum('{0}', '[1,2]');
SELECT vector_accum('{1,1,2}', '[3,4]');
SELECT vector_accum('{1,1,2}', '[3]');
SELECT vector_accum('{1,1.7976931348623157e308}', '[3e38]');
SELECT vector_accum('{}', '[1]');
SELECT vector_accum('{{0,1}}', '[1]');
SELECT vector_accum('{NULL}', '[1]');
SELECT vector_combine('{0}', '{2,3,4}');
SELECT vector_combine('{2,3,4}', '{0}');
SELECT vector_combine('{0}', '{0}');
SELECT vector_combine('{2,3,4}', '{1,1,1}');
SELECT vector_combine('{2,3,4}', '{1,1}');
SELECT vector_combine('{2,1.7e308}', '{1,1.7e308}');
SELECT vector_combine('{}', '{0}');
SELECT vector_combine('{0}', '{NULL}');
SELECT vector_combine(array_fill(1::float8, ARRAY[16002]), '{0}'); -- more dimensions than a vector has
SELECT vector_avg('{2,3,4}');
SELECT vector_avg('{0}');
SELECT vector_avg('{0,1,2}');
SELECT vector_avg('{1}');
SELECT vector_avg('{1,1e300}');
SELECT vector_avg('{1,NaN}');
SELECT vector_avg('{}');
SELECT vector_avg(array_prepend(1::float8, array_fill(0::float8, ARRAY[16001])));
SELECT vector_dims(vector_avg(array_prepend(1::float8, array_fill(0::float8, ARRAY[16000]))));

-- a step does not change its argument
CREATE TABLE vector_aggregates_states AS SELECT '{1,1,2}'::float8[] AS state;
SELECT vector_accum(state, '[3,4]'), vector_combine(state, state), state FROM vector_aggregates_states;
DROP TABLE vector_aggregates_states;

-- SQLSTATE of the errors above
\set VERBOSITY sqlstate
SELECT vector_accum('{}', '[1]');
SELECT vector_accum('{1,1,2}', '[3]');
SELECT vector_combine('{2,1.7e308}', '{1,1.7e308}');
SELECT vector_avg('{1}');
SELECT vector_avg('{1,1e300}');
\set VERBOSITY default

-- by weights
SELECT avg(v, w) FROM (VALUES ('[1,2]'::vector, 1), ('[4,8]', 2), (NULL, 9), ('[100,100]', NULL), ('[7,7]', 0)) x(v, w);
SELECT avg(v, 0.25) = avg(v) AS equal_weights, avg(v, 1e300) = avg(v) AS large_ones FROM unnest(ARRAY['[1,2,3]'::vector, '[3,5,7]']) v;
SELECT avg('[1,2]'::vector, 0), avg(NULL::vector, 1), avg('[1,2]'::vector, NULL);
SELECT avg(v, w) FROM (VALUES ('[1,2]'::vector, 0), ('[4]', 2)) x(v, w);
SELECT avg('[1]'::vector, -1);
SELECT avg('[1]'::vector, 'NaN');
SELECT avg('[1]'::vector, 'Infinity');
SELECT avg('[3e38]'::vector, 1e300);

-- the sign of zero; sums of weights that are too large
SELECT avg(v) FROM unnest(ARRAY['[-0,0]'::vector, '[-0,-0]']) v;
SELECT avg(v, 1e308) FROM unnest(ARRAY['[0]'::vector, '[0]']) v;
