-- Classifiers: kept in three tables, used by whom the tables' policies let.
--
-- Rights are the tables' own, by row, as the caller: nothing here is SECURITY DEFINER. Whoever has the owner's rights may do
-- everything, a reader may use; others see nothing. Names are one namespace for all.
-- Whatever reads these tables for a user names schemas and operators in full: the user's search_path is not trusted.

CREATE TABLE sbert.classifier (
    name text PRIMARY KEY
        CHECK (name OPERATOR(pg_catalog.<>) ''::text AND name OPERATOR(pg_catalog.!~) '[@[:cntrl:]]'::text
            AND pg_catalog.octet_length(name) OPERATOR(pg_catalog.<=) 63),
    owner pg_catalog.regrole NOT NULL,
    readers pg_catalog.regrole[] NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE sbert.classifier IS 'names of classifiers and who may use them';
COMMENT ON COLUMN sbert.classifier.name IS 'without an @, which stands before a version';
COMMENT ON COLUMN sbert.classifier.owner IS 'whoever has this role''s rights may change, grant and drop it';
COMMENT ON COLUMN sbert.classifier.readers IS 'roles that may use it; - is everybody';

CREATE TABLE sbert.classifier_version (
    classifier text REFERENCES sbert.classifier ON UPDATE CASCADE ON DELETE CASCADE,
    version integer CHECK (version OPERATOR(pg_catalog.>) 0),
    multilabel boolean NOT NULL,
    labels text[] NOT NULL,
    weights @extschema@.vector[] NOT NULL,
    intercepts real[] NOT NULL,
    temperature double precision NOT NULL,
    thresholds real[],
    model text,
    fingerprint text,
    prompt text,
    options jsonb NOT NULL,
    report jsonb NOT NULL,
    trained timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (classifier, version),
    CHECK ((model IS NULL) OPERATOR(pg_catalog.=) (fingerprint IS NULL))
);
COMMENT ON TABLE sbert.classifier_version IS 'the versions of classifiers: what they answer by, and how they were trained';
COMMENT ON COLUMN sbert.classifier_version.classifier IS 'its name';
COMMENT ON COLUMN sbert.classifier_version.version IS 'from 1; the newest answers where none is named';
COMMENT ON COLUMN sbert.classifier_version.multilabel IS 'whether a row has a set of labels, each judged by itself';
COMMENT ON COLUMN sbert.classifier_version.labels IS 'sorted by bytes';
COMMENT ON COLUMN sbert.classifier_version.weights IS 'a vector for each label';
COMMENT ON COLUMN sbert.classifier_version.intercepts IS 'one for each label';
COMMENT ON COLUMN sbert.classifier_version.temperature IS
    'scores are softmax, of multilabel ones sigmoid, of (weights * vector + intercept) / temperature';
COMMENT ON COLUMN sbert.classifier_version.thresholds IS
    'of multilabel ones: a row has a label from this score on; null for others';
COMMENT ON COLUMN sbert.classifier_version.model IS
    'the model that embeds texts for it; null where it was trained on vectors and none was named';
COMMENT ON COLUMN sbert.classifier_version.fingerprint IS 'the model''s';
COMMENT ON COLUMN sbert.classifier_version.prompt IS 'what stands in front of texts; null: the model''s default';
COMMENT ON COLUMN sbert.classifier_version.options IS 'as it was trained with';
COMMENT ON COLUMN sbert.classifier_version.report IS 'how it was trained and how good it is, on rows it was not trained on';
COMMENT ON COLUMN sbert.classifier_version.trained IS 'when';

CREATE TABLE sbert.classifier_row (
    classifier text NOT NULL,
    version integer NOT NULL,
    embedding @extschema@.vector NOT NULL,
    labels text[] NOT NULL,
    weight real NOT NULL
        CHECK (weight OPERATOR(pg_catalog.>) 0::real AND weight OPERATOR(pg_catalog.<) 1e15::real),
    FOREIGN KEY (classifier, version) REFERENCES sbert.classifier_version ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX ON sbert.classifier_row (classifier, version);
COMMENT ON TABLE sbert.classifier_row IS
    'a sample of the rows that a version was trained on, with which sbert.update_classifier() goes on; its owner''s alone';
COMMENT ON COLUMN sbert.classifier_row.classifier IS 'its name';
COMMENT ON COLUMN sbert.classifier_row.version IS 'that was trained on it';
COMMENT ON COLUMN sbert.classifier_row.embedding IS 'the row as the classifier saw it';
COMMENT ON COLUMN sbert.classifier_row.labels IS 'its true labels';
COMMENT ON COLUMN sbert.classifier_row.weight IS 'how many rows it stands for';

SELECT pg_catalog.pg_extension_config_dump('sbert.classifier', '');
SELECT pg_catalog.pg_extension_config_dump('sbert.classifier_version', '');
SELECT pg_catalog.pg_extension_config_dump('sbert.classifier_row', '');

-- ---- rights --------------------------------------------------------------------------------------------------------

ALTER TABLE sbert.classifier ENABLE ROW LEVEL SECURITY;
ALTER TABLE sbert.classifier_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE sbert.classifier_row ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON sbert.classifier, sbert.classifier_version, sbert.classifier_row TO PUBLIC;

CREATE POLICY owner ON sbert.classifier USING (pg_catalog.pg_has_role(owner::pg_catalog.oid, 'USAGE'::text));
COMMENT ON POLICY owner ON sbert.classifier IS 'everything for whoever has the owner''s rights';

CREATE POLICY reader ON sbert.classifier FOR SELECT USING (EXISTS (
    SELECT FROM pg_catalog.unnest(readers) AS reader
    WHERE reader::pg_catalog.oid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
        OR pg_catalog.pg_has_role(reader::pg_catalog.oid, 'USAGE'::text)));
COMMENT ON POLICY reader ON sbert.classifier IS 'seen by its readers';

CREATE POLICY owner ON sbert.classifier_version USING (EXISTS (
    SELECT FROM sbert.classifier c
    WHERE c.name OPERATOR(pg_catalog.=) classifier_version.classifier
        AND pg_catalog.pg_has_role(c.owner::pg_catalog.oid, 'USAGE'::text)));
COMMENT ON POLICY owner ON sbert.classifier_version IS 'everything for whoever has the owner''s rights';

-- The policies of sbert.classifier apply within.
CREATE POLICY reader ON sbert.classifier_version FOR SELECT USING (EXISTS (
    SELECT FROM sbert.classifier c WHERE c.name OPERATOR(pg_catalog.=) classifier_version.classifier));
COMMENT ON POLICY reader ON sbert.classifier_version IS 'seen by whoever sees the classifier';

CREATE POLICY owner ON sbert.classifier_row USING (EXISTS (
    SELECT FROM sbert.classifier c
    WHERE c.name OPERATOR(pg_catalog.=) classifier_row.classifier
        AND pg_catalog.pg_has_role(c.owner::pg_catalog.oid, 'USAGE'::text)));
COMMENT ON POLICY owner ON sbert.classifier_row IS 'everything for whoever has the owner''s rights, nothing for others';

-- ---- use -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.classify(@extschema@.vector, name text) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_classify_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sbert.classify(@extschema@.vector, text) IS
    'best label of a vector by a classifier, "name" for its newest version or "name@version"';

CREATE FUNCTION sbert.classify(text, name text) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_classify_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000
    SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION sbert.classify(text, text) IS
    'best label of a text, embedded by the model that the classifier was trained with';

CREATE FUNCTION sbert.classify_scores(@extschema@.vector, name text) RETURNS TABLE (label text, score double precision)
    AS 'MODULE_PATHNAME', 'sbert_classify_scores_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20 ROWS 10;
COMMENT ON FUNCTION sbert.classify_scores(@extschema@.vector, text) IS
    'all labels of a classifier with a vector''s calibrated scores, best first: they sum to 1, or each is its own where rows have sets of labels';

CREATE FUNCTION sbert.classify_scores(text, name text) RETURNS TABLE (label text, score double precision)
    AS 'MODULE_PATHNAME', 'sbert_classify_scores_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 ROWS 10;
COMMENT ON FUNCTION sbert.classify_scores(text, text) IS
    'all labels of a classifier with a text''s calibrated scores, best first';

CREATE FUNCTION sbert.classify_labels(@extschema@.vector, name text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_classify_labels_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION sbert.classify_labels(@extschema@.vector, text) IS
    'labels of a vector, best first: where rows have sets of labels all that reach their threshold, perhaps none, else the best alone';

CREATE FUNCTION sbert.classify_labels(text, name text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_classify_labels_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000
    SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION sbert.classify_labels(text, text) IS
    'labels of a text, best first: where rows have sets of labels all that reach their threshold, perhaps none, else the best alone';

-- ---- what there is, and whose ---------------------------------------------------------------------------------------

-- A report is whatever its owner wrote: what is no number is null, and never an error for others.
CREATE FUNCTION sbert.classifiers(
    OUT name text, OUT version integer, OUT owner pg_catalog.regrole, OUT readers text[], OUT labels text[],
    OUT multilabel boolean, OUT dimensions integer, OUT model text, OUT fingerprint text, OUT rows bigint,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT options jsonb, OUT report jsonb,
    OUT trained timestamptz) RETURNS SETOF record LANGUAGE SQL STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT v.classifier, v.version, c.owner,
        ARRAY(SELECT CASE WHEN r.reader::pg_catalog.oid OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN 'public'::text
                     ELSE pg_catalog.pg_get_userbyid(r.reader::pg_catalog.oid)::text END
              FROM pg_catalog.unnest(c.readers) WITH ORDINALITY AS r (reader, place) ORDER BY r.place),
        v.labels, v.multilabel, @extschema@.vector_dims(v.weights[1]), v.model, v.fingerprint,
        pg_catalog.jsonb_path_query_first(v.report, '$.rows ? (@ >= 0 && @ < 9e18)'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::bigint,
        pg_catalog.jsonb_path_query_first(v.report, '$.accuracy.double()'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::double precision,
        pg_catalog.jsonb_path_query_first(v.report, '$.macro_f1.double()'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::double precision,
        v.options, v.report, v.trained
    FROM sbert.classifier c JOIN sbert.classifier_version v ON v.classifier OPERATOR(pg_catalog.=) c.name
    ORDER BY v.classifier, v.version;
END;
COMMENT ON FUNCTION sbert.classifiers() IS
    'the classifiers that the current user may use, every version: whose, for whom, of which model, trained when, how and how well';

CREATE FUNCTION sbert.grant_classifier(name text, role text) RETURNS void
    AS 'MODULE_PATHNAME', 'sbert_grant_classifier' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sbert.grant_classifier(text, text) IS
    'lets a role, or public, use a classifier with all its versions; for whoever has the owner''s rights';

CREATE FUNCTION sbert.revoke_classifier(name text, role text) RETURNS void
    AS 'MODULE_PATHNAME', 'sbert_revoke_classifier' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sbert.revoke_classifier(text, text) IS
    'takes back what sbert.grant_classifier() gave to a role, or to public';

CREATE FUNCTION sbert.drop_classifier(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'sbert_drop_classifier' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sbert.drop_classifier(text) IS
    'drops a classifier with all its versions; for whoever has the owner''s rights';

CREATE FUNCTION sbert.drop_classifier(name text, version integer) RETURNS void
    AS 'MODULE_PATHNAME', 'sbert_drop_classifier' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sbert.drop_classifier(text, integer) IS
    'drops one version of a classifier, with the rows that it keeps; with the last version the classifier goes';
