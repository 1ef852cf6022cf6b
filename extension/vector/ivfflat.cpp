// The access method ivfflat: pgvector's storage parameters, settings, ranges and messages
// (https://github.com/pgvector/pgvector, 0.8.5).
#include <cmath>

#include "extension/vector/method.h"

namespace sbert::vector {
namespace {

constexpr int kLists = 100, kMostLists = 32768;

struct Parameters {
    int32 vl_len_;
    int lists;
};
relopt_kind kind;

int probes;
bool probes_given;
// Accepted: a scan goes on for as many rows as are asked for, in strict order.
int iterative_scan, max_probes;

constexpr config_enum_entry kIterativeScans[] = {
    {"off", 0, false}, {"relaxed_order", 1, false}, {nullptr, 0, false}};

// bench/settings.sh, of 100 lists: the mean of the two corpora.
constexpr Point kCurve[] = {{1, 0.593},  {2, 0.766},  {3, 0.844},  {5, 0.906},
                            {7, 0.931},  {10, 0.957}, {15, 0.975}, {20, 0.982},
                            {30, 0.991}, {40, 0.996}, {60, 0.998}, {80, 0.999}};

// The recall depends on probes / sqrt(lists), which pgvector's manual advises to be 1.
double asked_recall(Relation index)
{
    if (!probes_given)
        return 0;
    const auto *set = reinterpret_cast<const Parameters *>(index->rd_options);
    const int lists = set != nullptr ? set->lists : kLists;
    if (probes >= lists)
        return kMostRecall;
    return recall_at(kCurve, lengthof(kCurve), probes * std::sqrt(100.0 / lists));
}

extern "C" void assign_probes(int, void *extra) { probes_given = is_given(extra); }

extern "C" bytea *ivfflat_options(Datum given, bool validate)
{
    const relopt_parse_elt parts[] = {integer_parameter("lists", offsetof(Parameters, lists))};
    auto *result = static_cast<bytea *>(
        build_reloptions(given, validate, kind, sizeof(Parameters), parts, lengthof(parts)));
    if (validate && result != nullptr)
        tell_of_recall();
    return result;
}

extern "C" IndexBuildResult *ivfflat_build(Relation heap, Relation index, IndexInfo *info)
{
    return build_index(heap, index, info);
}

ivf::Face face = {ivfflat_options, asked_recall, nullptr};

} // namespace

void ivfflat_init()
{
    kind = add_reloption_kind();
    add_int_reloption(kind, "lists", "Number of inverted lists", kLists, 1, kMostLists,
                      AccessExclusiveLock);
    DefineCustomIntVariable(
        "ivfflat.probes", "Moves the recall that scans of ivfflat indexes aim at.",
        "Where it is set, to the recall of pgvector at this value; "
        "sbert.target_recall goes before it.",
        &probes, 1, 1, kMostLists, PGC_USERSET, 0, check_given, assign_probes, nullptr);
    DefineCustomEnumVariable("ivfflat.iterative_scan", "Accepted for pgvector's clients.", nullptr,
                             &iterative_scan, 0, kIterativeScans, PGC_USERSET, 0, nullptr, nullptr,
                             nullptr);
    DefineCustomIntVariable("ivfflat.max_probes", "Accepted for pgvector's clients.", nullptr,
                            &max_probes, kMostLists, 1, kMostLists, PGC_USERSET, 0, nullptr,
                            nullptr, nullptr);
    MarkGUCPrefixReserved("ivfflat");
}

} // namespace sbert::vector

extern "C" {

SBERT_FUNCTION(sbert_ivfflat_handler);
Datum sbert_ivfflat_handler(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    PG_RETURN_POINTER(
        sbert::vector::make_routine(&sbert::vector::face, sbert::vector::ivfflat_build));
}

} // extern "C"
