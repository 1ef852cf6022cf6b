-- Heads through SQL equal the pipelines of transformers, CrossEncoder and SparseEncoder to 1e-5: tests/golden/make_heads.py. Texts are
-- hostile, and places are in characters. Each query counts the cases and names those that differ.
\set sequence `cat "$PG_ABS_SRCDIR/heads/bert-sequence.json"`
\set multi `cat "$PG_ABS_SRCDIR/heads/bert-sequence-multi.json"`
\set regression `cat "$PG_ABS_SRCDIR/heads/bert-sequence-regression.json"`
\set cross `cat "$PG_ABS_SRCDIR/heads/bert-cross.json"`
\set cross_three `cat "$PG_ABS_SRCDIR/heads/bert-cross-three.json"`
\set bert_tokens `cat "$PG_ABS_SRCDIR/heads/bert-tokens.json"`
\set roberta_tokens `cat "$PG_ABS_SRCDIR/heads/roberta-tokens.json"`
\set sparse `cat "$PG_ABS_SRCDIR/heads/bert-sparse.json"`
SET sbert.truncation = 'silent';
CREATE FUNCTION texts(jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY(SELECT v FROM jsonb_array_elements_text($1) WITH ORDINALITY e (v, n) ORDER BY n) $$;
CREATE TABLE head_goldens (model text, golden jsonb);
INSERT INTO head_goldens VALUES ('bert-sequence', :'sequence'), ('bert-sequence-multi', :'multi'), ('bert-sequence-regression', :'regression'),
    ('bert-cross', :'cross'), ('bert-cross-three', :'cross_three'), ('bert-tokens', :'bert_tokens'), ('roberta-tokens', :'roberta_tokens'),
    ('bert-sparse', :'sparse');

-- scores of labels: theirs are in the order of the model's labels
SELECT g.model, count(*) AS scores, array_agg(p.ordinal) FILTER (WHERE (abs(p.score - (golden->'scores'->(p.ordinal - 1)->>place)::real) <= 1e-5) IS NOT TRUE) AS differ
FROM head_goldens g JOIN sbert.heads() h USING (model), sbert.predict(texts(golden->'texts'), g.model) p,
     LATERAL (SELECT array_position(h.labels, p.label) - 1 AS place) l
WHERE golden ? 'scores' AND h.head = 'sequence' GROUP BY 1 ORDER BY 1;
SELECT g.model, count(*) AS scores, array_agg(p.ordinal) FILTER (WHERE (abs(p.score - (golden->'of_pairs'->(p.ordinal - 1)->>place)::real) <= 1e-5) IS NOT TRUE) AS differ
FROM head_goldens g JOIN sbert.heads() h USING (model),
     LATERAL (SELECT array_agg(v->>0 ORDER BY n) AS a, array_agg(v->>1 ORDER BY n) AS b FROM jsonb_array_elements(golden->'pairs') WITH ORDINALITY e (v, n)) t,
     sbert.predict_pair(t.a, t.b, g.model) p, LATERAL (SELECT array_position(h.labels, p.label) - 1 AS place) l
WHERE golden ? 'of_pairs' GROUP BY 1 ORDER BY 1;

-- entities: label, first and last character, score
SELECT g.model, aggregation, count(*) AS texts, array_agg(n) FILTER (WHERE ours IS DISTINCT FROM theirs OR NOT near) AS differ
FROM head_goldens g, jsonb_each(golden->'entities') a (aggregation, of_texts), jsonb_array_elements(of_texts) WITH ORDINALITY t (found, n),
     LATERAL (SELECT jsonb_agg(jsonb_build_array(v->0, v->1, v->2) ORDER BY place) AS theirs, array_agg((v->>3)::real ORDER BY place) AS scores
              FROM jsonb_array_elements(found) WITH ORDINALITY f (v, place)) theirs,
     LATERAL (SELECT jsonb_agg(jsonb_build_array(label, start_char - 1, end_char) ORDER BY place) AS ours,
                     coalesce(bool_and(abs(score - scores[place]) < 1e-5), true) AS near
              FROM sbert.entities(golden->'texts'->>(n - 1)::int, g.model, aggregation) WITH ORDINALITY e (label, text, start_char, end_char, score, place)) ours
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT g.model, count(*) AS sentences, array_agg(n) FILTER (WHERE to_jsonb(sbert.tag(texts(words), g.model)) IS DISTINCT FROM golden->'tags'->(n - 1)::int) AS differ
FROM head_goldens g, jsonb_array_elements(golden->'words') WITH ORDINALITY w (words, n) GROUP BY 1 ORDER BY 1;

-- sparse vectors: the same words, counted from 0 there, and their weights
SELECT count(*) AS texts, array_agg(n) FILTER (WHERE other > 0) AS differ
FROM head_goldens g, jsonb_array_elements(golden->'sparse') WITH ORDINALITY t (weights, n),
     LATERAL (SELECT count(*) FILTER (WHERE theirs IS NULL OR ours IS NULL OR abs(theirs - ours) > 1e-5 * greatest(1, theirs)) AS other
              FROM (SELECT key::int AS id, value::text::real AS theirs FROM jsonb_each(weights)) a FULL JOIN
                   (SELECT split_part(e, ':', 1)::int - 1 AS id, split_part(e, ':', 2)::real AS ours
                    FROM unnest(string_to_array(trim(both '{}' FROM split_part(embed_sparse(golden->'texts'->>(n - 1)::int, 'bert-sparse')::text, '/', 1)), ',')) e) b
                   USING (id)) c
WHERE g.model = 'bert-sparse';
DROP TABLE head_goldens;
DROP FUNCTION texts(jsonb);
