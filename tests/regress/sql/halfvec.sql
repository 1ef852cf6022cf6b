-- The type halfvec(n): what differs from vector(n), of which it is the template's second filling, and that everything
-- is there. Halves have 11 bits: 65504 is the largest, 2^-24 the smallest.

-- forms
SELECT '[1,2,3]'::halfvec, ' [ -0 , .5 ] '::halfvec, '[0.1,0.333333343,1e-3]'::halfvec;
SELECT '[65504,-65504,65519.99]'::halfvec;
SELECT '[65520]'::halfvec;
SELECT '[-1e39]'::halfvec;
SELECT '[6e-8,2.9e-8,-2.9e-8,1e-60]'::halfvec;
SELECT '[2049,2051]'::halfvec; -- ties to even
SELECT '[NaN]'::halfvec;
SELECT '[-inf]'::halfvec;
SELECT '1,2'::halfvec;
SELECT '[]'::halfvec;
SELECT '[1,,2]'::halfvec;
SELECT '[1,2]x'::halfvec;
SELECT vector_dims(array_fill(1, ARRAY[16000])::halfvec);
SELECT array_fill(0, ARRAY[16001])::halfvec;

-- binary form: the same without a length, big-endian
SELECT halfvec_send('[1,-2,65504]');
SELECT '\x000300003c00c0007bff'::bytea::halfvec;
SELECT '\x000100007c00'::bytea::halfvec;
SELECT '\x000100007e00'::bytea::halfvec;
SELECT '\x000000003c00'::bytea::halfvec;
SELECT '\x000100013c00'::bytea::halfvec;
SELECT '\x00020000 3c00'::bytea::halfvec;
SELECT '\x000100003c0000'::bytea::halfvec;
SELECT '\x000300003c00c0007bff'::bytea::halfvec(4);

-- type modifier
CREATE TABLE halfvec_columns (three halfvec(3), any_dim halfvec);
INSERT INTO halfvec_columns VALUES ('[1,2,3]', '[1]'), ('[4,5,6]', '[1,2]'), (NULL, NULL);
INSERT INTO halfvec_columns VALUES ('[1,2]', '[1]');
SELECT pg_column_size(three) FROM halfvec_columns;
CREATE TABLE halfvec_bad (x halfvec(0));
CREATE TABLE halfvec_bad (x halfvec(16001));
CREATE TABLE halfvec_bad (x halfvec(1, 2));

-- casts
SELECT '[1,70000]'::vector::halfvec;
SELECT '[1.0001,2]'::vector::halfvec, '[0.1]'::halfvec::vector, '[1,2]'::halfvec(3);
SELECT '[1.0001,2]'::vector::halfvec, '[0.1]'::halfvec::vector, '[0.1,2]'::halfvec::real[];
SELECT ARRAY[1,2]::halfvec, ARRAY[1.5,2]::halfvec, '{1e-30}'::float8[]::halfvec, '{1,2}'::real[]::halfvec(2);
SELECT ARRAY[70000]::halfvec;
SELECT '{1e300}'::float8[]::halfvec;
SELECT '{NaN}'::real[]::halfvec;
SELECT ARRAY[1,NULL]::halfvec;
SELECT '{{1,2}}'::int[]::halfvec;
SELECT '{}'::int[]::halfvec;
SELECT '[1,2]'::vector <-> '[1,4]'::halfvec; -- a vector becomes a halfvec, not the other way

-- distances
SELECT '[0,0]'::halfvec <-> '[3,4]', '[1,2]'::halfvec <#> '[3,4]', '[1,1]'::halfvec <=> '[2,2]', '[1,2]'::halfvec <+> '[4,-2]';
SELECT l2_distance('[0,0]'::halfvec, '[3,4]'), inner_product('[1,2]'::halfvec, '[3,4]'),
       cosine_distance('[1,0]'::halfvec, '[0,2]'), l1_distance('[1,2]'::halfvec, '[4,-2]'),
       halfvec_l2_squared_distance('[0,0]', '[3,4]'), halfvec_spherical_distance('[1,0]', '[0,1]');
SELECT '[0,0]'::halfvec <=> '[1,1]';
SELECT '[65504]'::halfvec <#> '[65504]'; -- sums are in single precision
SELECT '[1,2]'::halfvec <-> '[1]';
SELECT vector_dims('[1,2]'::halfvec), l2_norm('[3,4]'::halfvec), l2_normalize('[3,4]'::halfvec), l2_normalize('[0,0]'::halfvec);

-- arithmetic: rounded to the nearest half
SELECT '[1,2048]'::halfvec + '[1,1]', '[1,2]'::halfvec - '[3,5]', '[2,3]'::halfvec * '[4,5]', '[1]'::halfvec || '[2,3]';
SELECT '[65504]'::halfvec + '[65504]';
SELECT '[65504]'::halfvec - '[-65504]';
SELECT '[65504]'::halfvec * '[2]';
SELECT '[1e-4]'::halfvec * '[1e-5]';
SELECT '[1,2]'::halfvec + '[1]';
SELECT subvector('[1,2,3,4]'::halfvec, 2, 2), subvector('[1,2,3]'::halfvec, -1, 3), binary_quantize('[1,-1,0,2]'::halfvec);
SELECT subvector('[1,2,3]'::halfvec, 4, 1);

-- order
SELECT three FROM halfvec_columns ORDER BY three DESC NULLS LAST;
SELECT '[1,2]'::halfvec < '[1,3]', '[1,2]'::halfvec <= '[1,2]', '[1]'::halfvec = '[1]', '[-0]'::halfvec = '[0]',
       '[1]'::halfvec <> '[2]', '[1,2]'::halfvec > '[1]', '[1]'::halfvec >= '[2]', halfvec_cmp('[1]', '[1,0]');
CREATE INDEX ON halfvec_columns (three);
SELECT count(DISTINCT three), count(DISTINCT any_dim) FROM halfvec_columns;

-- aggregates
SELECT avg(three), sum(three), avg(three, 2) FROM halfvec_columns;
SELECT avg(x, w) FROM (VALUES ('[1,2]'::halfvec, 1), ('[3,6]', 3)) t(x, w);
SELECT avg(x) FROM (VALUES ('[65504]'::halfvec), ('[65504]')) t(x);
SELECT sum(x) FROM (VALUES ('[65504]'::halfvec), ('[65504]')) t(x);
SELECT avg(x) FROM (VALUES ('[1]'::halfvec), ('[1,2]')) t(x);
SELECT avg(three), sum(three) FROM halfvec_columns WHERE false;
SELECT halfvec_avg('{2,1e30}');
SELECT halfvec_accum('{}', '[1]');
DROP TABLE halfvec_columns;

-- an index
CREATE TABLE halfvec_items AS
SELECT n AS id, ARRAY[sin(n), cos(n * 1.7), sin(n * 0.3), n % 7]::halfvec(4) AS v FROM generate_series(1, 3000) n;
CREATE TABLE halfvec_exact AS
SELECT 'cosine' AS metric, array_agg(id) AS ids FROM (SELECT id FROM halfvec_items ORDER BY v <=> '[1,0,0.5,3]', id LIMIT 10) t
UNION ALL SELECT 'l2', array_agg(id) FROM (SELECT id FROM halfvec_items ORDER BY v <-> '[1,0,0.5,3]', id LIMIT 10) t
UNION ALL SELECT 'ip', array_agg(id) FROM (SELECT id FROM halfvec_items ORDER BY v <#> '[1,0,0.5,3]', id LIMIT 10) t;
CREATE INDEX ON halfvec_items USING sbert_ivf (v);
CREATE INDEX ON halfvec_items USING sbert_ivf (v halfvec_l2_ops);
CREATE INDEX ON halfvec_items USING sbert_ivf (v halfvec_ip_ops);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM halfvec_items ORDER BY v <=> '[1,0,0.5,3]' LIMIT 10;
SELECT 'cosine', count(*) >= 9 AS found FROM
    (SELECT id FROM halfvec_items ORDER BY v <=> '[1,0,0.5,3]' LIMIT 10) t, halfvec_exact WHERE metric = 'cosine' AND id = ANY (ids);
SELECT 'l2', count(*) >= 9 AS found FROM
    (SELECT id FROM halfvec_items ORDER BY v <-> '[1,0,0.5,3]' LIMIT 10) t, halfvec_exact WHERE metric = 'l2' AND id = ANY (ids);
SELECT 'ip', count(*) >= 9 AS found FROM
    (SELECT id FROM halfvec_items ORDER BY v <#> '[1,0,0.5,3]' LIMIT 10) t, halfvec_exact WHERE metric = 'ip' AND id = ANY (ids);
INSERT INTO halfvec_items VALUES (5000, '[1,0,0.5,3]');
SELECT id FROM halfvec_items ORDER BY v <=> '[1,0,0.5,3]' LIMIT 1;
RESET enable_seqscan;
DROP TABLE halfvec_items, halfvec_exact;
