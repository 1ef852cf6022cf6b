-- Models with a head: labels of texts, of pairs and of tokens, and the order of documents.
--
-- Sets that belong to an array count its elements from 1, as unnest() WITH ORDINALITY does. A null element has no rows.

-- ---- labels ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.predict(text text, OUT label text, OUT score real) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_predict' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 5 COST 20000;
COMMENT ON FUNCTION sbert.predict(text) IS
    'labels of a text by the model sbert.default_model with their scores, best first';

CREATE FUNCTION sbert.predict(text text, model text, OUT label text, OUT score real) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_predict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5 COST 20000;
COMMENT ON FUNCTION sbert.predict(text, text) IS
    'labels of a text by a published model with their scores, best first';

CREATE FUNCTION sbert.predict(texts text[], OUT ordinal integer, OUT label text, OUT score real) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_predict_array' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 100 COST 200000;
COMMENT ON FUNCTION sbert.predict(text[]) IS
    'labels of many texts by the model sbert.default_model, the same as one by one; ordinal counts the texts from 1';

CREATE FUNCTION sbert.predict(texts text[], model text, OUT ordinal integer, OUT label text, OUT score real) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_predict_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100 COST 200000;
COMMENT ON FUNCTION sbert.predict(text[], text) IS
    'labels of many texts by a published model, the same as one by one; ordinal counts the texts from 1';

CREATE FUNCTION sbert.predict_pair(a text, b text, model text, OUT label text, OUT score real) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_predict_pair' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3 COST 20000;
COMMENT ON FUNCTION sbert.predict_pair(text, text, text) IS
    'labels of a pair of texts by a published model with their scores, best first';

CREATE FUNCTION sbert.predict_pair(
    a text[], b text[], model text, OUT ordinal integer, OUT label text, OUT score real) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_predict_pair_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100 COST 200000;
COMMENT ON FUNCTION sbert.predict_pair(text[], text[], text) IS
    'labels of many pairs of texts by a published model, the same as one by one; ordinal counts the pairs from 1';

-- ---- documents in the order of their scores --------------------------------------------------------------------------

-- VOLATILE, because what fits into a budget depends on the time.
CREATE FUNCTION sbert.rerank(
    query text, documents text[], model text DEFAULT NULL, k integer DEFAULT NULL, budget interval DEFAULT NULL,
    OUT ordinal integer, OUT score real) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_rerank' LANGUAGE C VOLATILE PARALLEL SAFE ROWS 100 COST 200000;
COMMENT ON FUNCTION sbert.rerank(text, text[], text, integer, interval) IS
    'numbers of the documents, best first, k of them; the first of the array are scored while the budget lasts, others follow';

CREATE FUNCTION sbert.rerank_score(query text, document text, model text) RETURNS real
    AS 'MODULE_PATHNAME', 'sbert_rerank_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000;
COMMENT ON FUNCTION sbert.rerank_score(text, text, text) IS
    'score of a query and a document by a cross-encoder; sbert.rerank() scores many in common passes';

-- ---- tokens ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.entities(
    text text, model text, aggregation text DEFAULT 'first',
    OUT label text, OUT text text, OUT start_char integer, OUT end_char integer, OUT score real)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_entities' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5 COST 20000;
COMMENT ON FUNCTION sbert.entities(text, text, text) IS
    'named entities of a text by a published model, with their first and last character, from 1';

CREATE FUNCTION sbert.entities(
    texts text[], model text, aggregation text DEFAULT 'first',
    OUT ordinal integer, OUT label text, OUT text text, OUT start_char integer, OUT end_char integer, OUT score real)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_entities_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100 COST 200000;
COMMENT ON FUNCTION sbert.entities(text[], text, text) IS
    'named entities of many texts by a published model, the same as one by one; ordinal counts the texts from 1';

CREATE FUNCTION sbert.tag(tokens text[], model text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_tag' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000;
COMMENT ON FUNCTION sbert.tag(text[], text) IS
    'label of each word of a text that is split already, by a published model; null for a word that its tokenizer drops';

-- ---- lists -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.heads(
    OUT model text, OUT head text, OUT texts boolean, OUT pairs boolean, OUT labels text[]) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_heads' LANGUAGE C VOLATILE STRICT PARALLEL SAFE ROWS 10 COST 10000;
COMMENT ON FUNCTION sbert.heads() IS
    'the installed models that have a head: what it is, whether it takes texts and pairs of texts, and its labels';
