-- For the planner, in front of the types that name it.

CREATE FUNCTION vector_typmod_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_typmod_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_typmod_support(internal) IS
    'the n of vector(n) needs no check where the value is known to have it already';
