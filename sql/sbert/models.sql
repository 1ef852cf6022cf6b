-- The installed models, and what the session has encoded.

CREATE FUNCTION sbert.models(
    OUT name text, OUT dimensions integer, OUT max_tokens integer, OUT fingerprint text,
    OUT bytes bigint, OUT path text, OUT problem text,
    OUT prompts jsonb, OUT default_prompt text, OUT similarity text, OUT languages text[]) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_models' LANGUAGE C VOLATILE STRICT PARALLEL SAFE ROWS 10 COST 10000;
COMMENT ON FUNCTION sbert.models() IS
    'the installed models; paths and problems of files only for pg_read_server_files and pg_monitor';

CREATE FUNCTION sbert.session_statistics(
    OUT texts bigint, OUT tokens bigint, OUT reused bigint, OUT milliseconds double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_session_statistics' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 1;
COMMENT ON FUNCTION sbert.session_statistics() IS
    'what this session has encoded, how many calls it answered from memory, and the milliseconds spent';
