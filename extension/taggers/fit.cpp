// Encodes the rows of a training, fits the weights, and measures them on rows that were held out.
#include <algorithm>
#include <cstring>
#include <limits>

#include "extension/adopt.h"
#include "extension/boundary.h"
#include "extension/taggers/training.h"

#include "extension/taggers/progress.h"

namespace sbert {
namespace {

// Rows are encoded in groups of about this many words.
constexpr int64 kGroupWords = 256;
constexpr int kGroupRows = 64;
// The projection is learned from this many words.
constexpr int64 kSampleWords = 10000;
constexpr int64 kLeastRows = 2;

void check_enough(TaggerTraining *training)
{
    if (training->rows < kLeastRows)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the query of the tagger returned %s to learn from",
                               training->rows == 0 ? "no row" : "one row only"),
                        errhint("It needs at least two, and hundreds for good tags.")));
    if (hash_get_num_entries(training->labels) == 0)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("the query of the tagger returned no entity"), errhint("Every tag is O.")));
}

int by_bytes(const void *a, const void *b)
{
    return std::strcmp(*static_cast<char *const *>(a), *static_cast<char *const *>(b));
}

void number_labels(TaggerTraining *training)
{
    training->n_labels = static_cast<int>(hash_get_num_entries(training->labels));
    training->label_names = static_cast<char **>(MemoryContextAlloc(
        training->context, sizeof(char *) * static_cast<Size>(training->n_labels)));
    HASH_SEQ_STATUS scan;
    hash_seq_init(&scan, training->labels);
    int n = 0;
    while (void *label = hash_seq_search(&scan))
        training->label_names[n++] = static_cast<char *>(label);
    pg_qsort(training->label_names, static_cast<Size>(n), sizeof(char *), by_bytes);
}

void check_memory(const TaggerTraining *training, size_t dimensions)
{
    const size_t tags = tagging::Tagger::model_tags(static_cast<size_t>(training->n_labels));
    const Size wanted = tagging::FeatureCounts::kCells +
                        4 * tagging::Trainer::bytes(tags, dimensions, 0) + (Size{8} << 20);
    if (wanted > training->memory)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("maintenance_work_mem is too small for a tagger of %d labels",
                        training->n_labels),
                 errhint("Set maintenance_work_mem to at least %zu MB.", (wanted >> 20) + 1)));
}

[[noreturn]] void report_illegal(TaggerTraining *training)
{
    const tagging::IllegalTag &illegal = *training->lesson->illegal();
    const char *scheme = training->bioes ? "BIOES" : "BIO";
    const char *tag = illegal.tag.c_str();
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             illegal.tag.empty()
                 ? errmsg("tags may not end with \"%s\" in %s", illegal.before.c_str(), scheme)
             : illegal.before.empty() ? errmsg("tags may not begin with \"%s\" in %s", tag, scheme)
                                      : errmsg("\"%s\" may not follow \"%s\" in %s", tag,
                                               illegal.before.c_str(), scheme),
             errdetail("It is in row %lld of the query.", static_cast<long long>(illegal.row)),
             errhint("In BIO an entity is B-X, then I-X; in BIOES one token is S-X, and more are "
                     "B-X, I-X ..., E-X.")));
    pg_unreachable();
}

// ---- encoding ----------------------------------------------------------------------------------

// Rows that are encoded together.
struct Group {
    MemoryContext context;
    int n;
    int64 words;
    const char *bytes[kGroupRows];
    Size lengths[kGroupRows];
};

bool next_group(TaggerTraining *training, TupleTableSlot *sorted, Group *group)
{
    MemoryContextReset(group->context);
    MemoryContext before = MemoryContextSwitchTo(group->context);
    group->n = 0;
    group->words = 0;
    while (group->n < kGroupRows && group->words < kGroupWords &&
           tuplesort_gettupleslot(training->sort, true, false, sorted, nullptr))
    {
        slot_getallattrs(sorted);
        const auto *record =
            reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_COPY(sorted->tts_values[0]));
        group->bytes[group->n] = VARDATA_ANY(record);
        group->lengths[group->n] = VARSIZE_ANY_EXHDR(record);
        uint32 words;
        std::memcpy(&words, group->bytes[group->n] + sizeof(uint64), sizeof(words));
        group->words += words;
        group->n++;
        if (training->n_sorted < static_cast<Size>(training->options.keep_rows))
            tuplestore_puttupleslot(training->kept, sorted);
        training->n_sorted++;
    }
    MemoryContextSwitchTo(before);
    return group->n > 0;
}

// Stores what the lesson has written.
void store_parts(TaggerTraining *training, SentenceStore *store, bool final)
{
    const tagging::Lesson *lesson = training->lesson;
    const char *bytes = lesson->bytes().data();
    for (const tagging::Lesson::Part &part : lesson->parts()) {
        if (!final || store->n >= training->n_sample)
            training->is_old[final ? store->n : training->n_sample++] =
                part.origin == tagging::Origin::kOld;
        store_put(store, bytes + part.at, static_cast<uint32>(part.bytes), part.words);
    }
}

void prepare(TaggerTraining *training, const Group *group, SentenceStore *store, bool final)
{
    tagging::Lesson *lesson = training->lesson;
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] {
        std::vector<std::span<const char>> raws;
        for (int i = 0; i < group->n; i++)
            raws.emplace_back(group->bytes[i], group->lengths[i]);
        lesson->prepare(raws, stop);
    });
    if (lesson->illegal())
        report_illegal(training);
    store_parts(training, store, final);
    tagger_progress_encoded(training->n_sorted);
    CHECK_FOR_INTERRUPTS();
}

// Learns the projection from the first rows, whose states become vectors.
void learn_projection(TaggerTraining *training, TupleTableSlot *sorted, Group *group)
{
    tagging::Lesson *lesson = training->lesson;
    SentenceStore *sample = store_begin(training->context, training->memory / 8);
    int64 words = 0;
    while (words < kSampleWords && next_group(training, sorted, group)) {
        prepare(training, group, sample, false);
        words += group->words;
    }
    tagger_progress_phase("learning the mix of layers");
    const tagging::Sentences sentences = store_sentences(sample);
    for (bool more = true; more;) {
        const encoder::StopFlag stop = stop_flag();
        const int file = store_file(sample);
        run_cpp([&] { more = lesson->learn_mix(sentences, file, stop); });
        CHECK_FOR_INTERRUPTS();
    }
    constexpr size_t kTogether = 32;
    for (size_t from = 0; from < sentences.size(); from += kTogether) {
        const size_t n = std::min(kTogether, sentences.size() - from);
        const encoder::StopFlag stop = stop_flag();
        const int file = store_file(sample);
        run_cpp([&] { lesson->project(sentences, from, n, file, stop); });
        store_parts(training, training->sentences, true);
        CHECK_FOR_INTERRUPTS();
    }
    store_end(sample);
}

void encode(TaggerTraining *training)
{
    TupleTableSlot *sorted =
        MakeSingleTupleTableSlot(training->slot->tts_tupleDescriptor, &TTSOpsMinimalTuple);
    Group group = {};
    group.context =
        AllocSetContextCreate(training->context, "rows of a training", ALLOCSET_DEFAULT_SIZES);
    training->sentences = store_begin(training->context, training->memory / 4);
    training->kept = tuplestore_begin_heap(false, false, static_cast<int>(training->memory / 8192));
    training->is_old = static_cast<bool *>(MemoryContextAllocHuge(
        training->context, sizeof(bool) * static_cast<Size>(training->rows)));
    tagger_progress_phase("sorting");
    tuplesort_performsort(training->sort);
    tagger_progress_phase("encoding");
    if (training->lesson->sampling())
        learn_projection(training, sorted, &group);
    tagger_progress_phase("encoding");
    while (next_group(training, sorted, &group))
        prepare(training, &group, training->sentences, true);
    ExecDropSingleTupleTableSlot(sorted);
    ExecDropSingleTupleTableSlot(training->slot);
    tuplesort_end(training->sort);
    MemoryContextDelete(group.context);
}

// ---- fitting -----------------------------------------------------------------------------------

// Every how many sentences one is held out, or 0 if nothing is measured.
int64 held_out_every(const TaggerTraining *training)
{
    const double share = training->options.holdout;
    if (share == 0)
        return 0;
    const auto every = static_cast<int64>(1 / share + 0.5);
    return training->rows < 2 * every ? 0 : every;
}

bool is_held_out(int64 every, int64 i) { return every > 0 && i % every == every - 1; }

void fit(TaggerTraining *training, int64 every, tagging::Strength strength, const char *phase)
{
    tagging::Lesson *lesson = training->lesson;
    tagger_progress_phase(phase);
    const tagging::Sentences sentences = store_sentences(training->sentences);
    run_cpp([&] {
        std::vector<uint32_t> order;
        for (size_t i = 0; i < sentences.size(); i++)
            if (!is_held_out(every, static_cast<int64>(i)))
                order.push_back(static_cast<uint32_t>(i));
        lesson->begin_fit(sentences, std::move(order), strength);
    });
    for (bool more = true; more;) {
        const encoder::StopFlag stop = stop_flag();
        const int file = store_file(training->sentences);
        run_cpp([&] { more = lesson->fit(file, stop); });
        tagger_progress_fit(static_cast<int64>(lesson->trainer().epoch()), training->options.epochs,
                            lesson->trainer().loss());
        CHECK_FOR_INTERRUPTS();
    }
}

// Tags sentences and counts. `assessment` belongs to the training's context.
void assess(TaggerTraining *training, tagging::Predictor *predictor, const tagging::TagSet *tags,
            tagging::Assessment *assessment)
{
    const tagging::Sentences sentences = store_sentences(training->sentences);
    const tagging::TagSet *truth = &training->lesson->tags();
    for (bool more = true; more;) {
        const encoder::StopFlag stop = stop_flag();
        const int file = store_file(training->sentences);
        run_cpp([&] {
            more = tagging::assess(sentences, file, *truth, *tags, *predictor, *assessment, stop);
        });
        CHECK_FOR_INTERRUPTS();
    }
}

TaggerQuality quality_of(const tagging::Assessment *assessment)
{
    TaggerQuality quality = {};
    quality.measured = assessment->words > 0;
    if (!quality.measured)
        return quality;
    quality.all = assessment->counts.back();
    quality.token_accuracy =
        static_cast<double>(assessment->words_right) / static_cast<double>(assessment->words);
    return quality;
}

// The sentences of an origin; of those only the ones held out, if `every` is not 0.
tagging::Assessment *begin_assessment(TaggerTraining *training, int64 every, int origin)
{
    const auto n = static_cast<int64>(training->sentences->n);
    const bool *is_old = training->is_old;
    return adopt<tagging::Assessment>(training->context, [&] {
        auto *assessment = new tagging::Assessment;
        for (int64 i = 0; i < n; i++)
            if ((every == 0 || is_held_out(every, i)) && (origin < 0 || is_old[i] == (origin == 0)))
                assessment->which.push_back(static_cast<uint32_t>(i));
        return assessment;
    });
}

void measure(TaggerTraining *training, int64 every)
{
    tagger_progress_phase("measuring");
    tagging::Lesson *lesson = training->lesson;
    auto *predictor = adopt<tagging::Predictor>(training->context, [&] {
        return new tagging::Predictor(lesson->trainer().weights(), lesson->tags(),
                                      lesson->dimensions());
    });
    for (int origin = -1; origin < 2; origin++) {
        if (origin >= 0 && training->of_origin[0] == 0)
            break;
        tagging::Assessment *assessment = begin_assessment(training, every, origin);
        assess(training, predictor, &lesson->tags(), assessment);
        if (origin >= 0)
            training->quality_of[origin] = quality_of(assessment);
        else {
            training->quality = quality_of(assessment);
            training->by_label = assessment->counts.data();
        }
    }
}

// Fits in each strength without the rows that are held out, and keeps the quality of the best one.
// Of equal ones it is the lighter one.
void search_strength(TaggerTraining *training, int64 every)
{
    const int given = training->options.strength;
    TaggerTraining best = *training;
    double most = -1;
    for (int i = 0; i < static_cast<int>(tagging::kStrengths); i++) {
        if (given >= 0 && i != given)
            continue;
        fit(training, every, static_cast<tagging::Strength>(i),
            "fitting without the rows held out");
        measure(training, every);
        if (training->quality.all.f1() <= most)
            continue;
        most = training->quality.all.f1();
        best = *training;
        best.strength = i;
    }
    *training = best;
}

} // namespace

void tagger_training_run(TaggerTraining *training, const tagging::Projection *given)
{
    check_enough(training);
    number_labels(training);
    tagging::Lesson *lesson = training->lesson;
    encoder::Encoder *encoder = training->model->encoder;
    const tagging::Scheme scheme =
        training->bioes ? tagging::Scheme::kBioes : tagging::Scheme::kBio;
    check_memory(training, given != nullptr
                               ? given->dimensions()
                               : encoder->hidden_width() *
                                     static_cast<size_t>(std::max(training->options.n_layers, 1)));
    run_cpp([&] {
        std::vector<std::string> names(training->label_names,
                                       training->label_names + training->n_labels);
        lesson->begin(tagging::TagSet(scheme, std::move(names)), encoder, given);
    });
    encode(training);
    const int64 every = held_out_every(training);
    training->strength = training->options.strength >= 0
                             ? training->options.strength
                             : static_cast<int>(tagging::Strength::kMedium);
    if (every > 0)
        search_strength(training, every);
    else
        ereport(NOTICE,
                (errmsg("the quality of tagger \"%s\" is not measured", training->name),
                 training->options.holdout == 0 ? 0 : errdetail("It has too few rows for that.")));
    fit(training, 0, static_cast<tagging::Strength>(training->strength), "fitting all rows");
    training->loss = lesson->trainer().loss();
    tagger_progress_phase("storing");
}

TaggerQuality tagger_training_assess(TaggerTraining *training, tagging::Tagger *tagger,
                                     tagging::Origin origin)
{
    tagging::Lesson *lesson = training->lesson;
    auto *weights = adopt<tagging::Weights>(training->context, [&] {
        return new tagging::Weights(lesson->numbered(tagger->model(), tagger->inner_tags().size()));
    });
    auto *predictor = adopt<tagging::Predictor>(training->context, [&] {
        return new tagging::Predictor(*weights, tagger->inner_tags(), lesson->dimensions());
    });
    tagging::Assessment *assessment =
        begin_assessment(training, 0, origin == tagging::Origin::kOld ? 0 : 1);
    assess(training, predictor, &tagger->inner_tags(), assessment);
    return quality_of(assessment);
}

} // namespace sbert
