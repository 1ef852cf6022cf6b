-- Long work that is running.

CREATE FUNCTION sbert.get_activity(
    OUT pid integer, OUT datid oid, OUT role pg_catalog.regrole, OUT command text, OUT relation regclass, OUT phase text,
    OUT started timestamptz, OUT progress jsonb) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_get_activity' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION sbert.get_activity() IS
    'what the view sbert.activity shows';

-- Embedding ends with its portal. So a session between two fetches from a cursor is left out.
CREATE VIEW sbert.activity AS
    SELECT a.pid, a.datid, d.datname, a.role, a.command, a.relation, a.phase, a.started, a.progress
    FROM sbert.get_activity() a
        LEFT JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) a.datid
        LEFT JOIN pg_catalog.pg_stat_get_activity(NULL) s ON s.pid OPERATOR(pg_catalog.=) a.pid
    WHERE pg_catalog.starts_with(s.state, 'idle') IS NOT TRUE;
COMMENT ON VIEW sbert.activity IS
    'trainings and long embedding in this cluster''s sessions; of other roles only with the rights of pg_read_all_stats';
GRANT SELECT ON sbert.activity TO PUBLIC;
