-- Turn texts into sparse vectors, by models that weigh the words of their vocabulary (SPLADE).
--
-- Prompts, volatility and cost are those of embed() (embed.sql). The order by relevance is that of <#>.

CREATE FUNCTION embed_sparse(text text) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_sparse(text) IS
    'sparse vector of a text by the model sbert.default_model; for generated columns and indexes name the model';

CREATE FUNCTION embed_sparse(text text, model text) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_sparse(text, text) IS
    'sparse vector of a text by a model, "name" or "name@fingerprint"';

CREATE FUNCTION embed_sparse(texts text[]) RETURNS sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_sparse(text[]) IS
    'sparse vectors of many texts by the model sbert.default_model, the same bits as one by one; null elements stay null';

CREATE FUNCTION embed_sparse(texts text[], model text) RETURNS sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_sparse(text[], text) IS
    'sparse vectors of many texts by a model, the same bits as one by one; null elements stay null';

CREATE FUNCTION embed_sparse(text text, model text, prompt text) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_sparse(text, text, text) IS
    'sparse vector of a text behind a prompt: one of the model''s by name, or any that ends in a colon or white space';

CREATE FUNCTION embed_sparse(texts text[], model text, prompt text) RETURNS sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_sparse(text[], text, text) IS
    'sparse vectors of many texts behind a prompt: one of the model''s by name, or any that ends in a colon or white space';

CREATE FUNCTION embed_sparse_query(text text) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_sparse_query(text) IS
    'sparse vector of a query, behind the prompt for queries of sbert.default_model if it has one';

CREATE FUNCTION embed_sparse_query(text text, model text) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_sparse_query(text, text) IS
    'sparse vector of a query, behind the model''s prompt for queries if it has one';

CREATE FUNCTION embed_sparse_query(texts text[]) RETURNS sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_sparse_query(text[]) IS
    'sparse vectors of queries, behind the prompt for queries of sbert.default_model if it has one';

CREATE FUNCTION embed_sparse_query(texts text[], model text) RETURNS sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_sparse_query(text[], text) IS
    'sparse vectors of queries, behind the model''s prompt for queries if it has one';

CREATE FUNCTION embed_sparse_document(text text) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_sparse_document(text) IS
    'sparse vector of a text to be found, behind the prompt for documents of sbert.default_model if it has one';

CREATE FUNCTION embed_sparse_document(text text, model text) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT embed_support;
COMMENT ON FUNCTION embed_sparse_document(text, text) IS
    'sparse vector of a text to be found, behind the model''s prompt for documents if it has one';

CREATE FUNCTION embed_sparse_document(texts text[]) RETURNS sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_sparse_document(text[]) IS
    'sparse vectors of texts to be found, behind the prompt for documents of sbert.default_model if it has one';

CREATE FUNCTION embed_sparse_document(texts text[], model text) RETURNS sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION embed_sparse_document(text[], text) IS
    'sparse vectors of texts to be found, behind the model''s prompt for documents if it has one';
