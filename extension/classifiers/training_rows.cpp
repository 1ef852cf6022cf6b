#include <algorithm>
#include <cstring>

#include "extension/classifiers/training_rows.h"

namespace sbert {
namespace {

// A record for the sort has the key, the vector, the labels with their terminators, the weight and
// the origin.
constexpr Size kKeyBytes = sizeof(uint32);
constexpr Size kTailBytes = sizeof(float) + 1;

TupleDesc record_descriptor()
{
    TupleDesc descriptor = CreateTemplateTupleDesc(1);
    TupleDescInitEntry(descriptor, 1, "record", BYTEAOID, -1, 0);
    return descriptor;
}

void begin_sort(TrainingRows *rows)
{
    TupleDesc descriptor = record_descriptor();
    AttrNumber column = 1;
    Oid less = ByteaLessOperator, collation = InvalidOid;
    bool nulls_first = false;
    const Size kilobytes = std::clamp<Size>(rows->memory / 2048, 64, MAX_KILOBYTES);
    rows->sort = tuplesort_begin_heap(descriptor, 1, &column, &less, &collation, &nulls_first,
                                      static_cast<int>(kilobytes), nullptr, TUPLESORT_NONE);
    rows->slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
}

void put_record(TrainingRows *rows)
{
    SET_VARSIZE(rows->record.data, rows->record.len);
    ExecClearTuple(rows->slot);
    rows->slot->tts_values[0] = PointerGetDatum(rows->record.data);
    rows->slot->tts_isnull[0] = false;
    ExecStoreVirtualTuple(rows->slot);
    tuplesort_puttupleslot(rows->sort, rows->slot);
}

TrainingLabel *count_label(TrainingRows *rows, const char *name, float weight)
{
    bool found;
    auto *label =
        static_cast<TrainingLabel *>(hash_search(rows->by_name, name, HASH_ENTER, &found));
    if (!found) {
        if (++rows->n_labels > kMostLabels)
            ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                            errmsg("the query returns more than %d labels", kMostLabels)));
        label->rows = label->first = label->placed = 0;
        label->weight = 0;
    }
    label->rows++;
    label->weight += static_cast<double>(weight);
    return label;
}

void check_row(const TrainingRows *rows, int dimensions, const RowLabels &labels)
{
    if (rows->dimensions != 0 && dimensions != rows->dimensions)
        ereport(ERROR,
                (errcode(ERRCODE_DATA_EXCEPTION),
                 errmsg("different vector dimensions %d and %d", rows->dimensions, dimensions)));
    // Only kept rows that were written by hand can have another number of labels.
    if (!rows->multilabel && labels.n != 1)
        ereport(ERROR,
                (errcode(ERRCODE_DATA_CORRUPTED),
                 errmsg("a row of a classifier of one label a row has %d labels", labels.n)));
    for (int i = 0; i < labels.n; i++)
        if (std::strlen(labels.names[i]) > kMostLabelBytes)
            ereport(ERROR,
                    (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                     errmsg("a label has more than %d bytes", kMostLabelBytes),
                     errdetail("It begins with \"%.*s\".",
                               pg_mbcliplen(labels.names[i],
                                            static_cast<int>(std::strlen(labels.names[i])), 40),
                               labels.names[i]),
                     errhint("The query returns the text or vector first, then the label.")));
}

// ---- labels ------------------------------------------------------------------------------------

void number_labels(TrainingRows *rows)
{
    rows->labels = static_cast<TrainingLabel **>(MemoryContextAlloc(
        rows->context, sizeof(TrainingLabel *) * static_cast<Size>(rows->n_labels + 1)));
    HASH_SEQ_STATUS scan;
    hash_seq_init(&scan, rows->by_name);
    int n = 0;
    while (auto *label = static_cast<TrainingLabel *>(hash_seq_search(&scan)))
        rows->labels[n++] = label;
    std::sort(rows->labels, rows->labels + n, [](const TrainingLabel *a, const TrainingLabel *b) {
        return std::strcmp(a->name, b->name) < 0;
    });
    for (int i = 0; i < n; i++)
        rows->labels[i]->id = static_cast<uint32>(i);
}

TrainingLabel *find_label(const TrainingRows *rows, const char *name)
{
    return static_cast<TrainingLabel *>(hash_search(rows->by_name, name, HASH_FIND, nullptr));
}

// Writes the labels of a record into a row.
void set_labels(const TrainingRows *rows, float *row, const char *names, const char *end)
{
    const Size at = rows->shape.labels_at();
    std::memset(row + at, 0, sizeof(float) * rows->shape.label_words());
    for (; names < end; names += std::strlen(names) + 1) {
        const uint32 id = find_label(rows, names)->id;
        if (rows->multilabel)
            fit::set_word_at(row, at + id / 32,
                             fit::word_at(row, at + id / 32) | uint32{1} << id % 32);
        else
            fit::set_word_at(row, at, id);
    }
}

// ---- blocks ------------------------------------------------------------------------------------

Size block_bytes(const TrainingRows *rows, uint32 count)
{
    return sizeof(float) * rows->shape.stride() * count;
}

void write_out(TrainingRows *rows, const float *block, Size bytes)
{
    if (rows->file == 0)
        rows->file = OpenTemporaryFile(false);
    errno = 0;
    const auto written = FileWrite(rows->file, reinterpret_cast<char *>(const_cast<float *>(block)),
                                   static_cast<int>(bytes), rows->file_bytes, PG_WAIT_EXTENSION);
    if (written < 0 || static_cast<Size>(written) != bytes) {
        if (errno == 0)
            errno = ENOSPC;
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not write to a temporary file of a training: %m")));
    }
    rows->file_bytes += static_cast<off_t>(bytes);
}

// A block that is being filled.
struct Pile {
    float *rows;
    uint32 count;
};

void close_pile(TrainingRows *rows, Pile *pile, int fold)
{
    if (pile->count == 0)
        return;
    if (rows->n_blocks == rows->room_blocks) {
        rows->room_blocks *= 2;
        rows->blocks = static_cast<fit::Block *>(
            repalloc_huge(rows->blocks, sizeof(fit::Block) * rows->room_blocks));
    }
    fit::Block &block = rows->blocks[rows->n_blocks++];
    block = {nullptr, rows->file_bytes, pile->count, fold};
    const Size taken = block_bytes(rows, static_cast<uint32>(rows->shape.block_rows()));
    if (rows->used + taken <= rows->room) {
        block.rows = pile->rows;
        rows->used += taken;
        pile->rows = nullptr;
    } else
        write_out(rows, pile->rows, block_bytes(rows, pile->count));
    pile->count = 0;
}

float *next_row(TrainingRows *rows, Pile *pile)
{
    if (pile->rows == nullptr)
        pile->rows = static_cast<float *>(MemoryContextAllocHuge(
            rows->context, block_bytes(rows, static_cast<uint32>(rows->shape.block_rows()))));
    return pile->rows + rows->shape.stride() * pile->count++;
}

// ---- folds -------------------------------------------------------------------------------------

// The state while records are spread over the folds.
struct Spread {
    int folds;
    Pile *piles;    // (folds)
    int64 *rows_of; // (folds)
    int64 groups;   // number of groups so far: rows with the same tokens, or the same vector
    char *last;     // key and vector of the previous record
    int fold;       // fold of the previous record
};

// The groups of a label go to the folds in turn, and successive labels begin with successive
// folds. With sets of labels all groups go to the folds in turn.
int next_fold(const TrainingRows *rows, const Spread *spread, TrainingLabel *label)
{
    if (rows->multilabel || label == nullptr)
        return static_cast<int>(spread->groups % spread->folds);
    return static_cast<int>((label->placed++ + label->id) % spread->folds);
}

void place_record(TrainingRows *rows, Spread *spread, const struct varlena *record)
{
    const Size vector_bytes = sizeof(float) * static_cast<Size>(rows->dimensions);
    const char *whole = VARDATA_ANY(record);
    const char *vector = whole + kKeyBytes;
    const char *names = vector + vector_bytes;
    const char *tail = VARDATA_ANY(record) + VARSIZE_ANY_EXHDR(record) - kTailBytes;
    const Size same = rows->by_tokens ? kKeyBytes : kKeyBytes + vector_bytes;
    if (spread->groups == 0 || std::memcmp(spread->last, whole, same) != 0) {
        spread->fold = next_fold(rows, spread, names < tail ? find_label(rows, names) : nullptr);
        spread->groups++;
    }
    std::memcpy(spread->last, whole, same);
    spread->rows_of[spread->fold]++;

    Pile *pile = &spread->piles[spread->fold];
    float *row = next_row(rows, pile);
    std::memcpy(row, vector, vector_bytes);
    std::memcpy(row + rows->shape.weight_at(), tail, sizeof(float));
    fit::set_word_at(row, rows->shape.origin_at(), static_cast<uint8>(tail[sizeof(float)]));
    uint32 key;
    std::memcpy(&key, whole, kKeyBytes);
    fit::set_word_at(row, rows->shape.key_at(), pg_ntoh32(key));
    set_labels(rows, row, names, tail);
    if (pile->count == rows->shape.block_rows())
        close_pile(rows, pile, spread->fold);
}

// Numbers the folds that have rows in order, and returns how many there are.
int number_folds(TrainingRows *rows, const Spread *spread)
{
    auto *number = static_cast<int *>(palloc(sizeof(int) * static_cast<Size>(spread->folds)));
    int used = 0;
    for (int fold = 0; fold < spread->folds; fold++)
        number[fold] = spread->rows_of[fold] > 0 ? used++ : -1;
    for (Size b = 0; b < rows->n_blocks; b++)
        rows->blocks[b].fold = number[rows->blocks[b].fold];
    return used;
}

// Closes the unfinished blocks of the folds when all rows are placed.
void close_piles(TrainingRows *rows, Spread *spread)
{
    for (int fold = 0; fold < spread->folds; fold++) {
        close_pile(rows, &spread->piles[fold], fold);
        if (spread->piles[fold].rows != nullptr)
            pfree(spread->piles[fold].rows);
    }
}

} // namespace

TrainingRows *training_rows_begin(MemoryContext context, bool multilabel, bool by_tokens,
                                  Size memory)
{
    MemoryContext before = MemoryContextSwitchTo(context);
    auto *rows = static_cast<TrainingRows *>(palloc0(sizeof(TrainingRows)));
    rows->context = context;
    rows->memory = memory;
    rows->multilabel = multilabel;
    rows->by_tokens = by_tokens;
    HASHCTL control = {};
    control.keysize = kMostLabelBytes + 1;
    control.entrysize = sizeof(TrainingLabel);
    control.hcxt = context;
    rows->by_name =
        hash_create("labels of a training", 128, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
    initStringInfo(&rows->record);
    begin_sort(rows);
    MemoryContextSwitchTo(before);
    return rows;
}

void training_rows_add(TrainingRows *rows, const float *x, int dimensions, const RowLabels &labels,
                       float weight, fit::Origin origin, uint32 key)
{
    check_row(rows, dimensions, labels);
    rows->dimensions = dimensions;
    const int bytes = dimensions * static_cast<int>(sizeof(float));
    const uint32 sorted =
        pg_hton32(rows->by_tokens ? key : hash_bytes(reinterpret_cast<const uint8 *>(x), bytes));
    StringInfo record = &rows->record;
    resetStringInfo(record);
    appendStringInfoSpaces(record, VARHDRSZ);
    appendBinaryStringInfo(record, reinterpret_cast<const char *>(&sorted), kKeyBytes);
    appendBinaryStringInfo(record, reinterpret_cast<const char *>(x), bytes);
    for (int i = 0; i < labels.n; i++) {
        TrainingLabel *label = count_label(rows, labels.names[i], weight);
        label->first += i == 0;
        appendBinaryStringInfo(record, labels.names[i],
                               static_cast<int>(std::strlen(labels.names[i])) + 1);
    }
    appendBinaryStringInfo(record, reinterpret_cast<const char *>(&weight), sizeof(weight));
    appendStringInfoChar(record, static_cast<char>(origin));
    put_record(rows);
    rows->rows++;
    rows->unlabelled += labels.n == 0;
    rows->of_origin[origin]++;
    rows->weight += static_cast<double>(weight);
}

int training_rows_arrange(TrainingRows *rows, int folds, Size others)
{
    MemoryContext before = MemoryContextSwitchTo(rows->context);
    number_labels(rows);
    rows->shape = {static_cast<size_t>(rows->dimensions), static_cast<size_t>(rows->n_labels),
                   rows->multilabel};
    rows->room = std::min(rows->memory / 2, rows->memory - std::min(rows->memory, others));
    // Each fold has a block that is being filled.
    rows->used =
        block_bytes(rows, static_cast<uint32>(rows->shape.block_rows())) * static_cast<Size>(folds);
    rows->room_blocks = 64;
    rows->blocks = static_cast<fit::Block *>(palloc(sizeof(fit::Block) * rows->room_blocks));
    Spread spread = {};
    spread.folds = folds;
    spread.piles = static_cast<Pile *>(palloc0(sizeof(Pile) * static_cast<Size>(folds)));
    spread.rows_of = static_cast<int64 *>(palloc0(sizeof(int64) * static_cast<Size>(folds)));
    spread.last = static_cast<char *>(palloc(kKeyBytes + sizeof(float) * rows->shape.dimensions));
    TupleTableSlot *sorted =
        MakeSingleTupleTableSlot(rows->slot->tts_tupleDescriptor, &TTSOpsMinimalTuple);

    tuplesort_performsort(rows->sort);
    while (tuplesort_gettupleslot(rows->sort, true, false, sorted, nullptr)) {
        CHECK_FOR_INTERRUPTS();
        slot_getallattrs(sorted);
        place_record(rows, &spread,
                     reinterpret_cast<struct varlena *>(DatumGetPointer(sorted->tts_values[0])));
    }
    close_piles(rows, &spread);
    ExecDropSingleTupleTableSlot(sorted);
    ExecDropSingleTupleTableSlot(rows->slot);
    tuplesort_end(rows->sort);
    const int used = number_folds(rows, &spread);
    MemoryContextSwitchTo(before);
    return used;
}

const float *training_rows_block(const TrainingRows *rows, const fit::Block *block, float *scratch)
{
    if (block->rows != nullptr)
        return block->rows;
    const Size bytes = block_bytes(rows, block->count);
    const auto got = FileRead(rows->file, reinterpret_cast<char *>(scratch),
                              static_cast<int>(bytes), block->offset, PG_WAIT_EXTENSION);
    if (got < 0 || static_cast<Size>(got) != bytes)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not read a temporary file of a training: %m")));
    return scratch;
}

bool training_rows_have(const TrainingRows *rows, const text *label)
{
    const char *name = text_to_cstring(label);
    return std::strlen(name) <= kMostLabelBytes && find_label(rows, name) != nullptr;
}

uint32 training_rows_label(const TrainingRows *rows, const text *label)
{
    return find_label(rows, text_to_cstring(label))->id;
}

int training_rows_file(const TrainingRows *rows)
{
    return rows->file == 0 ? -1 : FileGetRawDesc(rows->file);
}

void training_rows_end(TrainingRows *rows)
{
    if (rows->file != 0)
        FileClose(rows->file);
    rows->file = 0;
}

} // namespace sbert
