-- sbert_ivf: an inverted file of short codes, for ORDER BY column <=> query LIMIT n.

CREATE FUNCTION sbert_ivf_handler(internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME', 'sbert_ivf_handler' LANGUAGE C;
COMMENT ON FUNCTION sbert_ivf_handler(internal) IS
    'access method sbert_ivf';

CREATE ACCESS METHOD sbert_ivf TYPE INDEX HANDLER sbert_ivf_handler;
COMMENT ON ACCESS METHOD sbert_ivf IS
    'nearest rows by distance: lists of 1-bit codes, refined by 8-bit codes; finds the share target_recall of them';

-- vector

CREATE FUNCTION sbert_ivf_vector_cosine_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_ivf_vector_cosine_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert_ivf_vector_cosine_support(internal) IS
    'support function of vector_cosine_ops';

CREATE FUNCTION sbert_ivf_vector_l2_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_ivf_vector_l2_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert_ivf_vector_l2_support(internal) IS
    'support function of vector_l2_ops';

CREATE FUNCTION sbert_ivf_vector_ip_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_ivf_vector_ip_support'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbert_ivf_vector_ip_support(internal) IS
    'support function of vector_ip_ops';

CREATE OPERATOR CLASS vector_cosine_ops
    DEFAULT FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <=> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 sbert_ivf_vector_cosine_support(internal);
COMMENT ON OPERATOR CLASS vector_cosine_ops USING sbert_ivf IS
    'nearest by cosine distance; rows of zeros are not indexed';
COMMENT ON OPERATOR FAMILY vector_cosine_ops USING sbert_ivf IS
    'nearest by cosine distance; rows of zeros are not indexed';

CREATE OPERATOR CLASS vector_l2_ops
    FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 sbert_ivf_vector_l2_support(internal);
COMMENT ON OPERATOR CLASS vector_l2_ops USING sbert_ivf IS
    'nearest by Euclidean distance';
COMMENT ON OPERATOR FAMILY vector_l2_ops USING sbert_ivf IS
    'nearest by Euclidean distance';

CREATE OPERATOR CLASS vector_ip_ops
    FOR TYPE vector USING sbert_ivf AS
    OPERATOR 1 <#> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 sbert_ivf_vector_ip_support(internal);
COMMENT ON OPERATOR CLASS vector_ip_ops USING sbert_ivf IS
    'greatest inner product first';
COMMENT ON OPERATOR FAMILY vector_ip_ops USING sbert_ivf IS
    'greatest inner product first';
