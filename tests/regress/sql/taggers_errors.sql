-- What taggers refuse, and how.
\set VERBOSITY default

CREATE TABLE rows (id int, tokens text[], tags text[]);
INSERT INTO rows SELECT n, '{Anna,lives,in,Rome}', '{B-PER,O,O,B-LOC}' FROM generate_series(1, 30) n;

-- queries
SELECT sbert.train_tagger('t', 'DELETE FROM rows');
SELECT sbert.train_tagger('t', 'SELECT 1; SELECT 2');
SELECT sbert.train_tagger('t', 'SELECT id, tags FROM rows');
SELECT sbert.train_tagger('t', 'SELECT tokens FROM rows');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows WHERE false');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows LIMIT 1');
SELECT sbert.train_tagger('t', $$SELECT tokens, '{O,O,O,O}'::text[] FROM rows$$);
SELECT sbert.train_tagger(NULL, 'SELECT tokens, tags FROM rows');
SELECT sbert.train_tagger('t', NULL);
SELECT sbert.train_tagger('rows', 'SELECT tokens, tags FROM rows');

-- rows, with their numbers
SELECT sbert.train_tagger('t', $$SELECT tokens, CASE id WHEN 3 THEN '{PER,O,O,O}' ELSE tags END FROM rows ORDER BY id$$);
SELECT sbert.train_tagger('t', $$SELECT tokens, CASE id WHEN 4 THEN '{I-PER,O,O,O}' ELSE tags END FROM rows ORDER BY id$$);
SELECT sbert.train_tagger('t', $$SELECT tokens, CASE id WHEN 5 THEN '{B-PER,I-LOC,O,O}' ELSE tags END FROM rows ORDER BY id$$);
SELECT sbert.train_tagger('t', $$SELECT tokens, CASE id WHEN 6 THEN '{S-PER,O,O,B-LOC}'::text[] ELSE '{S-PER,O,O,S-LOC}' END FROM rows ORDER BY id$$);
SELECT sbert.train_tagger('t', $$SELECT tokens, CASE id WHEN 7 THEN '{B-PER,O,O}' ELSE tags END FROM rows ORDER BY id$$);
SELECT sbert.train_tagger('t', $$SELECT CASE id WHEN 8 THEN '{Anna Smith,lives,in,Rome}' ELSE tokens END, tags FROM rows ORDER BY id$$);
SELECT sbert.train_tagger('t', $$SELECT CASE id WHEN 9 THEN '{Anna,"",in,Rome}' ELSE tokens END, tags FROM rows ORDER BY id$$);
SELECT sbert.train_tagger('t', $$SELECT CASE id WHEN 2 THEN '{Anna,NULL,in,Rome}' ELSE tokens END, tags FROM rows ORDER BY id$$, options => '{"nulls": "error"}');
SELECT sbert.train_tagger('t', $$SELECT CASE id WHEN 2 THEN array_fill('x'::text, '{5000}') ELSE tokens END, tags FROM rows$$);
SELECT sbert.train_tagger('t', $$SELECT 'Anna lives', '{"start": 0}'::jsonb FROM rows$$);
SELECT sbert.train_tagger('t', $$SELECT 'Anna lives', '[{"start": 0, "label": "PER"}]'::jsonb FROM rows$$);
SELECT sbert.train_tagger('t', $$SELECT 'Anna lives', '[{"start": 0, "end": -4, "label": "PER"}]'::jsonb FROM rows$$);
SELECT sbert.train_tagger('t', $$SELECT 'Anna lives', '[{"start": 0, "end": 4}]'::jsonb FROM rows$$);
SELECT sbert.train_tagger('t', $$SELECT 'Anna lives', '[{"start": 40, "end": 44, "label": "PER"}]'::jsonb FROM rows$$);
SELECT sbert.train_tagger('t', $$SELECT 'Anna lives', '[{"start": 0, "end": 4, "label": "A"}, {"start": 2, "end": 5, "label": "B"}]'::jsonb FROM rows$$);
SELECT sbert.train_tagger('t', $$SELECT 'Anna lives', '[1]'::jsonb FROM rows$$);

-- options
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', options => '{"speed": 1}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', options => '{"epochs": 0}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', options => '{"decoder": "beam"}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', options => '{"strength": "weak"}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', options => '{"context": 1}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', options => '{"holdout": 0.9}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', options => '[]');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', layers => '{3,1}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', layers => '{1,NULL}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', layers => '{7}');
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', layers => '{1}', options => '{"layers": [1]}');
\set VERBOSITY terse
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows', 'nobody');
\set VERBOSITY default
SET maintenance_work_mem = '1MB';
SELECT sbert.train_tagger('t', 'SELECT tokens, tags FROM rows');
RESET maintenance_work_mem;
SELECT to_regclass('t');

-- use
SELECT sbert.tag('{a}', 'rows'::regclass);
SELECT sbert.entities('a', 'rows'::regclass);
SELECT version, skipped FROM sbert.train_tagger('t', 'SELECT tokens, CASE WHEN id > 20 THEN tags END FROM rows',
    options => '{"epochs": 1, "keep_rows": 0}');
SELECT sbert.tag('{a,NULL}', 't'::regclass);
SELECT sbert.tag('{a,"b c"}', 't'::regclass);
SELECT sbert.tag(ARRAY['a', ''], 't'::regclass);
SELECT sbert.tag(array_fill('x'::text, '{4097}'), 't'::regclass);
SELECT sbert.tag('{a}', 't'::regclass, -1);
SELECT sbert.tag('{a}', 't'::regclass, 9);
SELECT sbert.tagger_report('t', 'SELECT 1');
SELECT sbert.update_tagger('t', 'SELECT tokens, tags FROM rows');
SELECT sbert.update_tagger('rows', 'SELECT tokens, tags FROM rows');

-- what anybody may have written into a table
CREATE TABLE forged (version integer, part integer, tagger sbert.tagger, tokens text[], tags text[], vectors bytea, PRIMARY KEY (part, version));
CREATE FUNCTION forge(change text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE forged;
    EXECUTE 'INSERT INTO forged SELECT version, part, ROW(t.labels, t.scheme, t.parameters, t.model, t.fingerprint, t.options, t.report, NULL)::sbert.tagger '
        'FROM (SELECT version, part, ' || change || ' FROM t, LATERAL (SELECT (tagger).*) x WHERE part = 0) t';
    PERFORM sbert.tag('{Anna}', 'forged'::regclass);
    RETURN 'taken';
EXCEPTION WHEN data_corrupted THEN
    RETURN SQLERRM;
END $$;
SELECT forge('labels, scheme, parameters, model, fingerprint, options, report');
SELECT forge('''{PER}''::text[] AS labels, scheme, parameters, model, fingerprint, options, report');
SELECT forge('''{PER,LOC}''::text[] AS labels, scheme, parameters, model, fingerprint, options, report');
SELECT forge('''{"",PER}''::text[] AS labels, scheme, parameters, model, fingerprint, options, report');
SELECT forge('NULL::text[] AS labels, scheme, parameters, model, fingerprint, options, report');
SELECT forge('labels, ''IOB'' AS scheme, parameters, model, fingerprint, options, report');
SELECT forge('labels, scheme, ''''::bytea AS parameters, model, fingerprint, options, report');
SELECT forge('labels, scheme, substr(parameters, 1, octet_length(parameters) - 1) AS parameters, model, fingerprint, options, report');
SELECT forge('labels, scheme, parameters || ''x''::bytea AS parameters, model, fingerprint, options, report');
SELECT forge('labels, scheme, overlay(parameters placing ''\x02''::bytea from 9) AS parameters, model, fingerprint, options, report');
SELECT forge('labels, scheme, overlay(parameters placing ''\xffffff7f''::bytea from 17) AS parameters, model, fingerprint, options, report');
SELECT forge('labels, scheme, overlay(parameters placing ''\x0000c07f''::bytea from 101) AS parameters, model, fingerprint, options, report');
SELECT forge('labels, scheme, parameters, NULL::text AS model, fingerprint, options, report');
-- bytes at every 1009th place
SELECT count(*) AS forged, count(*) FILTER (WHERE forge(format(
    'labels, scheme, overlay(parameters placing ''\xff''::bytea from %s) AS parameters, model, fingerprint, options, report', at)) <> '') AS answered
FROM generate_series(1, (SELECT octet_length((tagger).parameters) FROM t WHERE part = 0), 1009) at;
-- sentences that are kept
SELECT version FROM sbert.train_tagger('kept', 'SELECT tokens, tags FROM rows', options => '{"epochs": 1}');
UPDATE kept SET vectors = substr(vectors, 2) WHERE part = 1;
SELECT sbert.update_tagger('kept', 'SELECT tokens, tags FROM rows');
UPDATE kept SET vectors = overlay('x'::bytea || vectors placing '\x007c'::bytea from 1) WHERE part = 1;
SELECT sbert.update_tagger('kept', 'SELECT tokens, tags FROM rows');
ALTER TABLE kept DROP COLUMN vectors;
SELECT sbert.update_tagger('kept', 'SELECT tokens, tags FROM rows');
