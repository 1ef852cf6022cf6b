-- ---- one intent a question ----------------------------------------------------------------------------------------
SELECT version, rows, labels, round(accuracy::numeric, 3) AS accuracy, round(log_loss::numeric, 3) AS log_loss
FROM sbert.train_classifier('intents', 'SELECT body, intent FROM train');

SELECT sbert.report_text(sbert.classification_report(intent, sbert.classify(body, 'intents'))) FROM held_out
\g (format=unaligned tuples_only=on)

-- ---- no answer below a score --------------------------------------------------------------------------------------
-- A classifier knows its labels only, so the training has a label `other` for what is no customer's question. What it is
-- not sure of gets a low score. Which score should be asked for?
SELECT least_score,
       count(*) FILTER (WHERE intent <> 'other') AS questions,
       count(*) FILTER (WHERE intent <> 'other' AND label <> 'other' AND score >= least_score) AS answered,
       count(*) FILTER (WHERE intent <> 'other' AND label = intent AND score >= least_score) AS answered_right,
       count(*) FILTER (WHERE intent = 'other') AS others,
       count(*) FILTER (WHERE intent = 'other' AND (label = 'other' OR score < least_score)) AS others_refused
FROM held_out, LATERAL (SELECT * FROM sbert.classify_scores(body, 'intents') LIMIT 1) best,
     unnest(ARRAY[0, 0.4, 0.6, 0.8]) AS least_score
GROUP BY least_score ORDER BY least_score;

-- As a function of one's own.
CREATE FUNCTION intent_of(question text) RETURNS text LANGUAGE SQL STABLE AS $$
    SELECT CASE WHEN score >= 0.4 AND label <> 'other' THEN label ELSE 'no answer' END
    FROM sbert.classify_scores(question, 'intents') LIMIT 1
$$;
SELECT body, intent_of(body)
FROM (VALUES ('where is my stuff'), ('I forgot my pasword'), ('How tall is Mont Blanc?'), ('the thing with the card')) q (body);

-- ---- several intents in one question -------------------------------------------------------------------------------
-- A query that returns text[] trains one that gives sets: here of questions with one intent and with two, and with none.
SELECT version, rows, labels, round(accuracy::numeric, 3) AS exact_sets, round(macro_f1::numeric, 3) AS macro_f1
FROM sbert.train_classifier('intent_sets', $$
    SELECT body, CASE intent WHEN 'other' THEN '{}' ELSE ARRAY[intent] END FROM train
    UNION ALL SELECT body, intents FROM two $$);

SELECT body, sbert.classify_labels(body, 'intent_sets') AS intents
FROM (VALUES ('My card was refused and I cannot log in either.'),
             ('Cancel my order and give me my money back!'),
             ('Is it waterproof?'), ('Tell me a joke.')) q (body);

-- Each label has a score of its own and the threshold at which its F1 is best on rows that a fit did not see.
SELECT label, round(score::numeric, 3) AS score, round(threshold::numeric, 3) AS threshold, score >= threshold AS given
FROM sbert.classify_scores('My card was refused and I cannot log in either.', 'intent_sets')
    JOIN (SELECT unnest((classifier).labels) AS label, unnest((classifier).thresholds) AS threshold FROM intent_sets
          WHERE part = 0) v USING (label)
ORDER BY score DESC LIMIT 4;

-- ---- for others ---------------------------------------------------------------------------------------------------
-- A classifier is a table of whoever trained it: rights are the table's.
CREATE ROLE intents_desk;
GRANT USAGE ON SCHEMA intents TO intents_desk;
\set ON_ERROR_STOP off
SET ROLE intents_desk;
SELECT sbert.classify('Where is my parcel?', 'intents');

-- Three columns let it classify. The rows that the training kept lie in others, which it may not see.
RESET ROLE;
GRANT SELECT (version, part, classifier) ON intents TO intents_desk;
SET ROLE intents_desk;
SELECT sbert.classify('Where is my parcel?', 'intents');
SELECT classifier, version, owner FROM sbert.classifiers();
SELECT labels, embedding FROM intents;
SELECT * FROM sbert.update_classifier('intents', $$ SELECT 'Hello', 'greeting' $$);
RESET ROLE;
\set ON_ERROR_STOP on

-- ---- a new intent -------------------------------------------------------------------------------------------------
-- The shop sells gift cards now. Version 1 does not know the label: what it says of the new rows is all wrong.
SELECT rows_of, version, rows, round(accuracy::numeric, 3) AS accuracy, round(macro_f1::numeric, 3) AS macro_f1,
       round(log_loss::numeric, 3) AS log_loss
FROM sbert.update_classifier('intents', 'SELECT body, intent FROM gifts');

-- The newest version answers; version 1 stays what it was, for whoever relies on it.
SELECT body, sbert.classify(body, 'intents', version => 1) AS before, sbert.classify(body, 'intents') AS now
FROM (VALUES ('Is my gift card still valid?'), ('Where is my parcel?')) q (body);

SELECT classifier, version, owner, cardinality(labels) AS labels, multilabel, rows, round(accuracy::numeric, 3) AS accuracy
FROM sbert.classifiers() WHERE classifier IN ('intents'::regclass, 'intent_sets');

-- A version is deleted as any row, a classifier is dropped as any table.
DELETE FROM intents WHERE version = 1;
DROP OWNED BY intents_desk;
DROP ROLE intents_desk;
