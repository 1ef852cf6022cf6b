// Stores a finished training in its table, as the current user, whose rights and policies apply.
#include <algorithm>
#include <cmath>

#include "extension/classifiers/training.h"
#include "extension/learned/table.h"
#include "extension/types/dense.h"

namespace sbert {
namespace {

// A label with few rows keeps at least this number of them.
constexpr int64 kLeastRowsOfLabel = 20;

Datum vector_datum(const float *x, int dimensions)
{
    Vector *vector = vector_alloc(dimensions);
    std::copy_n(x, dimensions, vector->x);
    return PointerGetDatum(vector);
}

Datum weights_datum(const Training *training)
{
    const int K = training->rows->n_labels, D = training->rows->dimensions;
    auto *rows = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(K)));
    for (int k = 0; k < K; k++) {
        const float *row =
            training->fitted->weights.data() + static_cast<Size>(k) * static_cast<Size>(D);
        rows[k] = vector_datum(row, D);
    }
    return PointerGetDatum(construct_array(rows, K, vector_type(), -1, false, TYPALIGN_INT));
}

Datum reals_datum(const std::vector<float> &values)
{
    auto *reals = static_cast<Datum *>(palloc(sizeof(Datum) * values.size()));
    for (Size i = 0; i < values.size(); i++)
        reals[i] = Float4GetDatum(values[i]);
    return PointerGetDatum(construct_array(reals, static_cast<int>(values.size()), FLOAT4OID,
                                           sizeof(float4), true, TYPALIGN_INT));
}

Datum labels_datum(const TrainingRows *rows)
{
    const int K = rows->n_labels;
    auto *names = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(K)));
    for (int k = 0; k < K; k++)
        names[k] = CStringGetTextDatum(rows->labels[k]->name);
    return PointerGetDatum(construct_array(names, K, TEXTOID, -1, false, TYPALIGN_INT));
}

// A text or a null as a parameter of a statement.
Datum text_or_null(const char *value, char *null)
{
    *null = value == nullptr ? 'n' : ' ';
    return value == nullptr ? Datum{0} : CStringGetTextDatum(value);
}

void store_version(const Training *training)
{
    const fit::Fitted &fitted = *training->fitted;
    const Model *model = training->model;
    Oid types[] = {INT4OID,        TEXTARRAYOID, get_array_type(vector_type()),
                   FLOAT4ARRAYOID, FLOAT8OID,    FLOAT4ARRAYOID,
                   TEXTOID,        TEXTOID,      TEXTOID,
                   JSONBOID,       JSONBOID};
    char nulls[] = "           ";
    Datum values[] = {
        Int32GetDatum(training->version),
        labels_datum(training->rows),
        weights_datum(training),
        reals_datum(fitted.intercepts),
        Float8GetDatum(fitted.temperature),
        training->rows->multilabel ? reals_datum(fitted.thresholds) : Datum{0},
        text_or_null(model == nullptr ? nullptr : model->name, &nulls[6]),
        text_or_null(model == nullptr ? nullptr : model->encoder->fingerprint().c_str(), &nulls[7]),
        text_or_null(training->options.prompt, &nulls[8]),
        JsonbPGetDatum(training->json),
        JsonbPGetDatum(training_report(training)),
    };
    if (!training->rows->multilabel)
        nulls[5] = 'n';
    const char *insert = psprintf(
        "INSERT INTO %s (version, part, classifier) VALUES ($1, 0, "
        "ROW($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, pg_catalog.now())::sbert.classifier)",
        learned_quoted_name(training->relation));
    spi_expect(SPI_execute_with_args(insert, lengthof(types), types, values, nulls, false, 0),
               SPI_OK_INSERT);
}

// ---- rows that are kept ------------------------------------------------------------------------

// How many rows a label keeps, and the factor of their weights. The share is the same for all
// labels, and larger for labels with few rows. A row with a set of labels counts for its first
// label, and the entry after the last label is for empty sets. If a label still lacks rows, a row
// that has it at another place in its set is kept too, with a factor of 1.
struct Share {
    int64 left;
    double factor;
    int64 owed;
};

Share *shares_of(const Training *training)
{
    const TrainingRows *rows = training->rows;
    const double share = std::min(1.0, static_cast<double>(training->options.keep_rows) /
                                           static_cast<double>(rows->rows));
    auto *shares =
        static_cast<Share *>(palloc(sizeof(Share) * static_cast<Size>(rows->n_labels + 1)));
    for (int k = 0; k <= rows->n_labels; k++) {
        const int64 n = k < rows->n_labels ? rows->labels[k]->first : rows->unlabelled;
        const auto part = static_cast<int64>(std::llround(share * static_cast<double>(n)));
        shares[k].owed =
            k < rows->n_labels ? std::min(rows->labels[k]->rows, kLeastRowsOfLabel) : 0;
        shares[k].left = std::max(part, std::min(n, kLeastRowsOfLabel));
        shares[k].factor =
            static_cast<double>(n) / static_cast<double>(std::max<int64>(shares[k].left, 1));
    }
    return shares;
}

int first_label(const TrainingRows *rows, const float *row)
{
    if (!rows->multilabel)
        return static_cast<int>(fit::word_at(row, rows->shape.labels_at()));
    for (int k = 0; k < rows->n_labels; k++)
        if (fit::has_label(rows->shape, row, static_cast<size_t>(k)))
            return k;
    return rows->n_labels;
}

// The factor of a row's weight if it is kept, or 0 if it is not.
double take_share(const TrainingRows *rows, Share *shares, const float *row)
{
    bool owed = false;
    for (int k = 0; rows->multilabel && k < rows->n_labels; k++)
        if (shares[k].owed > 0 && fit::has_label(rows->shape, row, static_cast<size_t>(k))) {
            shares[k].owed--;
            owed = true;
        }
    Share &share = shares[first_label(rows, row)];
    if (share.left == 0)
        return owed ? 1 : 0;
    share.left--;
    return share.factor;
}

Datum row_labels_datum(const TrainingRows *rows, const float *row)
{
    auto *names = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(rows->n_labels)));
    int n = 0;
    for (int k = 0; k < rows->n_labels; k++)
        if (fit::has_label(rows->shape, row, static_cast<size_t>(k)))
            names[n++] = CStringGetTextDatum(rows->labels[k]->name);
    return PointerGetDatum(n == 0 ? construct_empty_array(TEXTOID)
                                  : construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

void keep_row(const Training *training, SPIPlanPtr insert, int32 part, const float *row,
              double factor)
{
    const TrainingRows *rows = training->rows;
    const float weight =
        static_cast<float>(static_cast<double>(row[rows->shape.weight_at()]) * factor);
    Datum values[] = {Int32GetDatum(training->version),
                      Int32GetDatum(part),
                      vector_datum(row, rows->dimensions),
                      row_labels_datum(rows, row),
                      Float4GetDatum(weight),
                      Int32GetDatum(static_cast<int32>(fit::word_at(row, rows->shape.key_at())))};
    const char *nulls = rows->by_tokens ? "      " : "     n";
    spi_expect(SPI_execute_plan(insert, values, nulls, false, 0), SPI_OK_INSERT);
}

void store_rows(const Training *training)
{
    const TrainingRows *rows = training->rows;
    Oid types[] = {INT4OID, INT4OID, vector_type(), TEXTARRAYOID, FLOAT4OID, INT4OID};
    SPIPlanPtr insert =
        SPI_prepare(psprintf("INSERT INTO %s (version, part, embedding, labels, weight, key) "
                             "VALUES ($1, $2, $3, $4, $5, $6)",
                             learned_quoted_name(training->relation)),
                    lengthof(types), types);
    // The version itself is part 0.
    int32 part = 0;
    Share *shares = shares_of(training);
    auto *scratch = static_cast<float *>(
        palloc(sizeof(float) * rows->shape.stride() * rows->shape.block_rows()));
    MemoryContext each =
        AllocSetContextCreate(CurrentMemoryContext, "a row that is kept", ALLOCSET_SMALL_SIZES);
    for (Size b = 0; b < rows->n_blocks; b++) {
        const float *block = training_rows_block(rows, &rows->blocks[b], scratch);
        for (uint32 i = 0; i < rows->blocks[b].count; i++) {
            const float *row = block + i * rows->shape.stride();
            CHECK_FOR_INTERRUPTS();
            const double factor = take_share(rows, shares, row);
            if (factor == 0)
                continue;
            MemoryContext before = MemoryContextSwitchTo(each);
            keep_row(training, insert, ++part, row, factor);
            MemoryContextSwitchTo(before);
            MemoryContextReset(each);
        }
    }
    MemoryContextDelete(each);
}

} // namespace

void training_store(const Training *training)
{
    store_version(training);
    if (training->options.keep_rows > 0)
        store_rows(training);
}

} // namespace sbert
