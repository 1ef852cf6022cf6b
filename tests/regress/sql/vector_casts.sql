-- Casts between vector and arrays, and to vector(n).

-- arrays to vector
SELECT ARRAY[1,2,3]::vector;
SELECT ARRAY[1.0,2.5,3e2]::vector;
SELECT '{1,2,3}'::real[]::vector;
SELECT '{1,2.5,-3}'::double precision[]::vector;
SELECT '{1,2.5,-3}'::numeric[]::vector;
SELECT '{2147483647,16777217}'::integer[]::vector;
SELECT '{0.1,1e-50}'::double precision[]::vector;
SELECT '[5:7]={1,2,3}'::integer[]::vector;

-- with a type modifier
SELECT ARRAY[1,2,3]::vector(3);
SELECT ARRAY[1,2,3]::vector(2);
SELECT '{1,2,3}'::real[]::vector(2);
SELECT '{1,2,3}'::double precision[]::vector(2);
SELECT '{1,2,3}'::numeric[]::vector(2);

-- nulls
SELECT ARRAY[1,NULL]::vector;
SELECT '{NULL}'::real[]::vector;
SELECT '{1,NULL}'::double precision[]::vector;
SELECT '{1,NULL}'::numeric[]::vector;
SELECT NULL::integer[]::vector;
-- an array that once had a null, and has none now
SELECT (ARRAY[NULL,1,2])[2:3]::vector;
SELECT array_remove('{1,NULL,2}'::numeric[], NULL)::vector;

-- dimensions
SELECT '{}'::integer[]::vector;
SELECT '{}'::real[]::vector;
SELECT '{{1,2},{3,4}}'::integer[]::vector;
SELECT '{{1}}'::real[]::vector;
SELECT vector_dims(array_fill(1, ARRAY[16000])::vector);
SELECT array_fill(1, ARRAY[16001])::vector;

-- not finite
SELECT '{NaN}'::real[]::vector;
SELECT '{1,Infinity}'::real[]::vector;
SELECT '{1,2,-Infinity}'::real[]::vector;
SELECT '{NaN}'::double precision[]::vector;
SELECT '{Infinity}'::double precision[]::vector;
SELECT '{NaN}'::numeric[]::vector;
SELECT '{Infinity}'::numeric[]::vector;

-- out of range
SELECT '{1,4e38}'::double precision[]::vector;
SELECT '{-4e38}'::double precision[]::vector;
SELECT '{4e38}'::numeric[]::vector;
SELECT '{1e-46}'::numeric[]::vector;

-- other arrays have no cast
SELECT '{1}'::bigint[]::vector;
SELECT '{a}'::text[]::vector;

-- SQLSTATE of the errors above
\set VERBOSITY sqlstate
SELECT ARRAY[1,NULL]::vector;
SELECT '{}'::real[]::vector;
SELECT '{{1}}'::real[]::vector;
SELECT array_fill(1, ARRAY[16001])::vector;
SELECT '{NaN}'::real[]::vector;
SELECT ARRAY[1,2,3]::vector(2);
SELECT '{4e38}'::numeric[]::vector;
\set VERBOSITY default

-- vector to vector(n)
SELECT '[1,2,3]'::vector::vector(3);
SELECT '[1,2,3]'::vector::vector(2);
SELECT '[1,2,3]'::vector(3)::vector(2);
SELECT '[1,2,3]'::vector(3)::vector;

-- vector to array
SELECT '[1,2.5,3]'::vector::real[];
SELECT '[1,2.5,3]'::vector::integer[];
SELECT array_ndims('[1,2,3]'::vector::real[]), array_lower('[1,2,3]'::vector::real[], 1);
SELECT unnest('[1,2.5]'::vector::real[]);
SELECT array_length('[1,2,3]'::vector, 1);
SELECT array_to_string('[1,2.5,3]'::vector, '|');
SELECT '[1e-45,3.4028235e38]'::vector::real[] = '{1e-45,3.4028235e38}'::real[] AS same;

-- vector to array without being asked
CREATE TABLE vector_casts_arrays (a real[]);
INSERT INTO vector_casts_arrays VALUES ('[1,2.5]'::vector);
SELECT * FROM vector_casts_arrays;
DROP TABLE vector_casts_arrays;

-- to a column: the array casts are for assignment
CREATE TABLE vector_casts_items (v vector(3));
INSERT INTO vector_casts_items VALUES (ARRAY[1,2,3]), ('{4,5,6}'::real[]), ('{7,8,9}'::numeric[]);
INSERT INTO vector_casts_items VALUES (ARRAY[1,2]);
SELECT * FROM vector_casts_items;
DROP TABLE vector_casts_items;
SELECT ARRAY[1,2] <-> ARRAY[3,4];

-- contexts
SELECT castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext
FROM pg_cast WHERE 'vector'::regtype IN (castsource, casttarget)
ORDER BY castsource::regtype::text COLLATE "C", casttarget::regtype::text COLLATE "C";
