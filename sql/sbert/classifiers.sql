-- Classifiers. Each is a table that its maker owns, so that rights, names, dumps and replicas work as for any table.

CREATE TYPE sbert.classifier AS (
    labels text[],
    weights @extschema@.vector[],
    intercepts real[],
    temperature double precision,
    thresholds real[],
    model text,
    fingerprint text,
    prompt text,
    options jsonb,
    report jsonb,
    trained timestamptz
);
COMMENT ON TYPE sbert.classifier IS 'a version of a classifier: what it answers by, and how it was trained';
COMMENT ON COLUMN sbert.classifier.labels IS 'sorted by bytes';
COMMENT ON COLUMN sbert.classifier.weights IS 'a vector for each label';
COMMENT ON COLUMN sbert.classifier.intercepts IS 'one for each label';
COMMENT ON COLUMN sbert.classifier.temperature IS 'scores are softmax, with thresholds sigmoid, of (weights * vector + intercept) / temperature';
COMMENT ON COLUMN sbert.classifier.thresholds IS 'a row has a label from this score on; null where a row has one label';
COMMENT ON COLUMN sbert.classifier.model IS 'embeds texts for it; null where it was trained on vectors and none was named';
COMMENT ON COLUMN sbert.classifier.fingerprint IS 'of the model';
COMMENT ON COLUMN sbert.classifier.prompt IS 'stands in front of texts; null: the model''s default';
COMMENT ON COLUMN sbert.classifier.options IS 'that it was trained with';
COMMENT ON COLUMN sbert.classifier.report IS 'how it was trained and how good it is, on rows it was not trained on';
COMMENT ON COLUMN sbert.classifier.trained IS 'when';

-- ---- training ------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.train_classifier(
    name text, query text, options jsonb DEFAULT '{}', model text DEFAULT NULL, prompt text DEFAULT NULL,
    folds integer DEFAULT NULL,
    OUT version integer, OUT rows bigint, OUT skipped bigint, OUT labels integer, OUT penalty double precision,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT log_loss double precision)
    AS 'MODULE_PATHNAME', 'sbert_train_classifier' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION sbert.train_classifier(text, text, jsonb, text, text, integer) IS
    'creates the table of that name and trains a classifier in it, on a query''s rows (text or vector, label text or text[])';

CREATE FUNCTION sbert.update_classifier(
    classifier regclass, query text,
    OUT rows_of text, OUT version integer, OUT rows bigint,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT log_loss double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_update_classifier' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 4;
COMMENT ON FUNCTION sbert.update_classifier(regclass, text) IS
    'trains a further version on the rows that the newest one keeps and a query''s; tells how both predict old and new rows';

-- ---- use -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.classify(embedding @extschema@.vector, classifier regclass, version integer DEFAULT 0) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_classify_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sbert.classify(@extschema@.vector, regclass, integer) IS
    'best label of a vector by a version of a classifier, 0 for its newest';

CREATE FUNCTION sbert.classify(text text, classifier regclass, version integer DEFAULT 0) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_classify_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000
    SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION sbert.classify(text, regclass, integer) IS
    'best label of a text, embedded by the model that the classifier was trained with';

CREATE FUNCTION sbert.classify_scores(embedding @extschema@.vector, classifier regclass, version integer DEFAULT 0)
    RETURNS TABLE (label text, score double precision)
    AS 'MODULE_PATHNAME', 'sbert_classify_scores_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20 ROWS 10;
COMMENT ON FUNCTION sbert.classify_scores(@extschema@.vector, regclass, integer) IS
    'all labels with a vector''s calibrated scores, best first: they sum to 1, or each is its own where rows have sets of labels';

CREATE FUNCTION sbert.classify_scores(text text, classifier regclass, version integer DEFAULT 0)
    RETURNS TABLE (label text, score double precision)
    AS 'MODULE_PATHNAME', 'sbert_classify_scores_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 ROWS 10;
COMMENT ON FUNCTION sbert.classify_scores(text, regclass, integer) IS
    'all labels with a text''s calibrated scores, best first';

CREATE FUNCTION sbert.classify_labels(embedding @extschema@.vector, classifier regclass, version integer DEFAULT 0)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_classify_labels_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION sbert.classify_labels(@extschema@.vector, regclass, integer) IS
    'labels of a vector, best first: where rows have sets of labels all that reach their threshold, else the best alone';

CREATE FUNCTION sbert.classify_labels(text text, classifier regclass, version integer DEFAULT 0) RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_classify_labels_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000
    SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION sbert.classify_labels(text, regclass, integer) IS
    'labels of a text, best first: where rows have sets of labels all that reach their threshold, else the best alone';

-- ---- lists ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.classifier_versions(OUT classifier regclass, OUT version integer, OUT value sbert.classifier)
    RETURNS SETOF record AS 'MODULE_PATHNAME', 'sbert_classifier_versions' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 1000;
COMMENT ON FUNCTION sbert.classifier_versions() IS
    'every version of the classifiers that the current user may read, as it is stored';

-- The owner of a table may have written anything into a report. A figure that is no number is null, and no error for others.
CREATE FUNCTION sbert.classifiers(
    OUT classifier regclass, OUT version integer, OUT owner pg_catalog.regrole, OUT labels text[],
    OUT multilabel boolean, OUT dimensions integer, OUT model text, OUT fingerprint text, OUT rows bigint,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT options jsonb, OUT report jsonb,
    OUT trained timestamptz) RETURNS SETOF record LANGUAGE SQL STABLE PARALLEL RESTRICTED ROWS 10
BEGIN ATOMIC
    SELECT v.classifier, v.version, c.relowner::pg_catalog.regrole, (v.value).labels,
        (v.value).thresholds IS NOT NULL, @extschema@.vector_dims((v.value).weights[1]), (v.value).model, (v.value).fingerprint,
        pg_catalog.jsonb_path_query_first((v.value).report, '$.rows ? (@ >= 0 && @ < 9e18)'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::bigint,
        pg_catalog.jsonb_path_query_first((v.value).report, '$.accuracy.double()'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::double precision,
        pg_catalog.jsonb_path_query_first((v.value).report, '$.macro_f1.double()'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::double precision,
        (v.value).options, (v.value).report, (v.value).trained
    FROM sbert.classifier_versions() v
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) v.classifier::pg_catalog.oid
    ORDER BY v.classifier::text, v.version;
END;
COMMENT ON FUNCTION sbert.classifiers() IS
    'every version of the classifiers that the current user may read: whose, of which model, trained when, how and how well';
