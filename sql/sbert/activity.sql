-- Long work that is running.

CREATE FUNCTION sbert.get_activity(
    OUT pid integer, OUT datid oid, OUT role pg_catalog.regrole, OUT command text, OUT relation regclass, OUT phase text,
    OUT started timestamptz, OUT progress jsonb) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_get_activity' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION sbert.get_activity() IS
    'what the view sbert.activity shows';

CREATE VIEW sbert.activity AS
    SELECT a.pid, a.datid, d.datname, a.role, a.command, a.relation, a.phase, a.started, a.progress
    FROM sbert.get_activity() a LEFT JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) a.datid;
COMMENT ON VIEW sbert.activity IS
    'trainings that run in this cluster''s sessions; of other roles only with the rights of pg_read_all_stats';
GRANT SELECT ON sbert.activity TO PUBLIC;
