-- Text to vectors.
--
-- As with to_tsvector(): without a model's name the result depends on a setting and the function is STABLE; with it,
-- the function is IMMUTABLE, because a name is bound to one content (see docs/models.md).
-- COST: some milliseconds of one core, against some tens of nanoseconds of an ordinary function.

CREATE FUNCTION embed_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'sbert_embed_support' LANGUAGE C STRICT;
COMMENT ON FUNCTION embed_support(internal) IS
    'planner support: embed() of a text that is the same for all rows costs one encoding';

CREATE FUNCTION embed(text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed(text) IS
    'vector of a text by the model sbert.default_model; for generated columns and indexes name the model';

CREATE FUNCTION embed(text, model text) RETURNS vector
    AS 'MODULE_PATHNAME', 'sbert_embed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed(text, text) IS
    'vector of a text by a model, "name" or "name@fingerprint"';

CREATE FUNCTION embed(text[]) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed(text[]) IS
    'vectors of many texts by the model sbert.default_model, the same bits as one by one; null elements stay null';

CREATE FUNCTION embed(text[], model text) RETURNS vector[]
    AS 'MODULE_PATHNAME', 'sbert_embed_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed(text[], text) IS
    'vectors of many texts by a model, the same bits as one by one; null elements stay null';
