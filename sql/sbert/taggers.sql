-- Taggers: entities in texts, learned from tagged rows. Each is a table that its maker owns, as a classifier is.

CREATE TYPE sbert.tagger AS (
    labels text[],
    scheme text,
    parameters bytea,
    model text,
    fingerprint text,
    options jsonb,
    report jsonb,
    trained timestamptz
);
COMMENT ON TYPE sbert.tagger IS 'a version of a tagger: what it tags by, and how it was trained';
COMMENT ON COLUMN sbert.tagger.labels IS 'of entities, sorted by bytes';
COMMENT ON COLUMN sbert.tagger.scheme IS 'of the tags that it gives: BIO or BIOES';
COMMENT ON COLUMN sbert.tagger.parameters IS 'the mix of layers and all weights, checked whenever they are loaded';
COMMENT ON COLUMN sbert.tagger.model IS 'reads texts for it';
COMMENT ON COLUMN sbert.tagger.fingerprint IS 'of the model';
COMMENT ON COLUMN sbert.tagger.options IS 'that it was trained with';
COMMENT ON COLUMN sbert.tagger.report IS 'how it was trained and how good it is, on rows it was not trained on';
COMMENT ON COLUMN sbert.tagger.trained IS 'when';

-- ---- training ------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.train_tagger(
    name text, query text, model text DEFAULT NULL, layers integer[] DEFAULT NULL, options jsonb DEFAULT '{}',
    OUT version integer, OUT rows bigint, OUT skipped bigint, OUT labels integer, OUT "precision" double precision,
    OUT recall double precision, OUT f1 double precision, OUT token_accuracy double precision)
    AS 'MODULE_PATHNAME', 'sbert_train_tagger' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION sbert.train_tagger(text, text, text, integer[], jsonb) IS
    'creates the table of that name and trains a tagger in it, on (tokens text[], tags text[]) or (text, entities jsonb)';

CREATE FUNCTION sbert.update_tagger(
    tagger regclass, query text,
    OUT rows_of text, OUT version integer, OUT rows bigint,
    OUT "precision" double precision, OUT recall double precision, OUT f1 double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_update_tagger' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 4;
COMMENT ON FUNCTION sbert.update_tagger(regclass, text) IS
    'trains a further version on the sentences that the newest one keeps and a query''s; tells how both find old and new entities';

-- ---- use -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.tag(tokens text[], tagger regclass, version integer DEFAULT 0) RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_tag_tagger' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000;
COMMENT ON FUNCTION sbert.tag(text[], regclass, integer) IS
    'the tags of a sentence''s words by a version of a tagger, 0 for its newest';

CREATE FUNCTION sbert.entities(text text, tagger regclass, version integer DEFAULT 0)
    RETURNS TABLE (label text, text text, start_char integer, end_char integer, score real)
    AS 'MODULE_PATHNAME', 'sbert_entities_tagger' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 ROWS 5;
COMMENT ON FUNCTION sbert.entities(text, regclass, integer) IS
    'the entities of a text by a version of a tagger, 0 for its newest: first and last character, from 1, and the probability of each';

-- ---- reports -------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.tagger_predictions(
    tagger regclass, query text, version integer DEFAULT 0, OUT tokens text[], OUT truth text[], OUT predicted text[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_tagger_predictions' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 1000000 ROWS 1000;
COMMENT ON FUNCTION sbert.tagger_predictions(regclass, text, integer) IS
    'the rows of a query of tagged sentences with the tags that a version of a tagger gives them';

CREATE FUNCTION sbert.tagger_report(
    tagger regclass, query text, version integer DEFAULT 0,
    OUT level text, OUT kind text, OUT label text, OUT "precision" double precision, OUT recall double precision,
    OUT f1 double precision, OUT support bigint) RETURNS SETOF record LANGUAGE SQL STABLE PARALLEL UNSAFE ROWS 20
BEGIN ATOMIC
    WITH predictions AS MATERIALIZED (
        SELECT p.truth, p.predicted FROM sbert.tagger_predictions($1, $2, $3) p),
    scores AS (
        SELECT 'token' AS level, sbert.classification_report(t.truth, t.predicted) AS report
        FROM predictions p CROSS JOIN LATERAL ROWS FROM (
            pg_catalog.unnest(p.truth), pg_catalog.unnest(p.predicted)) AS t(truth, predicted)
        UNION ALL
        SELECT 'entity', sbert.entity_report(p.truth, p.predicted) FROM predictions p)
    SELECT s.level, r.kind, r.label, r."precision", r.recall, r.f1, r.support
    FROM scores s CROSS JOIN LATERAL pg_catalog.unnest(s.report) WITH ORDINALITY AS
        r(kind, label, "precision", recall, f1, support, place)
    ORDER BY s.level DESC, r.place;
END;
COMMENT ON FUNCTION sbert.tagger_report(regclass, text, integer) IS
    'precision, recall, F1 and support of a tagger on a query of tagged sentences: of each tag over tokens, and of entities';
