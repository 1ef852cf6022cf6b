-- A planner support function. The types name it, so it comes before them.

CREATE FUNCTION vector_typmod_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_typmod_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_typmod_support(internal) IS
    'the n of vector(n) needs no check where the value is known to have it already';
