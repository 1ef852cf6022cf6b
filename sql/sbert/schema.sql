-- The schema of the management functions. It belongs to the extension. A schema of that name that exists already is an error.
CREATE SCHEMA sbert;
COMMENT ON SCHEMA sbert IS 'functions, types and views of the extension sbert';
GRANT USAGE ON SCHEMA sbert TO PUBLIC;
