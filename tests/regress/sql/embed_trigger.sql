-- sbert.embed_trigger(): a plain column kept current

CREATE TABLE trigger_docs (id int, title varchar(80), body text, e vector(384));
CREATE TRIGGER embed BEFORE INSERT OR UPDATE ON trigger_docs
    FOR EACH ROW EXECUTE FUNCTION sbert.embed_trigger('e', 'body', 'all-MiniLM-L6-v2');

-- insert, update, null
INSERT INTO trigger_docs (id, body) VALUES (1, 'a first text'), (2, NULL);
INSERT INTO trigger_docs (id, body, e) SELECT 3, 'a third text', embed('something else');
SELECT id, e = embed(body) AS current FROM trigger_docs ORDER BY id;
UPDATE trigger_docs SET body = 'a second text' WHERE id = 2;
UPDATE trigger_docs SET body = NULL WHERE id = 3;
SELECT id, e = embed(body) AS current, e IS NULL AS empty FROM trigger_docs ORDER BY id;

-- an update that leaves the text alone encodes nothing; one of a missing vector does
SELECT texts AS before FROM sbert.session_statistics() \gset
UPDATE trigger_docs SET title = 'changed';
SELECT texts - :before AS encodings FROM sbert.session_statistics();
ALTER TABLE trigger_docs DISABLE TRIGGER embed;
UPDATE trigger_docs SET e = NULL WHERE id = 1;
ALTER TABLE trigger_docs ENABLE TRIGGER embed;
UPDATE trigger_docs SET title = 'again' WHERE id = 1;
SELECT e = embed(body) AS current FROM trigger_docs WHERE id = 1;

-- the default model, a column of type varchar
CREATE TRIGGER embed_title BEFORE INSERT ON trigger_docs
    FOR EACH ROW WHEN (new.body IS NULL) EXECUTE FUNCTION sbert.embed_trigger('e', 'title');
INSERT INTO trigger_docs (id, title) VALUES (4, 'only a title');
SELECT e = embed('only a title') AS by_title FROM trigger_docs WHERE id = 4;
DROP TRIGGER embed_title ON trigger_docs;

-- wrong columns, arguments and events
CREATE FUNCTION pg_temp.try(arguments text, event text DEFAULT 'BEFORE INSERT') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER wrong %s ON trigger_docs FOR EACH ROW EXECUTE FUNCTION sbert.embed_trigger(%s)', event, arguments);
    INSERT INTO trigger_docs (id, body) VALUES (9, 'x');
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT pg_temp.try($$'e', 'missing'$$), pg_temp.try($$'missing', 'body'$$);
SELECT pg_temp.try($$'title', 'body'$$), pg_temp.try($$'e', 'id'$$);
SELECT pg_temp.try(''), pg_temp.try($$'e', 'body', 'm', 'n', 'o'$$);
SELECT pg_temp.try($$'e', 'body'$$, 'AFTER INSERT');
SELECT pg_temp.try($$'e', 'body', 'no-such-model'$$);
SELECT sbert.embed_trigger();
ALTER TABLE trigger_docs ADD narrow vector(3);
SELECT pg_temp.try($$'narrow', 'body'$$);


-- generated columns get their values after the trigger
ALTER TABLE trigger_docs ADD shout text GENERATED ALWAYS AS (body || '!') STORED;
SELECT pg_temp.try($$'e', 'shout'$$);
DROP TABLE trigger_docs;

-- a domain over vector, its constraint held; a partitioned table
CREATE DOMAIN trigger_emb AS vector(384) CHECK (vector_norm(VALUE) > 0.5);
CREATE TABLE trigger_parts (id int, body text, e trigger_emb) PARTITION BY LIST (id);
CREATE TABLE trigger_part PARTITION OF trigger_parts FOR VALUES IN (1);
CREATE TRIGGER embed BEFORE INSERT OR UPDATE ON trigger_parts
    FOR EACH ROW EXECUTE FUNCTION sbert.embed_trigger('e', 'body', 'all-MiniLM-L6-v2');
INSERT INTO trigger_parts VALUES (1, 'in a part');
SELECT e = embed(body) AS current FROM trigger_parts;
ALTER DOMAIN trigger_emb ADD CONSTRAINT long CHECK (vector_norm(VALUE) > 2) NOT VALID;
INSERT INTO trigger_parts VALUES (1, 'too short a vector');
DROP TABLE trigger_parts;
DROP DOMAIN trigger_emb;
