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
