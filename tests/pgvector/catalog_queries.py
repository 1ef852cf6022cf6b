"""What the catalogs say of an extension's objects, one query a kind: the name first, then each property.

%(extension)s is the extension's name; the search_path decides which names are shown bare.
"""

MEMBERS = """
    WITH members AS (
        SELECT objid FROM pg_depend JOIN pg_extension e ON refobjid = e.oid
        WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND extname = %(extension)s
            AND classid = '{}'::regclass
    )
"""

TYPES = """
    SELECT format_type(t.oid, NULL), typlen, typbyval, typtype::text, typcategory::text, typispreferred, typisdefined,
        typdelim::text, typsubscript::text, format_type(nullif(typelem, 0), NULL) AS element, typinput::text,
        typoutput::text, typreceive::text, typsend::text, typmodin::text, typmodout::text, typanalyze::text,
        typalign::text, typstorage::text, typnotnull, typcollation::regcollation::text, typdefault
    FROM pg_type t
"""

QUERIES = {
    "type": MEMBERS.format("pg_type") + TYPES + "WHERE t.oid IN (SELECT objid FROM members)",
    "array type": MEMBERS.format("pg_type")
    + TYPES
    + "WHERE t.oid IN (SELECT typarray FROM pg_type JOIN members ON objid = oid)",
    "function": MEMBERS.format("pg_proc")
    + """
        SELECT p.oid::regprocedure::text, pg_get_function_result(p.oid) AS result, proretset, prokind::text,
            provolatile::text, proisstrict, proparallel::text, proleakproof, prosecdef, procost, prorows, lanname,
            prosupport::text, pronargdefaults, format_type(nullif(provariadic, 0), NULL) AS variadic, proconfig
        FROM members JOIN pg_proc p ON p.oid = objid JOIN pg_language l ON l.oid = prolang
        WHERE prokind <> 'a'
    """,
    "aggregate": MEMBERS.format("pg_proc")
    + """
        SELECT p.oid::regprocedure::text, format_type(prorettype, NULL) AS result, proparallel::text, aggkind::text,
            aggnumdirectargs, aggtransfn::regprocedure::text, nullif(aggfinalfn, 0)::regprocedure::text,
            nullif(aggcombinefn, 0)::regprocedure::text, aggserialfn::text, aggdeserialfn::text, aggmtransfn::text,
            aggfinalextra, aggfinalmodify::text, aggsortop::regoperator::text,
            format_type(aggtranstype, NULL) AS state, aggtransspace, agginitval
        FROM members JOIN pg_proc p ON p.oid = objid JOIN pg_aggregate a ON aggfnoid = p.oid
    """,
    "operator": MEMBERS.format("pg_operator")
    + """
        SELECT o.oid::regoperator::text, oprkind::text, format_type(oprresult, NULL) AS result,
            oprcode::regprocedure::text, oprcom::regoperator::text, oprnegate::regoperator::text, oprrest::text,
            oprjoin::text, oprcanmerge, oprcanhash
        FROM members JOIN pg_operator o ON o.oid = objid
    """,
    "cast": MEMBERS.format("pg_cast")
    + """
        SELECT format('%%s AS %%s', format_type(castsource, NULL), format_type(casttarget, NULL)),
            nullif(castfunc, 0)::regprocedure::text, castcontext::text, castmethod::text
        FROM members JOIN pg_cast c ON c.oid = objid
    """,
    "btree class": MEMBERS.format("pg_opclass")
    + """
        SELECT opcname::text, format_type(opcintype, NULL) AS type, format_type(nullif(opckeytype, 0), NULL) AS key,
            opcdefault, opfname::text,
            (SELECT array_agg(format('%%s %%s %%s', amopstrategy, amopopr::regoperator, amoppurpose)
                ORDER BY amopstrategy, amopopr::regoperator::text) FROM pg_amop WHERE amopfamily = f.oid) AS operators,
            (SELECT array_agg(format('%%s %%s', amprocnum, amproc::regprocedure) ORDER BY amprocnum)
                FROM pg_amproc WHERE amprocfamily = f.oid) AS functions
        FROM members JOIN pg_opclass c ON c.oid = objid JOIN pg_opfamily f ON f.oid = opcfamily
            JOIN pg_am m ON m.oid = opcmethod
        WHERE amname = 'btree'
    """,
    "access method": MEMBERS.format("pg_am")
    + """
        SELECT amname::text, amtype::text FROM members JOIN pg_am m ON m.oid = objid
    """,
}

# Classes of the indexes by distance, whatever the access method: only what makes a query find the index is compared.
# Both access methods of pgvector may have a class of one name; what is said here, they have in common.
INDEX_CLASSES = (
    MEMBERS.format("pg_opclass")
    + """
    SELECT DISTINCT opcname::text, format_type(opcintype, NULL) AS type,
        (SELECT array_agg(format('%%s %%s %%s %%s', amopstrategy, amopopr::regoperator, amoppurpose, s.opfname))
            FROM pg_amop JOIN pg_opfamily s ON s.oid = amopsortfamily WHERE amopfamily = opcfamily) AS operators
    FROM members JOIN pg_opclass c ON c.oid = objid JOIN pg_am m ON m.oid = opcmethod
    WHERE amname <> 'btree'
"""
)
