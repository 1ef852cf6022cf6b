-- The schema of the management functions. It is ours alone, unless the whole extension was asked into it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension e
                   JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
                   WHERE e.extname OPERATOR(pg_catalog.=) 'sbert'
                     AND n.nspname OPERATOR(pg_catalog.=) 'sbert') THEN
        CREATE SCHEMA sbert;
        COMMENT ON SCHEMA sbert IS 'functions around the models of the extension sbert';
        GRANT USAGE ON SCHEMA sbert TO PUBLIC;
    END IF;
END
$$;
