#include <algorithm>
#include <cstring>
#include <string_view>

#include "extension/array_walk.h"
#include "extension/boundary.h"
#include "extension/classifiers/progress.h"
#include "extension/classifiers/training_query.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/prompt.h"
#include "extension/learned/reading_query.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

constexpr int kFetchRows = 128;
constexpr float kMostWeight = 1e15f;

// char(n) does not count as text, because its values are filled up with spaces.
bool is_text(Oid type) { return type == TEXTOID || type == VARCHAROID; }
bool is_text_array(Oid type) { return type == TEXTARRAYOID || is_text(get_element_type(type)); }

[[noreturn]] void refuse_columns(TupleDesc columns)
{
    StringInfoData types;
    initStringInfo(&types);
    for (int i = 0; i < columns->natts; i++)
        appendStringInfo(&types, "%s%s", i > 0 ? ", " : "",
                         format_type_be(TupleDescAttr(columns, i)->atttypid));
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("the query of a training must return (text or vector, text or text[])"),
                    errdetail("It returns (%s).", types.data),
                    errhint("Cast the columns, for example label::text.")));
    pg_unreachable();
}

TrainingQuery open_portal(const char *sql, int n, Oid *types, Datum *values)
{
    TrainingQuery query = {};
    query.portal = reading_query_open(sql, n, types, values).portal;
    return query;
}

// ---- rows --------------------------------------------------------------------------------------

int by_bytes(const void *a, const void *b, void *)
{
    return std::strcmp(*static_cast<char *const *>(a), *static_cast<char *const *>(b));
}

// Collects the labels of a text[], sorted, each once. Returns false if one of them is null.
bool labels_of_array(Datum value, RowLabels *labels)
{
    ArrayWalk walk = array_walk(DatumGetArrayTypeP(value), TYPALIGN_INT);
    const int n = walk.count;
    labels->names = static_cast<char **>(
        palloc_extended(sizeof(char *) * (static_cast<Size>(n) + 1), MCXT_ALLOC_HUGE));
    labels->n = 0;
    for (int i = 0; i < n; i++) {
        char *element = array_walk_next(walk);
        if (element == nullptr)
            return false;
        labels->names[labels->n++] = text_to_cstring(reinterpret_cast<text *>(element));
    }
    qsort_interruptible(labels->names, static_cast<Size>(n), sizeof(char *), by_bytes, nullptr);
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (kept == 0 || std::strcmp(labels->names[kept - 1], labels->names[i]) != 0)
            labels->names[kept++] = labels->names[i];
    labels->n = kept;
    return true;
}

bool labels_of(const TrainingQuery *query, Datum value, RowLabels *labels)
{
    if (query->label_sets)
        return labels_of_array(value, labels);
    labels->names = static_cast<char **>(palloc(sizeof(char *)));
    labels->names[0] = TextDatumGetCString(value);
    labels->n = 1;
    return true;
}

// The rows of one fetch, without those that have a null.
struct Batch {
    int n;
    Datum first[kFetchRows];
    RowLabels labels[kFetchRows];
    float weights[kFetchRows];
    uint32 keys[kFetchRows]; // of rows that an earlier training kept
};

// The number of rows that a kept row stands for. It is checked, because the owner of the table may
// have written anything.
float weight_of(HeapTuple tuple, TupleDesc columns)
{
    bool null;
    const float weight = DatumGetFloat4(SPI_getbinval(tuple, columns, 3, &null));
    if (null || !(weight > 0 && weight < kMostWeight))
        ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                        errmsg("a row that the classifier keeps has the weight %g",
                               null ? 0 : static_cast<double>(weight)),
                        errhint("Delete the row, or train anew.")));
    return weight;
}

// The key of a kept row, or 0 if it has none.
uint32 key_of(HeapTuple tuple, TupleDesc columns)
{
    bool null;
    const Datum key = SPI_getbinval(tuple, columns, 4, &null);
    return null ? 0 : static_cast<uint32>(DatumGetInt32(key));
}

void take_rows(const TrainingQuery *query, Batch *batch, bool refuse_nulls)
{
    TupleDesc columns = SPI_tuptable->tupdesc;
    batch->n = 0;
    for (uint64 i = 0; i < SPI_processed; i++) {
        bool no_first, no_label;
        HeapTuple tuple = SPI_tuptable->vals[i];
        batch->first[batch->n] = SPI_getbinval(tuple, columns, 1, &no_first);
        const Datum label = SPI_getbinval(tuple, columns, 2, &no_label);
        batch->weights[batch->n] = query->kept ? weight_of(tuple, columns) : 1;
        batch->keys[batch->n] = query->kept ? key_of(tuple, columns) : 0;
        if (!no_first && !no_label && labels_of(query, label, &batch->labels[batch->n]))
            batch->n++;
        else if (refuse_nulls)
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                            errmsg("the query of the training returned a row with a null"),
                            errhint("With the option {\"nulls\": \"skip\"} such rows are skipped "
                                    "and counted.")));
    }
}

void add_vectors(const Batch *batch, TrainingRows *rows, const Model *model, fit::Origin origin)
{
    for (int i = 0; i < batch->n; i++) {
        auto *vector = reinterpret_cast<Vector *>(PG_DETOAST_DATUM(batch->first[i]));
        if (model != nullptr && vector->dim != model->dimensions)
            ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                            errmsg("vectors of model \"%s\" have %d dimensions, not %d",
                                   model->name, model->dimensions, vector->dim)));
        training_rows_add(rows, vector->x, vector->dim, batch->labels[i], batch->weights[i], origin,
                          batch->keys[i]);
    }
}

// A hash of the tokens that the model sees. Texts with the same tokens have the same vector.
uint32 key_of_text(const Model *model, std::string_view prompt, std::string_view text)
{
    const encoder::StopFlag stop = stop_flag();
    uint32 key = 0;
    run_cpp([&] {
        encoder::Encoding encoding;
        model->encoder->tokenize(text, prompt, encoder::Dropped::kIgnore, stop, encoding);
        key = 0;
        for (const encoder::Token &token : encoding.tokens)
            key = hash_combine(key, murmurhash32(static_cast<uint32>(token.id)));
    });
    return key;
}

void add_texts(const Batch *batch, TrainingRows *rows, const Model *model, std::string_view prompt,
               fit::Origin origin)
{
    std::string_view texts[kFetchRows];
    for (int i = 0; i < batch->n; i++)
        texts[i] = utf8_of(DatumGetTextPP(batch->first[i]));
    const Size D = static_cast<Size>(model->dimensions);
    auto *vectors = static_cast<float *>(palloc(sizeof(float) * D * kFetchRows));
    embed_texts(model, prompt, texts, batch->n, vectors, D);
    for (int i = 0; i < batch->n; i++)
        training_rows_add(rows, vectors + D * static_cast<Size>(i), model->dimensions,
                          batch->labels[i], batch->weights[i], origin,
                          rows->by_tokens ? key_of_text(model, prompt, texts[i]) : 0);
}

} // namespace

TrainingQuery training_query_open(const char *sql)
{
    TrainingQuery query = open_portal(sql, 0, nullptr, nullptr);
    TupleDesc columns = query.portal->tupDesc;
    if (columns->natts != 2)
        refuse_columns(columns);
    const Oid first = getBaseType(TupleDescAttr(columns, 0)->atttypid);
    const Oid second = getBaseType(TupleDescAttr(columns, 1)->atttypid);
    query.texts = is_text(first);
    query.label_sets = is_text_array(second);
    if ((!query.texts && first != vector_type()) || (!query.label_sets && !is_text(second)))
        refuse_columns(columns);
    return query;
}

TrainingQuery training_query_kept(Oid relation, int32 version)
{
    Oid types[] = {INT4OID};
    Datum values[] = {Int32GetDatum(version)};
    TrainingQuery query = open_portal(psprintf("SELECT embedding, labels, weight, key FROM %s "
                                               "WHERE part OPERATOR(pg_catalog.>) 0 "
                                               "AND version OPERATOR(pg_catalog.=) $1",
                                               learned_quoted_name(relation)),
                                      1, types, values);
    query.label_sets = query.kept = true;
    return query;
}

bool training_query_kept_by_tokens(Oid relation, int32 version)
{
    Oid types[] = {INT4OID};
    Datum values[] = {Int32GetDatum(version)};
    const char *sql = psprintf("SELECT 1 FROM %s WHERE part OPERATOR(pg_catalog.>) 0 "
                               "AND version OPERATOR(pg_catalog.=) $1 AND key IS NULL",
                               learned_quoted_name(relation));
    spi_expect(SPI_execute_with_args(sql, 1, types, values, nullptr, true, 1), SPI_OK_SELECT);
    return SPI_processed == 0;
}

int64 training_query_read(const TrainingQuery *query, TrainingRows *rows, const Model *model,
                          const TrainOptions *options, fit::Origin origin, MemoryContext scratch)
{
    std::string_view prompt;
    if (query->texts)
        prompt = prompt_of(model, options->prompt);
    auto *batch = static_cast<Batch *>(palloc(sizeof(Batch)));
    int64 skipped = 0;
    for (;;) {
        SPI_cursor_fetch(query->portal, true, kFetchRows);
        if (SPI_processed == 0)
            break;
        MemoryContext before = MemoryContextSwitchTo(scratch);
        take_rows(query, batch, options->refuse_nulls);
        skipped += static_cast<int64>(SPI_processed) - batch->n;
        if (query->texts)
            add_texts(batch, rows, model, prompt, origin);
        else
            add_vectors(batch, rows, model, origin);
        MemoryContextSwitchTo(before);
        MemoryContextReset(scratch);
        SPI_freetuptable(SPI_tuptable);
        progress_rows(rows->rows, skipped);
        CHECK_FOR_INTERRUPTS();
    }
    SPI_cursor_close(query->portal);
    pfree(batch);
    return skipped;
}

} // namespace sbert
