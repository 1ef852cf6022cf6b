// rerank_bits decides the layout and counts at the next build; target_recall counts at once.
#include "extension/pg.h"

#include "extension/ivf/options.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

constexpr double kTargetRecall = 0.95;
constexpr int kRerankBits = 8;

relopt_kind kind;

relopt_enum_elt_def rerank_bits_values[] = {{"4", 4}, {"8", 8}, {nullptr, 0}};

// Not an aggregate's initialiser: 18 added a member.
constexpr relopt_parse_elt part(const char *name, relopt_type type, int offset)
{
    relopt_parse_elt part = {};
    part.optname = name;
    part.opttype = type;
    part.offset = offset;
    return part;
}

constexpr relopt_parse_elt kParts[] = {
    part("target_recall", RELOPT_TYPE_REAL, offsetof(Options, target_recall)),
    part("rerank_bits", RELOPT_TYPE_ENUM, offsetof(Options, rerank_bits)),
};

} // namespace

void options_init()
{
    kind = add_reloption_kind();
    add_real_reloption(kind, "target_recall",
                       "Share of the true nearest rows that a scan should find", kTargetRecall, 0.5,
                       0.999, ShareUpdateExclusiveLock);
    add_enum_reloption(
        kind, "rerank_bits", "Bits an element of the codes that are stored once a row",
        rerank_bits_values, kRerankBits, "Valid values are \"4\" and \"8\".", AccessExclusiveLock);
}

extern "C" bytea *ivf_options(Datum reloptions, bool validate)
{
    return static_cast<bytea *>(
        build_reloptions(reloptions, validate, kind, sizeof(Options), kParts, lengthof(kParts)));
}

const Options *options_of(Relation index)
{
    static const Options defaults = {0, kTargetRecall, kRerankBits};
    const bool ours = index->rd_indam->amoptions == ivf_options; // not of another face (face.h)
    const auto *set = reinterpret_cast<const Options *>(index->rd_options);
    return ours && set != nullptr ? set : &defaults;
}

} // namespace sbert::ivf
