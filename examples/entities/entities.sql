-- ---- train -------------------------------------------------------------------------------------------------------
-- 64 sentences, in which people, places and organisations are marked. They are few, so nothing is held out of them.
SELECT body, entities FROM sentences WHERE entities <> '[]' LIMIT 2;

SELECT version, rows, labels
FROM sbert.train_tagger('names', $$SELECT body, entities FROM sentences WHERE set = 'train'$$, options => '{"holdout": 0, "epochs": 40}');

-- ---- find --------------------------------------------------------------------------------------------------------
SELECT label, text, start_char, end_char
FROM sbert.entities('Clara Weiss flew from Lisbon to Prague and joined Northwind.', 'names'::regclass);

-- ---- how good is it? ---------------------------------------------------------------------------------------------
-- On ten sentences that it has not seen; hundreds would tell more.
SELECT level, kind, label, round(f1::numeric, 1) AS f1, support
FROM sbert.tagger_report('names', $$SELECT body, entities FROM sentences WHERE set = 'held out'$$)
WHERE level = 'entity';
