-- Which model made the vectors of a column, and a check of a table's columns.

CREATE FUNCTION sbert.made_by(value @extschema@.vector, model text) RETURNS boolean
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN true;
COMMENT ON FUNCTION sbert.made_by(@extschema@.vector, text) IS
    'always true; in a CHECK constraint it tells the model of a column, and costs nothing, because it is inlined';

CREATE FUNCTION sbert.made_by(value @extschema@.halfvec, model text) RETURNS boolean
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN true;
COMMENT ON FUNCTION sbert.made_by(@extschema@.halfvec, text) IS
    'always true; in a CHECK constraint it tells the model of a column, and costs nothing, because it is inlined';

CREATE FUNCTION sbert.declare_model(relation regclass, column_name name, model text) RETURNS void
    AS 'MODULE_PATHNAME', 'sbert_declare_model' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION sbert.declare_model(regclass, name, text) IS
    'adds or replaces the constraint CHECK (sbert.made_by(column, model)); for the table''s owner; reads no rows';

CREATE FUNCTION sbert.column_models(
    relation regclass, OUT column_name name, OUT dimensions integer, OUT model text, OUT source text) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sbert_column_models' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 2;
COMMENT ON FUNCTION sbert.column_models(regclass) IS
    'what tells the model of each vector column: generated, declared or trigger; nulls where nothing does';

-- A distance is one of the operators of an index's operator class.
CREATE FUNCTION sbert.check(relation regclass, OUT column_name name, OUT problem text, OUT hint text) RETURNS SETOF record
    LANGUAGE SQL STABLE STRICT PARALLEL RESTRICTED ROWS 2
BEGIN ATOMIC
    WITH columns AS (
        SELECT c.column_name, c.dimensions, c.model, c.source, m.name AS installed, m.dimensions AS model_dimensions, m.similarity
        FROM sbert.column_models(relation) c
            JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) relation::pg_catalog.oid
                AND t.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,f}'::"char"[])
            LEFT JOIN sbert.models() m ON m.name OPERATOR(pg_catalog.=) pg_catalog.split_part(c.model, '@', 1)
                AND pg_catalog.starts_with(m.fingerprint, pg_catalog.lower(pg_catalog.split_part(c.model, '@', 2)))),
    indexes AS (
        SELECT a.attname AS column_name, i.indexrelid::regclass AS index, o.oprname AS operator
        FROM pg_catalog.pg_index i
            CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(i.indkey), pg_catalog.unnest(i.indclass)) AS k (number, class)
            JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid
                AND a.attnum OPERATOR(pg_catalog.=) k.number
            JOIN pg_catalog.pg_opclass c ON c.oid OPERATOR(pg_catalog.=) k.class
            JOIN pg_catalog.pg_amop p ON p.amopfamily OPERATOR(pg_catalog.=) c.opcfamily
                AND p.amoppurpose OPERATOR(pg_catalog.=) 'o'::"char"
            JOIN pg_catalog.pg_operator o ON o.oid OPERATOR(pg_catalog.=) p.amopopr
        WHERE i.indrelid OPERATOR(pg_catalog.=) relation::pg_catalog.oid)
    SELECT c.column_name, 'no model is known'::text,
        pg_catalog.format('SELECT sbert.declare_model(%L, %L, ''MODEL'')', relation, c.column_name)
    FROM columns c WHERE c.model IS NULL
    UNION ALL
    SELECT c.column_name,
        'more than one model: ' OPERATOR(pg_catalog.||) pg_catalog.string_agg(pg_catalog.format('%s (%s)', c.model, c.source), ', ' ORDER BY c.model, c.source),
        'make all vectors of a column by one model'
    FROM columns c GROUP BY c.column_name
    HAVING pg_catalog.count(DISTINCT pg_catalog.split_part(c.model, '@', 1)) OPERATOR(pg_catalog.>) 1
    UNION ALL
    SELECT c.column_name, pg_catalog.format('the model %s is not installed', c.model), 'SELECT name FROM sbert.models()'
    FROM columns c WHERE c.model IS NOT NULL AND c.installed IS NULL
    UNION ALL
    SELECT c.column_name, pg_catalog.format('the column has %s dimensions, the model %s gives %s', c.dimensions, c.model,
            c.model_dimensions),
        'use truncate_dim() or another type'
    FROM columns c WHERE c.dimensions OPERATOR(pg_catalog.>) c.model_dimensions
    UNION ALL
    SELECT c.column_name, 'the column has no number of dimensions',
        pg_catalog.format('an index needs it: vector(%s)', coalesce(c.model_dimensions::text, 'N'))
    FROM columns c WHERE c.dimensions IS NULL
    UNION ALL
    SELECT c.column_name, pg_catalog.format('index %s serves %s, the model %s is made for cosine', i.index, i.operator, c.model),
        'use an operator class whose name contains cosine'
    FROM columns c JOIN indexes i ON i.column_name OPERATOR(pg_catalog.=) c.column_name
    WHERE c.similarity OPERATOR(pg_catalog.=) 'cosine' AND i.operator OPERATOR(pg_catalog.<>) '<=>'::name;
END;
COMMENT ON FUNCTION sbert.check(regclass) IS
    'a row for each likely mistake in a table''s vector columns: an unknown, a second or a missing model, dimensions, distances';
