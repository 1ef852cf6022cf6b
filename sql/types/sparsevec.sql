-- What sparsevec(n) has in addition to type.sql.in. As in pgvector, dense vectors are cast to sparsevec
-- implicitly.

CREATE FUNCTION l2_norm(value sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_norm'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_norm(sparsevec) IS
    'Euclidean length';

-- casts

CREATE FUNCTION vector_to_sparsevec(value vector, typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_vector_to_sparsevec'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_to_sparsevec(vector, integer, boolean) IS
    'the elements that are not zero';

CREATE FUNCTION sparsevec_to_vector(value sparsevec, typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_sparsevec'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_to_vector(sparsevec, integer, boolean) IS
    'with its zeros; an error beyond 16000 dimensions';

CREATE FUNCTION halfvec_to_sparsevec(value halfvec, typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_to_sparsevec'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_to_sparsevec(halfvec, integer, boolean) IS
    'the elements that are not zero';

CREATE FUNCTION sparsevec_to_halfvec(value sparsevec, typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_sparsevec'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_to_halfvec(sparsevec, integer, boolean) IS
    'with its zeros; an error beyond 16000 dimensions, and from 65520 on';

CREATE CAST (sparsevec AS vector)
    WITH FUNCTION sparsevec_to_vector(sparsevec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (sparsevec AS vector) IS 'with its zeros; refuses more than 16000 dimensions';

CREATE CAST (vector AS sparsevec)
    WITH FUNCTION vector_to_sparsevec(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS sparsevec) IS 'the elements that are not zero';

CREATE CAST (sparsevec AS halfvec)
    WITH FUNCTION sparsevec_to_halfvec(sparsevec, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (sparsevec AS halfvec) IS 'with its zeros; refuses more than 16000 dimensions';

CREATE CAST (halfvec AS sparsevec)
    WITH FUNCTION halfvec_to_sparsevec(halfvec, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (halfvec AS sparsevec) IS 'the elements that are not zero';

-- aggregates, not in pgvector: https://github.com/tensorchord/pgvecto.rs/issues/475

CREATE FUNCTION sparsevec_accum(state internal, value sparsevec) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_accum'
    LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_accum(internal, sparsevec) IS
    'step of sum(sparsevec) and avg(sparsevec)';

CREATE FUNCTION sparsevec_combine(a internal, b internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_combine'
    LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_combine(internal, internal) IS
    'joins two states of sum(sparsevec) or avg(sparsevec) from a parallel scan';

CREATE FUNCTION sparsevec_serialize(state internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_serialize'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_serialize(internal) IS
    'a state of sum(sparsevec) or avg(sparsevec) for another process';

CREATE FUNCTION sparsevec_deserialize(bytes bytea, unused internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_deserialize'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_deserialize(bytea, internal) IS
    'a state of sum(sparsevec) or avg(sparsevec) from another process';

CREATE FUNCTION sparsevec_sum(state internal) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_sum'
    LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_sum(internal) IS
    'last step of sum(sparsevec); null where there was no row';

CREATE FUNCTION sparsevec_avg(state internal) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_avg'
    LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_avg(internal) IS
    'last step of avg(sparsevec); null where there was no row';

CREATE AGGREGATE sum(value sparsevec) (
    SFUNC = sparsevec_accum,
    STYPE = internal,
    FINALFUNC = sparsevec_sum,
    COMBINEFUNC = sparsevec_combine,
    SERIALFUNC = sparsevec_serialize,
    DESERIALFUNC = sparsevec_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(sparsevec) IS
    'element-wise sum of all non-null vectors; an error beyond 16000 non-zero elements';

CREATE AGGREGATE avg(value sparsevec) (
    SFUNC = sparsevec_accum,
    STYPE = internal,
    FINALFUNC = sparsevec_avg,
    COMBINEFUNC = sparsevec_combine,
    SERIALFUNC = sparsevec_serialize,
    DESERIALFUNC = sparsevec_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(sparsevec) IS
    'element-wise average of all non-null vectors; an error beyond 16000 non-zero elements';
