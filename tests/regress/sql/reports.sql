-- Reports on predicted labels, sets of labels and entities.
CREATE TABLE predictions (truth text, predicted text);
INSERT INTO predictions VALUES ('cat', 'cat'), ('cat', 'dog'), ('dog', 'dog'), ('dog', 'dog'), ('emu', 'cat'),
    ('cat', NULL), (NULL, 'dog'), (NULL, NULL);

-- as rows, as a text; rows with a null are left out and counted
SELECT r.* FROM unnest((SELECT sbert.classification_report(truth, predicted) FROM predictions)) r;
\pset format unaligned
SELECT sbert.report_text(sbert.classification_report(truth, predicted)) FROM predictions;
SELECT sbert.report_text(sbert.classification_report(truth, predicted), 3) FROM predictions WHERE truth || predicted <> '';
SELECT sbert.report_text(sbert.classification_report(truth, predicted, '{dog,cat}'), 0) FROM predictions;
\pset format aligned
SELECT c.* FROM unnest((SELECT sbert.confusion_matrix(truth, predicted) FROM predictions)) c;
SELECT c.* FROM unnest((SELECT sbert.confusion_matrix(truth, predicted, '{dog,cat,yak}') FROM predictions)) c;

-- accuracy only where no label was left out
SELECT kind, round(f1::numeric, 4), support
FROM unnest((SELECT sbert.classification_report(truth, predicted, '{yak,emu,dog,cat}') FROM predictions)) WHERE kind <> 'label';
SELECT kind, round(f1::numeric, 4), support
FROM unnest((SELECT sbert.classification_report(truth, predicted, '{yak,emu,dog}') FROM predictions)) WHERE kind <> 'label';
-- the averages without accuracy: the micro average takes its line
\pset format unaligned
SELECT sbert.report_text(array_agg(r)) FROM unnest((SELECT sbert.classification_report(truth, predicted) FROM predictions)) r
WHERE kind NOT IN ('accuracy', 'skipped');
\pset format aligned

-- no row; nothing but nulls; labels null
SELECT sbert.classification_report(truth, predicted) IS NULL AS report, sbert.confusion_matrix(truth, predicted) IS NULL AS matrix,
       sbert.report_text(sbert.classification_report(truth, predicted)) IS NULL AS text FROM predictions WHERE false;
SELECT r.* FROM unnest((SELECT sbert.classification_report(NULL::text, predicted) FROM predictions)) r;
SELECT sbert.classification_report(truth, predicted, NULL) = sbert.classification_report(truth, predicted) AS same FROM predictions;

-- in groups, in a window, of other types
SELECT predicted, r.label, r.f1 FROM
    (SELECT predicted, sbert.classification_report(truth, predicted) AS report FROM predictions GROUP BY predicted) g, unnest(report) r
WHERE r.kind = 'label' ORDER BY 1, 2;
SELECT n, (SELECT round(f1::numeric, 4) FROM unnest(report) WHERE kind = 'accuracy') AS accuracy
FROM (SELECT n, sbert.classification_report(truth, predicted) OVER (ORDER BY n) AS report
      FROM (VALUES (1, 'a', 'a'), (2, 'b', 'a'), (3, 'b', 'b')) v (n, truth, predicted)) w;
SELECT c.* FROM unnest((SELECT sbert.confusion_matrix(a::text, b::text) FROM (VALUES (1, 2), (10, 2), (2, 2)) v (a, b))) c;

-- sets of labels
SELECT kind, label, round(precision::numeric, 4) AS p, round(recall::numeric, 4) AS r, round(f1::numeric, 4) AS f, support
FROM unnest((SELECT sbert.classification_report(t, p)
             FROM (VALUES ('{a,b}'::text[], '{a}'::text[]), ('{b,b}', '{b,c}'), ('{}', '{}'), (NULL, '{a}')) v (t, p)));
SELECT c.* FROM unnest((SELECT sbert.confusion_matrix(t, p)
                        FROM (VALUES ('{a,b}'::text[], '{a}'::text[]), ('{b,b}', '{b,c}'), ('{}', '{}')) v (t, p))) c;

-- entities: leniently, strictly; a sentence with a null is counted
CREATE TABLE sentences (truth text[], predicted text[]);
INSERT INTO sentences VALUES ('{B-PER,I-PER,O,B-LOC}', '{B-PER,I-PER,O,I-LOC}'), ('{O,B-ORG,I-ORG}', '{B-ORG,I-ORG,I-ORG}'), ('{}', '{}'), (NULL, '{O}');
\pset format unaligned
SELECT sbert.report_text(sbert.entity_report(truth, predicted)) FROM sentences;
SELECT sbert.report_text(sbert.entity_report(truth, predicted, 'IOB2')) FROM sentences;
\pset format aligned
SELECT sbert.entity_report(truth, predicted, NULL) = sbert.entity_report(truth, predicted) AS same FROM sentences;

-- ... of more types than the state has room for at first: each is counted
SELECT count(*) AS types, min(precision) AS precision, min(recall) AS recall, sum(support) AS support
FROM unnest((SELECT sbert.entity_report(t, t) FROM (SELECT array_agg('B-T' || i) AS t FROM generate_series(1, 5000) i) s)) WHERE kind = 'label';

-- refusals, each with its SQLSTATE
CREATE FUNCTION report_refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    EXECUTE statement;
    RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
SELECT report_refused(statement) FROM (VALUES
    ($$SELECT sbert.classification_report('a'::text, 'a'::text, '{}')$$),
    ($$SELECT sbert.classification_report('a'::text, 'a'::text, '{a,NULL}')$$),
    ($$SELECT sbert.classification_report('a'::text, 'a'::text, '{{a},{b}}')$$),
    ($$SELECT sbert.confusion_matrix('a'::text, 'a'::text, '{b,a,b}')$$),
    ($$SELECT sbert.classification_report('{a,NULL}'::text[], '{a}'::text[])$$),
    ($$SELECT sbert.classification_report('{a}'::text[], '{{a},{b}}'::text[])$$),
    ($$SELECT sbert.entity_report('{O,O}'::text[], '{O}'::text[])$$),
    ($$SELECT sbert.entity_report('{O,NULL}'::text[], '{O,O}'::text[])$$),
    ($$SELECT sbert.entity_report('{O,""}'::text[], '{O,O}'::text[])$$),
    ($$SELECT sbert.entity_report('{O,E-PER}'::text[], '{O,O}'::text[], 'IOB2')$$),
    ($$SELECT sbert.entity_report('{O,O}'::text[], '{O,""}'::text[], 'IOBES')$$),
    ($$SELECT sbert.entity_report('{O}'::text[], '{O}'::text[], 'bio')$$),
    ($$SELECT sbert.report_text('{}'::sbert.label_score[], -1)$$),
    ($$SELECT sbert.report_text('{}'::sbert.label_score[], 16)$$),
    ($$SELECT sbert.report_text(ARRAY[NULL]::sbert.label_score[])$$),
    ($$SELECT sbert.classification_report(array_fill(NULL::text, ARRAY[40000000]), '{a}'::text[])$$),
    ($$SELECT sbert.entity_report('{O}'::text[], array_fill(NULL::text, ARRAY[40000000]))$$),
    ($$SELECT sbert.confusion_matrix('a'::text, 'a'::text, array_fill(NULL::text, ARRAY[40000000]))$$)) v (statement);

-- what a user may build by hand
\pset format unaligned
SELECT sbert.report_text('{}');
SELECT sbert.report_text(ARRAY[ROW('label', NULL, NULL, 1, 0.5, 3)::sbert.label_score, ROW(NULL, NULL, NULL, NULL, NULL, NULL)::sbert.label_score]);
\pset format aligned

-- a parallel plan has the same answers
CREATE TABLE many AS SELECT 'l' || i % 97 AS truth, 'l' || (i * i) % 89 AS predicted, ARRAY['B-T' || i % 7, 'I-T' || i % 5] AS tags,
    ARRAY['B-T' || i % 3, 'I-T' || i % 5] AS guess, i::float8 AS x, (i * 7919 % 10007)::float8 AS y FROM generate_series(1, 20000) i;
INSERT INTO many (truth) VALUES ('alone');
ANALYZE many;
SELECT sbert.classification_report(truth, predicted) AS report, sbert.confusion_matrix(truth, predicted) AS matrix,
    sbert.classification_report(tags, guess) AS sets, sbert.confusion_matrix(tags, guess) AS confusions,
    sbert.entity_report(tags, guess) AS entities, sbert.classification_report(truth, predicted, '{l5,l90}') AS some,
    round(sbert.pearson(x, y)::numeric, 12) AS pearson FROM many \gset alone_
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT sbert.classification_report(truth, predicted) FROM many;
SELECT sbert.classification_report(truth, predicted) = :'alone_report' AS report,
    sbert.confusion_matrix(truth, predicted) = :'alone_matrix' AS matrix,
    (SELECT bool_and(abs(a.f1 - b.f1) < 1e-12 AND a.support = b.support AND a.label IS NOT DISTINCT FROM b.label)
     FROM unnest(sbert.classification_report(tags, guess)) WITH ORDINALITY a
     FULL JOIN unnest(:'alone_sets'::sbert.label_score[]) WITH ORDINALITY b USING (ordinality)) AS sets,
    sbert.confusion_matrix(tags, guess) = :'alone_confusions' AS confusions,
    sbert.entity_report(tags, guess) = :'alone_entities' AS entities,
    sbert.classification_report(truth, predicted, '{l5,l90}') = :'alone_some' AS some,
    round(sbert.pearson(x, y)::numeric, 12) = :'alone_pearson' AS pearson FROM many;
RESET ALL;

-- whatever the search path, for whoever may use the schema
SET search_path = pg_catalog;
SELECT sbert.report_text(sbert.classification_report(truth, predicted)) LIKE '%accuracy%' AS found FROM public.predictions;
RESET search_path;
CREATE ROLE regress_sbert_reader;
GRANT SELECT ON predictions TO regress_sbert_reader;
SET ROLE regress_sbert_reader;
SELECT cardinality(sbert.classification_report(truth, predicted)) AS rows FROM predictions;
RESET ROLE;
REVOKE ALL ON predictions FROM regress_sbert_reader;
DROP ROLE regress_sbert_reader;
DROP TABLE predictions, sentences, many;
DROP FUNCTION report_refused;
