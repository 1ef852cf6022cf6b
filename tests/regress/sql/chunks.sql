-- texts in parts that a model reads to their end; sentences; numbers of tokens

-- token_count: all tokens, beyond the model's limit, with special tokens
SELECT sbert.token_count('hello world'), sbert.token_count(''), sbert.token_count(NULL) IS NULL AS null_in,
       sbert.token_count(repeat('word ', 1000), 'all-MiniLM-L6-v2') AS beyond;
SELECT bool_and(sbert.token_count(t) = (e->>'tokens_used')::int + (e->>'tokens_dropped')::int) AS as_explained
FROM unnest(ARRAY['', 'a', 'Tokenization of naïve 東京!', repeat('long ', 700)]) t, sbert.explain(t) e;
-- with the model's default prompt, as embed() reads it
SELECT sbert.token_count('', 'tiny-prompts') > 2 AS prompt_counts;
CREATE TABLE texts (body text);
CREATE INDEX ON texts (sbert.token_count(body, 'all-MiniLM-L6-v2'));
CREATE INDEX ON texts (sbert.token_count(body));
\set VERBOSITY terse
SELECT sbert.token_count('a', 'no-such-model');
\set VERBOSITY default

-- sentences
SELECT * FROM sbert.sentences(E'  Hello there. How are you?\r\n\r\n"Fine," he said, 3.5 of 4.\tEnd ');
SELECT n, body FROM sbert.sentences('第一句。第二句！第三句？');
SELECT n, body FROM sbert.sentences('Here is Mr. Smith. He is late.', 'en');
SELECT n, body FROM sbert.sentences('Here is Mr. Smith. He is late.', 'en-u-ss-standard');
SELECT n, body FROM sbert.sentences('Τι κάνεις; Καλά.', locale => 'el');
SELECT count(*) FROM sbert.sentences('');
SELECT count(*) FROM sbert.sentences(E' \n\u3000');
SELECT count(*) FROM sbert.sentences(NULL);
SELECT sbert.sentences('a', 'klingon');
SELECT sbert.sentences('a', 'not a locale');
SELECT sbert.sentences('a', NULL);

-- chunks: whole paragraphs, else whole sentences
CREATE FUNCTION manual() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT
E'Washing machine\n\nPut the laundry in and close the door. Choose a programme. Press start.\r\n\r\n'
'If water runs out of the machine, close the tap and clean the filter. Call us if it still leaks. We are there for you.' $$;
SELECT * FROM sbert.chunks(manual(), tokens => 30);
SELECT n, body, tokens FROM sbert.chunks(manual(), 'all-MiniLM-L6-v2', 30, by => 'sentence');
SELECT n, body, tokens FROM sbert.chunks(manual(), tokens => 30, overlap => 8, by => 'sentence');
SELECT n, body, tokens FROM sbert.chunks(manual(), tokens => 12, overlap => 4, by => 'word');
SELECT n, start_char, end_char, tokens FROM sbert.chunks(manual());
SELECT count(*) FROM sbert.chunks('');
SELECT count(*) FROM sbert.chunks(E' \t\n');
SELECT count(*) FROM sbert.chunks(NULL);
-- a sentence that does not fit is cut at words, a word at its parts, a part inside
SELECT n, body, tokens FROM sbert.chunks('see https://example.com/a/long/path?q=1 and https://x.org', tokens => 12);
SELECT n, body, tokens FROM sbert.chunks('中国人民', tokens => 4);
SELECT n, body, tokens FROM sbert.chunks('Pneumonoultramicroscopicsilicovolcanoconiosis', tokens => 8);
-- the locale
SELECT n, body FROM sbert.chunks('Here is Mr. Smith. He is late.', tokens => 8, by => 'sentence', locale => 'en-u-ss-standard');
-- many texts
SELECT id, n, chunk.body FROM (VALUES (1, 'One two. Three four.'), (2, NULL), (3, 'Five.')) t (id, body), sbert.chunks(t.body, tokens => 5) chunk;

CREATE FUNCTION is_blank(text) RETURNS boolean LANGUAGE sql AS $$ -- whatever the locale of the server
    SELECT $1 ~ U&'^[\\s\0085\00A0\1680\2000-\200A\2028\2029\202F\205F\3000]*$' $$;
-- what holds for any text: places, tokens, order, and nothing but white space between chunks
CREATE TABLE hostile (id serial, body text);
INSERT INTO hostile (body) VALUES
    (manual()), (repeat(manual() || E'\n', 20)), ('one'), (E'\r\n\r\na\r\nb\r\n\r\n\r\n'), (repeat('no end of a sentence ', 300)),
    (repeat('https://example.com/a?b=c&', 60)), (repeat('QUJDREVGR0g+/=', 200)), (repeat('x', 3000)), (repeat('第一句很长。第二句！', 60)),
    (repeat('ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำ', 30)), (repeat(U&'\+01F468\200D\+01F469\200D\+01F467', 50)),
    (repeat(U&'\+01F1E9\+01F1EA', 90)), (repeat(U&'Cafe\0301 nai\0308ve. ', 60)), ('a' || repeat(U&'\0301', 2000) || ' b'),
    (repeat(U&'a\2009b\3000c\00A0d. ', 60)), (repeat(E'\x01\x02 \x7f. ', 200)), (U&'\FEFFWith a mark. ' || repeat('More. ', 90)),
    (repeat('[CLS] [SEP] [MASK] [UNK]. ', 60)), (repeat('क्षत्रिय हिन्दी में। दूसरा वाक्य। ', 40)), (repeat(E'\u2028line\u2029', 300)), (repeat('. ', 900)),
    (repeat(E'\n', 5000) || 'a' || repeat(' ', 5000) || 'b');
CREATE TABLE cuts AS SELECT id, tokens AS most, overlap, by, c.* FROM hostile h, unnest(ARRAY[5, 17, 256]) tokens,
    unnest(ARRAY[0, 3]) overlap, unnest(ARRAY['paragraph', 'sentence', 'word']) by,
    sbert.chunks(h.body, tokens => tokens, overlap => overlap, by => by) c (n, body, start_char, end_char, used);
SELECT count(*) > 10000 AS many,
       bool_and(c.body = substr(h.body, start_char, end_char - start_char + 1)) AS places,
       bool_and(used = sbert.token_count(c.body)) AS counted,
       bool_and(used <= most) AS fit,
       bool_or(is_blank(left(c.body, 1)) OR is_blank(right(c.body, 1))) AS untrimmed
FROM cuts c JOIN hostile h USING (id);
SELECT bool_and(start_char > last_start AND end_char > last_end) AS go_on,
       bool_and(start_char > last_end OR overlap > 0) AS apart,
       bool_and(start_char > last_end OR sbert.token_count(substr(h.body, start_char, last_end - start_char + 1)) - 2 <= overlap) AS overlaps,
       bool_and(is_blank(substr(h.body, last_end + 1, greatest(start_char - last_end - 1, 0)))) AS nothing_left_out,
       bool_and(next IS NOT NULL OR is_blank(substr(h.body, end_char + 1))) AS to_the_end
FROM (SELECT *, lag(start_char, 1, 0) OVER w AS last_start, lag(end_char, 1, 0) OVER w AS last_end, lead(n) OVER w AS next
      FROM cuts WINDOW w AS (PARTITION BY id, most, overlap, by ORDER BY n)) c JOIN hostile h USING (id);
SELECT count(*) AS truncated FROM cuts WHERE most = 256 AND overlap = 0 AND id < 4 AND (sbert.explain(body)->>'truncated')::boolean;

-- errors: the value, and what may be
SELECT sbert.chunks('a', tokens => 2);
SELECT sbert.chunks('a', tokens => -1);
SELECT sbert.chunks('a', tokens => 257);
SELECT sbert.chunks('a', tokens => 10, overlap => 10);
SELECT sbert.chunks('a', overlap => -1);
SELECT sbert.chunks('a', overlap => NULL);
SELECT sbert.chunks('a', by => 'page');
SELECT sbert.chunks('a', by => NULL);
SELECT sbert.chunks('a', locale => 'xx');
SELECT sbert.chunks('a', locale => NULL);
\set VERBOSITY terse
SELECT sbert.chunks('a', 'no-such-model');
\set VERBOSITY default
SELECT sbert.chunks(NULL, by => 'page');
SELECT sbert.chunks('각', tokens => 3);
\set VERBOSITY sqlstate
SELECT sbert.chunks('a', tokens => 2);
SELECT sbert.chunks('a', by => 'page');
SELECT sbert.chunks('a', locale => 'xx');
SELECT sbert.chunks('a', by => NULL);
SELECT sbert.sentences('a', NULL);
SELECT sbert.chunks('a', 'no-such-model');
\set VERBOSITY default

-- not in an index nor a generated column; the sets are STABLE
SELECT oid::regprocedure, provolatile, proparallel FROM pg_proc WHERE pronamespace = 'sbert'::regnamespace
    AND proname IN ('chunks', 'sentences', 'token_count') ORDER BY oid::regprocedure::text COLLATE "C";

-- an ordinary user, and a search_path of someone else's
CREATE ROLE regress_sbert_chunks;
CREATE SCHEMA evil;
CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
GRANT USAGE ON SCHEMA evil TO regress_sbert_chunks;
SET ROLE regress_sbert_chunks;
SET search_path = evil, pg_temp;
SELECT n, body, tokens FROM sbert.chunks('An ordinary user. May cut.', tokens => 7);
RESET search_path;
RESET ROLE;
DROP SCHEMA evil CASCADE;
DROP ROLE regress_sbert_chunks;
DROP TABLE texts, hostile, cuts;
DROP FUNCTION manual, is_blank;
