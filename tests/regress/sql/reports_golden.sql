-- Reports, correlations and rankings through SQL equal those of scikit-learn 1.9, seqeval 1.2, scipy and pytrec_eval to 1e-9:
-- tests/golden/make_reports.py. Each query counts the cases and names those that differ.
\set classification `cat "$PG_ABS_SRCDIR/reports/classification.json"`
\set label_sets `cat "$PG_ABS_SRCDIR/reports/label_sets.json"`
\set entities `cat "$PG_ABS_SRCDIR/reports/entities.json"`
\set correlation `cat "$PG_ABS_SRCDIR/reports/correlation.json"`
\set ranking `cat "$PG_ABS_SRCDIR/reports/ranking.json"`

CREATE FUNCTION texts(jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof($1) = 'array' THEN ARRAY(SELECT v FROM jsonb_array_elements_text($1) WITH ORDINALITY e (v, n) ORDER BY n) END $$;
CREATE FUNCTION near(double precision, jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN $1 IS NULL THEN $2 = 'null' ELSE $2 <> 'null' AND abs($1 - $2::double precision) < 1e-9 END $$;
-- whether our report has the same rows in the same order, theirs being [kind, label, precision, recall, f1, support]
CREATE FUNCTION same_report(ours sbert.label_score[], theirs jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT bool_and(coalesce(o.kind = t.v->>0 AND o.label IS NOT DISTINCT FROM t.v->>1 AND near(o.precision, t.v->2)
                    AND near(o.recall, t.v->3) AND near(o.f1, t.v->4) AND o.support = (t.v->5)::bigint, false))
    FROM unnest(ours) WITH ORDINALITY o (kind, label, precision, recall, f1, support, n)
    FULL JOIN jsonb_array_elements(theirs) WITH ORDINALITY t (v, n) USING (n) $$;

SELECT count(*) AS cases, array_agg(name) FILTER (WHERE NOT same_report(report, golden->'report')) AS other_report,
    array_agg(name) FILTER (WHERE matrix IS DISTINCT FROM golden->'matrix') AS other_matrix,
    array_agg(name) FILTER (WHERE sbert.report_text(report, (golden->'digits')::int) IS DISTINCT FROM golden->>'text') AS other_text
FROM jsonb_array_elements(:'classification') golden, LATERAL (
    SELECT golden->>'name' AS name, sbert.classification_report(t, p, texts(golden->'labels')) AS report,
        (SELECT coalesce(jsonb_agg(jsonb_build_array(c.truth, c.predicted, c.rows)), '[]')
         FROM unnest(sbert.confusion_matrix(t, p, texts(golden->'labels'))) c) AS matrix
    FROM unnest(texts(golden->'truth'), texts(golden->'predicted')) r (t, p)) ours;

SELECT count(*) AS cases, array_agg(name) FILTER (WHERE NOT same_report(report, golden->'report')) AS other_report,
    array_agg(name) FILTER (WHERE matrix IS DISTINCT FROM golden->'matrix') AS other_matrix,
    array_agg(name) FILTER (WHERE sbert.report_text(report) IS DISTINCT FROM golden->>'text') AS other_text
FROM jsonb_array_elements(:'label_sets') golden, LATERAL (
    SELECT golden->>'name' AS name, sbert.classification_report(texts(t), texts(p), texts(golden->'labels')) AS report,
        (SELECT jsonb_agg(jsonb_build_array(c.label, c.true_negatives, c.false_positives, c.false_negatives, c.true_positives))
         FROM unnest(sbert.confusion_matrix(texts(t), texts(p))) c) AS matrix
    FROM ROWS FROM (jsonb_array_elements(golden->'truth'), jsonb_array_elements(golden->'predicted')) r (t, p)) ours;

SELECT count(*) AS cases, array_agg(name) FILTER (WHERE NOT same_report(report, golden->'report')) AS other_report
FROM jsonb_array_elements(:'entities') golden, LATERAL (
    SELECT golden->>'name' AS name, sbert.entity_report(texts(t), texts(p), golden->>'scheme') AS report
    FROM ROWS FROM (jsonb_array_elements(golden->'truth'), jsonb_array_elements(golden->'predicted')) r (t, p)) ours;

SELECT count(*) AS cases, array_agg(golden->>'name') FILTER (WHERE NOT near(pearson, golden->'pearson')) AS other_pearson,
    array_agg(golden->>'name') FILTER (WHERE NOT near(spearman, golden->'spearman')) AS other_spearman
FROM jsonb_array_elements(:'correlation') golden, LATERAL (
    SELECT sbert.pearson(x::float8, y::float8) AS pearson, sbert.spearman(x::float8, y::float8) AS spearman
    FROM ROWS FROM (jsonb_array_elements_text(golden->'x'), jsonb_array_elements_text(golden->'y')) r (x, y)) ours;

SELECT count(*) AS cases, array_agg(golden->>'name') FILTER (WHERE NOT (
        near(recall, golden->'recall') AND (golden->'k' = 'null' OR near(precision, golden->'precision'))
        AND near(reciprocal_rank, golden->'reciprocal_rank') AND near(average_precision, golden->'average_precision')
        AND near(ndcg, golden->'ndcg'))) AS others
FROM jsonb_array_elements(:'ranking') golden, LATERAL (
    SELECT sbert.recall_at(score, relevance, k) AS recall, sbert.precision_at(score, relevance, k) AS precision,
        sbert.reciprocal_rank(score, relevance, k) AS reciprocal_rank,
        sbert.average_precision(score, relevance, k) AS average_precision, sbert.ndcg(score, relevance, k) AS ndcg
    FROM (SELECT (v->>0)::float8 AS score, (v->>1)::float8 AS relevance, (golden->>'k')::int AS k
          FROM jsonb_array_elements(golden->'results') v) r) ours;
DROP FUNCTION same_report, near, texts;
