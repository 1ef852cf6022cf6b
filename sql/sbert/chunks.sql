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
