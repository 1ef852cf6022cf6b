-- Taggers: trained on tagged sentences, and used on words and texts.

-- Sentences of a person and a place, in the words' own tags.
CREATE TABLE sentences AS
SELECT row_number() OVER () AS id,
       CASE WHEN n % 2 = 0 THEN ARRAY[first, last, verb, 'in', place, '.'] ELSE ARRAY['In', place, ',', first, verb, '.'] END AS tokens,
       CASE WHEN n % 2 = 0 THEN ARRAY['B-PER', 'I-PER', 'O', 'O', 'B-LOC', 'O'] ELSE ARRAY['O', 'B-LOC', 'O', 'B-PER', 'O', 'O'] END AS tags
FROM (SELECT row_number() OVER (ORDER BY first, place) AS n, *
      FROM unnest(ARRAY['Anna', 'Peter', 'Maria', 'Thomas', 'Julia', 'Robert']) first,
           unnest(ARRAY['Paris', 'London', 'Berlin', 'Madrid', 'Vienna', 'Oslo', 'Rome', 'Lisbon']) place,
           LATERAL (SELECT (ARRAY['Smith', 'Brown', 'Miller', 'Jones'])[1 + length(first || place) % 4]) l(last),
           LATERAL (SELECT (ARRAY['lives', 'works', 'slept', 'arrived'])[1 + (length(first) * length(place)) % 4]) v(verb)) s;

SELECT version, rows, skipped, labels, f1 > 0.8 AS good, token_accuracy > 0.9 AS accurate
FROM sbert.train_tagger('people', 'SELECT tokens, tags FROM sentences', options => '{"epochs": 30}');

SELECT sbert.tag(ARRAY['Maria', 'Brown', 'works', 'in', 'Vienna', '.'], 'people'::regclass);
SELECT sbert.tag('{}', 'people'::regclass), sbert.tag(NULL, 'people'::regclass);
SELECT label, text, start_char, end_char, score > 0.5 AND score <= 1 AS likely
FROM sbert.entities('Yesterday Peter Jones slept in Rome. In Oslo, Anna arrived.', 'people'::regclass);
SELECT count(*) FROM sbert.entities('', 'people'::regclass);

-- The same rows make the same tagger, in any order.
SELECT version FROM sbert.train_tagger('again', 'SELECT tokens, tags FROM (SELECT * FROM sentences ORDER BY random()) s',
    options => '{"epochs": 30}');
SELECT (a.tagger).parameters = (b.tagger).parameters AS same FROM people a, again b WHERE a.part = 0 AND b.part = 0;
SELECT count(*), min(octet_length(vectors) / cardinality(tokens)) AS bytes_a_word FROM people WHERE part > 0;
SELECT (tagger).labels, (tagger).scheme, (tagger).model, (tagger).report ? 'f1' AS measured,
    (tagger).report ->> 'strength' IN ('light', 'medium', 'strong') AS searched FROM people WHERE part = 0;

-- Texts with entities give the same words. The end of an entity is extended to a word's.
SELECT version, rows, labels FROM sbert.train_tagger('texts', $$
    SELECT array_to_string(tokens[:5], ' ') || '.', CASE WHEN tokens[1] = 'In' THEN
        jsonb_build_array(jsonb_build_object('start', 3, 'end', 3 + length(tokens[2]), 'label', 'LOC'))
        ELSE jsonb_build_array(jsonb_build_object('start', 0, 'end', length(tokens[1]) + 2, 'label', 'PER')) END
    FROM sentences$$, options => '{"holdout": 0, "keep_rows": 3, "epochs": 2}');
SELECT tags FROM texts WHERE part > 0 AND cardinality(tokens) = 6 AND tokens[1] <> 'In' LIMIT 1;

-- BIOES, a softmax, chosen layers, and neighbouring sentences.
SELECT version FROM sbert.train_tagger('bioes', $$
    SELECT tokens, (SELECT array_agg(CASE WHEN t LIKE 'B-%' AND coalesce(next, 'O') NOT LIKE 'I-%' THEN 'S' || substr(t, 2)
                                          WHEN t LIKE 'I-%' THEN 'E' || substr(t, 2) ELSE t END ORDER BY n)
                    FROM (SELECT t, n, lead(t) OVER (ORDER BY n) AS next FROM unnest(tags) WITH ORDINALITY u(t, n)) u)
    FROM sentences ORDER BY id$$, layers => '{0,4}', options => '{"decoder": "softmax", "epochs": 30}');
SELECT (tagger).scheme, (tagger).options, (tagger).report -> 'dimensions' AS dimensions FROM bioes WHERE part = 0;
SELECT sbert.tag(ARRAY['Maria', 'Brown', 'works', 'in', 'Vienna', '.'], 'bioes'::regclass);

-- A report, by tag and by entity.
SELECT level, kind, label, precision > 0.8 AS precise, recall > 0.8 AS complete, support
FROM sbert.tagger_report('people', 'SELECT tokens, tags FROM sentences WHERE id <= 24');
SELECT count(*), bool_and(cardinality(truth) = cardinality(predicted)) AS equal
FROM sbert.tagger_predictions('bioes', 'SELECT tokens, tags FROM sentences ORDER BY id', 1);

-- A further version goes on from the sentences that were kept.
SELECT rows_of, version, rows, f1 IS NOT NULL AS measured
FROM sbert.update_tagger('people', $$SELECT ARRAY['Acme', 'hired', first], ARRAY['B-ORG', 'O', 'B-PER']
    FROM unnest(ARRAY['Anna', 'Peter', 'Maria', 'Thomas', 'Julia', 'Robert', 'Emma', 'Paul', 'Lena', 'Karl']) first,
         generate_series(1, 3)$$);
SELECT version, (tagger).labels FROM people WHERE part = 0 ORDER BY version;
SELECT sbert.tag(ARRAY['Acme', 'hired', 'Maria'], 'people'::regclass), sbert.tag(ARRAY['Acme', 'hired', 'Maria'], 'people'::regclass, 1);

DROP TABLE people, again, texts, bioes, sentences;
