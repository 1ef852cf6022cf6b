// Runs a training: settles the folds and the weights of labels, and calls the trainer step by step.
#include <algorithm>

#include "extension/adopt.h"
#include "extension/boundary.h"
#include "extension/classifiers/progress.h"
#include "extension/classifiers/training.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

constexpr int kFolds = 5;
// With more rows, measuring a held-out fifth is accurate enough.
constexpr int64 kMostRowsOfFolds = 20000;

void check_enough(const TrainingRows *rows)
{
    if (rows->rows == 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the query of the training returned no rows to learn from")));
    if (rows->n_labels == 0 || (!rows->multilabel && rows->n_labels == 1))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the rows of the training have %s",
                               rows->n_labels == 0 ? "no label" : "one label only"),
                        errhint("A classifier tells at least two labels apart.")));
    if (rows->rows < rows->n_labels)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the training has fewer rows than labels: %lld and %d",
                               static_cast<long long>(rows->rows), rows->n_labels)));
}

// A query that returns (label, text) instead of (text, label) looks so. A few rows may be an
// example.
void warn_of_swapped_columns(const TrainingRows *rows)
{
    constexpr int64 kExample = 10;
    if (!rows->multilabel && rows->rows == rows->n_labels && rows->rows >= kExample)
        ereport(WARNING,
                (errmsg("each of the %lld rows of the training has a label of its own",
                        static_cast<long long>(rows->rows)),
                 errhint("The query returns the text or vector first, then the label. Are the "
                         "columns swapped?")));
}

// The number of rows of the second most frequent label. With no more folds than that, leaving out a
// fold never leaves a single label.
int64 second_label_rows(const TrainingRows *rows)
{
    HASH_SEQ_STATUS scan;
    hash_seq_init(&scan, rows->by_name);
    int64 first = 0, second = 0;
    while (auto *label = static_cast<TrainingLabel *>(hash_seq_search(&scan))) {
        second = std::max(second, std::min(first, label->rows));
        first = std::max(first, label->rows);
    }
    return second;
}

void choose_folds(Training *training)
{
    const TrainingRows *rows = training->rows;
    const TrainOptions &options = training->options;
    training->holdout = options.holdout > 0 || (options.folds < 0 && rows->rows > kMostRowsOfFolds);
    int64 folds = options.folds;
    if (training->holdout)
        folds = options.holdout > 0 ? static_cast<int64>(1 / options.holdout + 0.5) : kFolds;
    else if (options.folds < 0)
        folds = kFolds;
    folds = std::min(folds, rows->multilabel ? rows->rows : second_label_rows(rows));
    training->folds = folds < 2 ? 0 : static_cast<int>(folds);
}

// If fewer than two folds have rows, nothing can be left out.
void settle_folds(Training *training, int used)
{
    training->folds = training->folds < 2 || used < 2 ? 0 : used;
    if (training->folds > 0)
        return;
    training->holdout = false;
    ereport(NOTICE, (errmsg("the quality of classifier \"%s\" is not measured", training->name),
                     training->options.folds == 0
                         ? 0
                         : errdetail("It has too few rows, or too few that differ, for that.")));
}

// The bytes that a training takes in addition to its rows. Raises an error if there is too little
// memory.
Size check_memory(const Training *training, Size memory)
{
    const TrainingRows *rows = training->rows;
    const fit::Shape shape = {static_cast<size_t>(rows->dimensions),
                              static_cast<size_t>(rows->n_labels), rows->multilabel};
    const int folds = std::max(training->folds, 1);
    const Size trainer = fit::Trainer::bytes(shape, folds);
    // One block of each fold is filled while the rows are sorted.
    const Size piles =
        sizeof(float) * shape.stride() * shape.block_rows() * static_cast<Size>(folds);
    const Size wanted = std::max(trainer, 2 * piles);
    if (wanted > memory)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("maintenance_work_mem is too small for a training with %d labels and %d "
                        "dimensions",
                        rows->n_labels, rows->dimensions),
                 errhint("Set maintenance_work_mem to at least %d MB.",
                         static_cast<int>(wanted / (1024 * 1024)) + 1)));
    return trainer;
}

void check_class_weights(const Training *training)
{
    JsonbIterator *it = JsonbIteratorInit(&training->options.class_weights->root);
    JsonbValue value;
    JsonbIteratorToken token;
    while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE) {
        if (token != WJB_KEY)
            continue;
        const text *key = cstring_to_text_with_len(value.val.string.val, value.val.string.len);
        if (!training_rows_have(training->rows, key))
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("the option \"class_weights\" names the label \"%s\", which no "
                                   "row has",
                                   text_to_cstring(key))));
    }
}

// (K) weights each. `any` says whether they may differ from 1.
struct PlainWeights {
    float *with, *without;
    bool any;
};

// With "balanced" the rows of each label have the same total weight. With sets of labels, the rows
// with a label have the same total weight as those without it.
PlainWeights label_weights(const Training *training)
{
    const TrainingRows *rows = training->rows;
    const TrainOptions &options = training->options;
    const int K = rows->n_labels;
    PlainWeights weights;
    weights.with = static_cast<float *>(palloc(sizeof(float) * static_cast<Size>(K)));
    weights.without = static_cast<float *>(palloc(sizeof(float) * static_cast<Size>(K)));
    weights.any = options.balanced || options.class_weights != nullptr;
    for (int k = 0; k < K; k++) {
        const TrainingLabel *label = rows->labels[k];
        const double share = rows->weight / (rows->multilabel ? 2 : K);
        weights.with[k] = weights.without[k] = 1;
        if (options.balanced) {
            weights.with[k] = static_cast<float>(share / label->weight);
            if (rows->weight > label->weight)
                weights.without[k] = static_cast<float>(share / (rows->weight - label->weight));
        } else if (options.class_weights != nullptr)
            weights.with[k] = static_cast<float>(class_weight(options, label->name));
    }
    return weights;
}

fit::Plan make_plan(const Training *training, const PlainWeights &weights)
{
    const TrainOptions &options = training->options;
    const auto K = static_cast<size_t>(training->rows->n_labels);
    fit::Plan plan;
    plan.penalties.assign(options.penalties, options.penalties + options.n_penalties);
    if (training->folds == 0)
        plan.penalties = {options.own_penalties ? options.penalties[0] : 1.0};
    plan.folds = training->folds;
    plan.holdout = training->holdout;
    plan.max_iterations = options.max_iterations;
    plan.label_weights.with.assign(weights.with, weights.with + K);
    if (training->rows->multilabel && weights.any)
        plan.label_weights.without.assign(weights.without, weights.without + K);
    return plan;
}

// Runs the trainer, and serves interrupts that do not end the query between two steps.
void run_steps(fit::Trainer *trainer, const TrainingRows *rows)
{
    for (bool more = true; more;) {
        const encoder::StopFlag stop = stop_flag();
        const int file = training_rows_file(rows);
        run_cpp([&] { more = trainer->advance(file, stop); });
        progress_training(*trainer);
        CHECK_FOR_INTERRUPTS();
    }
}

} // namespace

void training_begin(Training *training, const char *function, MemoryContext context)
{
    spi_connect();
    progress_begin(function, training->relation, context);
}

void training_end(Training *training)
{
    training_rows_end(training->rows);
    progress_end();
    SPI_finish();
}

Size training_memory() { return static_cast<Size>(maintenance_work_mem) * 1024; }

void training_read(Training *training, const TrainingQuery *query, fit::Origin origin,
                   MemoryContext context)
{
    MemoryContext scratch =
        AllocSetContextCreate(context, "rows of a training", ALLOCSET_DEFAULT_SIZES);
    training->skipped += training_query_read(query, training->rows, training->model,
                                             &training->options, origin, scratch);
    MemoryContextDelete(scratch);
}

void training_run(Training *training, MemoryContext context)
{
    TrainingRows *rows = training->rows;
    check_enough(rows);
    warn_of_swapped_columns(rows);
    if (training->options.class_weights != nullptr)
        check_class_weights(training);
    choose_folds(training);
    const Size others = check_memory(training, rows->memory);
    settle_folds(training, training_rows_arrange(rows, std::max(training->folds, 1), others));
    progress_plan(training->options.n_penalties, training->holdout ? 1 : training->folds);
    const PlainWeights weights = label_weights(training);
    auto *trainer = adopt<fit::Trainer>(context, [&] {
        return new fit::Trainer(rows->shape, {rows->blocks, rows->n_blocks},
                                make_plan(training, weights));
    });
    run_steps(trainer, rows);
    training->fitted = &trainer->fitted();
}

} // namespace sbert
