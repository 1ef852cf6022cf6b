// Whether an operator class is made as this access method needs it: support function 1, the
// distance as strategy 1, and nothing else.
#include "extension/pg.h"

#include "extension/ivf/type_support.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kWholeSet = uint64{1} << 1; // of functions or operators by number

struct Validation {
    Oid type; // that the class is for
    const char *family, *method;
    bool ok;
};

// One complaint: INFO, as amvalidate() of the server's own methods does.
void complain(Validation *v, const char *problem, const char *what)
{
    ereport(INFO, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                   errmsg("operator family \"%s\" of access method %s contains %s with %s",
                          v->family, v->method, what, problem)));
    v->ok = false;
}

void check_functions(Validation *v, CatCList *list)
{
    for (int i = 0; i < list->n_members; i++) {
        auto *form = reinterpret_cast<Form_pg_amproc>(GETSTRUCT(&list->members[i]->tuple));
        const char *name = format_procedure(form->amproc);
        if (form->amproclefttype != form->amprocrighttype)
            complain(v, "different left and right input types", name);
        if (form->amprocnum != 1)
            complain(v, "an invalid support number", name);
        else if (!check_amproc_signature(form->amproc, INTERNALOID, true, 1, 1, INTERNALOID))
            complain(v, "a wrong signature for support number 1", name);
        else if (!is_support_of(form->amproc, form->amproclefttype))
            complain(v, "a purpose or type other than support number 1 has", name);
    }
}

void check_operators(Validation *v, CatCList *list)
{
    for (int i = 0; i < list->n_members; i++) {
        auto *form = reinterpret_cast<Form_pg_amop>(GETSTRUCT(&list->members[i]->tuple));
        const char *name = format_operator(form->amopopr);
        if (form->amopstrategy != 1)
            complain(v, "an invalid strategy number", name);
        if (form->amoppurpose != AMOP_ORDER)
            complain(v, "a purpose other than ORDER BY", name);
        else if (!opfamily_can_sort_type(form->amopsortfamily, FLOAT8OID))
            complain(v, "an ORDER BY family that does not sort double precision", name);
        if (!check_amop_signature(form->amopopr, FLOAT8OID, form->amoplefttype,
                                  form->amoprighttype))
            complain(v, "a wrong signature", name);
    }
}

void check_completeness(Validation *v, CatCList *functions, CatCList *operators)
{
    bool found = false;
    ListCell *cell;
    foreach (cell, identify_opfamily_groups(operators, functions)) {
        const auto *group = static_cast<OpFamilyOpFuncGroup *>(lfirst(cell));
        if (group->lefttype != v->type || group->righttype != v->type)
            continue;
        found = group->functionset == kWholeSet && group->operatorset == kWholeSet;
    }
    if (!found)
        complain(v, "its operator or support function missing", format_type_be(v->type));
}

char *family_name(Oid family)
{
    HeapTuple tuple = SearchSysCache1(OPFAMILYOID, ObjectIdGetDatum(family));
    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for operator family %u", family);
    auto *form = reinterpret_cast<Form_pg_opfamily>(GETSTRUCT(tuple));
    char *name = pstrdup(NameStr(form->opfname));
    ReleaseSysCache(tuple);
    return name;
}

} // namespace

extern "C" bool ivf_validate(Oid opclass)
{
    HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for operator class %u", opclass);
    auto *form = reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple));
    const Oid family = form->opcfamily;
    Validation v = {form->opcintype, family_name(family), get_am_name(form->opcmethod), true};

    CatCList *operators = SearchSysCacheList1(AMOPSTRATEGY, ObjectIdGetDatum(family));
    CatCList *functions = SearchSysCacheList1(AMPROCNUM, ObjectIdGetDatum(family));
    check_functions(&v, functions);
    check_operators(&v, operators);
    check_completeness(&v, functions, operators);
    ReleaseCatCacheList(functions);
    ReleaseCatCacheList(operators);
    ReleaseSysCache(tuple);
    return v.ok;
}

} // namespace sbert::ivf
