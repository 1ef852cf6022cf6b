-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION sbert UPDATE TO '0.2.0'" to load this file. \quit

-- Cut long texts into parts, and count tokens. Ends of sentences and words follow ICU's version, so what cuts is STABLE.

CREATE FUNCTION sbert.token_count(text text) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_token_count' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION sbert.token_count(text) IS
    'how many tokens sbert.default_model would read if it had no limit, with special tokens and its default prompt';

CREATE FUNCTION sbert.token_count(text text, model text) RETURNS integer
    AS 'MODULE_PATHNAME', 'sbert_token_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION sbert.token_count(text, text) IS
    'how many tokens a model would read if it had no limit, with special tokens and its default prompt';

CREATE FUNCTION sbert.sentences(
    text text, locale text DEFAULT 'und', OUT n integer, OUT body text, OUT start_char integer, OUT end_char integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_sentences' LANGUAGE C STABLE PARALLEL SAFE ROWS 30 COST 1000;
COMMENT ON FUNCTION sbert.sentences(text, text) IS
    'the sentences of a text by ICU, with their first and last character in the text, from 1';

CREATE FUNCTION sbert.chunks(
    text text, model text DEFAULT NULL, tokens integer DEFAULT NULL, overlap integer DEFAULT 0,
    by text DEFAULT 'paragraph', locale text DEFAULT 'und',
    OUT n integer, OUT body text, OUT start_char integer, OUT end_char integer, OUT tokens integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_chunks' LANGUAGE C STABLE PARALLEL SAFE ROWS 10 COST 10000;
COMMENT ON FUNCTION sbert.chunks(text, text, integer, integer, text, text) IS
    'a text in parts of at most so many tokens of a model, cut where paragraphs, sentences or words end';

-- Taggers: entities in texts, learned from tagged rows. Each is a table that its maker owns, as a classifier is.

CREATE TYPE sbert.tagger AS (
    labels text[],
    scheme text,
    parameters bytea,
    model text,
    fingerprint text,
    options jsonb,
    report jsonb,
    trained timestamptz
);
COMMENT ON TYPE sbert.tagger IS 'a version of a tagger: what it tags by, and how it was trained';
COMMENT ON COLUMN sbert.tagger.labels IS 'of entities, sorted by bytes';
COMMENT ON COLUMN sbert.tagger.scheme IS 'of the tags that it gives: BIO or BIOES';
COMMENT ON COLUMN sbert.tagger.parameters IS 'the mix of layers and all weights, checked whenever they are loaded';
COMMENT ON COLUMN sbert.tagger.model IS 'reads texts for it';
COMMENT ON COLUMN sbert.tagger.fingerprint IS 'of the model';
COMMENT ON COLUMN sbert.tagger.options IS 'that it was trained with';
COMMENT ON COLUMN sbert.tagger.report IS 'how it was trained and how good it is, on rows it was not trained on';
COMMENT ON COLUMN sbert.tagger.trained IS 'when';

-- ---- training ------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.train_tagger(
    name text, query text, model text DEFAULT NULL, layers integer[] DEFAULT NULL, options jsonb DEFAULT '{}',
    OUT version integer, OUT rows bigint, OUT skipped bigint, OUT labels integer, OUT "precision" double precision,
    OUT recall double precision, OUT f1 double precision, OUT token_accuracy double precision)
    AS 'MODULE_PATHNAME', 'sbert_train_tagger' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION sbert.train_tagger(text, text, text, integer[], jsonb) IS
    'creates the table of that name and trains a tagger in it, on (tokens text[], tags text[]) or (text, entities jsonb)';

CREATE FUNCTION sbert.update_tagger(
    tagger regclass, query text,
    OUT rows_of text, OUT version integer, OUT rows bigint,
    OUT "precision" double precision, OUT recall double precision, OUT f1 double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_update_tagger' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000 ROWS 4;
COMMENT ON FUNCTION sbert.update_tagger(regclass, text) IS
    'trains a further version on the sentences that the newest one keeps and a query''s; tells how both find old and new entities';

-- ---- use -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.tag(tokens text[], tagger regclass, version integer DEFAULT 0) RETURNS text[]
    AS 'MODULE_PATHNAME', 'sbert_tag_tagger' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000;
COMMENT ON FUNCTION sbert.tag(text[], regclass, integer) IS
    'the tags of a sentence''s words by a version of a tagger, 0 for its newest';

CREATE FUNCTION sbert.entities(text text, tagger regclass, version integer DEFAULT 0)
    RETURNS TABLE (label text, text text, start_char integer, end_char integer, score real)
    AS 'MODULE_PATHNAME', 'sbert_entities_tagger' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 ROWS 5;
COMMENT ON FUNCTION sbert.entities(text, regclass, integer) IS
    'the entities of a text by a version of a tagger, 0 for its newest: first and last character, from 1, and the probability of each';

-- ---- reports -------------------------------------------------------------------------------------------------------

CREATE FUNCTION sbert.tagger_predictions(
    tagger regclass, query text, version integer DEFAULT 0, OUT tokens text[], OUT truth text[], OUT predicted text[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_tagger_predictions' LANGUAGE C STABLE STRICT PARALLEL UNSAFE COST 1000000 ROWS 1000;
COMMENT ON FUNCTION sbert.tagger_predictions(regclass, text, integer) IS
    'the rows of a query of tagged sentences with the tags that a version of a tagger gives them';

CREATE FUNCTION sbert.tagger_report(
    tagger regclass, query text, version integer DEFAULT 0,
    OUT level text, OUT kind text, OUT label text, OUT "precision" double precision, OUT recall double precision,
    OUT f1 double precision, OUT support bigint) RETURNS SETOF record LANGUAGE SQL STABLE PARALLEL UNSAFE ROWS 20
BEGIN ATOMIC
    WITH predictions AS MATERIALIZED (
        SELECT p.truth, p.predicted FROM sbert.tagger_predictions($1, $2, $3) p),
    scores AS (
        SELECT 'token' AS level, sbert.classification_report(t.truth, t.predicted) AS report
        FROM predictions p CROSS JOIN LATERAL ROWS FROM (
            pg_catalog.unnest(p.truth), pg_catalog.unnest(p.predicted)) AS t(truth, predicted)
        UNION ALL
        SELECT 'entity', sbert.entity_report(p.truth, p.predicted) FROM predictions p)
    SELECT s.level, r.kind, r.label, r."precision", r.recall, r.f1, r.support
    FROM scores s CROSS JOIN LATERAL pg_catalog.unnest(s.report) WITH ORDINALITY AS
        r(kind, label, "precision", recall, f1, support, place)
    ORDER BY s.level DESC, r.place;
END;
COMMENT ON FUNCTION sbert.tagger_report(regclass, text, integer) IS
    'precision, recall, F1 and support of a tagger on a query of tagged sentences: of each tag over tokens, and of entities';
-- Turn texts into sparse vectors, by models that weigh the words of their vocabulary (SPLADE).
--
-- Prompts, volatility and cost are those of embed() (embed.sql). The order by relevance is that of <#>.

CREATE FUNCTION @extschema@.embed_sparse(text text) RETURNS @extschema@.sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION @extschema@.embed_sparse(text) IS
    'sparse vector of a text by the model sbert.default_model; for generated columns and indexes name the model';

CREATE FUNCTION @extschema@.embed_sparse(text text, model text) RETURNS @extschema@.sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION @extschema@.embed_sparse(text, text) IS
    'sparse vector of a text by a model, "name" or "name@fingerprint"';

CREATE FUNCTION @extschema@.embed_sparse(texts text[]) RETURNS @extschema@.sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION @extschema@.embed_sparse(text[]) IS
    'sparse vectors of many texts by the model sbert.default_model, the same bits as one by one; null elements stay null';

CREATE FUNCTION @extschema@.embed_sparse(texts text[], model text) RETURNS @extschema@.sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION @extschema@.embed_sparse(text[], text) IS
    'sparse vectors of many texts by a model, the same bits as one by one; null elements stay null';

CREATE FUNCTION @extschema@.embed_sparse(text text, model text, prompt text) RETURNS @extschema@.sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION @extschema@.embed_sparse(text, text, text) IS
    'sparse vector of a text behind a prompt: one of the model''s by name, or any that ends in a colon or white space';

CREATE FUNCTION @extschema@.embed_sparse(texts text[], model text, prompt text) RETURNS @extschema@.sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION @extschema@.embed_sparse(text[], text, text) IS
    'sparse vectors of many texts behind a prompt: one of the model''s by name, or any that ends in a colon or white space';

CREATE FUNCTION @extschema@.embed_sparse_query(text text) RETURNS @extschema@.sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION @extschema@.embed_sparse_query(text) IS
    'sparse vector of a query, behind the prompt for queries of sbert.default_model if it has one';

CREATE FUNCTION @extschema@.embed_sparse_query(text text, model text) RETURNS @extschema@.sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION @extschema@.embed_sparse_query(text, text) IS
    'sparse vector of a query, behind the model''s prompt for queries if it has one';

CREATE FUNCTION @extschema@.embed_sparse_query(texts text[]) RETURNS @extschema@.sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION @extschema@.embed_sparse_query(text[]) IS
    'sparse vectors of queries, behind the prompt for queries of sbert.default_model if it has one';

CREATE FUNCTION @extschema@.embed_sparse_query(texts text[], model text) RETURNS @extschema@.sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_query_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION @extschema@.embed_sparse_query(text[], text) IS
    'sparse vectors of queries, behind the model''s prompt for queries if it has one';

CREATE FUNCTION @extschema@.embed_sparse_document(text text) RETURNS @extschema@.sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 20000 SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION @extschema@.embed_sparse_document(text) IS
    'sparse vector of a text to be found, behind the prompt for documents of sbert.default_model if it has one';

CREATE FUNCTION @extschema@.embed_sparse_document(text text, model text) RETURNS @extschema@.sparsevec
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20000 SUPPORT @extschema@.embed_support;
COMMENT ON FUNCTION @extschema@.embed_sparse_document(text, text) IS
    'sparse vector of a text to be found, behind the model''s prompt for documents if it has one';

CREATE FUNCTION @extschema@.embed_sparse_document(texts text[]) RETURNS @extschema@.sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION @extschema@.embed_sparse_document(text[]) IS
    'sparse vectors of texts to be found, behind the prompt for documents of sbert.default_model if it has one';

CREATE FUNCTION @extschema@.embed_sparse_document(texts text[], model text) RETURNS @extschema@.sparsevec[]
    AS 'MODULE_PATHNAME', 'sbert_embed_sparse_document_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000;
COMMENT ON FUNCTION @extschema@.embed_sparse_document(text[], text) IS
    'sparse vectors of texts to be found, behind the model''s prompt for documents if it has one';

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
