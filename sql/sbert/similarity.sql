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
