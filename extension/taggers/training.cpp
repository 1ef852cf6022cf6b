// Reads the rows of a training.
#include <algorithm>
#include <cstring>

#include "extension/adopt.h"
#include "extension/boundary.h"
#include "extension/taggers/training.h"

#include "extension/learned/table.h"
#include "extension/taggers/progress.h"

namespace sbert {
namespace {

struct LabelEntry {
    char name[tagging::kMostTypeBytes + 1];
};

TupleDesc record_descriptor()
{
    TupleDesc descriptor = CreateTemplateTupleDesc(1);
    TupleDescInitEntry(descriptor, 1, "record", BYTEAOID, -1, 0);
    return descriptor;
}

void begin_sort(TaggerTraining *training)
{
    TupleDesc descriptor = training->record_type = record_descriptor();
    AttrNumber column = 1;
    Oid less = ByteaLessOperator, collation = InvalidOid;
    bool nulls_first = false;
    const Size kilobytes = std::clamp<Size>(training->memory / 4096, 64, MAX_KILOBYTES);
    training->sort = tuplesort_begin_heap(descriptor, 1, &column, &less, &collation, &nulls_first,
                                          static_cast<int>(kilobytes), nullptr, TUPLESORT_NONE);
    training->slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
}

void put_record(TaggerTraining *training)
{
    StringInfo record = &training->record;
    SET_VARSIZE(record->data, record->len);
    ExecClearTuple(training->slot);
    training->slot->tts_values[0] = PointerGetDatum(record->data);
    training->slot->tts_isnull[0] = false;
    ExecStoreVirtualTuple(training->slot);
    tuplesort_puttupleslot(training->sort, training->slot);
}

// Notes the labels and letters of a row's tags.
void count_labels(TaggerTraining *training, const TaggedRow &row)
{
    for (int i = 0; i < row.n; i++) {
        const char *tag = row.tags[i];
        if (std::strcmp(tag, "O") == 0)
            continue;
        training->bioes |= tag[0] == 'E' || tag[0] == 'S';
        bool found;
        hash_search(training->labels, tag + 2, HASH_ENTER, &found);
        if (!found &&
            hash_get_num_entries(training->labels) > static_cast<long>(tagging::kMostTypes))
            ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                            errmsg("the query of the tagger returns more than %zu labels",
                                   tagging::kMostTypes)));
    }
}

void put_words(std::vector<std::string_view> &out, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        out.emplace_back(words[i]);
}

// Sorts in a row with what stands before and behind it; either may be null.
void add_row(TaggerTraining *training, const TaggedRow &row, const TaggedRow *before,
             const TaggedRow *behind, const char *vectors, Size vector_bytes,
             tagging::Origin origin)
{
    tagging::Lesson *lesson = training->lesson;
    const encoder::StopFlag stop = stop_flag();
    count_labels(training, row);
    const std::vector<char> *bytes = nullptr;
    run_cpp([&] {
        tagging::RawSentence raw;
        put_words(raw.words, row.words, row.n);
        put_words(raw.tags, row.tags, row.n);
        if (before != nullptr)
            put_words(raw.before, before->words, before->n);
        if (behind != nullptr)
            put_words(raw.behind, behind->words, behind->n);
        raw.vectors = {vectors, vector_bytes};
        raw.row = row.number;
        raw.origin = origin;
        bytes = &lesson->count(raw, stop);
    });
    resetStringInfo(&training->record);
    appendStringInfoSpaces(&training->record, VARHDRSZ);
    appendBinaryStringInfo(&training->record, bytes->data(), static_cast<int>(bytes->size()));
    put_record(training);
    training->rows++;
    training->words += row.n;
    training->of_origin[static_cast<int>(origin)]++;
}

} // namespace

void tagger_training_begin(TaggerTraining *training, const char *function)
{
    spi_connect();
    tagger_progress_begin(function, training->relation, training->context);
    MemoryContext before = MemoryContextSwitchTo(training->context);
    training->memory = static_cast<Size>(maintenance_work_mem) * 1024;
    HASHCTL control = {};
    control.keysize = tagging::kMostTypeBytes + 1;
    control.entrysize = sizeof(LabelEntry);
    control.hcxt = training->context;
    training->labels =
        hash_create("labels of a tagger", 64, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
    initStringInfo(&training->record);
    begin_sort(training);
    MemoryContextSwitchTo(before);
}

void tagger_training_course(TaggerTraining *training, bool context_words)
{
    const TaggerOptions &options = training->options;
    const Size memory = training->memory;
    training->lesson = adopt<tagging::Lesson>(training->context, [&] {
        tagging::Course course;
        course.plan.loss = options.softmax ? tagging::Loss::kSoftmax : tagging::Loss::kChain;
        course.plan.epochs = static_cast<size_t>(options.epochs);
        course.layers.assign(options.layers, options.layers + options.n_layers);
        course.concatenate = options.n_layers > 0;
        course.context = context_words;
        course.least_count = static_cast<uint8_t>(options.least_count);
        course.feature_memory = memory / 4;
        return new tagging::Lesson(std::move(course));
    });
}

void tagger_training_read(TaggerTraining *training, TaggerQuery *query, bool context_words)
{
    // The row that waits, the one before it, and the one that comes.
    MemoryContext contexts[3];
    for (MemoryContext &context : contexts)
        context =
            AllocSetContextCreate(training->context, "a row of a training", ALLOCSET_SMALL_SIZES);
    TaggedRow rows[3];
    int64 n = 0;
    const auto put = [&](int64 i, bool last) {
        add_row(training, rows[i % 3], context_words && i > 0 ? &rows[(i - 1) % 3] : nullptr,
                context_words && !last ? &rows[(i + 1) % 3] : nullptr, nullptr, 0,
                tagging::Origin::kNew);
    };
    while (true) {
        MemoryContextReset(contexts[n % 3]);
        if (!tagger_query_next(query, contexts[n % 3], &rows[n % 3]))
            break;
        MemoryContext before = MemoryContextSwitchTo(contexts[n % 3]);
        if (n > 0)
            put(n - 1, false);
        MemoryContextSwitchTo(before);
        n++;
        if (n % 128 == 0)
            tagger_progress_rows(training->rows, training->skipped + query->skipped);
    }
    if (n > 0)
        put(n - 1, true);
    training->skipped += query->skipped;
    tagger_progress_rows(training->rows, training->skipped);
    for (MemoryContext context : contexts)
        MemoryContextDelete(context);
}

void tagger_training_read_kept(TaggerTraining *training, int32 version, size_t dimensions)
{
    Oid types[] = {INT4OID};
    Datum values[] = {Int32GetDatum(version)};
    ReadingQuery query = reading_query_open(psprintf("SELECT tokens, tags, vectors FROM %s "
                                                     "WHERE part OPERATOR(pg_catalog.>) 0 "
                                                     "AND version OPERATOR(pg_catalog.=) $1",
                                                     learned_quoted_name(training->relation)),
                                            1, types, values);
    MemoryContext each =
        AllocSetContextCreate(training->context, "a row that is kept", ALLOCSET_DEFAULT_SIZES);
    for (int64 n = 0;;) {
        SPI_cursor_fetch(query.portal, true, 16);
        if (SPI_processed == 0)
            break;
        MemoryContext before = MemoryContextSwitchTo(each);
        for (uint64 i = 0; i < SPI_processed; i++) {
            CHECK_FOR_INTERRUPTS();
            TaggedRow row = {};
            row.number = ++n;
            bool null;
            if (!tagged_row_of(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, &row))
                continue;
            const Datum stored =
                SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 3, &null);
            const bytea *vectors = null ? nullptr : DatumGetByteaPP(stored);
            const Size bytes = null ? 0 : VARSIZE_ANY_EXHDR(vectors);
            if (bytes != static_cast<Size>(row.n) * dimensions * sizeof(uint16) ||
                !tagging::all_finite({VARDATA_ANY(vectors), bytes}))
                ereport(ERROR,
                        (errcode(ERRCODE_DATA_CORRUPTED),
                         errmsg("a sentence that tagger \"%s\" keeps is damaged", training->name),
                         errhint("Delete the row, or train anew.")));
            add_row(training, row, nullptr, nullptr, VARDATA_ANY(vectors), bytes,
                    tagging::Origin::kOld);
        }
        SPI_freetuptable(SPI_tuptable);
        MemoryContextSwitchTo(before);
        MemoryContextReset(each);
    }
    SPI_cursor_close(query.portal);
    MemoryContextDelete(each);
}

void tagger_training_end(TaggerTraining *training)
{
    store_end(training->sentences);
    tuplestore_end(training->kept);
    tagger_progress_end();
    SPI_finish();
}

} // namespace sbert
