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
