-- Names that users see follow the rules of docs/reference.md
CREATE VIEW ours AS SELECT p.*, n.nspname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'sbert';
-- every argument is named
SELECT oid::regprocedure FROM ours WHERE pronargs > 0 AND (proargnames IS NULL OR '' = ANY (proargnames[1:pronargs]));
-- every object has a comment of one line
SELECT p.oid::regprocedure, length(c) FROM ours p, obj_description(p.oid, 'pg_proc') c WHERE c IS NULL OR c ~ '\n' OR length(c) > 130;
SELECT pg_describe_object(d.classid, d.objid, 0) AS object FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'sbert'
WHERE d.deptype = 'e' AND d.classid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_namespace'::regclass, 'pg_am'::regclass)
    AND obj_description(d.objid, d.classid::regclass::name) IS NULL
    AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = d.objid AND (t.typelem <> 0 OR t.typrelid <> 0)) ORDER BY 1;
-- a name is either a type or a function, but for the casts that pgvector has
SELECT DISTINCT t.oid::regtype FROM pg_type t JOIN ours p ON p.proname = t.typname AND p.pronamespace = t.typnamespace ORDER BY 1;
-- types, their operators and what returns a vector are in the schema of the extension, all else in sbert
SELECT oid::regprocedure FROM ours WHERE (nspname = 'sbert') = (prorettype IN ('vector'::regtype, 'vector[]'::regtype, 'sparsevec'::regtype, 'sparsevec[]'::regtype)) AND proname !~ '^(vector|halfvec|sparsevec)_|_to_|^array'
    AND NOT EXISTS (SELECT FROM unnest(proargtypes) t WHERE t IN ('vector'::regtype, 'halfvec'::regtype, 'sparsevec'::regtype, 'bit'::regtype)) ORDER BY 1;
DROP VIEW ours;
