// The access method hnsw: pgvector's storage parameters, settings, ranges and messages
// (https://github.com/pgvector/pgvector, 0.8.5).
#include "extension/vector/method.h"

namespace sbert::vector {
namespace {

constexpr int kM = 16, kEfConstruction = 64, kEfSearch = 40;

struct Parameters {
    int32 vl_len_;
    int m, ef_construction;
};
relopt_kind kind;

int ef_search;
bool ef_search_given;
// Accepted: a scan goes on for as many rows as are asked for, in strict order.
int iterative_scan, max_scan_tuples;
double scan_mem_multiplier;

constexpr config_enum_entry kIterativeScans[] = {{"off", 0, false},
                                                 {"relaxed_order", 1, false},
                                                 {"strict_order", 2, false},
                                                 {nullptr, 0, false}};

// bench/settings.sh: the mean of the two corpora, with pgvector's default m and ef_construction.
constexpr Point kCurve[] = {{10, 0.912},  {15, 0.940},  {20, 0.960}, {30, 0.976},
                            {40, 0.984},  {60, 0.990},  {80, 0.993}, {100, 0.994},
                            {150, 0.996}, {200, 0.998}, {400, 0.999}};

double asked_recall(Relation)
{
    return ef_search_given ? recall_at(kCurve, lengthof(kCurve), ef_search) : 0;
}

extern "C" void assign_ef_search(int, void *extra) { ef_search_given = is_given(extra); }

extern "C" bytea *hnsw_options(Datum given, bool validate)
{
    const relopt_parse_elt parts[] = {
        integer_parameter("m", offsetof(Parameters, m)),
        integer_parameter("ef_construction", offsetof(Parameters, ef_construction)),
    };
    auto *result = static_cast<bytea *>(
        build_reloptions(given, validate, kind, sizeof(Parameters), parts, lengthof(parts)));
    if (validate && result != nullptr)
        tell_of_recall();
    return result;
}

extern "C" IndexBuildResult *hnsw_build(Relation heap, Relation index, IndexInfo *info)
{
    const auto *set = reinterpret_cast<const Parameters *>(index->rd_options);
    if (set != nullptr && set->ef_construction < 2 * set->m)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("ef_construction must be greater than or equal to 2 * m")));
    return build_index(heap, index, info);
}

ivf::Face face = {hnsw_options, asked_recall, nullptr};

} // namespace

void hnsw_init()
{
    kind = add_reloption_kind();
    add_int_reloption(kind, "m", "Max number of connections", kM, 2, 100, AccessExclusiveLock);
    add_int_reloption(kind, "ef_construction",
                      "Size of the dynamic candidate list for construction", kEfConstruction, 4,
                      1000, AccessExclusiveLock);
    DefineCustomIntVariable("hnsw.ef_search", "Moves the recall that scans of hnsw indexes aim at.",
                            "Where it is set, to the recall of pgvector at this value; "
                            "sbert.target_recall goes before it.",
                            &ef_search, kEfSearch, 1, 1000, PGC_USERSET, 0, check_given,
                            assign_ef_search, nullptr);
    DefineCustomEnumVariable("hnsw.iterative_scan", "Accepted for pgvector's clients.", nullptr,
                             &iterative_scan, 0, kIterativeScans, PGC_USERSET, 0, nullptr, nullptr,
                             nullptr);
    DefineCustomIntVariable("hnsw.max_scan_tuples", "Accepted for pgvector's clients.", nullptr,
                            &max_scan_tuples, 20000, 1, PG_INT32_MAX, PGC_USERSET, 0, nullptr,
                            nullptr, nullptr);
    DefineCustomRealVariable("hnsw.scan_mem_multiplier", "Accepted for pgvector's clients.",
                             nullptr, &scan_mem_multiplier, 1, 1, 1000, PGC_USERSET, 0, nullptr,
                             nullptr, nullptr);
    MarkGUCPrefixReserved("hnsw");
}

} // namespace sbert::vector

extern "C" {

SBERT_FUNCTION(sbert_hnsw_handler);
Datum sbert_hnsw_handler(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    PG_RETURN_POINTER(sbert::vector::make_routine(&sbert::vector::face, sbert::vector::hnsw_build));
}

} // extern "C"
