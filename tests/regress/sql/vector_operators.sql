-- Operators and functions over vector. Comparisons and order: vector_btree.

-- Euclidean distance
SELECT '[0,0]'::vector <-> '[3,4]';
SELECT l2_distance('[0,0]'::vector, '[0,1]');
SELECT l2_distance('[1,2]'::vector, '[3]');
SELECT l2_distance('[3e38]'::vector, '[-3e38]');
SELECT l2_distance('[1,1,1,1,1,1,1,1,1]'::vector, '[1,1,1,1,1,1,1,4,5]');
SELECT l2_distance('[0,0]'::vector, NULL);
SELECT vector_l2_squared_distance('[0,0]', '[3,4]');
SELECT vector_l2_squared_distance('[1,2]', '[3]');

-- inner product
SELECT inner_product('[1,2]'::vector, '[3,4]');
SELECT inner_product('[1,2]'::vector, '[3]');
SELECT inner_product('[3e38]'::vector, '[3e38]');
SELECT inner_product('[1,1,1,1,1,1,1,1,1]'::vector, '[1,2,3,4,5,6,7,8,9]');
SELECT '[1,2]'::vector <#> '[3,4]';
SELECT '[0,0]'::vector <#> '[3,4]';
SELECT vector_negative_inner_product('[1,2]', '[3]');

-- cosine distance
SELECT '[1,0]'::vector <=> '[0,2]';
SELECT cosine_distance('[1,2]'::vector, '[2,4]');
SELECT cosine_distance('[1,2]'::vector, '[0,0]');
SELECT cosine_distance('[1,1]'::vector, '[1,1]');
SELECT cosine_distance('[1,0]'::vector, '[0,2]');
SELECT cosine_distance('[1,1]'::vector, '[-1,-1]');
SELECT cosine_distance('[1,2]'::vector, '[3]');
SELECT cosine_distance('[1,1]'::vector, '[1.1,1.1]');
SELECT cosine_distance('[1,1]'::vector, '[-1.1,-1.1]');
SELECT cosine_distance('[3e38]'::vector, '[3e38]');
SELECT cosine_distance('[1,2,3,4,5,6,7,8,9]'::vector, '[1,2,3,4,5,6,7,8,9]');
SELECT cosine_distance('[1,2,3,4,5,6,7,8,9]'::vector, '[-1,-2,-3,-4,-5,-6,-7,-8,-9]');

-- taxicab distance
SELECT '[0,0]'::vector <+> '[3,4]';
SELECT l1_distance('[0,0]'::vector, '[0,-1]');
SELECT l1_distance('[1,2]'::vector, '[3]');
SELECT l1_distance('[3e38]'::vector, '[-3e38]');
SELECT l1_distance('[1,2,3,4,5,6,7,8,9]'::vector, '[0,3,2,5,4,7,6,9,8]');

-- angular distance
SELECT vector_spherical_distance('[1,0]', '[0,1]');
SELECT vector_spherical_distance('[1,0]', '[1,0]');
SELECT vector_spherical_distance('[1,0]', '[-1,0]');
SELECT vector_spherical_distance('[2,0]', '[2,0]');
SELECT vector_spherical_distance('[-2,0]', '[2,0]');
SELECT vector_spherical_distance('[1,2]', '[3]');

-- dimensions and length
SELECT vector_dims('[1,2,3]'::vector);
SELECT vector_norm('[3,4]'::vector);
SELECT vector_norm('[0,1]'::vector);
SELECT vector_norm('[0,0]'::vector);
SELECT vector_norm('[3e37,4e37]'::vector)::real;
SELECT vector_norm('[2]'::vector);

-- length one
SELECT l2_normalize('[3,4]'::vector);
SELECT l2_normalize('[3,0]'::vector);
SELECT l2_normalize('[0,0.1]'::vector);
SELECT l2_normalize('[0,0]'::vector);
SELECT l2_normalize('[3e38]'::vector);
SELECT l2_normalize('[1e-45]'::vector);

-- sum and difference
SELECT '[1,2,3]'::vector + '[4,5,6]';
SELECT '[3e38]'::vector + '[3e38]';
SELECT '[1,2]'::vector + '[3]';
SELECT '[1,2,3]'::vector - '[4,5,6]';
SELECT '[-3e38]'::vector - '[3e38]';
SELECT '[1,2]'::vector - '[3]';

-- product
SELECT '[1,2,3]'::vector * '[4,5,6]';
SELECT '[1e37]'::vector * '[1e37]';
SELECT '[1e-37]'::vector * '[1e-37]';
SELECT '[0,1e-37]'::vector * '[1e-37,0]';
SELECT '[1,2]'::vector * '[3]';

-- concatenation
SELECT '[1,2,3]'::vector || '[4,5]';
SELECT vector_dims(array_fill(0, ARRAY[16000])::vector || '[1]');
SELECT vector_dims(array_fill(0, ARRAY[15999])::vector || '[1]');

-- one bit per element
SELECT binary_quantize('[1,0,-1]'::vector);
SELECT binary_quantize('[0,0.1,-0.2,-0.3,0.4,0.5,0.6,-0.7,0.8,-0.9,1]'::vector);
SELECT binary_quantize('[-1,2,-3,4,-5,6,-7,8]'::vector);
SELECT length(binary_quantize(array_fill(1, ARRAY[16000])::vector));

-- parts
SELECT subvector('[1,2,3,4,5]'::vector, 1, 3);
SELECT subvector('[1,2,3,4,5]'::vector, 3, 2);
SELECT subvector('[1,2,3,4,5]'::vector, -1, 3);
SELECT subvector('[1,2,3,4,5]'::vector, 3, 9);
SELECT subvector('[1,2,3,4,5]'::vector, 1, 0);
SELECT subvector('[1,2,3,4,5]'::vector, 3, -1);
SELECT subvector('[1,2,3,4,5]'::vector, -1, 2);
SELECT subvector('[1,2,3,4,5]'::vector, 6, 1);
SELECT subvector('[1,2,3,4,5]'::vector, 2147483647, 10);
SELECT subvector('[1,2,3,4,5]'::vector, 3, 2147483647);
SELECT subvector('[1,2,3,4,5]'::vector, -2147483644, 2147483647);
SELECT subvector('[1,2,3,4,5]'::vector, -2147483648, 2147483647);

-- SQLSTATE of the errors above
\set VERBOSITY sqlstate
SELECT '[1,2]'::vector <-> '[3]';
SELECT '[1,2]'::vector + '[3]';
SELECT '[3e38]'::vector + '[3e38]';
SELECT '[1e-37]'::vector * '[1e-37]';
SELECT array_fill(0, ARRAY[16000])::vector || '[1]';
SELECT subvector('[1,2,3,4,5]'::vector, 1, 0);
\set VERBOSITY default

-- null in, null out
SELECT '[1]'::vector + NULL, '[1]'::vector || NULL, vector_dims(NULL::vector), subvector('[1]'::vector, NULL, 1);

-- every function is immutable, strict and parallel safe
SELECT count(*) > 0 AS some, bool_and(provolatile = 'i' AND proisstrict AND proparallel = 's') AS all
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'sbert'
WHERE p.probin IS NOT NULL AND p.proname ~ '^(vector|l[12]_|inner_product|cosine_|array_to|subvector|binary_)';

-- operators: commutator, negator, selectivity
SELECT oid::regoperator, oprcode, oprcom::regoperator, oprnegate::regoperator, oprrest, oprjoin
FROM pg_operator WHERE oprleft = 'vector'::regtype ORDER BY oprname;

-- a nearest-neighbour query
CREATE TABLE vector_operators_items (id int, v vector(2));
INSERT INTO vector_operators_items VALUES (1, '[0,1]'), (2, '[1,0]'), (3, '[2,2]'), (4, NULL), (5, '[0,0]');
SELECT id, v <-> '[0,0.9]' < 1 AS near FROM vector_operators_items ORDER BY v <-> '[0,0.9]', id;
SELECT id FROM vector_operators_items ORDER BY v <=> '[1,0.1]', id LIMIT 2;
DROP TABLE vector_operators_items;
