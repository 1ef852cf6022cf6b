// The step functions of sbert.classification_report(), sbert.entity_report() and
// sbert.confusion_matrix(). They add a row to the tally: one label, a set of labels, or the tags of
// a sentence.
#include <algorithm>

#include "extension/aggregate.h"
#include "extension/boundary.h"
#include "extension/reports/label_array.h"
#include "extension/reports/tally.h"
#include "extension/scores/entities.h"

namespace sbert {
namespace {

// The third argument of the aggregates that take one, unless it is null.
ArrayType *given_labels(FunctionCallInfo fcinfo)
{
    return PG_NARGS() > 3 && !PG_ARGISNULL(3) ? PG_GETARG_ARRAYTYPE_P(3) : nullptr;
}

Tally *tally_of(FunctionCallInfo fcinfo)
{
    MemoryContext context = aggregate_context(fcinfo);
    Tally *tally = state_arg<Tally>(fcinfo, 0);
    return tally != nullptr ? tally : tally_create(context, given_labels(fcinfo));
}

// Whether this row counts. A row with a null on either side is counted as skipped.
bool takes_row(FunctionCallInfo fcinfo, Tally *tally)
{
    const bool whole = !PG_ARGISNULL(1) && !PG_ARGISNULL(2);
    tally->skipped += !whole;
    tally->rows += whole;
    return whole;
}

void add_pair(Tally *tally, std::string_view truth, std::string_view predicted)
{
    const LabelPair pair = {tally_id(tally, truth), tally_id(tally, predicted)};
    tally->labels[pair.truth].count.truth++;
    tally->labels[pair.predicted].count.predicted++;
    tally->labels[pair.truth].count.hits += pair.truth == pair.predicted;
    tally_add_pair(tally, pair, 1);
}

struct LabelSet {
    int32 *ids; // ascending, all different
    int count;
};

extern "C" int compare_ids(const void *a, const void *b, void *)
{
    const int32 left = *static_cast<const int32 *>(a), right = *static_cast<const int32 *>(b);
    return (left > right) - (left < right);
}

void sort_set(LabelSet &set)
{
    qsort_interruptible(set.ids, static_cast<size_t>(set.count), sizeof(int32), compare_ids,
                        nullptr);
    set.count = static_cast<int>(std::unique(set.ids, set.ids + set.count) - set.ids);
}

// The labels of a row as a set. If the caller gave labels to report, others are left out.
LabelSet set_of(Tally *tally, ArrayType *array, const char *name)
{
    const LabelArray labels = label_array(array, name);
    LabelSet set = {
        static_cast<int32 *>(palloc(sizeof(int32) * (static_cast<Size>(labels.count) + 1))), 0};
    for (int i = 0; i < labels.count; i++) {
        CHECK_FOR_INTERRUPTS();
        const int32 id = tally->given > 0 ? tally_find(tally, labels.labels[i])
                                          : tally_id(tally, labels.labels[i]);
        if (id >= 0)
            set.ids[set.count++] = id;
    }
    sort_set(set);
    return set;
}

void add_sets(Tally *tally, const LabelSet &truth, const LabelSet &predicted)
{
    scores::LabelCount row = {0, predicted.count, truth.count};
    for (int i = 0; i < predicted.count; i++) {
        CHECK_FOR_INTERRUPTS();
        tally->labels[predicted.ids[i]].count.predicted++;
    }
    for (int i = 0; i < truth.count; i++) {
        CHECK_FOR_INTERRUPTS();
        scores::LabelCount &count = tally->labels[truth.ids[i]].count;
        const bool hit =
            std::binary_search(predicted.ids, predicted.ids + predicted.count, truth.ids[i]);
        count.truth++;
        count.hits += hit;
        row.hits += hit;
    }
    scores::add_sample(tally->samples, row);
}

struct Sentence {
    LabelArray tags;
    scores::Entity *entities;
    size_t count;
};

// The fourth argument, or null for the lenient reading.
const scores::TagScheme *scheme_arg(FunctionCallInfo fcinfo)
{
    if (PG_NARGS() <= 3 || PG_ARGISNULL(3))
        return nullptr;
    const std::string_view name = text_view(PG_GETARG_TEXT_PP(3));
    const scores::TagScheme *scheme = scores::find_scheme(name);
    if (scheme == nullptr)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("unknown scheme of tags: \"%.*s\"", static_cast<int>(name.size()),
                               name.data()),
                        errhint("There are IOB2 (or BIO), IOBES (or BIOES) and BILOU.")));
    return scheme;
}

// Refuses tags that the scheme does not know. The lenient reading accepts any letter.
void check_tags(const LabelArray &tags, const scores::TagScheme *scheme)
{
    size_t bad = 0;
    const std::span all(tags.labels, static_cast<size_t>(tags.count));
    const encoder::StopFlag stop = stop_flag();
    if (scheme != nullptr)
        run_cpp([&] { bad = scores::first_unknown(all, *scheme, stop); });
    else
        for (; bad < all.size() && !all[bad].empty(); bad++)
            CHECK_FOR_INTERRUPTS();
    if (bad == all.size())
        return;
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("invalid tag at position %zu: \"%.*s\"", bad + 1,
                    static_cast<int>(all[bad].size()), all[bad].data()),
             scheme != nullptr
                 ? errdetail("A tag of this scheme begins with one of the letters %.*s.",
                             static_cast<int>(scheme->letters.size()), scheme->letters.data())
                 : errdetail("A tag is a letter and a type, as B-PER.")));
}

Sentence sentence_of(ArrayType *array, const char *name, const scores::TagScheme *scheme)
{
    Sentence sentence = {label_array(array, name), nullptr, 0};
    check_tags(sentence.tags, scheme);
    const std::span all(sentence.tags.labels, static_cast<size_t>(sentence.tags.count));
    sentence.entities =
        static_cast<scores::Entity *>(palloc(sizeof(scores::Entity) * (all.size() + 1)));
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] {
        sentence.count = scheme != nullptr
                             ? scores::find_entities(all, *scheme, stop, sentence.entities)
                             : scores::find_entities(all, stop, sentence.entities);
    });
    return sentence;
}

bool same(const scores::Entity &a, const scores::Entity &b)
{
    return a.begin == b.begin && a.end == b.end && a.type == b.type;
}

// Both lists are in the order of their ends, and no list has the same end twice.
void add_entities(Tally *tally, const Sentence &truth, const Sentence &predicted)
{
    size_t next = 0;
    for (size_t i = 0; i < predicted.count; i++) {
        CHECK_FOR_INTERRUPTS();
        // tally_id() may move the labels, so it is called first.
        const int32 id = tally_id(tally, predicted.entities[i].type);
        tally->labels[id].count.predicted++;
    }
    for (size_t i = 0; i < truth.count; i++) {
        CHECK_FOR_INTERRUPTS();
        const scores::Entity &entity = truth.entities[i];
        const int32 id = tally_id(tally, entity.type);
        while (next < predicted.count && predicted.entities[next].end < entity.end)
            next++;
        tally->labels[id].count.truth++;
        tally->labels[id].count.hits +=
            next < predicted.count && same(entity, predicted.entities[next]);
    }
}

} // namespace

SBERT_FUNCTION(sbert_label_accum)
{
    Tally *tally = tally_of(fcinfo);
    if (takes_row(fcinfo, tally))
        add_pair(tally, text_view(PG_GETARG_TEXT_PP(1)), text_view(PG_GETARG_TEXT_PP(2)));
    PG_RETURN_POINTER(tally);
}

SBERT_FUNCTION(sbert_label_set_accum)
{
    Tally *tally = tally_of(fcinfo);
    if (takes_row(fcinfo, tally)) {
        const LabelSet truth = set_of(tally, PG_GETARG_ARRAYTYPE_P(1), "truth");
        const LabelSet predicted = set_of(tally, PG_GETARG_ARRAYTYPE_P(2), "predicted");
        add_sets(tally, truth, predicted);
    }
    PG_RETURN_POINTER(tally);
}

SBERT_FUNCTION(sbert_entity_accum)
{
    MemoryContext context = aggregate_context(fcinfo);
    Tally *tally = state_arg<Tally>(fcinfo, 0);
    if (tally == nullptr)
        tally = tally_create(context, nullptr);
    if (!takes_row(fcinfo, tally))
        PG_RETURN_POINTER(tally);
    const scores::TagScheme *scheme = scheme_arg(fcinfo);
    const Sentence truth = sentence_of(PG_GETARG_ARRAYTYPE_P(1), "truth", scheme);
    const Sentence predicted = sentence_of(PG_GETARG_ARRAYTYPE_P(2), "predicted", scheme);
    if (truth.tags.count != predicted.tags.count)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("truth and predicted must have the same number of tags"),
                        errdetail("They have %d and %d.", truth.tags.count, predicted.tags.count)));
    add_entities(tally, truth, predicted);
    PG_RETURN_POINTER(tally);
}

SBERT_FUNCTION(sbert_tally_combine)
{
    MemoryContext context = aggregate_context(fcinfo);
    Tally *a = state_arg<Tally>(fcinfo, 0);
    const Tally *b = state_arg<Tally>(fcinfo, 1);
    if (b != nullptr) {
        if (a == nullptr)
            a = tally_create(context, nullptr);
        tally_merge(a, b);
    }
    return state_result(fcinfo, a);
}

SBERT_FUNCTION(sbert_tally_serialize)
{
    aggregate_context(fcinfo);
    PG_RETURN_BYTEA_P(tally_serialize(state_arg<Tally>(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_tally_deserialize)
{
    aggregate_context(fcinfo);
    // The server combines this state at once, so it may be in the current context.
    PG_RETURN_POINTER(tally_deserialize(CurrentMemoryContext, PG_GETARG_BYTEA_PP(0)));
}

} // namespace sbert
