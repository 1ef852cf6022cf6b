-- Train: any query that returns (text, label). The quality told is that of rows that a fit did not see.
SELECT version, rows, labels, round(accuracy::numeric, 3) AS accuracy, round(macro_f1::numeric, 3) AS macro_f1
FROM sbert.train_classifier('opinions', 'SELECT body, opinion FROM train');

-- Classify.
SELECT body, sbert.classify(body, 'opinions') AS opinion
FROM (VALUES ('Cheap rubbish, the wheel fell off on the way home.'),
             ('I could not be happier with these boots.'),
             ('It comes with a glass lid.')) review (body);

-- All scores of one text: they sum to 1.
SELECT label, round(score::numeric, 3) AS score
FROM sbert.classify_scores('It is fine, but I expected more for that money.', 'opinions');

-- How good is it on the reviews that were held out?
CREATE TABLE checked AS
SELECT opinion AS truth, sbert.classify(body, 'opinions') AS predicted, body FROM held_out;

SELECT sbert.report_text(sbert.classification_report(truth, predicted)) FROM checked
\g (format=unaligned tuples_only=on)

-- The same as rows.
SELECT r.label, round(r.precision::numeric, 3) AS precision, round(r.recall::numeric, 3) AS recall, r.support
FROM unnest((SELECT sbert.classification_report(truth, predicted) FROM checked)) r WHERE r.kind = 'label';

-- What is taken for what?
SELECT c.* FROM unnest((SELECT sbert.confusion_matrix(truth, predicted) FROM checked)) c
WHERE c.truth <> c.predicted ORDER BY c.rows DESC, c.truth, c.predicted;

-- The mistakes themselves, the surest first.
SELECT truth, predicted, round(score::numeric, 2) AS score, body
FROM checked, sbert.classify_scores(body, 'opinions') WHERE label = predicted AND truth <> predicted
ORDER BY score DESC;

-- Go on with the later reviews: a second version, both measured on old and on new rows.
SELECT rows_of, version, rows, round(accuracy::numeric, 3) AS accuracy, round(macro_f1::numeric, 3) AS macro_f1,
       round(log_loss::numeric, 3) AS log_loss
FROM sbert.update_classifier('opinions', 'SELECT body, opinion FROM later');

-- The newest version answers from here on; version 1 is still there. Both on what was held out:
SELECT version, round(avg((sbert.classify(body, 'opinions', version) = opinion)::int), 3) AS accuracy
FROM held_out, generate_series(1, 2) AS version GROUP BY version ORDER BY version;

-- Without version 1 the rows that it keeps go too. DROP TABLE opinions drops all.
DELETE FROM opinions WHERE version = 1;
SELECT classifier, version, labels, model, rows FROM sbert.classifiers() WHERE classifier = 'opinions'::regclass;
