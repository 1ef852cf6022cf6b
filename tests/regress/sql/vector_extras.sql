-- What pgvector's users asked for and its types have not: products with numbers, subscripts, jsonb, bytea, bit.

-- times and over a number
SELECT '[1,2,3]'::vector * 2, 0.5 * '[1,2,3]'::vector, '[1,2,3]'::vector / 4, '[1,2]'::halfvec * 1.5, '[3]'::halfvec / 2;
SELECT '[1,2]'::vector * '[3,4]'; -- still element by element
SELECT '[3e38]'::vector * 10;
SELECT '[65504]'::halfvec * 2;
SELECT '[1]'::vector / 0;
SELECT '[1]'::vector * 'NaN'::float8;
SELECT '[1]'::vector / 'Infinity'::float8;
SELECT '[1e-30]'::vector * 1e-30; -- vanishes without an error
SELECT '[3e38]'::vector * 1e10 / 1e10;

-- subscripts
CREATE TABLE subscripts (id int PRIMARY KEY, v vector(4), h halfvec(4));
INSERT INTO subscripts VALUES (1, '[1,2,3,4]', '[5,6,7,8]'), (2, NULL, NULL);
SELECT v[1], v[4], h[2], v[0], v[5], v[-2147483648], pg_typeof(v[1]) FROM subscripts ORDER BY id;
SELECT v[2:3], v[:2], v[3:], v[:], h[0:2], v[4:9], v[5:6], v[3:2], pg_typeof(h[:]) FROM subscripts ORDER BY id;
SELECT v[NULL], v[NULL:2], v[2:NULL], v[id] FROM subscripts ORDER BY id;
SELECT ('[1,2,3]'::vector)[2], (v || v)[5] FROM subscripts WHERE id = 1;
SELECT v[1][2] FROM subscripts;
SELECT v['x'] FROM subscripts;
SELECT v[1.5::numeric] FROM subscripts ORDER BY id; -- rounds, as an array's subscript does
SELECT v[1:2][1:2] FROM subscripts;
SELECT v[true] FROM subscripts;
UPDATE subscripts SET v[2] = 20, h[1] = h[1] + 0.5 WHERE id = 1;
SELECT v, h FROM subscripts WHERE id = 1;
UPDATE subscripts SET v[5] = 1 WHERE id = 1;
UPDATE subscripts SET v[0] = 1 WHERE id = 1;
UPDATE subscripts SET v[NULL] = 1 WHERE id = 1;
UPDATE subscripts SET v[1] = NULL WHERE id = 1;
UPDATE subscripts SET v[1] = 'NaN' WHERE id = 1;
UPDATE subscripts SET h[1] = 1e6 WHERE id = 1;
UPDATE subscripts SET v[1] = 1 WHERE id = 2;
UPDATE subscripts SET v[1:2] = '[1,2]' WHERE id = 1;
UPDATE subscripts SET v[1] = 'x' WHERE id = 1;
INSERT INTO subscripts (id, v[1]) VALUES (3, 1);
DO $$
DECLARE
    x vector := '[1,2,3]';
BEGIN
    x[2] := 7;
    RAISE NOTICE '% %', x, x[2:];
END
$$;
-- a search by the first dimensions alone, with an index
CREATE INDEX ON subscripts ((v[:2]));
SELECT id FROM subscripts ORDER BY v[:2] <-> '[1,20]' LIMIT 1;
CREATE VIEW subscript_view AS SELECT v[1] AS first, v[2:3] AS middle FROM subscripts;
SELECT replace(pg_get_viewdef('subscript_view'), 'subscripts.', ''); -- 15 writes the table before each column
DROP TABLE subscripts CASCADE;

-- jsonb
SELECT '[1, 2.5, -1e-3]'::jsonb::vector, '[1]'::jsonb::halfvec(1), ('{"e": [1,2]}'::jsonb -> 'e')::vector(2), '[1, 2]'::json::vector;
SELECT '[0.1,1e20,3]'::vector::jsonb, '[0.1]'::halfvec::jsonb, jsonb_typeof('[1]'::vector::jsonb -> 0);
SELECT count(*) FROM (VALUES ('[0.1,1.1754944e-38,1e-45,16777217,-3.4028235e38]'::vector)) t(v) WHERE v::jsonb::vector = v;
CREATE TABLE jsonb_target (v vector(2));
INSERT INTO jsonb_target SELECT '{"e": [1,2]}'::jsonb -> 'e';
SELECT * FROM jsonb_target;
DROP TABLE jsonb_target;
SELECT '[]'::jsonb::vector;
SELECT '{}'::jsonb::vector;
SELECT '1'::jsonb::vector;
SELECT 'null'::jsonb::vector;
SELECT '"[1]"'::jsonb::vector;
SELECT '[1, "2"]'::jsonb::vector;
SELECT '[1, null]'::jsonb::vector;
SELECT '[1, true]'::jsonb::vector;
SELECT '[1, [2]]'::jsonb::vector;
SELECT '[1, {"a": 2}]'::jsonb::vector;
SELECT '[1e40]'::jsonb::vector;
SELECT '[70000]'::jsonb::halfvec;
SELECT '[1,2]'::jsonb::vector(3);
SELECT '{"a":1}'::json::vector;
SELECT to_jsonb('[1,2]'::vector); -- text, as pgvector gives it: its clients parse that

-- bytea: the bytes of the binary form, and exactly those
SELECT '[1,-2]'::vector::bytea, vector_send('[1,-2]') = '[1,-2]'::vector::bytea, '[1,-2]'::vector::bytea::vector;
SELECT count(*) FROM (VALUES ('[0.1,-0,1e-45,3.4028235e38]'::vector)) t(v) WHERE vector_send(v::bytea::vector) = vector_send(v);
SELECT '\x00020000 3f800000'::bytea::vector;
SELECT '\x00010000 3f80000000'::bytea::vector;
SELECT '\x00010000 7fc00000'::bytea::vector;
SELECT '\x'::bytea::vector;
SELECT '\x00010000 3f800000'::bytea::vector(2);
-- ... too few bytes are bad bytes, never a violation of the protocol, for which a pooler drops the connection
\set VERBOSITY sqlstate
SELECT '\x'::bytea::vector;
SELECT '\x0002'::bytea::halfvec;
SELECT '\x00000005000000010000000000000000'::bytea::sparsevec;
\set VERBOSITY default

-- bit
SELECT B'101'::vector, B'01'::halfvec, B'1010'::bit(4)::vector(4);
SELECT B'101'::vector(2);
SELECT ''::varbit::bit varying::vector;
