-- The sentences of this folder, with their entities as sbert.train_tagger() takes them: characters from 0.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sbert;
DROP SCHEMA IF EXISTS entities CASCADE;
CREATE SCHEMA entities;
SET search_path = entities, public;

CREATE TABLE marked (set text DEFAULT 'train', line text);
\copy marked (line) FROM 'train.txt'
ALTER TABLE marked ALTER set SET DEFAULT 'held out';
\copy marked (line) FROM 'held_out.txt'

-- "[PER Anna] slept" becomes "Anna slept" and [{"start": 0, "end": 4, "label": "PER"}].
CREATE FUNCTION plain(marked text) RETURNS text IMMUTABLE LANGUAGE SQL
    RETURN regexp_replace(marked, '\[[A-Z]+ ([^]]*)\]', '\1', 'g');
CREATE FUNCTION entities_of(marked text) RETURNS jsonb IMMUTABLE LANGUAGE SQL
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('start', start, 'end', start + length(part[3]), 'label', part[2])), '[]')
            FROM (SELECT part, (sum(length(part[1] || coalesce(part[3], ''))) OVER (ORDER BY n) - length(part[3]))::int AS start
                  FROM regexp_matches(marked, '([^[]*)(?:\[([A-Z]+) ([^]]*)\])', 'g') WITH ORDINALITY AS m(part, n)) p);
CREATE TABLE sentences AS SELECT set, plain(line) AS body, entities_of(line) AS entities FROM marked;
