-- Correlations of two columns of numbers.

CREATE FUNCTION sbert.pearson_accum(state internal, x double precision, y double precision) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_pearson_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.pearson_accum(internal, double precision, double precision) IS 'step of sbert.pearson';

CREATE FUNCTION sbert.pearson_combine(a internal, b internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_pearson_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.pearson_combine(internal, internal) IS 'combines states of sbert.pearson';

CREATE FUNCTION sbert.pearson_serialize(state internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_pearson_serialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.pearson_serialize(internal) IS 'a state of sbert.pearson as bytes';

CREATE FUNCTION sbert.pearson_deserialize(bytes bytea, unused internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_pearson_deserialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.pearson_deserialize(bytea, internal) IS 'a state of sbert.pearson from bytes';

CREATE FUNCTION sbert.pearson_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_pearson' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.pearson_final(internal) IS 'end of sbert.pearson';

CREATE FUNCTION sbert.spearman_accum(state internal, x double precision, y double precision) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_spearman_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.spearman_accum(internal, double precision, double precision) IS 'step of sbert.spearman';

CREATE FUNCTION sbert.spearman_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_spearman' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.spearman_final(internal) IS 'end of sbert.spearman';

CREATE AGGREGATE sbert.pearson(x double precision, y double precision) (
    SFUNC = sbert.pearson_accum, STYPE = internal, FINALFUNC = sbert.pearson_final,
    COMBINEFUNC = sbert.pearson_combine, SERIALFUNC = sbert.pearson_serialize,
    DESERIALFUNC = sbert.pearson_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.pearson(double precision, double precision) IS
    'Pearson''s correlation of rows without a null; null where a side has one value only';

CREATE AGGREGATE sbert.spearman(x double precision, y double precision) (
    SFUNC = sbert.spearman_accum, STYPE = internal, FINALFUNC = sbert.spearman_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.spearman(double precision, double precision) IS
    'Spearman''s correlation of rows without a null; null where a side has one value only';
