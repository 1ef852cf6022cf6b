-- Writing to an sbert_ivf index: inserts, growth, vacuum, and what sbert.index_verify() and sbert.index_stats() say.
\set VERBOSITY terse
SET client_min_messages = warning;

-- its names are whole: from 17 on CREATE INDEX sees no search_path
CREATE FUNCTION vec(d int, seed int) RETURNS vector LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(sin((seed % 10) * i * 1.7) + 0.2 * sin(seed * 0.618 * (i + 3)))::public.vector FROM generate_series(1, d) i
$$;

-- an empty table, one row, few rows
CREATE TABLE w (id int, e vector(4));
CREATE INDEX w_e ON w USING sbert_ivf (e vector_l2_ops);
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, lists, fill, drift FROM sbert.index_stats('w_e');
INSERT INTO w VALUES (1, '[1,2,3,4]');
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, lists, longest_list FROM sbert.index_stats('w_e');
INSERT INTO w VALUES (2, NULL), (3, '[0,0,0,0]'), (4, '[1,2,3,4]');
SELECT rows, lists, longest_list FROM sbert.index_stats('w_e');
INSERT INTO w VALUES (5, '[1,2,3]');
SET enable_seqscan = off;
SELECT id FROM w WHERE e IS NOT NULL ORDER BY e <-> '[1,2,3,4]', id;
RESET enable_seqscan;

-- zero vectors under cosine are not indexed
CREATE INDEX w_cosine ON w USING sbert_ivf (e vector_cosine_ops);
INSERT INTO w VALUES (6, '[0,0,0,0]'), (7, '[1,0,0,0]');
SELECT rows FROM sbert.index_stats('w_cosine');
SELECT * FROM sbert.index_verify('w_cosine');

-- equal rows cannot be told apart, and do not stop the index from working
INSERT INTO w SELECT i, '[1,2,3,4]' FROM generate_series(10, 5000) i;
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, longest_list > 4000 AS one_list FROM sbert.index_stats('w_e');
DELETE FROM w WHERE id > 20;
VACUUM w;
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, dead_rows FROM sbert.index_stats('w_e');
DROP TABLE w;

-- growth: training at 4,096 rows, lists split after that
CREATE TABLE w (id int, e vector(16));
CREATE INDEX w_l2 ON w USING sbert_ivf (e vector_l2_ops) WITH (rerank_bits = 4);
CREATE INDEX w_ip ON w USING sbert_ivf (e vector_ip_ops);
INSERT INTO w SELECT i, vec(16, i) FROM generate_series(1, 4000) i;
SELECT rows, lists FROM sbert.index_stats('w_l2');
INSERT INTO w SELECT i, vec(16, i) FROM generate_series(4001, 9000) i;
SELECT rows, lists > 64 AS grown FROM sbert.index_stats('w_l2');
SELECT * FROM sbert.index_verify('w_l2');
SELECT * FROM sbert.index_verify('w_ip');

-- every row is found, by each index
SET enable_seqscan = off;
SET enable_sort = off;
SELECT count(*), sum(id) FROM (SELECT id FROM w ORDER BY e <-> vec(16, 1) LIMIT 1000000) s;
SELECT count(*), sum(id) FROM (SELECT id FROM w ORDER BY e <#> vec(16, 1) LIMIT 1000000) s;
RESET enable_seqscan;
RESET enable_sort;

-- rollback, savepoints
BEGIN;
INSERT INTO w SELECT i, vec(16, i) FROM generate_series(9001, 9500) i;
SAVEPOINT a;
INSERT INTO w SELECT i, vec(16, i) FROM generate_series(9501, 9800) i;
ROLLBACK TO a;
COMMIT;
SELECT * FROM sbert.index_verify('w_l2');
VACUUM w;
SELECT rows FROM sbert.index_stats('w_l2');

-- vacuum: half, everything, and again
DELETE FROM w WHERE id % 2 = 0;
VACUUM w;
SELECT rows, dead_rows, fill > 0.5 AS packed FROM sbert.index_stats('w_l2');
SELECT * FROM sbert.index_verify('w_l2');
DELETE FROM w;
VACUUM w;
VACUUM w;
SELECT rows, dead_rows, longest_list FROM sbert.index_stats('w_l2');
SELECT * FROM sbert.index_verify('w_l2');
INSERT INTO w SELECT i, vec(16, i) FROM generate_series(1, 1000) i;
SELECT rows FROM sbert.index_stats('w_l2');
SELECT * FROM sbert.index_verify('w_l2');
TRUNCATE w;
INSERT INTO w SELECT i, vec(16, i) FROM generate_series(1, 10) i;
SELECT rows, lists FROM sbert.index_stats('w_l2');
DROP TABLE w;

-- an expression index keeps the vectors
CREATE TABLE w (id int, n int);
CREATE INDEX w_e ON w USING sbert_ivf ((vec(8, n)::vector(8)) vector_l2_ops);
INSERT INTO w SELECT i, i FROM generate_series(1, 6000) i;
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, lists > 1 AS trained FROM sbert.index_stats('w_e');
UPDATE w SET n = n + 1 WHERE id <= 100;
VACUUM w;
SELECT rows FROM sbert.index_stats('w_e');
DROP TABLE w;

-- many dimensions: records that span pages; values come from TOAST
CREATE TABLE big AS SELECT i AS id, (SELECT array_agg(sin(i * j * 0.37) + cos(i % 7 + j)) FROM generate_series(1, 4200) j)::vector(4200) AS e
    FROM generate_series(1, 120) i;
CREATE TABLE w (id int, e vector(4200));
CREATE INDEX w_e ON w USING sbert_ivf (e vector_cosine_ops);
INSERT INTO w SELECT * FROM big;
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, lists FROM sbert.index_stats('w_e');
INSERT INTO w SELECT id + 1000 * k, e FROM big, generate_series(1, 34) k;
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, lists > 1 AS trained FROM sbert.index_stats('w_e');
DELETE FROM w WHERE id % 2 = 0;
VACUUM w;
SELECT * FROM sbert.index_verify('w_e');
SELECT rows FROM sbert.index_stats('w_e');
SET enable_seqscan = off;
SELECT count(*) FROM (SELECT id FROM w ORDER BY e <=> (SELECT e FROM big WHERE id = 3) LIMIT 100000) s;
RESET enable_seqscan;
DROP TABLE w;

CREATE TABLE w (id int, e vector);
CREATE INDEX w_e ON w USING sbert_ivf ((subvector(e, 1, 2100)::vector(2100)) vector_l2_ops);
INSERT INTO w SELECT * FROM big;
SELECT * FROM sbert.index_verify('w_e');
DELETE FROM w WHERE id % 3 = 0;
VACUUM w;
INSERT INTO w SELECT * FROM big WHERE id < 50;
SELECT * FROM sbert.index_verify('w_e');
SELECT rows, row_bytes / rows AS bytes FROM sbert.index_stats('w_e');
DROP TABLE w, big;

-- not for every index, nor for everybody
CREATE TABLE w (id int PRIMARY KEY, e vector(3));
CREATE INDEX w_e ON w USING sbert_ivf (e vector_l2_ops);
SELECT * FROM sbert.index_verify('w_pkey');
SELECT * FROM sbert.index_stats('w');
CREATE ROLE regress_ivf_reader;
GRANT SELECT ON w TO regress_ivf_reader;
SET ROLE regress_ivf_reader;
SELECT * FROM sbert.index_verify('w_e');
SELECT * FROM sbert.index_stats('w_e');
RESET ROLE;
DROP TABLE w;
DROP ROLE regress_ivf_reader;
DROP FUNCTION vec(int, int);
