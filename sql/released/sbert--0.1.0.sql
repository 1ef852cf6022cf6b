-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION sbert" to load this file. \quit

-- A planner support function. The types name it, so it comes before them.

CREATE FUNCTION vector_typmod_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_typmod_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_typmod_support(internal) IS
    'the n of vector(n) needs no check where the value is known to have it already';
-- What every vector type has: the type and its forms, casts from arrays and to bytes, distances, order.
-- This is one template for vector, halfvec and sparsevec, which sql/CMakeLists.txt fills in.
--
-- Names, volatility, casts, operators and order are those of pgvector 0.8, so that its clients and its
-- users' SQL work unchanged. C symbols have the prefix sbert_, because pgvector may be loaded into the
-- same process. Objects are created in the schema that CREATE EXTENSION names.

-- type

CREATE TYPE vector;

CREATE FUNCTION vector_in(input cstring, type oid, typmod integer) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_in(cstring, oid, integer) IS
    'text form to a value: [1,2.5,3]';

CREATE FUNCTION vector_out(value vector) RETURNS cstring
    AS 'MODULE_PATHNAME', 'sbert_vector_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_out(vector) IS
    'a value to its text form, each element in the fewest digits that read back the same';

CREATE FUNCTION vector_typmod_in(modifiers cstring[]) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_vector_typmod_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_typmod_in(cstring[]) IS
    'type modifier of vector(n): n from 1 to 16000';

CREATE FUNCTION vector_recv(buffer internal, type oid, typmod integer) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_recv(internal, oid, integer) IS
    'binary form to a value: int16 dimensions, int16 zero, float4 elements';

CREATE FUNCTION vector_send(value vector) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_vector_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_send(vector) IS
    'a value to its binary form';

CREATE TYPE vector (
    INPUT = vector_in,
    OUTPUT = vector_out,
    RECEIVE = vector_recv,
    SEND = vector_send,
    TYPMOD_IN = vector_typmod_in,
    STORAGE = external
);
COMMENT ON TYPE vector IS
    'vector(n): n finite single-precision numbers, n from 1 to 16000; 4 * n + 8 bytes';

-- distances

CREATE FUNCTION vector_distance_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_vector_distance_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_distance_support(internal) IS
    'for the planner: what reading a vector costs that lies in TOAST';

CREATE FUNCTION l2_distance(a vector, b vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_l2_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_distance_support;
COMMENT ON FUNCTION l2_distance(vector, vector) IS
    'Euclidean distance';

CREATE FUNCTION inner_product(a vector, b vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_distance_support;
COMMENT ON FUNCTION inner_product(vector, vector) IS
    'inner product';

CREATE FUNCTION cosine_distance(a vector, b vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_cosine_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_distance_support;
COMMENT ON FUNCTION cosine_distance(vector, vector) IS
    '1 - cosine of the angle, from 0 to 2; NaN where a vector is all zeros';

CREATE FUNCTION l1_distance(a vector, b vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_l1_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_distance_support;
COMMENT ON FUNCTION l1_distance(vector, vector) IS
    'taxicab distance: sum of absolute differences';

CREATE FUNCTION vector_l2_squared_distance(a vector, b vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_l2_squared_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_distance_support;
COMMENT ON FUNCTION vector_l2_squared_distance(vector, vector) IS
    'squared Euclidean distance: orders as l2_distance does, without the root';

CREATE FUNCTION vector_negative_inner_product(a vector, b vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_negative_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_distance_support;
COMMENT ON FUNCTION vector_negative_inner_product(vector, vector) IS
    'inner product times -1, so that the nearest comes first';

CREATE FUNCTION l2_normalize(value vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_l2_normalize'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_normalize(vector) IS
    'the vector divided by its Euclidean length; zeros stay zeros';

-- casts

CREATE FUNCTION vector(value vector, typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_to_typmod'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_typmod_support;
COMMENT ON FUNCTION vector(vector, integer, boolean) IS
    'checks a value against the n of vector(n)';

CREATE FUNCTION array_to_vector(value integer[], typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_vector(integer[], integer, boolean) IS
    'one-dimensional array without nulls to vector';

CREATE FUNCTION array_to_vector(value real[], typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_vector(real[], integer, boolean) IS
    'one-dimensional array without nulls to vector';

CREATE FUNCTION array_to_vector(value double precision[], typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_vector(double precision[], integer, boolean) IS
    'one-dimensional array without nulls to vector';

CREATE FUNCTION array_to_vector(value numeric[], typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_vector(numeric[], integer, boolean) IS
    'one-dimensional array without nulls to vector';

CREATE FUNCTION vector_to_bytea(value vector) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_vector_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_to_bytea(vector) IS
    'the bytes of the binary form';

CREATE FUNCTION bytea_to_vector(value bytea, typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_bytea'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bytea_to_vector(bytea, integer, boolean) IS
    'the bytes of the binary form to a value; an error where they are not exactly one';

CREATE CAST (vector AS vector)
    WITH FUNCTION vector(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS vector) IS 'refuses another number of dimensions than the column has';

CREATE CAST (integer[] AS vector)
    WITH FUNCTION array_to_vector(integer[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS vector) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (real[] AS vector)
    WITH FUNCTION array_to_vector(real[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS vector) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (double precision[] AS vector)
    WITH FUNCTION array_to_vector(double precision[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS vector) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (numeric[] AS vector)
    WITH FUNCTION array_to_vector(numeric[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS vector) IS
    'refuses nulls, NaN, infinity and other than one dimension';

-- not in pgvector
CREATE CAST (vector AS bytea)
    WITH FUNCTION vector_to_bytea(vector);
COMMENT ON CAST (vector AS bytea) IS 'the binary form; the way back gives the same value, bit by bit';

CREATE CAST (bytea AS vector)
    WITH FUNCTION bytea_to_vector(bytea, integer, boolean);
COMMENT ON CAST (bytea AS vector) IS 'the binary form; refuses what a client could not send';

-- operators

CREATE OPERATOR <-> (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = l2_distance,
    COMMUTATOR = '<->'
);
COMMENT ON OPERATOR <->(vector, vector) IS 'Euclidean distance';

CREATE OPERATOR <#> (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_negative_inner_product,
    COMMUTATOR = '<#>'
);
COMMENT ON OPERATOR <#>(vector, vector) IS 'negative inner product';

CREATE OPERATOR <=> (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = cosine_distance,
    COMMUTATOR = '<=>'
);
COMMENT ON OPERATOR <=>(vector, vector) IS 'cosine distance';

CREATE OPERATOR <+> (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = l1_distance,
    COMMUTATOR = '<+>'
);
COMMENT ON OPERATOR <+>(vector, vector) IS 'taxicab distance';

-- comparison: by the first element that differs, then by the number of dimensions

CREATE FUNCTION vector_lt(a vector, b vector) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_vector_lt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_lt(vector, vector) IS
    'less than';

CREATE FUNCTION vector_le(a vector, b vector) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_vector_le'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_le(vector, vector) IS
    'less than or equal';

CREATE FUNCTION vector_eq(a vector, b vector) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_vector_eq'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_eq(vector, vector) IS
    'equal';

CREATE FUNCTION vector_ne(a vector, b vector) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_vector_ne'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_ne(vector, vector) IS
    'not equal';

CREATE FUNCTION vector_ge(a vector, b vector) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_vector_ge'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_ge(vector, vector) IS
    'greater than or equal';

CREATE FUNCTION vector_gt(a vector, b vector) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_vector_gt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_gt(vector, vector) IS
    'greater than';

CREATE FUNCTION vector_cmp(a vector, b vector) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_vector_cmp'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_cmp(vector, vector) IS
    'comparison for btree: -1, 0 or 1';

CREATE OPERATOR < (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_lt,
    COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(vector, vector) IS 'less than';

CREATE OPERATOR <= (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_le,
    COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(vector, vector) IS 'less than or equal';

CREATE OPERATOR = (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_eq,
    COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR =(vector, vector) IS 'equal';

CREATE OPERATOR <> (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_ne,
    COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR <>(vector, vector) IS 'not equal';

CREATE OPERATOR >= (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_ge,
    COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(vector, vector) IS 'greater than or equal';

CREATE OPERATOR > (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_gt,
    COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(vector, vector) IS 'greater than';

-- order

CREATE OPERATOR CLASS vector_ops
    DEFAULT FOR TYPE vector USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 vector_cmp(vector, vector);
COMMENT ON OPERATOR CLASS vector_ops USING btree IS
    'sorts and groups vectors; the order says nothing about nearness';
COMMENT ON OPERATOR FAMILY vector_ops USING btree IS
    'sorts and groups vectors; the order says nothing about nearness';
-- What vector and halfvec have and sparsevec does not: parts, arithmetic, aggregates, subscripts. This
-- is one template for both types, and follows type.sql.in.

-- properties and parts

CREATE FUNCTION vector_spherical_distance(a vector, b vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_spherical_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_spherical_distance(vector, vector) IS
    'angle divided by pi, for vectors of length one';

CREATE FUNCTION vector_dims(value vector) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_vector_dims'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_dims(vector) IS
    'number of dimensions';

CREATE FUNCTION binary_quantize(value vector) RETURNS bit
    AS 'MODULE_PATHNAME', 'sbert_vector_binary_quantize'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION binary_quantize(vector) IS
    'one bit per element: 1 where it is above zero';

CREATE FUNCTION subvector(value vector, first integer, count integer) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_subvector'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subvector(vector, integer, integer) IS
    'part of a vector: start (from 1), count';

-- not in pgvector: https://arxiv.org/abs/2205.13147
CREATE FUNCTION truncate_dim(value vector, dimensions integer) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_truncate_dim'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION truncate_dim(vector, integer) IS
    'the first n dimensions at length one, for a column of type vector(n); for models trained for it (Matryoshka)';

-- arithmetic

CREATE FUNCTION vector_add(a vector, b vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_add'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_add(vector, vector) IS
    'element-wise sum; an error where it overflows';

CREATE FUNCTION vector_sub(a vector, b vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_sub'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_sub(vector, vector) IS
    'element-wise difference; an error where it overflows';

CREATE FUNCTION vector_mul(a vector, b vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_mul'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_mul(vector, vector) IS
    'element-wise product; an error where it overflows or underflows';

CREATE FUNCTION vector_concat(a vector, b vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_concat'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_concat(vector, vector) IS
    'the elements of one vector, then those of the other';

-- not in pgvector: https://github.com/pgvector/pgvector/issues/223 and three more ask for it

CREATE FUNCTION vector_times(value vector, factor double precision) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_times'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_times(vector, double precision) IS
    'every element times a number; an error where it overflows';

CREATE FUNCTION vector_times(factor double precision, value vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_times_commuted'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_times(double precision, vector) IS
    'every element times a number; an error where it overflows';

CREATE FUNCTION vector_over(value vector, divisor double precision) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_over'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_over(vector, double precision) IS
    'every element over a number; an error where that is zero or the result overflows';

-- aggregates

CREATE FUNCTION vector_accum(state double precision[], value vector) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'sbert_vector_accum'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_accum(double precision[], vector) IS
    'step of avg(vector); the state is {count, sums}';

CREATE FUNCTION vector_combine(a double precision[], b double precision[]) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'sbert_vector_combine'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_combine(double precision[], double precision[]) IS
    'joins two states of avg(vector) from a parallel scan';

CREATE FUNCTION vector_avg(state double precision[]) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_avg'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_avg(double precision[]) IS
    'last step of avg(vector); null where there was no row';

CREATE AGGREGATE avg(value vector) (
    SFUNC = vector_accum,
    STYPE = double precision[],
    FINALFUNC = vector_avg,
    COMBINEFUNC = vector_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(vector) IS 'element-wise average of all non-null vectors';

-- not in pgvector: weighted averages, such as the profile of a user as the average of what was read
CREATE FUNCTION vector_accum(state double precision[], value vector, weight double precision) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'sbert_vector_accum_weighted'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_accum(double precision[], vector, double precision) IS
    'step of avg(vector, double precision); the state is {sum of weights, weighted sums}';

CREATE AGGREGATE avg(value vector, weight double precision) (
    SFUNC = vector_accum,
    STYPE = double precision[],
    FINALFUNC = vector_avg,
    COMBINEFUNC = vector_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(vector, double precision) IS
    'element-wise average of all non-null vectors, each by its weight: finite, not negative; null where the weights add up to 0';

CREATE AGGREGATE sum(value vector) (
    SFUNC = vector_add,
    STYPE = vector,
    COMBINEFUNC = vector_add,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(vector) IS 'element-wise sum of all non-null vectors';

-- casts

CREATE FUNCTION vector_to_float4(value vector, typmod integer, explicit boolean) RETURNS real[]
    AS 'MODULE_PATHNAME', 'sbert_vector_to_float4'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_to_float4(vector, integer, boolean) IS
    'the elements as an array';

-- operators

CREATE OPERATOR + (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_add,
    COMMUTATOR = +
);
COMMENT ON OPERATOR +(vector, vector) IS 'element-wise sum';

CREATE OPERATOR - (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_sub
);
COMMENT ON OPERATOR -(vector, vector) IS 'element-wise difference';

CREATE OPERATOR * (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_mul,
    COMMUTATOR = *
);
COMMENT ON OPERATOR *(vector, vector) IS 'element-wise product';

CREATE OPERATOR || (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_concat
);
COMMENT ON OPERATOR ||(vector, vector) IS 'concatenation';

CREATE OPERATOR * (
    LEFTARG = vector, RIGHTARG = double precision, FUNCTION = vector_times,
    COMMUTATOR = *
);
COMMENT ON OPERATOR *(vector, double precision) IS 'every element times a number';

CREATE OPERATOR * (
    LEFTARG = double precision, RIGHTARG = vector, FUNCTION = vector_times,
    COMMUTATOR = *
);
COMMENT ON OPERATOR *(double precision, vector) IS 'every element times a number';

CREATE OPERATOR / (
    LEFTARG = vector, RIGHTARG = double precision, FUNCTION = vector_over
);
COMMENT ON OPERATOR /(vector, double precision) IS 'every element over a number';

-- not in pgvector: https://github.com/pgvector/pgvector/pull/944, issues 380 and 469; 793

CREATE FUNCTION jsonb_to_vector(value jsonb, typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb_to_vector(jsonb, integer, boolean) IS
    'a jsonb array of numbers to vector';

CREATE FUNCTION vector_to_jsonb(value vector) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sbert_vector_to_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_to_jsonb(vector) IS
    'a jsonb array of the elements, in the fewest digits that read back the same';

CREATE FUNCTION bit_to_vector(value bit, typmod integer, explicit boolean) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_vector_from_bit'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bit_to_vector(bit, integer, boolean) IS
    'one element per bit: 1 for 1, -1 for 0';

CREATE CAST (jsonb AS vector)
    WITH FUNCTION jsonb_to_vector(jsonb, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (jsonb AS vector) IS 'refuses what is no array of numbers';

CREATE CAST (vector AS jsonb)
    WITH FUNCTION vector_to_jsonb(vector) AS ASSIGNMENT;
COMMENT ON CAST (vector AS jsonb) IS 'an array of numbers';

CREATE CAST (json AS vector)
    WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (json AS vector) IS 'the text of a json array of numbers is that of a vector';

CREATE CAST (bit AS vector)
    WITH FUNCTION bit_to_vector(bit, integer, boolean);
COMMENT ON CAST (bit AS vector) IS '1 for 1, -1 for 0';

-- not in pgvector: v[i] and v[i:j], as https://github.com/tensorchord/pgvecto.rs/issues/327 asked

CREATE FUNCTION vector_subscript(unused internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_vector_subscript'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_subscript(internal) IS
    'v[i], element i as real; v[i:j], a vector of elements i to j';
ALTER TYPE vector SET (SUBSCRIPT = vector_subscript);
-- What vector(n) has in addition to type.sql.in and dense.sql.in.

CREATE FUNCTION vector_norm(value vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_vector_norm'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_norm(vector) IS
    'Euclidean length';

CREATE CAST (vector AS real[])
    WITH FUNCTION vector_to_float4(vector, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (vector AS real[]) IS 'the elements as an array';
-- What every vector type has: the type and its forms, casts from arrays and to bytes, distances, order.
-- This is one template for vector, halfvec and sparsevec, which sql/CMakeLists.txt fills in.
--
-- Names, volatility, casts, operators and order are those of pgvector 0.8, so that its clients and its
-- users' SQL work unchanged. C symbols have the prefix sbert_, because pgvector may be loaded into the
-- same process. Objects are created in the schema that CREATE EXTENSION names.

-- type

CREATE TYPE halfvec;

CREATE FUNCTION halfvec_in(input cstring, type oid, typmod integer) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_in(cstring, oid, integer) IS
    'text form to a value: [1,2.5,3]';

CREATE FUNCTION halfvec_out(value halfvec) RETURNS cstring
    AS 'MODULE_PATHNAME', 'sbert_halfvec_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_out(halfvec) IS
    'a value to its text form, each element in the fewest digits that read back the same';

CREATE FUNCTION halfvec_typmod_in(modifiers cstring[]) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_halfvec_typmod_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_typmod_in(cstring[]) IS
    'type modifier of halfvec(n): n from 1 to 16000';

CREATE FUNCTION halfvec_recv(buffer internal, type oid, typmod integer) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_recv(internal, oid, integer) IS
    'binary form to a value: int16 dimensions, int16 zero, IEEE half elements';

CREATE FUNCTION halfvec_send(value halfvec) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_halfvec_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_send(halfvec) IS
    'a value to its binary form';

CREATE TYPE halfvec (
    INPUT = halfvec_in,
    OUTPUT = halfvec_out,
    RECEIVE = halfvec_recv,
    SEND = halfvec_send,
    TYPMOD_IN = halfvec_typmod_in,
    STORAGE = external
);
COMMENT ON TYPE halfvec IS
    'halfvec(n): n finite half-precision numbers, n from 1 to 16000; 2 * n + 8 bytes';

-- distances

CREATE FUNCTION halfvec_distance_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_halfvec_distance_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_distance_support(internal) IS
    'for the planner: what reading a vector costs that lies in TOAST';

CREATE FUNCTION l2_distance(a halfvec, b halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_l2_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT halfvec_distance_support;
COMMENT ON FUNCTION l2_distance(halfvec, halfvec) IS
    'Euclidean distance';

CREATE FUNCTION inner_product(a halfvec, b halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT halfvec_distance_support;
COMMENT ON FUNCTION inner_product(halfvec, halfvec) IS
    'inner product';

CREATE FUNCTION cosine_distance(a halfvec, b halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_cosine_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT halfvec_distance_support;
COMMENT ON FUNCTION cosine_distance(halfvec, halfvec) IS
    '1 - cosine of the angle, from 0 to 2; NaN where a vector is all zeros';

CREATE FUNCTION l1_distance(a halfvec, b halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_l1_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT halfvec_distance_support;
COMMENT ON FUNCTION l1_distance(halfvec, halfvec) IS
    'taxicab distance: sum of absolute differences';

CREATE FUNCTION halfvec_l2_squared_distance(a halfvec, b halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_l2_squared_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT halfvec_distance_support;
COMMENT ON FUNCTION halfvec_l2_squared_distance(halfvec, halfvec) IS
    'squared Euclidean distance: orders as l2_distance does, without the root';

CREATE FUNCTION halfvec_negative_inner_product(a halfvec, b halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_negative_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT halfvec_distance_support;
COMMENT ON FUNCTION halfvec_negative_inner_product(halfvec, halfvec) IS
    'inner product times -1, so that the nearest comes first';

CREATE FUNCTION l2_normalize(value halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_l2_normalize'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_normalize(halfvec) IS
    'the vector divided by its Euclidean length; zeros stay zeros';

-- casts

CREATE FUNCTION halfvec(value halfvec, typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_to_typmod'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_typmod_support;
COMMENT ON FUNCTION halfvec(halfvec, integer, boolean) IS
    'checks a value against the n of halfvec(n)';

CREATE FUNCTION array_to_halfvec(value integer[], typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_halfvec(integer[], integer, boolean) IS
    'one-dimensional array without nulls to halfvec';

CREATE FUNCTION array_to_halfvec(value real[], typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_halfvec(real[], integer, boolean) IS
    'one-dimensional array without nulls to halfvec';

CREATE FUNCTION array_to_halfvec(value double precision[], typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_halfvec(double precision[], integer, boolean) IS
    'one-dimensional array without nulls to halfvec';

CREATE FUNCTION array_to_halfvec(value numeric[], typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_halfvec(numeric[], integer, boolean) IS
    'one-dimensional array without nulls to halfvec';

CREATE FUNCTION halfvec_to_bytea(value halfvec) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_halfvec_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_to_bytea(halfvec) IS
    'the bytes of the binary form';

CREATE FUNCTION bytea_to_halfvec(value bytea, typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_bytea'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bytea_to_halfvec(bytea, integer, boolean) IS
    'the bytes of the binary form to a value; an error where they are not exactly one';

CREATE CAST (halfvec AS halfvec)
    WITH FUNCTION halfvec(halfvec, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (halfvec AS halfvec) IS 'refuses another number of dimensions than the column has';

CREATE CAST (integer[] AS halfvec)
    WITH FUNCTION array_to_halfvec(integer[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS halfvec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (real[] AS halfvec)
    WITH FUNCTION array_to_halfvec(real[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS halfvec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (double precision[] AS halfvec)
    WITH FUNCTION array_to_halfvec(double precision[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS halfvec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (numeric[] AS halfvec)
    WITH FUNCTION array_to_halfvec(numeric[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS halfvec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

-- not in pgvector
CREATE CAST (halfvec AS bytea)
    WITH FUNCTION halfvec_to_bytea(halfvec);
COMMENT ON CAST (halfvec AS bytea) IS 'the binary form; the way back gives the same value, bit by bit';

CREATE CAST (bytea AS halfvec)
    WITH FUNCTION bytea_to_halfvec(bytea, integer, boolean);
COMMENT ON CAST (bytea AS halfvec) IS 'the binary form; refuses what a client could not send';

-- operators

CREATE OPERATOR <-> (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = l2_distance,
    COMMUTATOR = '<->'
);
COMMENT ON OPERATOR <->(halfvec, halfvec) IS 'Euclidean distance';

CREATE OPERATOR <#> (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_negative_inner_product,
    COMMUTATOR = '<#>'
);
COMMENT ON OPERATOR <#>(halfvec, halfvec) IS 'negative inner product';

CREATE OPERATOR <=> (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = cosine_distance,
    COMMUTATOR = '<=>'
);
COMMENT ON OPERATOR <=>(halfvec, halfvec) IS 'cosine distance';

CREATE OPERATOR <+> (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = l1_distance,
    COMMUTATOR = '<+>'
);
COMMENT ON OPERATOR <+>(halfvec, halfvec) IS 'taxicab distance';

-- comparison: by the first element that differs, then by the number of dimensions

CREATE FUNCTION halfvec_lt(a halfvec, b halfvec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_halfvec_lt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_lt(halfvec, halfvec) IS
    'less than';

CREATE FUNCTION halfvec_le(a halfvec, b halfvec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_halfvec_le'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_le(halfvec, halfvec) IS
    'less than or equal';

CREATE FUNCTION halfvec_eq(a halfvec, b halfvec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_halfvec_eq'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_eq(halfvec, halfvec) IS
    'equal';

CREATE FUNCTION halfvec_ne(a halfvec, b halfvec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_halfvec_ne'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_ne(halfvec, halfvec) IS
    'not equal';

CREATE FUNCTION halfvec_ge(a halfvec, b halfvec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_halfvec_ge'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_ge(halfvec, halfvec) IS
    'greater than or equal';

CREATE FUNCTION halfvec_gt(a halfvec, b halfvec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_halfvec_gt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_gt(halfvec, halfvec) IS
    'greater than';

CREATE FUNCTION halfvec_cmp(a halfvec, b halfvec) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_halfvec_cmp'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_cmp(halfvec, halfvec) IS
    'comparison for btree: -1, 0 or 1';

CREATE OPERATOR < (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_lt,
    COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(halfvec, halfvec) IS 'less than';

CREATE OPERATOR <= (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_le,
    COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(halfvec, halfvec) IS 'less than or equal';

CREATE OPERATOR = (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_eq,
    COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR =(halfvec, halfvec) IS 'equal';

CREATE OPERATOR <> (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_ne,
    COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR <>(halfvec, halfvec) IS 'not equal';

CREATE OPERATOR >= (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_ge,
    COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(halfvec, halfvec) IS 'greater than or equal';

CREATE OPERATOR > (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_gt,
    COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(halfvec, halfvec) IS 'greater than';

-- order

CREATE OPERATOR CLASS halfvec_ops
    DEFAULT FOR TYPE halfvec USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 halfvec_cmp(halfvec, halfvec);
COMMENT ON OPERATOR CLASS halfvec_ops USING btree IS
    'sorts and groups vectors; the order says nothing about nearness';
COMMENT ON OPERATOR FAMILY halfvec_ops USING btree IS
    'sorts and groups vectors; the order says nothing about nearness';
-- What vector and halfvec have and sparsevec does not: parts, arithmetic, aggregates, subscripts. This
-- is one template for both types, and follows type.sql.in.

-- properties and parts

CREATE FUNCTION halfvec_spherical_distance(a halfvec, b halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_halfvec_spherical_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_spherical_distance(halfvec, halfvec) IS
    'angle divided by pi, for vectors of length one';

CREATE FUNCTION vector_dims(value halfvec) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_halfvec_dims'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_dims(halfvec) IS
    'number of dimensions';

CREATE FUNCTION binary_quantize(value halfvec) RETURNS bit
    AS 'MODULE_PATHNAME', 'sbert_halfvec_binary_quantize'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION binary_quantize(halfvec) IS
    'one bit per element: 1 where it is above zero';

CREATE FUNCTION subvector(value halfvec, first integer, count integer) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_subvector'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION subvector(halfvec, integer, integer) IS
    'part of a vector: start (from 1), count';

-- not in pgvector: https://arxiv.org/abs/2205.13147
CREATE FUNCTION truncate_dim(value halfvec, dimensions integer) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_truncate_dim'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION truncate_dim(halfvec, integer) IS
    'the first n dimensions at length one, for a column of type halfvec(n); for models trained for it (Matryoshka)';

-- arithmetic

CREATE FUNCTION halfvec_add(a halfvec, b halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_add'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_add(halfvec, halfvec) IS
    'element-wise sum; an error where it overflows';

CREATE FUNCTION halfvec_sub(a halfvec, b halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_sub'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_sub(halfvec, halfvec) IS
    'element-wise difference; an error where it overflows';

CREATE FUNCTION halfvec_mul(a halfvec, b halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_mul'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_mul(halfvec, halfvec) IS
    'element-wise product; an error where it overflows or underflows';

CREATE FUNCTION halfvec_concat(a halfvec, b halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_concat'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_concat(halfvec, halfvec) IS
    'the elements of one vector, then those of the other';

-- not in pgvector: https://github.com/pgvector/pgvector/issues/223 and three more ask for it

CREATE FUNCTION halfvec_times(value halfvec, factor double precision) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_times'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_times(halfvec, double precision) IS
    'every element times a number; an error where it overflows';

CREATE FUNCTION halfvec_times(factor double precision, value halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_times_commuted'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_times(double precision, halfvec) IS
    'every element times a number; an error where it overflows';

CREATE FUNCTION halfvec_over(value halfvec, divisor double precision) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_over'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_over(halfvec, double precision) IS
    'every element over a number; an error where that is zero or the result overflows';

-- aggregates

CREATE FUNCTION halfvec_accum(state double precision[], value halfvec) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'sbert_halfvec_accum'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_accum(double precision[], halfvec) IS
    'step of avg(halfvec); the state is {count, sums}';

CREATE FUNCTION halfvec_combine(a double precision[], b double precision[]) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'sbert_vector_combine'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_combine(double precision[], double precision[]) IS
    'joins two states of avg(halfvec) from a parallel scan';

CREATE FUNCTION halfvec_avg(state double precision[]) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_avg'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_avg(double precision[]) IS
    'last step of avg(halfvec); null where there was no row';

CREATE AGGREGATE avg(value halfvec) (
    SFUNC = halfvec_accum,
    STYPE = double precision[],
    FINALFUNC = halfvec_avg,
    COMBINEFUNC = halfvec_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(halfvec) IS 'element-wise average of all non-null vectors';

-- not in pgvector: weighted averages, such as the profile of a user as the average of what was read
CREATE FUNCTION halfvec_accum(state double precision[], value halfvec, weight double precision) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'sbert_halfvec_accum_weighted'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_accum(double precision[], halfvec, double precision) IS
    'step of avg(halfvec, double precision); the state is {sum of weights, weighted sums}';

CREATE AGGREGATE avg(value halfvec, weight double precision) (
    SFUNC = halfvec_accum,
    STYPE = double precision[],
    FINALFUNC = halfvec_avg,
    COMBINEFUNC = halfvec_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE avg(halfvec, double precision) IS
    'element-wise average of all non-null vectors, each by its weight: finite, not negative; null where the weights add up to 0';

CREATE AGGREGATE sum(value halfvec) (
    SFUNC = halfvec_add,
    STYPE = halfvec,
    COMBINEFUNC = halfvec_add,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(halfvec) IS 'element-wise sum of all non-null vectors';

-- casts

CREATE FUNCTION halfvec_to_float4(value halfvec, typmod integer, explicit boolean) RETURNS real[]
    AS 'MODULE_PATHNAME', 'sbert_halfvec_to_float4'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_to_float4(halfvec, integer, boolean) IS
    'the elements as an array';

-- operators

CREATE OPERATOR + (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_add,
    COMMUTATOR = +
);
COMMENT ON OPERATOR +(halfvec, halfvec) IS 'element-wise sum';

CREATE OPERATOR - (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_sub
);
COMMENT ON OPERATOR -(halfvec, halfvec) IS 'element-wise difference';

CREATE OPERATOR * (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_mul,
    COMMUTATOR = *
);
COMMENT ON OPERATOR *(halfvec, halfvec) IS 'element-wise product';

CREATE OPERATOR || (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = halfvec_concat
);
COMMENT ON OPERATOR ||(halfvec, halfvec) IS 'concatenation';

CREATE OPERATOR * (
    LEFTARG = halfvec, RIGHTARG = double precision, FUNCTION = halfvec_times,
    COMMUTATOR = *
);
COMMENT ON OPERATOR *(halfvec, double precision) IS 'every element times a number';

CREATE OPERATOR * (
    LEFTARG = double precision, RIGHTARG = halfvec, FUNCTION = halfvec_times,
    COMMUTATOR = *
);
COMMENT ON OPERATOR *(double precision, halfvec) IS 'every element times a number';

CREATE OPERATOR / (
    LEFTARG = halfvec, RIGHTARG = double precision, FUNCTION = halfvec_over
);
COMMENT ON OPERATOR /(halfvec, double precision) IS 'every element over a number';

-- not in pgvector: https://github.com/pgvector/pgvector/pull/944, issues 380 and 469; 793

CREATE FUNCTION jsonb_to_halfvec(value jsonb, typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jsonb_to_halfvec(jsonb, integer, boolean) IS
    'a jsonb array of numbers to halfvec';

CREATE FUNCTION halfvec_to_jsonb(value halfvec) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sbert_halfvec_to_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_to_jsonb(halfvec) IS
    'a jsonb array of the elements, in the fewest digits that read back the same';

CREATE FUNCTION bit_to_halfvec(value bit, typmod integer, explicit boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'sbert_halfvec_from_bit'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bit_to_halfvec(bit, integer, boolean) IS
    'one element per bit: 1 for 1, -1 for 0';

CREATE CAST (jsonb AS halfvec)
    WITH FUNCTION jsonb_to_halfvec(jsonb, integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (jsonb AS halfvec) IS 'refuses what is no array of numbers';

CREATE CAST (halfvec AS jsonb)
    WITH FUNCTION halfvec_to_jsonb(halfvec) AS ASSIGNMENT;
COMMENT ON CAST (halfvec AS jsonb) IS 'an array of numbers';

CREATE CAST (json AS halfvec)
    WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (json AS halfvec) IS 'the text of a json array of numbers is that of a vector';

CREATE CAST (bit AS halfvec)
    WITH FUNCTION bit_to_halfvec(bit, integer, boolean);
COMMENT ON CAST (bit AS halfvec) IS '1 for 1, -1 for 0';

-- not in pgvector: v[i] and v[i:j], as https://github.com/tensorchord/pgvecto.rs/issues/327 asked

CREATE FUNCTION halfvec_subscript(unused internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_halfvec_subscript'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_subscript(internal) IS
    'v[i], element i as real; v[i:j], a vector of elements i to j';
ALTER TYPE halfvec SET (SUBSCRIPT = halfvec_subscript);
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
-- What every vector type has: the type and its forms, casts from arrays and to bytes, distances, order.
-- This is one template for vector, halfvec and sparsevec, which sql/CMakeLists.txt fills in.
--
-- Names, volatility, casts, operators and order are those of pgvector 0.8, so that its clients and its
-- users' SQL work unchanged. C symbols have the prefix sbert_, because pgvector may be loaded into the
-- same process. Objects are created in the schema that CREATE EXTENSION names.

-- type

CREATE TYPE sparsevec;

CREATE FUNCTION sparsevec_in(input cstring, type oid, typmod integer) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_in(cstring, oid, integer) IS
    'text form to a value: {1:0.5,7:2}/10';

CREATE FUNCTION sparsevec_out(value sparsevec) RETURNS cstring
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_out'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_out(sparsevec) IS
    'a value to its text form, each element in the fewest digits that read back the same';

CREATE FUNCTION sparsevec_typmod_in(modifiers cstring[]) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_typmod_in'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_typmod_in(cstring[]) IS
    'type modifier of sparsevec(n): n from 1 to 1000000000';

CREATE FUNCTION sparsevec_recv(buffer internal, type oid, typmod integer) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_recv'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_recv(internal, oid, integer) IS
    'binary form to a value: int32 dimensions, int32 elements, int32 zero, int32 indices from 0, float4 values';

CREATE FUNCTION sparsevec_send(value sparsevec) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_send(sparsevec) IS
    'a value to its binary form';

CREATE TYPE sparsevec (
    INPUT = sparsevec_in,
    OUTPUT = sparsevec_out,
    RECEIVE = sparsevec_recv,
    SEND = sparsevec_send,
    TYPMOD_IN = sparsevec_typmod_in,
    STORAGE = external
);
COMMENT ON TYPE sparsevec IS
    'sparsevec(n): at most 16000 numbers of n that are not zero, n from 1 to 1000000000; 8 bytes each and 16';

-- distances

CREATE FUNCTION sparsevec_distance_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_distance_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_distance_support(internal) IS
    'for the planner: what reading a vector costs that lies in TOAST';

CREATE FUNCTION l2_distance(a sparsevec, b sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_l2_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT sparsevec_distance_support;
COMMENT ON FUNCTION l2_distance(sparsevec, sparsevec) IS
    'Euclidean distance';

CREATE FUNCTION inner_product(a sparsevec, b sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT sparsevec_distance_support;
COMMENT ON FUNCTION inner_product(sparsevec, sparsevec) IS
    'inner product';

CREATE FUNCTION cosine_distance(a sparsevec, b sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_cosine_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT sparsevec_distance_support;
COMMENT ON FUNCTION cosine_distance(sparsevec, sparsevec) IS
    '1 - cosine of the angle, from 0 to 2; NaN where a vector is all zeros';

CREATE FUNCTION l1_distance(a sparsevec, b sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_l1_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT sparsevec_distance_support;
COMMENT ON FUNCTION l1_distance(sparsevec, sparsevec) IS
    'taxicab distance: sum of absolute differences';

CREATE FUNCTION sparsevec_l2_squared_distance(a sparsevec, b sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_l2_squared_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT sparsevec_distance_support;
COMMENT ON FUNCTION sparsevec_l2_squared_distance(sparsevec, sparsevec) IS
    'squared Euclidean distance: orders as l2_distance does, without the root';

CREATE FUNCTION sparsevec_negative_inner_product(a sparsevec, b sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_negative_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT sparsevec_distance_support;
COMMENT ON FUNCTION sparsevec_negative_inner_product(sparsevec, sparsevec) IS
    'inner product times -1, so that the nearest comes first';

CREATE FUNCTION l2_normalize(value sparsevec) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_l2_normalize'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_normalize(sparsevec) IS
    'the vector divided by its Euclidean length; zeros stay zeros';

-- casts

CREATE FUNCTION sparsevec(value sparsevec, typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_to_typmod'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT vector_typmod_support;
COMMENT ON FUNCTION sparsevec(sparsevec, integer, boolean) IS
    'checks a value against the n of sparsevec(n)';

CREATE FUNCTION array_to_sparsevec(value integer[], typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_sparsevec(integer[], integer, boolean) IS
    'one-dimensional array without nulls to sparsevec';

CREATE FUNCTION array_to_sparsevec(value real[], typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_sparsevec(real[], integer, boolean) IS
    'one-dimensional array without nulls to sparsevec';

CREATE FUNCTION array_to_sparsevec(value double precision[], typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_sparsevec(double precision[], integer, boolean) IS
    'one-dimensional array without nulls to sparsevec';

CREATE FUNCTION array_to_sparsevec(value numeric[], typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_from_array'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION array_to_sparsevec(numeric[], integer, boolean) IS
    'one-dimensional array without nulls to sparsevec';

CREATE FUNCTION sparsevec_to_bytea(value sparsevec) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_send'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_to_bytea(sparsevec) IS
    'the bytes of the binary form';

CREATE FUNCTION bytea_to_sparsevec(value bytea, typmod integer, explicit boolean) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_from_bytea'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bytea_to_sparsevec(bytea, integer, boolean) IS
    'the bytes of the binary form to a value; an error where they are not exactly one';

CREATE CAST (sparsevec AS sparsevec)
    WITH FUNCTION sparsevec(sparsevec, integer, boolean) AS IMPLICIT;
COMMENT ON CAST (sparsevec AS sparsevec) IS 'refuses another number of dimensions than the column has';

CREATE CAST (integer[] AS sparsevec)
    WITH FUNCTION array_to_sparsevec(integer[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (integer[] AS sparsevec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (real[] AS sparsevec)
    WITH FUNCTION array_to_sparsevec(real[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (real[] AS sparsevec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (double precision[] AS sparsevec)
    WITH FUNCTION array_to_sparsevec(double precision[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (double precision[] AS sparsevec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

CREATE CAST (numeric[] AS sparsevec)
    WITH FUNCTION array_to_sparsevec(numeric[], integer, boolean) AS ASSIGNMENT;
COMMENT ON CAST (numeric[] AS sparsevec) IS
    'refuses nulls, NaN, infinity and other than one dimension';

-- not in pgvector
CREATE CAST (sparsevec AS bytea)
    WITH FUNCTION sparsevec_to_bytea(sparsevec);
COMMENT ON CAST (sparsevec AS bytea) IS 'the binary form; the way back gives the same value, bit by bit';

CREATE CAST (bytea AS sparsevec)
    WITH FUNCTION bytea_to_sparsevec(bytea, integer, boolean);
COMMENT ON CAST (bytea AS sparsevec) IS 'the binary form; refuses what a client could not send';

-- operators

CREATE OPERATOR <-> (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = l2_distance,
    COMMUTATOR = '<->'
);
COMMENT ON OPERATOR <->(sparsevec, sparsevec) IS 'Euclidean distance';

CREATE OPERATOR <#> (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_negative_inner_product,
    COMMUTATOR = '<#>'
);
COMMENT ON OPERATOR <#>(sparsevec, sparsevec) IS 'negative inner product';

CREATE OPERATOR <=> (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = cosine_distance,
    COMMUTATOR = '<=>'
);
COMMENT ON OPERATOR <=>(sparsevec, sparsevec) IS 'cosine distance';

CREATE OPERATOR <+> (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = l1_distance,
    COMMUTATOR = '<+>'
);
COMMENT ON OPERATOR <+>(sparsevec, sparsevec) IS 'taxicab distance';

-- comparison: by the first element that differs, then by the number of dimensions

CREATE FUNCTION sparsevec_lt(a sparsevec, b sparsevec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_lt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_lt(sparsevec, sparsevec) IS
    'less than';

CREATE FUNCTION sparsevec_le(a sparsevec, b sparsevec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_le'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_le(sparsevec, sparsevec) IS
    'less than or equal';

CREATE FUNCTION sparsevec_eq(a sparsevec, b sparsevec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_eq'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_eq(sparsevec, sparsevec) IS
    'equal';

CREATE FUNCTION sparsevec_ne(a sparsevec, b sparsevec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_ne'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_ne(sparsevec, sparsevec) IS
    'not equal';

CREATE FUNCTION sparsevec_ge(a sparsevec, b sparsevec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_ge'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_ge(sparsevec, sparsevec) IS
    'greater than or equal';

CREATE FUNCTION sparsevec_gt(a sparsevec, b sparsevec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_gt'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_gt(sparsevec, sparsevec) IS
    'greater than';

CREATE FUNCTION sparsevec_cmp(a sparsevec, b sparsevec) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_sparsevec_cmp'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparsevec_cmp(sparsevec, sparsevec) IS
    'comparison for btree: -1, 0 or 1';

CREATE OPERATOR < (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_lt,
    COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(sparsevec, sparsevec) IS 'less than';

CREATE OPERATOR <= (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_le,
    COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(sparsevec, sparsevec) IS 'less than or equal';

CREATE OPERATOR = (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_eq,
    COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR =(sparsevec, sparsevec) IS 'equal';

CREATE OPERATOR <> (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_ne,
    COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR <>(sparsevec, sparsevec) IS 'not equal';

CREATE OPERATOR >= (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_ge,
    COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(sparsevec, sparsevec) IS 'greater than or equal';

CREATE OPERATOR > (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = sparsevec_gt,
    COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(sparsevec, sparsevec) IS 'greater than';

-- order

CREATE OPERATOR CLASS sparsevec_ops
    DEFAULT FOR TYPE sparsevec USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 sparsevec_cmp(sparsevec, sparsevec);
COMMENT ON OPERATOR CLASS sparsevec_ops USING btree IS
    'sorts and groups vectors; the order says nothing about nearness';
COMMENT ON OPERATOR FAMILY sparsevec_ops USING btree IS
    'sorts and groups vectors; the order says nothing about nearness';
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
-- Distances of PostgreSQL's bit strings, as pgvector 0.8 names them.

CREATE FUNCTION hamming_distance(a bit, b bit) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_hamming_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hamming_distance(bit, bit) IS
    'number of bits that differ';

CREATE FUNCTION jaccard_distance(a bit, b bit) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_jaccard_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jaccard_distance(bit, bit) IS
    '1 - bits set in both over bits set in either; 1 where none is set in both';

CREATE OPERATOR <~> (
    LEFTARG = bit, RIGHTARG = bit, FUNCTION = hamming_distance,
    COMMUTATOR = '<~>'
);
COMMENT ON OPERATOR <~>(bit, bit) IS 'Hamming distance';

CREATE OPERATOR <%> (
    LEFTARG = bit, RIGHTARG = bit, FUNCTION = jaccard_distance,
    COMMUTATOR = '<%>'
);
COMMENT ON OPERATOR <%>(bit, bit) IS 'Jaccard distance';
-- Turn texts into vectors.
--
-- embed() puts the model's default prompt in front of a text, embed_query() and embed_document() the prompts of their
-- names, if the model has them. A third argument of embed() names another prompt (docs/models.md).
--
-- As with to_tsvector(), without a model's name the result depends on a setting, and the function is STABLE. With a
-- name it is IMMUTABLE, because a name is bound to one content (docs/models.md).
--
-- COST stands for some milliseconds of one core. An ordinary function takes some tens of nanoseconds.

CREATE FUNCTION embed_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_embed_support' LANGUAGE C STRICT;
COMMENT ON FUNCTION embed_support(internal) IS
    'planner support: embed() of a text that is the same for all rows costs one encoding';

CREATE FUNCTION embed(text text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed(text) IS
    'vector of a text by the model sbert.default_model; for generated columns and indexes name the model';

CREATE FUNCTION embed(text text, model text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed(text, text) IS
    'vector of a text by a model, "name" or "name@fingerprint"';

CREATE FUNCTION embed(texts text[]) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed(text[]) IS
    'vectors of many texts by the model sbert.default_model, the same bits as one by one; null elements stay null';

CREATE FUNCTION embed(texts text[], model text) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed(text[], text) IS
    'vectors of many texts by a model, the same bits as one by one; null elements stay null';

CREATE FUNCTION embed(text text, model text, prompt text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed(text, text, text) IS
    'vector of a text behind a prompt: one of the model''s by name, or any that ends in a colon or white space';

CREATE FUNCTION embed(texts text[], model text, prompt text) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed(text[], text, text) IS
    'vectors of many texts behind a prompt: one of the model''s by name, or any that ends in a colon or white space';

CREATE FUNCTION embed_query(text text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed_query' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_query(text) IS
    'vector of a query, behind the prompt for queries of sbert.default_model if it has one';

CREATE FUNCTION embed_query(text text, model text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_query(text, text) IS
    'vector of a query, behind the model''s prompt for queries if it has one';

CREATE FUNCTION embed_query(texts text[]) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_query_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_query(text[]) IS
    'vectors of queries, behind the prompt for queries of sbert.default_model if it has one';

CREATE FUNCTION embed_query(texts text[], model text) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_query_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_query(text[], text) IS
    'vectors of queries, behind the model''s prompt for queries if it has one';

CREATE FUNCTION embed_document(text text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed_document' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_document(text) IS
    'vector of a text to be found, behind the prompt for documents of sbert.default_model if it has one';

CREATE FUNCTION embed_document(text text, model text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed_document' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_document(text, text) IS
    'vector of a text to be found, behind the model''s prompt for documents if it has one';

CREATE FUNCTION embed_document(texts text[]) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_document_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_document(text[]) IS
    'vectors of texts to be found, behind the prompt for documents of sbert.default_model if it has one';

CREATE FUNCTION embed_document(texts text[], model text) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_document_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_document(text[], text) IS
    'vectors of texts to be found, behind the model''s prompt for documents if it has one';
-- The schema of the management functions. It belongs to the extension. A schema of that name that exists already is an error.
CREATE SCHEMA sbert;
COMMENT ON SCHEMA sbert IS 'functions, types and views of the extension sbert';
GRANT USAGE ON SCHEMA sbert TO PUBLIC;
-- The trigger that keeps a plain column current.

CREATE FUNCTION sbert.embed_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'sbert_embed_trigger' LANGUAGE C;
COMMENT ON FUNCTION sbert.embed_trigger() IS
    'BEFORE INSERT OR UPDATE, FOR EACH ROW, arguments: vector column, text column [, model [, prompt]]; embeds new and changed texts';
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
-- The tokens of a text and their vectors.

CREATE FUNCTION sbert.tokenize(
    text text, OUT pos integer, OUT id integer, OUT token text, OUT start_char integer, OUT end_char integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_tokenize' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 30 COST 100;
COMMENT ON FUNCTION sbert.tokenize(text) IS
    'the tokens that sbert.default_model reads, with their first and last character in the text, from 1';

CREATE FUNCTION sbert.tokenize(
    text text, model text, OUT pos integer, OUT id integer, OUT token text, OUT start_char integer, OUT end_char integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_tokenize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 30 COST 100;
COMMENT ON FUNCTION sbert.tokenize(text, text) IS
    'the tokens that a model reads, with their first and last character in the text, from 1';

CREATE FUNCTION sbert.token_embeddings(
    text text, OUT pos integer, OUT token text, OUT embedding @extschema@.vector) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_token_embeddings' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 30 COST 20000;
COMMENT ON FUNCTION sbert.token_embeddings(text) IS
    'one vector per token by sbert.default_model, as its pooling sees them';

CREATE FUNCTION sbert.token_embeddings(
    text text, model text, OUT pos integer, OUT token text, OUT embedding @extschema@.vector) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_token_embeddings' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 30 COST 20000;
COMMENT ON FUNCTION sbert.token_embeddings(text, text) IS
    'one vector per token by a model, as its pooling sees them';
-- Compares two texts, and explains the encoding of one.

CREATE FUNCTION sbert.similarity(a text, b text) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_similarity' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 40000;
COMMENT ON FUNCTION sbert.similarity(text, text) IS
    'cosine of the vectors of two texts by sbert.default_model: 1 for the same meaning, about 0 for unrelated ones';

CREATE FUNCTION sbert.similarity(a text, b text, model text) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 40000;
COMMENT ON FUNCTION sbert.similarity(text, text, text) IS
    'cosine of the vectors of two texts by a model: 1 for the same meaning, about 0 for unrelated ones';

CREATE FUNCTION sbert.explain(text text) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sbert_explain' LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 40000;
COMMENT ON FUNCTION sbert.explain(text) IS
    'how sbert.default_model reads a text: tokens used and dropped, fingerprint, milliseconds';

CREATE FUNCTION sbert.explain(text text, model text) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sbert_explain' LANGUAGE C VOLATILE STRICT PARALLEL SAFE COST 40000;
COMMENT ON FUNCTION sbert.explain(text, text) IS
    'how a model reads a text: tokens used and dropped, fingerprint, milliseconds';
-- How well labels were predicted. These aggregates over rows of (truth, predicted) return arrays for unnest().

CREATE TYPE sbert.label_score AS (
    kind text, label text, precision double precision, recall double precision, f1 double precision, support bigint);
COMMENT ON TYPE sbert.label_score IS
    'a row of a report: of a label, or of a kind of average; kind skipped counts rows with a null';

CREATE TYPE sbert.confusion_cell AS (truth text, predicted text, rows bigint);
COMMENT ON TYPE sbert.confusion_cell IS
    'how many rows of one label were predicted as another; both null: rows with a null';

CREATE TYPE sbert.label_confusion AS (
    label text, true_negatives bigint, false_positives bigint, false_negatives bigint, true_positives bigint);
COMMENT ON TYPE sbert.label_confusion IS 'a label''s confusion matrix where rows have sets of labels';

-- The step functions, which share one state.

CREATE FUNCTION sbert.label_accum(state internal, truth text, predicted text) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text, text) IS 'step of the aggregates over labels';

CREATE FUNCTION sbert.label_accum(state internal, truth text, predicted text, labels text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text, text, text[]) IS 'step of the aggregates over labels';

CREATE FUNCTION sbert.label_accum(state internal, truth text[], predicted text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_set_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text[], text[]) IS 'step of the aggregates over sets of labels';

CREATE FUNCTION sbert.label_accum(state internal, truth text[], predicted text[], labels text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_label_set_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_accum(internal, text[], text[], text[]) IS 'step of the aggregates over sets of labels';

CREATE FUNCTION sbert.entity_accum(state internal, truth text[], predicted text[]) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_entity_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.entity_accum(internal, text[], text[]) IS 'step of sbert.entity_report';

CREATE FUNCTION sbert.entity_accum(state internal, truth text[], predicted text[], scheme text) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_entity_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.entity_accum(internal, text[], text[], text) IS 'step of sbert.entity_report';

CREATE FUNCTION sbert.label_combine(a internal, b internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_tally_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_combine(internal, internal) IS 'combines states of the aggregates over labels';

CREATE FUNCTION sbert.label_serialize(state internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'sbert_tally_serialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_serialize(internal) IS 'a state of the aggregates over labels as bytes';

CREATE FUNCTION sbert.label_deserialize(bytes bytea, unused internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_tally_deserialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_deserialize(bytea, internal) IS 'a state of the aggregates over labels from bytes';

CREATE FUNCTION sbert.label_report(state internal) RETURNS sbert.label_score[]
    AS 'MODULE_PATHNAME', 'sbert_label_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_report(internal) IS 'end of sbert.classification_report over labels';

CREATE FUNCTION sbert.label_set_report(state internal) RETURNS sbert.label_score[]
    AS 'MODULE_PATHNAME', 'sbert_label_set_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_set_report(internal) IS 'end of sbert.classification_report over sets of labels';

CREATE FUNCTION sbert.entity_scores(state internal) RETURNS sbert.label_score[]
    AS 'MODULE_PATHNAME', 'sbert_entity_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.entity_scores(internal) IS 'end of sbert.entity_report';

CREATE FUNCTION sbert.confusion_final(state internal) RETURNS sbert.confusion_cell[]
    AS 'MODULE_PATHNAME', 'sbert_confusion_matrix' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.confusion_final(internal) IS 'end of sbert.confusion_matrix over labels';

CREATE FUNCTION sbert.label_set_confusion(state internal) RETURNS sbert.label_confusion[]
    AS 'MODULE_PATHNAME', 'sbert_label_confusions' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.label_set_confusion(internal) IS 'end of sbert.confusion_matrix over sets of labels';

-- The aggregates.

CREATE AGGREGATE sbert.classification_report(truth text, predicted text) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text, text) IS
    'precision, recall, F1 and support of each label, accuracy and averages, for unnest() and sbert.report_text()';

CREATE AGGREGATE sbert.classification_report(truth text, predicted text, labels text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text, text, text[]) IS
    'the same for these labels alone, in this order; the labels must be the same for all rows';

CREATE AGGREGATE sbert.classification_report(truth text[], predicted text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_set_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text[], text[]) IS
    'the same where a row has a set of labels: without accuracy, with the mean of the rows'' own scores';

CREATE AGGREGATE sbert.classification_report(truth text[], predicted text[], labels text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_set_report, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.classification_report(text[], text[], text[]) IS
    'the same where a row has a set of labels, as if there were none but these';

CREATE AGGREGATE sbert.entity_report(truth text[], predicted text[]) (
    SFUNC = sbert.entity_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.entity_scores, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.entity_report(text[], text[]) IS
    'scores of entities by type, a row the tags of a sentence (B-PER, I-PER, O), read as seqeval''s default does';

CREATE AGGREGATE sbert.entity_report(truth text[], predicted text[], scheme text) (
    SFUNC = sbert.entity_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.entity_scores, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.entity_report(text[], text[], text) IS
    'the same read strictly by a scheme, as seqeval''s strict mode does: IOB2, IOBES or BILOU';

CREATE AGGREGATE sbert.confusion_matrix(truth text, predicted text) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.confusion_final, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.confusion_matrix(text, text) IS
    'how often each label was predicted as which, for unnest(): the cells that are not zero';

CREATE AGGREGATE sbert.confusion_matrix(truth text, predicted text, labels text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.confusion_final, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.confusion_matrix(text, text, text[]) IS
    'the same for these labels alone, in this order';

CREATE AGGREGATE sbert.confusion_matrix(truth text[], predicted text[]) (
    SFUNC = sbert.label_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = sbert.label_set_confusion, COMBINEFUNC = sbert.label_combine,
    SERIALFUNC = sbert.label_serialize, DESERIALFUNC = sbert.label_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.confusion_matrix(text[], text[]) IS
    'where a row has a set of labels: a matrix of two by two for each label';

CREATE FUNCTION sbert.report_text(report sbert.label_score[], digits integer DEFAULT 2) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_report_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert.report_text(sbert.label_score[], integer) IS
    'a report in the layout of scikit-learn''s classification_report(), with 0 to 15 digits';
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
-- Measures of the order of a search: aggregates over the results of one query, joined with their judgements by
-- FROM run FULL JOIN qrels USING (query, doc) GROUP BY query.
-- A result with a null score was not returned. A result with a null relevance was not judged, and is not relevant,
-- like one whose relevance is not above 0. Of results with equal scores the less relevant come first. The figure is null
-- if nothing was judged.

CREATE FUNCTION sbert.ranking_accum(state internal, score double precision, relevance double precision) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_ranking_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.ranking_accum(internal, double precision, double precision) IS 'step of the measures of a ranking';

CREATE FUNCTION sbert.ranking_accum(state internal, score double precision, relevance double precision, k integer) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_ranking_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.ranking_accum(internal, double precision, double precision, integer) IS 'step of the measures of a ranking';

CREATE FUNCTION sbert.recall_at_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_recall_at' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.recall_at_final(internal) IS 'end of sbert.recall_at';

CREATE FUNCTION sbert.precision_at_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_precision_at' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.precision_at_final(internal) IS 'end of sbert.precision_at';

CREATE FUNCTION sbert.reciprocal_rank_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_reciprocal_rank' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.reciprocal_rank_final(internal) IS 'end of sbert.reciprocal_rank';

CREATE FUNCTION sbert.average_precision_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_average_precision' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.average_precision_final(internal) IS 'end of sbert.average_precision';

CREATE FUNCTION sbert.ndcg_final(state internal) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sbert_ndcg' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sbert.ndcg_final(internal) IS 'end of sbert.ndcg';

CREATE AGGREGATE sbert.recall_at(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.recall_at_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.recall_at(double precision, double precision, integer) IS
    'relevant results among the first k, over all that are relevant (docs/reports.md)';

CREATE AGGREGATE sbert.precision_at(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.precision_at_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.precision_at(double precision, double precision, integer) IS
    'relevant results among the first k, over k (docs/reports.md)';

CREATE AGGREGATE sbert.reciprocal_rank(score double precision, relevance double precision) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.reciprocal_rank_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.reciprocal_rank(double precision, double precision) IS
    '1 over the rank of the first relevant result, else 0; its average over queries is MRR';

CREATE AGGREGATE sbert.reciprocal_rank(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.reciprocal_rank_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.reciprocal_rank(double precision, double precision, integer) IS
    '1 over the rank of the first relevant result among the first k, else 0; its average over queries is MRR';

CREATE AGGREGATE sbert.average_precision(score double precision, relevance double precision) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.average_precision_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.average_precision(double precision, double precision) IS
    'mean precision at each relevant result; its average over queries is MAP';

CREATE AGGREGATE sbert.average_precision(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.average_precision_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.average_precision(double precision, double precision, integer) IS
    'mean precision at each relevant result among the first k; its average over queries is MAP';

CREATE AGGREGATE sbert.ndcg(score double precision, relevance double precision) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.ndcg_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.ndcg(double precision, double precision) IS
    'discounted gain of the results, over that of the best order; the gain is the relevance itself';

CREATE AGGREGATE sbert.ndcg(score double precision, relevance double precision, k integer) (
    SFUNC = sbert.ranking_accum, STYPE = internal, FINALFUNC = sbert.ndcg_final, PARALLEL = SAFE);
COMMENT ON AGGREGATE sbert.ndcg(double precision, double precision, integer) IS
    'discounted gain of the first k results, over that of the best order; the gain is the relevance itself';
-- Classifiers. Each is a table that its maker owns, so that rights, names, dumps and replicas work as for any table.

CREATE TYPE sbert.classifier AS (
    labels text[],
    weights @extschema@.vector[],
    intercepts real[],
    temperature double precision,
    thresholds real[],
    model text,
    fingerprint text,
    prompt text,
    options jsonb,
    report jsonb,
    trained timestamptz
);
COMMENT ON TYPE sbert.classifier IS 'a version of a classifier: what it answers by, and how it was trained';
COMMENT ON COLUMN sbert.classifier.labels IS 'sorted by bytes';
COMMENT ON COLUMN sbert.classifier.weights IS 'a vector for each label';
COMMENT ON COLUMN sbert.classifier.intercepts IS 'one for each label';
COMMENT ON COLUMN sbert.classifier.temperature IS 'scores are softmax, with thresholds sigmoid, of (weights * vector + intercept) / temperature';
COMMENT ON COLUMN sbert.classifier.thresholds IS 'a row has a label from this score on; null where a row has one label';
COMMENT ON COLUMN sbert.classifier.model IS 'embeds texts for it; null where it was trained on vectors and none was named';
COMMENT ON COLUMN sbert.classifier.fingerprint IS 'of the model';
COMMENT ON COLUMN sbert.classifier.prompt IS 'stands in front of texts; null: the model''s default';
COMMENT ON COLUMN sbert.classifier.options IS 'that it was trained with';
COMMENT ON COLUMN sbert.classifier.report IS 'how it was trained and how good it is, on rows it was not trained on';
COMMENT ON COLUMN sbert.classifier.trained IS 'when';

-- ---- training ------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.train_classifier(
    name text, query text, options jsonb DEFAULT '{}', model text DEFAULT NULL, prompt text DEFAULT NULL,
    folds integer DEFAULT NULL,
    OUT version integer, OUT rows bigint, OUT skipped bigint, OUT labels integer, OUT penalty double precision,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT log_loss double precision)
    AS 'MODULE_PATHNAME', 'sbert_train_classifier' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION sbert.train_classifier(text, text, jsonb, text, text, integer) IS
    'creates the table of that name and trains a classifier in it, on a query''s rows (text or vector, label text or text[])';

CREATE FUNCTION sbert.update_classifier(
    classifier regclass, query text,
    OUT rows_of text, OUT version integer, OUT rows bigint,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT log_loss double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_update_classifier' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 4;
COMMENT ON FUNCTION sbert.update_classifier(regclass, text) IS
    'trains a further version on the rows that the newest one keeps and a query''s; tells how both predict old and new rows';

-- ---- use -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.classify(embedding @extschema@.vector, classifier regclass, version integer DEFAULT 0) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_classify_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION sbert.classify(@extschema@.vector, regclass, integer) IS
    'best label of a vector by a version of a classifier, 0 for its newest';

CREATE FUNCTION sbert.classify(text text, classifier regclass, version integer DEFAULT 0) RETURNS text
    AS 'MODULE_PATHNAME', 'sbert_classify_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000
    SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION sbert.classify(text, regclass, integer) IS
    'best label of a text, embedded by the model that the classifier was trained with';

CREATE FUNCTION sbert.classify_scores(embedding @extschema@.vector, classifier regclass, version integer DEFAULT 0)
    RETURNS TABLE (label text, score double precision)
    AS 'MODULE_PATHNAME', 'sbert_classify_scores_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20 ROWS 10;
COMMENT ON FUNCTION sbert.classify_scores(@extschema@.vector, regclass, integer) IS
    'all labels with a vector''s calibrated scores, best first: they sum to 1, or each is its own where rows have sets of labels';

CREATE FUNCTION sbert.classify_scores(text text, classifier regclass, version integer DEFAULT 0)
    RETURNS TABLE (label text, score double precision)
    AS 'MODULE_PATHNAME', 'sbert_classify_scores_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 ROWS 10;
COMMENT ON FUNCTION sbert.classify_scores(text, regclass, integer) IS
    'all labels with a text''s calibrated scores, best first';

CREATE FUNCTION sbert.classify_labels(embedding @extschema@.vector, classifier regclass, version integer DEFAULT 0)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_classify_labels_vector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION sbert.classify_labels(@extschema@.vector, regclass, integer) IS
    'labels of a vector, best first: where rows have sets of labels all that reach their threshold, else the best alone';

CREATE FUNCTION sbert.classify_labels(text text, classifier regclass, version integer DEFAULT 0) RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_classify_labels_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000
    SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION sbert.classify_labels(text, regclass, integer) IS
    'labels of a text, best first: where rows have sets of labels all that reach their threshold, else the best alone';

-- ---- lists ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.classifier_versions(OUT classifier regclass, OUT version integer, OUT value sbert.classifier)
    RETURNS SETOF record AS 'MODULE_PATHNAME', 'sbert_classifier_versions' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 1000;
COMMENT ON FUNCTION sbert.classifier_versions() IS
    'every version of the classifiers that the current user may read, as it is stored';

-- The owner of a table may have written anything into a report. A figure that is no number is null, and no error for others.
CREATE FUNCTION sbert.classifiers(
    OUT classifier regclass, OUT version integer, OUT owner pg_catalog.regrole, OUT labels text[],
    OUT multilabel boolean, OUT dimensions integer, OUT model text, OUT fingerprint text, OUT rows bigint,
    OUT accuracy double precision, OUT macro_f1 double precision, OUT options jsonb, OUT report jsonb,
    OUT trained timestamptz) RETURNS SETOF record LANGUAGE SQL STABLE PARALLEL RESTRICTED ROWS 10
BEGIN ATOMIC
    SELECT v.classifier, v.version, c.relowner::pg_catalog.regrole, (v.value).labels,
        (v.value).thresholds IS NOT NULL, @extschema@.vector_dims((v.value).weights[1]), (v.value).model, (v.value).fingerprint,
        pg_catalog.jsonb_path_query_first((v.value).report, '$.rows ? (@ >= 0 && @ < 9e18)'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::bigint,
        pg_catalog.jsonb_path_query_first((v.value).report, '$.accuracy.double()'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::double precision,
        pg_catalog.jsonb_path_query_first((v.value).report, '$.macro_f1.double()'::pg_catalog.jsonpath,
            '{}'::jsonb, true)::double precision,
        (v.value).options, (v.value).report, (v.value).trained
    FROM sbert.classifier_versions() v
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) v.classifier::pg_catalog.oid
    ORDER BY v.classifier::text, v.version;
END;
COMMENT ON FUNCTION sbert.classifiers() IS
    'every version of the classifiers that the current user may read: whose, of which model, trained when, how and how well';
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
-- Which model made the vectors of a column, and a check of a table's columns.

CREATE FUNCTION sbert.made_by(value @extschema@.vector, model text) RETURNS boolean
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN true;
COMMENT ON FUNCTION sbert.made_by(@extschema@.vector, text) IS
    'always true; in a CHECK constraint it tells the model of a column, and costs nothing, because it is inlined';

CREATE FUNCTION sbert.made_by(value @extschema@.halfvec, model text) RETURNS boolean
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN true;
COMMENT ON FUNCTION sbert.made_by(@extschema@.halfvec, text) IS
    'always true; in a CHECK constraint it tells the model of a column, and costs nothing, because it is inlined';

CREATE FUNCTION sbert.declare_model(relation regclass, column_name name, model text) RETURNS void
    AS 'MODULE_PATHNAME', 'sbert_declare_model' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION sbert.declare_model(regclass, name, text) IS
    'adds or replaces the constraint CHECK (sbert.made_by(column, model)); for the table''s owner; reads no rows';

CREATE FUNCTION sbert.column_models(
    relation regclass, OUT column_name name, OUT dimensions integer, OUT model text, OUT source text) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_column_models' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 2;
COMMENT ON FUNCTION sbert.column_models(regclass) IS
    'what tells the model of each vector column: generated, declared or trigger; nulls where nothing does';

-- A distance is one of the operators of an index's operator class.
CREATE FUNCTION sbert.check(relation regclass, OUT column_name name, OUT problem text, OUT hint text) RETURNS SETOF record
    LANGUAGE SQL STABLE STRICT PARALLEL RESTRICTED ROWS 2
BEGIN ATOMIC
    WITH columns AS (
        SELECT c.column_name, c.dimensions, c.model, c.source, m.name AS installed, m.dimensions AS model_dimensions, m.similarity
        FROM sbert.column_models(relation) c
            JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) relation::pg_catalog.oid
                AND t.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,f}'::"char"[])
            LEFT JOIN sbert.models() m ON m.name OPERATOR(pg_catalog.=) pg_catalog.split_part(c.model, '@', 1)
                AND pg_catalog.starts_with(m.fingerprint, pg_catalog.lower(pg_catalog.split_part(c.model, '@', 2)))),
    indexes AS (
        SELECT a.attname AS column_name, i.indexrelid::regclass AS index, o.oprname AS operator
        FROM pg_catalog.pg_index i
            CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(i.indkey), pg_catalog.unnest(i.indclass)) AS k (number, class)
            JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid
                AND a.attnum OPERATOR(pg_catalog.=) k.number
            JOIN pg_catalog.pg_opclass c ON c.oid OPERATOR(pg_catalog.=) k.class
            JOIN pg_catalog.pg_amop p ON p.amopfamily OPERATOR(pg_catalog.=) c.opcfamily
                AND p.amoppurpose OPERATOR(pg_catalog.=) 'o'::"char"
            JOIN pg_catalog.pg_operator o ON o.oid OPERATOR(pg_catalog.=) p.amopopr
        WHERE i.indrelid OPERATOR(pg_catalog.=) relation::pg_catalog.oid)
    SELECT c.column_name, 'no model is known'::text,
        pg_catalog.format('SELECT sbert.declare_model(%L, %L, ''MODEL'')', relation, c.column_name)
    FROM columns c WHERE c.model IS NULL
    UNION ALL
    SELECT c.column_name,
        'more than one model: ' OPERATOR(pg_catalog.||) pg_catalog.string_agg(pg_catalog.format('%s (%s)', c.model, c.source), ', ' ORDER BY c.model, c.source),
        'make all vectors of a column by one model'
    FROM columns c GROUP BY c.column_name
    HAVING pg_catalog.count(DISTINCT pg_catalog.split_part(c.model, '@', 1)) OPERATOR(pg_catalog.>) 1
    UNION ALL
    SELECT c.column_name, pg_catalog.format('the model %s is not installed', c.model), 'SELECT name FROM sbert.models()'
    FROM columns c WHERE c.model IS NOT NULL AND c.installed IS NULL
    UNION ALL
    SELECT c.column_name, pg_catalog.format('the column has %s dimensions, the model %s gives %s', c.dimensions, c.model,
            c.model_dimensions),
        'use truncate_dim() or another type'
    FROM columns c WHERE c.dimensions OPERATOR(pg_catalog.>) c.model_dimensions
    UNION ALL
    SELECT c.column_name, 'the column has no number of dimensions',
        pg_catalog.format('an index needs it: vector(%s)', coalesce(c.model_dimensions::text, 'N'))
    FROM columns c WHERE c.dimensions IS NULL
    UNION ALL
    SELECT c.column_name, pg_catalog.format('index %s serves %s, the model %s is made for cosine', i.index, i.operator, c.model),
        'use an operator class whose name contains cosine'
    FROM columns c JOIN indexes i ON i.column_name OPERATOR(pg_catalog.=) c.column_name
    WHERE c.similarity OPERATOR(pg_catalog.=) 'cosine' AND i.operator OPERATOR(pg_catalog.<>) '<=>'::name;
END;
COMMENT ON FUNCTION sbert.check(regclass) IS
    'a row for each likely mistake in a table''s vector columns: an unknown, a second or a missing model, dimensions, distances';
-- sbert_ivf: an inverted file of short codes, for ORDER BY column <=> query LIMIT n.

CREATE FUNCTION sbert_ivf_handler(unused internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME', 'sbert_ivf_handler' LANGUAGE C;
COMMENT ON FUNCTION sbert_ivf_handler(internal) IS
    'access method sbert_ivf';

CREATE ACCESS METHOD sbert_ivf TYPE INDEX HANDLER sbert_ivf_handler;
COMMENT ON ACCESS METHOD sbert_ivf IS
    'nearest rows by distance: lists of 1-bit codes, reranked by 8-bit codes; finds the share target_recall of them';
-- What sbert_ivf knows of the type vector: one operator class for each distance.

CREATE FUNCTION vector_ivf_cosine_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_vector_ivf_cosine_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_ivf_cosine_support(internal) IS
    'support function of vector_cosine_ops';

CREATE FUNCTION vector_ivf_l2_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_vector_ivf_l2_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_ivf_l2_support(internal) IS
    'support function of vector_l2_ops';

CREATE FUNCTION vector_ivf_ip_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_vector_ivf_ip_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vector_ivf_ip_support(internal) IS
    'support function of vector_ip_ops';

CREATE OPERATOR CLASS vector_cosine_ops
    DEFAULT FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <=> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_ivf_cosine_support(internal);
COMMENT ON OPERATOR CLASS vector_cosine_ops USING sbert_ivf IS
    'nearest by cosine distance; rows of zeros are not indexed';
COMMENT ON OPERATOR FAMILY vector_cosine_ops USING sbert_ivf IS
    'nearest by cosine distance; rows of zeros are not indexed';

CREATE OPERATOR CLASS vector_l2_ops
    FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_ivf_l2_support(internal);
COMMENT ON OPERATOR CLASS vector_l2_ops USING sbert_ivf IS
    'nearest by Euclidean distance';
COMMENT ON OPERATOR FAMILY vector_l2_ops USING sbert_ivf IS
    'nearest by Euclidean distance';

CREATE OPERATOR CLASS vector_ip_ops
    FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <#> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_ivf_ip_support(internal);
COMMENT ON OPERATOR CLASS vector_ip_ops USING sbert_ivf IS
    'greatest inner product first';
COMMENT ON OPERATOR FAMILY vector_ip_ops USING sbert_ivf IS
    'greatest inner product first';
-- What sbert_ivf knows of the type halfvec: one operator class for each distance.

CREATE FUNCTION halfvec_ivf_cosine_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_halfvec_ivf_cosine_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_ivf_cosine_support(internal) IS
    'support function of halfvec_cosine_ops';

CREATE FUNCTION halfvec_ivf_l2_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_halfvec_ivf_l2_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_ivf_l2_support(internal) IS
    'support function of halfvec_l2_ops';

CREATE FUNCTION halfvec_ivf_ip_support(request internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_halfvec_ivf_ip_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION halfvec_ivf_ip_support(internal) IS
    'support function of halfvec_ip_ops';

CREATE OPERATOR CLASS halfvec_cosine_ops
    DEFAULT FOR TYPE halfvec USING sbert_ivf AS
    OPERATOR 1 <=> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_ivf_cosine_support(internal);
COMMENT ON OPERATOR CLASS halfvec_cosine_ops USING sbert_ivf IS
    'nearest by cosine distance; rows of zeros are not indexed';
COMMENT ON OPERATOR FAMILY halfvec_cosine_ops USING sbert_ivf IS
    'nearest by cosine distance; rows of zeros are not indexed';

CREATE OPERATOR CLASS halfvec_l2_ops
    FOR TYPE halfvec USING sbert_ivf AS
    OPERATOR 1 <-> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_ivf_l2_support(internal);
COMMENT ON OPERATOR CLASS halfvec_l2_ops USING sbert_ivf IS
    'nearest by Euclidean distance';
COMMENT ON OPERATOR FAMILY halfvec_l2_ops USING sbert_ivf IS
    'nearest by Euclidean distance';

CREATE OPERATOR CLASS halfvec_ip_ops
    FOR TYPE halfvec USING sbert_ivf AS
    OPERATOR 1 <#> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_ivf_ip_support(internal);
COMMENT ON OPERATOR CLASS halfvec_ip_ops USING sbert_ivf IS
    'greatest inner product first';
COMMENT ON OPERATOR FAMILY halfvec_ip_ops USING sbert_ivf IS
    'greatest inner product first';
-- What scans of an sbert_ivf index read and find.

CREATE FUNCTION sbert.last_scan(
    OUT probes bigint, OUT rows_scanned bigint, OUT rows_reranked bigint, OUT pages bigint,
    OUT rounds bigint, OUT rows_fetched bigint, OUT rows_late bigint, OUT rows_returned bigint)
    AS 'MODULE_PATHNAME', 'sbert_last_scan' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION sbert.last_scan() IS
    'what the last sbert_ivf scan of this session read and returned, for the role that ran it (docs/indexes.md)';

CREATE FUNCTION sbert.index_recall(
    index regclass, INOUT k integer DEFAULT 10, sample integer DEFAULT 100, OUT queries integer,
    OUT recall double precision, OUT p5 double precision, OUT minimum double precision,
    OUT probes double precision, OUT rows_scanned double precision, OUT rows_reranked double precision)
    AS 'MODULE_PATHNAME', 'sbert_index_recall' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED
    COST 1000000;
COMMENT ON FUNCTION sbert.index_recall(regclass, integer, integer) IS
    'measured recall of an sbert_ivf index over a sample of its table''s rows, and what it read; for its owner';
-- What an sbert_ivf index consists of, and whether it is whole. For the index's owner.

CREATE FUNCTION sbert.index_stats(
    index regclass, OUT rows bigint, OUT dead_rows bigint, OUT lists bigint, OUT empty_lists bigint,
    OUT longest_list bigint, OUT skew double precision, OUT fill double precision,
    OUT bytes bigint, OUT bytes_per_row double precision,
    OUT list_bytes bigint, OUT row_bytes bigint, OUT directory_bytes bigint, OUT free_blocks bigint,
    OUT drift double precision, OUT target_recall double precision, OUT expected_probes double precision,
    OUT measured_rows bigint, OUT generation bigint)
    AS 'MODULE_PATHNAME', 'sbert_index_stats' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED
    COST 100000;
COMMENT ON FUNCTION sbert.index_stats(regclass) IS
    'rows, lists, bytes and drift of an sbert_ivf index, for its owner (docs/indexes.md has each column)';

CREATE FUNCTION sbert.index_verify(index regclass)
    RETURNS TABLE (block bigint, problem text)
    AS 'MODULE_PATHNAME', 'sbert_index_verify' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
    COST 1000000 ROWS 1;
COMMENT ON FUNCTION sbert.index_verify(regclass) IS
    'a row for each problem of an sbert_ivf index, none where it is whole; for its owner; writers wait meanwhile';
