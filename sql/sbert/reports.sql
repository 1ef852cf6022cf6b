-- How well labels were predicted. These aggregates over rows of (truth, predicted) return arrays for unnest().

CREATE TYPE sbert.label_score AS (
    kind text, label text, precision double precision, recall double precision, f1 double precision, support bigint);
COMMENT ON TYPE sbert.label_score IS
    'a row of a report: of a label, or of a kind of average; kind skipped counts rows with a null';

CREATE TYPE sbert.confusion_cell AS (truth text, predicted text, rows bigint);
COMMENT ON TYPE sbert.confusion_cell IS
    'how many rows of one label were predicted as another; both null: rows with a null';

CREATE TYPE sbert.label_confusion AS (
    label text, true_negatives bigint, false_positives bigint, false_negatives bigint, true_positives bigint);
COMMENT ON TYPE sbert.label_confusion IS 'a label''s confusion matrix where rows have sets of labels';

-- The step functions, which share one state.

CREATE FUNCTION sbert.label_accum(state internal, truth text, predicted text) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text, text) IS 'step of the aggregates over labels';

CREATE FUNCTION sbert.label_accum(state internal, truth text, predicted text, labels text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text, text, text[]) IS 'step of the aggregates over labels';

CREATE FUNCTION sbert.label_accum(state internal, truth text[], predicted text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_set_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text[], text[]) IS 'step of the aggregates over sets of labels';

CREATE FUNCTION sbert.label_accum(state internal, truth text[], predicted text[], labels text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_set_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text[], text[], text[]) IS 'step of the aggregates over sets of labels';

CREATE FUNCTION sbert.entity_accum(state internal, truth text[], predicted text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_entity_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.entity_accum(internal, text[], text[]) IS 'step of sbert.entity_report';

CREATE FUNCTION sbert.entity_accum(state internal, truth text[], predicted text[], scheme text) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_entity_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.entity_accum(internal, text[], text[], text) IS 'step of sbert.entity_report';

CREATE FUNCTION sbert.label_combine(a internal, b internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_tally_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_combine(internal, internal) IS 'combines states of the aggregates over labels';

CREATE FUNCTION sbert.label_serialize(state internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_tally_serialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_serialize(internal) IS 'a state of the aggregates over labels as bytes';

CREATE FUNCTION sbert.label_deserialize(bytes bytea, unused internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_tally_deserialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_deserialize(bytea, internal) IS 'a state of the aggregates over labels from bytes';

CREATE FUNCTION sbert.label_report(state internal) RETURNS sbert.label_score[]
    AS 'MODULE_PATHNAME', 'sbert_label_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_report(internal) IS 'end of sbert.classification_report over labels';

CREATE FUNCTION sbert.label_set_report(state internal) RETURNS sbert.label_score[]
    AS 'MODULE_PATHNAME', 'sbert_label_set_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_set_report(internal) IS 'end of sbert.classification_report over sets of labels';

CREATE FUNCTION sbert.entity_scores(state internal) RETURNS sbert.label_score[]
    AS 'MODULE_PATHNAME', 'sbert_entity_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.entity_scores(internal) IS 'end of sbert.entity_report';

CREATE FUNCTION sbert.confusion_final(state internal) RETURNS sbert.confusion_cell[]
    AS 'MODULE_PATHNAME', 'sbert_confusion_matrix' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.confusion_final(internal) IS 'end of sbert.confusion_matrix over labels';

CREATE FUNCTION sbert.label_set_confusion(state internal) RETURNS sbert.label_confusion[]
    AS 'MODULE_PATHNAME', 'sbert_label_confusions' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_set_confusion(internal) IS 'end of sbert.confusion_matrix over sets of labels';

-- The aggregates.

CREATE AGGREGATE sbert.classification_report(truth text, predicted text) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text, text) IS
    'precision, recall, F1 and support of each label, accuracy and averages, for unnest() and sbert.report_text()';

CREATE AGGREGATE sbert.classification_report(truth text, predicted text, labels text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text, text, text[]) IS
    'the same for these labels alone, in this order; the labels must be the same for all rows';

CREATE AGGREGATE sbert.classification_report(truth text[], predicted text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_set_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text[], text[]) IS
    'the same where a row has a set of labels: without accuracy, with the mean of the rows'' own scores';

CREATE AGGREGATE sbert.classification_report(truth text[], predicted text[], labels text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_set_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text[], text[], text[]) IS
    'the same where a row has a set of labels, as if there were none but these';

CREATE AGGREGATE sbert.entity_report(truth text[], predicted text[]) (
    SFUNC = sbert.entity_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.entity_scores, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.entity_report(text[], text[]) IS
    'scores of entities by type, a row the tags of a sentence (B-PER, I-PER, O), read as seqeval''s default does';

CREATE AGGREGATE sbert.entity_report(truth text[], predicted text[], scheme text) (
    SFUNC = sbert.entity_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.entity_scores, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.entity_report(text[], text[], text) IS
    'the same read strictly by a scheme, as seqeval''s strict mode does: IOB2, IOBES or BILOU';

CREATE AGGREGATE sbert.confusion_matrix(truth text, predicted text) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.confusion_final, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.confusion_matrix(text, text) IS
    'how often each label was predicted as which, for unnest(): the cells that are not zero';

CREATE AGGREGATE sbert.confusion_matrix(truth text, predicted text, labels text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.confusion_final, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.confusion_matrix(text, text, text[]) IS
    'the same for these labels alone, in this order';

CREATE AGGREGATE sbert.confusion_matrix(truth text[], predicted text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_set_confusion, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.confusion_matrix(text[], text[]) IS
    'where a row has a set of labels: a matrix of two by two for each label';

CREATE FUNCTION sbert.report_text(report sbert.label_score[], digits integer DEFAULT 2) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_report_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.report_text(sbert.label_score[], integer) IS
    'a report in the layout of scikit-learn''s classification_report(), with 0 to 15 digits';
