#include <algorithm>
#include <cstring>

#include "extension/aggregate.h"
#include "extension/reports/label_array.h"
#include "extension/reports/tally.h"

namespace sbert {
namespace {

struct LabelKey {
    const char *data;
    Size length;
};

struct LabelEntry {
    LabelKey key;
    int32 id;
};

extern "C" uint32 label_hash(const void *key, Size)
{
    const auto *label = static_cast<const LabelKey *>(key);
    return hash_bytes(reinterpret_cast<const unsigned char *>(label->data),
                      static_cast<int>(label->length));
}

extern "C" int label_match(const void *a, const void *b, Size)
{
    const auto *left = static_cast<const LabelKey *>(a);
    const auto *right = static_cast<const LabelKey *>(b);
    return left->length != right->length || memcmp(left->data, right->data, left->length) != 0;
}

HTAB *labels_create(MemoryContext context)
{
    HASHCTL control = {};
    control.keysize = sizeof(LabelKey);
    control.entrysize = sizeof(LabelEntry);
    control.hash = label_hash;
    control.match = label_match;
    control.hcxt = context;
    return hash_create("sbert labels", 16, &control,
                       HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

HTAB *pairs_create(MemoryContext context)
{
    HASHCTL control = {};
    control.keysize = sizeof(LabelPair);
    control.entrysize = sizeof(PairCount);
    control.hcxt = context;
    return hash_create("sbert label pairs", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

Tally *empty_tally(MemoryContext context)
{
    auto *tally = static_cast<Tally *>(MemoryContextAllocZero(context, sizeof(Tally)));
    tally->context = context;
    tally->ids = labels_create(context);
    tally->capacity = 16;
    tally->labels =
        static_cast<Label *>(MemoryContextAlloc(context, sizeof(Label) * tally->capacity));
    return tally;
}

LabelEntry *find_entry(const Tally *tally, std::string_view label)
{
    const LabelKey key = {label.data(), label.size()};
    return static_cast<LabelEntry *>(hash_search(tally->ids, &key, HASH_FIND, nullptr));
}

// The copies of the text and the label are made before the hash entry that refers to them. So an
// error in between leaves no entry that refers to the caller's text.
int32 append_label(Tally *tally, std::string_view label)
{
    if (tally->count == tally->capacity) {
        const Size doubled = static_cast<Size>(tally->capacity) * 2;
        if (doubled > PG_INT32_MAX)
            ereport(ERROR,
                    (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many different labels"),
                     errhint("Report fewer labels, or group the rows.")));
        tally->labels = static_cast<Label *>(repalloc_huge(tally->labels, sizeof(Label) * doubled));
        tally->capacity = static_cast<int32>(doubled);
    }
    auto *copy =
        static_cast<char *>(MemoryContextAlloc(tally->context, std::max<Size>(label.size(), 1)));
    memcpy(copy, label.data(), label.size());
    const LabelKey key = {copy, label.size()};
    auto *entry = static_cast<LabelEntry *>(hash_search(tally->ids, &key, HASH_ENTER, nullptr));
    entry->id = tally->count;
    tally->labels[tally->count] = {copy, static_cast<int32>(label.size()), {}};
    return tally->count++;
}

void give_labels(Tally *tally, ArrayType *given)
{
    const LabelArray labels = label_array(given, "labels");
    if (labels.count == 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("labels must hold at least one label"),
                        errhint("Without labels, or with null, all are reported.")));
    for (int32 i = 0; i < labels.count; i++) {
        CHECK_FOR_INTERRUPTS();
        if (find_entry(tally, labels.labels[i]) != nullptr)
            ereport(ERROR,
                    (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                     errmsg("labels must not hold a label twice: \"%.*s\"",
                            static_cast<int>(labels.labels[i].size()), labels.labels[i].data())));
        append_label(tally, labels.labels[i]);
    }
    tally->given = labels.count;
}

void add_count(scores::LabelCount &count, const scores::LabelCount &more)
{
    count.hits += more.hits;
    count.predicted += more.predicted;
    count.truth += more.truth;
}

std::string_view view_of(const Label &label)
{
    return {label.data, static_cast<size_t>(label.length)};
}

// Compares two places in the labels `argument` by the bytes of their texts.
extern "C" int compare_labels(const void *a, const void *b, void *argument)
{
    const auto *labels = static_cast<const Label *>(argument);
    return view_of(labels[*static_cast<const int32 *>(a)])
        .compare(view_of(labels[*static_cast<const int32 *>(b)]));
}

} // namespace

Tally *tally_create(MemoryContext context, ArrayType *given)
{
    Tally *tally = empty_tally(context);
    if (given != nullptr)
        give_labels(tally, given);
    return tally;
}

int32 tally_find(const Tally *tally, std::string_view label)
{
    const LabelEntry *entry = find_entry(tally, label);
    return entry == nullptr ? -1 : entry->id;
}

int32 tally_id(Tally *tally, std::string_view label)
{
    const int32 id = tally_find(tally, label);
    return id >= 0 ? id : append_label(tally, label);
}

void tally_add_pair(Tally *tally, LabelPair pair, int64 rows)
{
    if (tally->pairs == nullptr)
        tally->pairs = pairs_create(tally->context);
    bool found;
    auto *entry = static_cast<PairCount *>(hash_search(tally->pairs, &pair, HASH_ENTER, &found));
    entry->rows = found ? entry->rows + rows : rows;
}

PairCount *tally_pairs(const Tally *tally, int64 *count)
{
    const int64 all = tally->pairs == nullptr ? 0 : hash_get_num_entries(tally->pairs);
    auto *pairs = static_cast<PairCount *>(MemoryContextAllocHuge(
        CurrentMemoryContext, sizeof(PairCount) * static_cast<Size>(std::max<int64>(all, 1))));
    *count = 0;
    if (all == 0)
        return pairs;
    HASH_SEQ_STATUS walk;
    hash_seq_init(&walk, tally->pairs);
    while (auto *entry = static_cast<PairCount *>(hash_seq_search(&walk))) {
        CHECK_FOR_INTERRUPTS();
        pairs[(*count)++] = *entry;
    }
    return pairs;
}

// The labels of both tallies begin with those that the caller gave, so an empty tally takes over
// their order from b.
void tally_merge(Tally *tally, const Tally *b)
{
    tally->given = b->given;
    tally->rows += b->rows;
    tally->skipped += b->skipped;
    scores::add_samples(tally->samples, b->samples);
    auto *ids = static_cast<int32 *>(
        MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int32) * static_cast<Size>(b->count)));
    for (int32 i = 0; i < b->count; i++) {
        CHECK_FOR_INTERRUPTS();
        ids[i] = tally_id(tally, view_of(b->labels[i]));
        add_count(tally->labels[ids[i]].count, b->labels[i].count);
    }
    int64 count;
    const PairCount *pairs = tally_pairs(b, &count);
    for (int64 i = 0; i < count; i++) {
        CHECK_FOR_INTERRUPTS();
        tally_add_pair(tally, {ids[pairs[i].pair.truth], ids[pairs[i].pair.predicted]},
                       pairs[i].rows);
    }
    pfree(ids);
}

int32 *tally_order(const Tally *tally, int32 *count)
{
    *count = tally->given > 0 ? tally->given : tally->count;
    auto *order = static_cast<int32 *>(
        MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int32) * static_cast<Size>(*count)));
    for (int32 i = 0; i < *count; i++) {
        CHECK_FOR_INTERRUPTS();
        order[i] = i;
    }
    if (tally->given == 0)
        qsort_interruptible(order, static_cast<size_t>(*count), sizeof(int32), compare_labels,
                            const_cast<Label *>(tally->labels));
    return order;
}

// The serialized form begins with int32 given, int64 rows, int64 skipped, and for the samples int64
// rows and float8 precision, recall, f1. Then follow int32 number of labels, and for each label
// int32 length, its bytes, and int64 hits, predicted, truth. The rest are pairs of (int32 truth,
// int32 predicted, int64 rows).
bytea *tally_serialize(const Tally *tally)
{
    StringInfoData message;
    pq_begintypsend(&message);
    pq_sendint32(&message, static_cast<uint32>(tally->given));
    pq_sendint64(&message, static_cast<uint64>(tally->rows));
    pq_sendint64(&message, static_cast<uint64>(tally->skipped));
    pq_sendint64(&message, static_cast<uint64>(tally->samples.rows));
    pq_sendfloat8(&message, tally->samples.precision);
    pq_sendfloat8(&message, tally->samples.recall);
    pq_sendfloat8(&message, tally->samples.f1);
    pq_sendint32(&message, static_cast<uint32>(tally->count));
    for (int32 i = 0; i < tally->count; i++) {
        CHECK_FOR_INTERRUPTS();
        const Label &label = tally->labels[i];
        pq_sendint32(&message, static_cast<uint32>(label.length));
        pq_sendbytes(&message, label.data, label.length);
        for (int64 n : {label.count.hits, label.count.predicted, label.count.truth})
            pq_sendint64(&message, static_cast<uint64>(n));
    }
    int64 count;
    const PairCount *pairs = tally_pairs(tally, &count);
    for (int64 i = 0; i < count; i++) {
        CHECK_FOR_INTERRUPTS();
        pq_sendint32(&message, static_cast<uint32>(pairs[i].pair.truth));
        pq_sendint32(&message, static_cast<uint32>(pairs[i].pair.predicted));
        pq_sendint64(&message, static_cast<uint64>(pairs[i].rows));
    }
    return pq_endtypsend(&message);
}

Tally *tally_deserialize(MemoryContext context, bytea *bytes)
{
    StringInfoData message = message_of(bytes);
    Tally *tally = empty_tally(context);
    tally->given = static_cast<int32>(pq_getmsgint(&message, sizeof(int32)));
    tally->rows = pq_getmsgint64(&message);
    tally->skipped = pq_getmsgint64(&message);
    tally->samples.rows = pq_getmsgint64(&message);
    tally->samples.precision = pq_getmsgfloat8(&message);
    tally->samples.recall = pq_getmsgfloat8(&message);
    tally->samples.f1 = pq_getmsgfloat8(&message);
    const int32 labels = static_cast<int32>(pq_getmsgint(&message, sizeof(int32)));
    for (int32 i = 0; i < labels; i++) {
        CHECK_FOR_INTERRUPTS();
        const int32 length = static_cast<int32>(pq_getmsgint(&message, sizeof(int32)));
        const char *data = pq_getmsgbytes(&message, length);
        const int32 id = append_label(tally, {data, static_cast<size_t>(length)});
        scores::LabelCount &count = tally->labels[id].count;
        for (int64 *n : {&count.hits, &count.predicted, &count.truth})
            *n = pq_getmsgint64(&message);
    }
    while (message.cursor < message.len) {
        CHECK_FOR_INTERRUPTS();
        const int32 truth = static_cast<int32>(pq_getmsgint(&message, sizeof(int32)));
        const int32 predicted = static_cast<int32>(pq_getmsgint(&message, sizeof(int32)));
        tally_add_pair(tally, {truth, predicted}, pq_getmsgint64(&message));
    }
    return tally;
}

} // namespace sbert
