-- Training of classifiers.

CREATE FUNCTION sbert.train_classifier(
    name text, query text, options jsonb DEFAULT '{}',
    OUT version integer, OUT rows bigint, OUT skipped bigint, OUT labels integer, OUT penalty double precision,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT log_loss double precision)
    AS 'MODULE_PATHNAME', 'sbert_train_classifier' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION sbert.train_classifier(text, text, jsonb) IS
    'trains a classifier on the rows of a query, (text or vector, label text or text[]), as the caller, whose it is; tells how well it predicts rows that it was not fitted to. Options: class_weights, folds, holdout, keep_rows, max_iterations, model, nulls, penalties, penalty, prompt';

CREATE FUNCTION sbert.update_classifier(
    name text, query text,
    OUT rows_of text, OUT version integer, OUT rows bigint,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT log_loss double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_update_classifier' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 4;
COMMENT ON FUNCTION sbert.update_classifier(text, text) IS
    'trains a further version of a classifier on the rows that it keeps and the new ones of a query, new labels included; tells how well the version before and the new one predict old and new rows';

-- The server knows no command of ours: a training reports as a COPY into sbert.classifier, with a mark
-- (extension/classifiers/progress.h). Who may see the numbers of a session is the function's matter.
CREATE VIEW sbert.training AS
    SELECT s.pid, s.datid, d.datname,
        CASE s.param11 WHEN 1 THEN 'reading rows' WHEN 2 THEN 'preparing' WHEN 3 THEN 'choosing the penalty'
            WHEN 4 THEN 'fitting the other folds' WHEN 5 THEN 'calibrating' WHEN 6 THEN 'choosing thresholds'
            WHEN 7 THEN 'measuring' WHEN 8 THEN 'fitting all rows' WHEN 9 THEN 'storing' END AS phase,
        s.param3 AS rows_read, s.param4 AS rows_skipped,
        s.param13 AS penalties_total, s.param12 AS penalties_done, s.param15 AS folds_total, s.param14 AS folds_done,
        s.param16 AS iterations, s.param17::double precision OPERATOR(pg_catalog./) 1e6::double precision AS loss
    FROM pg_catalog.pg_stat_get_progress_info('COPY') s
        LEFT JOIN pg_catalog.pg_database d ON s.datid OPERATOR(pg_catalog.=) d.oid
    WHERE s.relid OPERATOR(pg_catalog.=) 'sbert.classifier'::pg_catalog.regclass::pg_catalog.oid
        AND s.param18 OPERATOR(pg_catalog.=) 495572054644;
COMMENT ON VIEW sbert.training IS
    'trainings that run in this cluster''s sessions, as far as the current user may see them; loss is that of the last iteration';
GRANT SELECT ON sbert.training TO PUBLIC;
