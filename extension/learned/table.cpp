// Statements run by SPI as the current user, so the server decides about rights. They name schemas
// and operators in full. A user's search_path decides only where a new table is created.
#include "extension/learned/table.h"

namespace sbert {
namespace {

Oid sbert_type(const char *name)
{
    const Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
                                     ObjectIdGetDatum(get_namespace_oid("sbert", false)));
    if (!OidIsValid(type))
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("type \"sbert.%s\" does not exist", name),
                        errhint("Use ALTER EXTENSION sbert UPDATE.")));
    return type;
}

Oid type_of(const LearnedColumn *column)
{
    return OidIsValid(column->type) ? column->type : vector_type();
}

void run_utility(const char *statement)
{
    spi_expect(SPI_execute(statement, false, 0), SPI_OK_UTILITY);
}

[[noreturn]] void report_column(const LearnedKind *kind, Oid relation, const char *column,
                                const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("column \"%s\" of %s \"%s\" %s", column, kind->noun,
                           learned_plain_name(relation), what),
                    errhint("Put it back, or train anew under another name.")));
    pg_unreachable();
}

void check_column(const LearnedKind *kind, Oid relation, const char *column, Oid type)
{
    const AttrNumber number = get_attnum(relation, column);
    if (number == InvalidAttrNumber)
        report_column(kind, relation, column, "is missing");
    const Oid found = get_atttype(relation, number);
    if (found != type)
        report_column(kind, relation, column,
                      psprintf("has type %s, not %s", format_type_be(found), format_type_be(type)));
}

} // namespace

void spi_connect() { spi_expect(SPI_connect(), SPI_OK_CONNECT); }

void spi_expect(int got, int wanted)
{
    if (got != wanted)
        elog(ERROR, "SPI answered %s in place of %s", SPI_result_code_string(got),
             SPI_result_code_string(wanted));
}

Oid learned_create(const LearnedKind *kind, const char *name)
{
    RangeVar *range = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(name)));
    // From here on the name is qualified, because an unqualified name finds temporary tables first.
    const Oid schema = RangeVarGetAndCheckCreationNamespace(range, NoLock, nullptr);
    const char *quoted = quote_qualified_identifier(get_namespace_name(schema), range->relname);
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfo(&sql, "CREATE TABLE %s (version integer, part integer, %s sbert.%s", quoted,
                     kind->noun, kind->noun);
    for (int i = 0; i < kind->n_kept; i++)
        appendStringInfo(
            &sql, ", %s %s", kind->kept[i].name,
            format_type_extended(type_of(&kind->kept[i]), -1, FORMAT_TYPE_FORCE_QUALIFY));
    appendStringInfoString(&sql, ", PRIMARY KEY (part, version))");
    run_utility(sql.data);
    // Floats hardly compress, and decompression would take longer than everything else in a
    // reading.
    run_utility(
        psprintf("ALTER TABLE %s ALTER COLUMN %s SET STORAGE EXTERNAL", quoted, kind->noun));
    run_utility(psprintf("COMMENT ON TABLE %s IS 'a %s, made by sbert.%s()'", quoted, kind->noun,
                         kind->trainer));
    return get_relname_relid(range->relname, schema);
}

void learned_check(const LearnedKind *kind, Oid relation)
{
    const Oid type = sbert_type(kind->noun);
    const AttrNumber number = get_attnum(relation, kind->noun);
    if (number == InvalidAttrNumber || get_atttype(relation, number) != type)
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                        errmsg("\"%s\" is not a %s", learned_plain_name(relation), kind->noun),
                        errhint("sbert.%s() makes one.", kind->trainer)));
    check_column(kind, relation, "version", INT4OID);
    check_column(kind, relation, "part", INT4OID);
}

bool learned_is_named(const char *noun, const char *name)
{
    List *parts;
    if (!SplitIdentifierString(pstrdup(name), '.', &parts) || parts == NIL ||
        list_length(parts) > 2)
        return false;
    const auto *table = static_cast<const char *>(llast(parts));
    const Oid relation =
        list_length(parts) == 1
            ? RelnameGetRelid(table)
            : get_relname_relid(table,
                                get_namespace_oid(static_cast<char *>(linitial(parts)), true));
    const Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(noun),
                                     ObjectIdGetDatum(get_namespace_oid("sbert", true)));
    if (!OidIsValid(relation) || !OidIsValid(type))
        return false;
    const AttrNumber number = get_attnum(relation, noun);
    return number != InvalidAttrNumber && get_atttype(relation, number) == type;
}

void learned_check_kept(const LearnedKind *kind, Oid relation)
{
    for (int i = 0; i < kind->n_kept; i++)
        check_column(kind, relation, kind->kept[i].name, type_of(&kind->kept[i]));
}

char *learned_plain_name(Oid relation)
{
    char *name = get_rel_name(relation);
    if (name == nullptr)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                        errmsg("relation with OID %u does not exist", relation)));
    return name;
}

char *learned_quoted_name(Oid relation)
{
    const char *name = learned_plain_name(relation);
    const char *schema = get_namespace_name_or_temp(get_rel_namespace(relation));
    return quote_qualified_identifier(schema, name);
}

Oid vector_type()
{
    const Oid classifier = sbert_type("classifier");
    const Oid row = typeidTypeRelid(classifier);
    return get_element_type(get_atttype(row, get_attnum(row, "weights")));
}

} // namespace sbert
