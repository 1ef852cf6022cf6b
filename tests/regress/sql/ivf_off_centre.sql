-- Data far from zero: whatever the mean of the vectors is against their spread, in any number of dimensions, under every
-- metric, an index finds what its target says, and everything where everything is asked for.
SET client_min_messages = warning; -- of which table is not there yet

-- Rows whose elements have the mean given and a deviation of one; and what an index of each metric finds of the nine
-- nearest of a row: with the row itself the ten that a search goes for first.
CREATE TABLE seen (d integer, mean float8, metric text, asked text, at_one float8, by_default float8, broken bigint);
CREATE PROCEDURE make_spread(d integer, n integer) LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS spread;
    PERFORM setseed(0.5);
    EXECUTE format('CREATE TABLE spread AS SELECT i, (SELECT array_agg((random() + random() + random() + random() - 2) * sqrt(3))
        FROM generate_series(1, %s) WHERE i > 0)::vector(%s) AS v FROM generate_series(1, %s) i', d, d, n);
END $$;
CREATE PROCEDURE look(d integer, mean float8, metric text, asked text, queries integer) LANGUAGE plpgsql AS $$
DECLARE
    at_one float8;
    by_default float8;
BEGIN
    SET LOCAL sbert.target_recall = 1;
    SELECT recall INTO at_one FROM sbert.index_recall('far_v', 9, 20);
    RESET sbert.target_recall;
    SELECT recall INTO by_default FROM sbert.index_recall('far_v', 9, queries);
    INSERT INTO seen SELECT d, mean, metric, asked, at_one, by_default, count(*) FROM sbert.index_verify('far_v');
END $$;
CREATE PROCEDURE make_far(d integer, mean float8) LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS far;
    EXECUTE format('CREATE TABLE far AS SELECT i, (v + array_fill(%s::real, ARRAY[%s])::vector)::vector(%s) AS v FROM spread', mean, d, d);
END $$;
CREATE PROCEDURE look_built(d integer, mean float8, metric text, queries integer) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE INDEX far_v ON far USING sbert_ivf (v vector_%s_ops)', metric);
    CALL look(d, mean, metric, 'built', queries);
    DROP INDEX far_v;
END $$;

-- every mean in few dimensions and in many, the metrics in turn
DO $$
DECLARE
    d integer; mean float8; turn integer := 0;
BEGIN
    FOREACH d IN ARRAY '{1,2,3,16,128,384,1024}'::integer[] LOOP
        CALL make_spread(d, 4200);
        FOREACH mean IN ARRAY '{0,1,10,100,1e3,1e4}'::float8[] LOOP
            CALL make_far(d, mean);
            turn := turn + 1;
            CALL look_built(d, mean, ('{l2,ip,cosine}'::text[])[1 + (turn + turn / 7) % 3], 150);
        END LOOP;
    END LOOP;
END $$;

-- an index that began empty has its first row for its origin; halves have fewer digits, so their mean is nearer.
-- Far out all queries have the same greatest inner products: one row in the wrong list would count for all of them
CREATE PROCEDURE look_grown(d integer, mean float8, type text, metric text, logged text) LANGUAGE plpgsql AS $$
BEGIN
    CALL make_spread(d, 4300);
    DROP TABLE IF EXISTS far;
    EXECUTE format('CREATE %s TABLE far (i integer, v %s(%s))', logged, type, d);
    EXECUTE format('CREATE INDEX far_v ON far USING sbert_ivf (v %s_%s_ops)', type, metric);
    EXECUTE format('INSERT INTO far SELECT i, v + array_fill(%s::real, ARRAY[%s])::vector FROM spread', mean, d);
    CALL look(d, mean, metric, 'grown ' || type, 150);
END $$;
CALL look_grown(3, 1000, 'vector', 'l2', '');
CALL look_grown(16, 1, 'vector', 'ip', 'UNLOGGED');
CALL look_grown(48, 100, 'vector', 'cosine', '');
CALL look_grown(3, 20, 'halfvec', 'l2', '');
CALL look_grown(16, 1, 'halfvec', 'ip', '');
CALL look_grown(48, 20, 'halfvec', 'cosine', 'TEMP');

-- the values of an expression are kept as they were given
CALL make_spread(16, 4300);
CALL make_far(16, 1000);
CREATE INDEX far_v ON far USING sbert_ivf (((v + v)::vector(16)) vector_l2_ops);
CALL look(16, 2000, 'l2', 'expression', 100);
DROP INDEX far_v;
CREATE INDEX far_v ON far USING sbert_ivf (((v + v)::vector(16)) vector_cosine_ops);
CALL look(16, 2000, 'cosine', 'expression', 100);

-- what was seen, and which of it is too little
SELECT asked, count(*), sum(broken) AS broken FROM seen GROUP BY asked ORDER BY asked;
SELECT d, mean, metric, asked, at_one, by_default FROM seen WHERE at_one < 1 OR by_default < 0.92;

-- the widest rows: their origin spans eight pages
CREATE TABLE wide (v vector(16000));
CREATE INDEX wide_v ON wide USING sbert_ivf (v vector_l2_ops);
INSERT INTO wide SELECT array_fill(1000 + i / 64.0, ARRAY[16000])::real[]::vector FROM generate_series(1, 30) i;
SET enable_seqscan = off;
SELECT v <-> array_fill(1000.25::real, ARRAY[16000])::vector AS distance FROM wide
ORDER BY v <-> array_fill(1000.25::real, ARRAY[16000])::vector LIMIT 3;
SELECT * FROM sbert.index_verify('wide_v');
REINDEX INDEX wide_v;
SELECT v <-> array_fill(1000.25::real, ARRAY[16000])::vector AS distance FROM wide
ORDER BY v <-> array_fill(1000.25::real, ARRAY[16000])::vector LIMIT 3;
SELECT * FROM sbert.index_verify('wide_v');
