-- The trigger that keeps a plain column current.

CREATE FUNCTION sbert.embed_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'sbert_embed_trigger' LANGUAGE C;
COMMENT ON FUNCTION sbert.embed_trigger() IS
    'BEFORE INSERT OR UPDATE, FOR EACH ROW, arguments: vector column, text column [, model [, prompt]]; embeds new and changed texts';
