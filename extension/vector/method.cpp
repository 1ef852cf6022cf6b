#include <cmath>

#include "extension/vector/method.h"

namespace sbert::vector {
namespace {

ambuild_function build_ivf;
amvalidate_function validate_ivf;

IndexAmRoutine *ivf_routine(ivf::Face *face)
{
    using Function = decltype(&sbert_ivf_face);
    static Function function;
    if (function == nullptr)
        function = reinterpret_cast<Function>(
            load_external_function("$libdir/sbert", "sbert_ivf_face", true, nullptr));
    return function(face);
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
} // namespace sbert::vector

extern "C" {

// Support function 1 of the operator classes that are there by name alone. It is known by its
// address and never called.
SBERT_FUNCTION(sbert_vector_not_indexed);
Datum sbert_vector_not_indexed(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    PG_RETURN_NULL();
}

} // extern "C"

namespace sbert::vector {

// An operator class that is there by name alone is as it should be.
extern "C" bool validate(Oid operator_class)
{
    Oid family, type;
    if (!get_opclass_opfamily_and_input_type(operator_class, &family, &type))
        return false;
    const Oid support = get_opfamily_proc(family, type, type, 1);
    if (OidIsValid(support)) {
        FmgrInfo function;
        fmgr_info(support, &function);
        if (function.fn_addr == sbert_vector_not_indexed)
            return true;
    }
    return validate_ivf(operator_class);
}

IndexAmRoutine *make_routine(ivf::Face *face, ambuild_function build)
{
    IndexAmRoutine *am = ivf_routine(face);
    build_ivf = am->ambuild;
    validate_ivf = am->amvalidate;
    am->ambuild = build;
    am->amvalidate = validate;
    return am;
}

IndexBuildResult *build_index(Relation heap, Relation index, IndexInfo *info)
{
    if (index_getprocinfo(index, 1, 1)->fn_addr == sbert_vector_not_indexed)
        ereport(ERROR,
                (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                 errmsg("access method \"%s\" has no index for operator class \"%s\" yet",
                        get_am_name(index->rd_rel->relam), family_name(index->rd_opfamily[0])),
                 errdetail("It is sbert_ivf under pgvector's name, which indexes vector and "
                           "halfvec by Euclidean distance, inner product and cosine distance.")));
    return build_ivf(heap, index, info);
}

// Not an aggregate's initialiser: 18 added a member.
relopt_parse_elt integer_parameter(const char *name, int offset)
{
    relopt_parse_elt part = {};
    part.optname = name;
    part.opttype = RELOPT_TYPE_INT;
    part.offset = offset;
    return part;
}

void tell_of_recall()
{
    static bool told;
    if (told)
        return;
    told = true;
    ereport(NOTICE, (errmsg("storage parameters of hnsw and ivfflat have no effect in pg_sbert"),
                     errhint("Set sbert.target_recall to the share of the nearest rows that a "
                             "search should find.")));
}

extern "C" bool check_given(int *, void **extra, GucSource source)
{
    if (source == PGC_S_DEFAULT)
        return true;
    *extra = guc_malloc(LOG, 1);
    return *extra != nullptr;
}

double recall_at(const Point *curve, int n, double value)
{
    if (value <= curve[0].value)
        return curve[0].recall;
    for (int i = 1; i < n; i++) {
        const Point &low = curve[i - 1], &high = curve[i];
        if (value <= high.value)
            return low.recall + (high.recall - low.recall) * std::log(value / low.value) /
                                    std::log(high.value / low.value);
    }
    return curve[n - 1].recall;
}

} // namespace sbert::vector
