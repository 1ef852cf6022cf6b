-- What vector(n) has in addition to type.sql.in and dense.sql.in.

CREATE FUNCTION vector_norm(value vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_norm'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_norm(vector) IS
    'Euclidean length';

CREATE CAST (vector AS real[])
    WITH FUNCTION vector_to_float4(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS real[]) IS 'the elements as an array';
