-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION vector" to load this file. \quit

-- Types, operators and support functions are sbert's, in whatever schema: names are looked up there alone, so that nothing
-- in the schema of this extension can take their place. @extschema:sbert@ would need PostgreSQL 16.
SELECT pg_catalog.set_config('search_path', pg_catalog.format('%I, pg_temp', n.nspname), true)
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
    WHERE e.extname OPERATOR(pg_catalog.=) 'sbert';

CREATE FUNCTION @extschema@.hnswhandler(unused internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME', 'sbert_hnsw_handler' LANGUAGE C;
COMMENT ON FUNCTION @extschema@.hnswhandler(internal) IS
    'access method hnsw';

CREATE FUNCTION @extschema@.ivfflathandler(unused internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME', 'sbert_ivfflat_handler' LANGUAGE C;
COMMENT ON FUNCTION @extschema@.ivfflathandler(internal) IS
    'access method ivfflat';

CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER @extschema@.hnswhandler;
COMMENT ON ACCESS METHOD hnsw IS
    'sbert_ivf under the name of pgvector''s hnsw';

CREATE ACCESS METHOD ivfflat TYPE INDEX HANDLER @extschema@.ivfflathandler;
COMMENT ON ACCESS METHOD ivfflat IS
    'sbert_ivf under the name of pgvector''s ivfflat';

CREATE FUNCTION @extschema@.vector_not_indexed(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_vector_not_indexed'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.vector_not_indexed(internal) IS
    'support function of operator classes that there is no index for: CREATE INDEX says so';
