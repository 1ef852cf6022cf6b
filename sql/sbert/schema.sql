-- The schema of the management functions. It is the extension's own: one that exists already is refused, whoever made it.
CREATE SCHEMA sbert;
COMMENT ON SCHEMA sbert IS 'functions around the models of the extension sbert';
GRANT USAGE ON SCHEMA sbert TO PUBLIC;
