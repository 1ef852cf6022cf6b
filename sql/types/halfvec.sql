-- What halfvec(n) has in addition to type.sql.in and dense.sql.in. As in pgvector, a vector is cast to
-- halfvec implicitly.

CREATE FUNCTION l2_norm(value halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_norm'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_norm(halfvec) IS
    'Euclidean length';

CREATE FUNCTION halfvec_to_vector(value halfvec, typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_halfvec_to_vector'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_to_vector(halfvec, integer, boolean) IS
    'the same numbers in single precision';

CREATE FUNCTION vector_to_halfvec(value vector, typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_vector_to_halfvec'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_to_halfvec(vector, integer, boolean) IS
    'each number to the nearest half; an error from 65520 on';

CREATE CAST (halfvec AS vector)
    WITH FUNCTION halfvec_to_vector(halfvec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (halfvec AS vector) IS 'the same numbers in single precision';

CREATE CAST (vector AS halfvec)
    WITH FUNCTION vector_to_halfvec(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS halfvec) IS 'rounds to the nearest half; refuses what is too large';

CREATE CAST (halfvec AS real[])
    WITH FUNCTION halfvec_to_float4(halfvec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (halfvec AS real[]) IS 'the elements as an array';
