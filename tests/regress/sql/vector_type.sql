-- The type vector(n) itself: its forms, its type modifier, and every refusal. The same as pgvector's but for the
-- DETAIL lines that name a value.

-- input
SELECT '[1,2,3]'::vector;
SELECT ' [ 1,  2 ,    3  ] '::vector;
SELECT E'\t[\n1\x0b,\f2\r]\n'::vector;
SELECT '[-1, +2, -0, 0]'::vector;
SELECT '[1.,.5,1.5e-3,2E2,0x10]'::vector;
SELECT '[1.23456]'::vector;

-- output in the fewest digits that read back the same
SELECT '[0.1,0.333333343,16777216,1e20,3.4028235e38]'::vector;
SELECT '[1e-37,1.1754944e-38]'::vector;
SET extra_float_digits = 0;
SELECT '[0.333333343]'::vector;
RESET extra_float_digits;

-- denormals are kept, what is smaller becomes zero
SELECT '[1e-40,1e-45,-1e-45]'::vector;
SELECT '[1e-46,-1e-60]'::vector;

-- null
SELECT NULL::vector;

-- syntax errors
SELECT ''::vector;
SELECT '1,2,3'::vector;
SELECT '['::vector;
SELECT '[ '::vector;
SELECT '[,'::vector;
SELECT '[1'::vector;
SELECT '[1,2'::vector;
SELECT '[1,'::vector;
SELECT '[1,]'::vector;
SELECT '[1,,3]'::vector;
SELECT '[1a]'::vector;
SELECT '[1 2]'::vector;
SELECT '[hello,1]'::vector;
SELECT '[1,2,3]x'::vector;
SELECT '[1,2,3],4'::vector;
SELECT '{1,2,3}'::vector;
SELECT '[[1]]'::vector;

-- no elements
SELECT '[]'::vector;
SELECT '[ ]'::vector;

-- not finite
SELECT '[NaN,1]'::vector;
SELECT '[1,Infinity]'::vector;
SELECT '[1,2,-Infinity]'::vector;
SELECT '[inf]'::vector;

-- out of range
SELECT '[1,4e38,1]'::vector;
SELECT '[-4e38,1]'::vector;
SELECT '[1e1000]'::vector;

-- SQLSTATE of the above
\set VERBOSITY sqlstate
SELECT '1'::vector;
SELECT '[1]x'::vector;
SELECT '[]'::vector;
SELECT '[nan]'::vector;
SELECT '[4e38]'::vector;
SELECT ('[' || repeat('1,', 16000) || '1]')::vector;
SELECT '[1,2]'::vector(3);
SELECT '[1]'::vector(0);
SELECT '[1]'::vector(16001);
\set VERBOSITY default

-- most dimensions
SELECT vector_dims(('[' || repeat('1,', 15999) || '1]')::vector);
SELECT ('[' || repeat('1,', 16000) || '1]')::vector;
SELECT ('[' || repeat('1,', 100000) || 'x')::vector;

-- type modifier
SELECT '[1,2,3]'::vector(3);
SELECT '[1,2,3]'::vector(2);
SELECT '[1,2,3]'::vector(0);
SELECT '[1,2,3]'::vector(-1);
SELECT '[1,2,3]'::vector(16001);
SELECT '[1,2,3]'::vector(3, 2);
SELECT '[1,2,3]'::vector('a');
SELECT format_type(to_regtype('vector'), 16000);

-- columns
CREATE TABLE vector_type_items (id int, v vector(3));
SELECT attname, format_type(atttypid, atttypmod), attstorage
FROM pg_attribute WHERE attrelid = 'vector_type_items'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO vector_type_items VALUES (1, '[1,2,3]'), (2, NULL);
INSERT INTO vector_type_items VALUES (3, '[1,2]');
INSERT INTO vector_type_items VALUES (3, '[1,2,3]'::vector || '[4]');
UPDATE vector_type_items SET v = v + '[1,1,1]' WHERE id = 1;
SELECT * FROM vector_type_items ORDER BY id;

-- COPY in text
COPY vector_type_items FROM stdin;
4	[4,5,6]
5	\N
\.
COPY vector_type_items FROM stdin;
6	[4,5]
\.
COPY vector_type_items (v) TO stdout;
ALTER TABLE vector_type_items ALTER v TYPE vector(2);
ALTER TABLE vector_type_items ALTER v TYPE vector;
DROP TABLE vector_type_items;

-- binary form: int16 dimensions, int16 zero, float4 elements
SELECT vector_send('[1,-2,0.5]');
SELECT vector_send('[1e-45,3.4028235e38]');

-- bytes as a client may send them; COPY BINARY runs them through vector_recv
CREATE TABLE vector_type_received (v vector);
CREATE FUNCTION vector_type_receive(bytes bytea) RETURNS vector LANGUAGE plpgsql AS $$
DECLARE
    -- signature, flags, extension; then one row of one field; then the trailer
    file bytea := '\x5047434f50590aff0d0a00'::bytea || '\x0000000000000000'
        || '\x0001'::bytea || int4send(length(bytes)) || bytes || '\xffff'::bytea;
    program text := format('echo %s | base64 -d', translate(encode(file, 'base64'), E'\n', ''));
    result vector;
BEGIN
    DELETE FROM vector_type_received;
    EXECUTE format('COPY vector_type_received FROM PROGRAM %L (FORMAT binary)', program);
    SELECT v FROM vector_type_received INTO result;
    RETURN result;
END $$;
\set SHOW_CONTEXT never
SELECT vector_type_receive('\x000200003f800000c0000000');
SELECT vector_type_receive(vector_send('[1e-45,3.4028235e38]'));
SELECT vector_type_receive('\x000100003f800000');
TRUNCATE vector_type_received;
ALTER TABLE vector_type_received ALTER v TYPE vector(2);
SELECT vector_type_receive('\x000100003f800000');
ALTER TABLE vector_type_received ALTER v TYPE vector;
SELECT vector_type_receive('\x00000000');
SELECT vector_type_receive('\xffff0000');
SELECT vector_type_receive('\x3e810000');
SELECT vector_type_receive('\x000200013f800000c0000000');
SELECT vector_type_receive('\x000200003f8000007fc00000');
SELECT vector_type_receive('\x000200003f800000ff800000');
SELECT vector_type_receive('\x000200003f800000');
SELECT vector_type_receive('\x000200003f800000c000000000');
SELECT vector_type_receive('\x00');
\set SHOW_CONTEXT errors
DROP FUNCTION vector_type_receive;
DROP TABLE vector_type_received;

-- stored out of line and uncompressed, or short inline: the same value
CREATE TABLE vector_type_wide (v vector(3000));
INSERT INTO vector_type_wide SELECT (SELECT array_agg(i % 10) FROM generate_series(1, 3000) i)::vector;
SELECT pg_relation_size(reltoastrelid) > 0 AS out_of_line FROM pg_class WHERE relname = 'vector_type_wide';
SELECT pg_column_size(v) AS bytes, vector_norm(v) FROM vector_type_wide;
SELECT v = (SELECT array_agg(i % 10) FROM generate_series(1, 3000) i)::vector AS same FROM vector_type_wide;
DROP TABLE vector_type_wide;
CREATE TABLE vector_type_narrow AS SELECT '[1,2]'::vector AS v;
SELECT pg_column_size(v) AS bytes, v FROM vector_type_narrow;
DROP TABLE vector_type_narrow;

-- inside other types
SELECT ARRAY['[1,2]', '[3]']::vector[];
SELECT '{"[1,2]","[3]"}'::vector[];
SELECT '{"[1,2]","[3]"}'::vector(2)[];
SELECT to_jsonb('[1,2]'::vector);
SELECT row('[1,2]'::vector, 1);
