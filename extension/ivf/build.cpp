// CREATE INDEX and REINDEX. Pages are written through shared buffers without WAL; at the end the
// whole fork is logged. A crash before that leaves a file that no catalog row names.
#include <algorithm>

#include "encoder/kernels/rotation.h"
#include "extension/ann/assigner.h"
#include "extension/ann/kmeans.h"
#include "extension/boundary.h"
#include "extension/pg.h"

#include "extension/ivf/build_assign.h"
#include "extension/ivf/build_parallel.h"
#include "extension/ivf/build_sample.h"
#include "extension/ivf/build_state.h"
#include "extension/ivf/build_write.h"
#include "extension/ivf/centroid.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/options.h"
#include "extension/ivf/stop_rule.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kRotationSeed = 0x7362657274; // any number: every index may use the same
constexpr uint64 kTrainingSeed = 1;
constexpr int kQueries = 800; // that the stop rule is measured with
// An expression may be a model's work: it is computed for the sample too, so that is kept short.
constexpr double kExpressionSample = 0.1;

const char *const kPhaseNames[] = {"sampling table", "training lists", "assigning rows to lists",
                                   "writing rows",   "writing lists",  "measuring searches"};

Build start_build(Relation heap, Relation index, IndexInfo *info)
{
    Build build = {};
    build.heap = heap;
    build.index = index;
    build.info = info;
    const TypeSupport *type = type_support(index);
    const uint32 d = declared_dimensions(index);
    // A recheck would compute the expression again for every candidate, so its values are kept.
    const bool expression = RelationGetIndexExpressions(index) != NIL;
    const int bits = expression ? 32 : options_of(index)->rerank_bits;
    build.shape = shape_of(d, static_cast<uint16>(bits));
    build.rotation_seed = kRotationSeed;
    auto *signs = allocate<uint32>(kernels::rotation_words(d));
    kernels::make_rotation(kRotationSeed, d, signs);
    build.origin = allocate_zero<float>(d);
    build.preparation = {type, d, signs, build.origin};
    // What allocators and the backend itself take comes on top.
    build.memory = Size{1024} * static_cast<Size>(maintenance_work_mem) / 8 * 7;
    build.lists = 1;
    return build;
}

float *allocate_centroids(const Build *build, uint32 lists)
{
    return allocate_zero<float>(mul_size(lists, build->shape.d));
}

// ---- training ----------------------------------------------------------------------------------

// As many as pay, fewer where the processes' memory could not hold them.
uint32 wanted_lists(const Build *build, double rows)
{
    if (rows < kTrainedRows)
        return 1;
    Size lists = std::max<Size>(ann::lists_for(rows), 1);
    const Size each = build->memory / static_cast<Size>(build->workers + 1) / 4 * 3;
    while (lists > 16 && assign_bytes(static_cast<uint32>(lists), build->shape.d) > each)
        lists -= lists / 16 + 1;
    return static_cast<uint32>(lists);
}

// Rows to train so many lists on, together with the training within the memory.
Size sample_rows(const Build *build, uint32 lists, double rows)
{
    Size wanted = lists > 1 ? ann::sample_rows_for(lists) : kTrainedRows;
    if (build->shape.rerank_bits == 32)
        wanted = std::min(wanted, static_cast<Size>(kExpressionSample * rows));
    wanted = std::clamp<Size>(wanted, lists, static_cast<Size>(std::max(1.1 * rows, 1.0 * lists)));
    const Size d = build->shape.d;
    while (wanted > lists &&
           wanted * d * sizeof(float) + ann::kmeans_bytes(lists, wanted, d) > build->memory)
        wanted -= wanted / 16 + 1;
    return std::max<Size>(wanted, 1);
}

// Sets lists and centroids from the sample.
void train_lists(Build *build, uint32 lists, const float *sample, Size rows)
{
    const Size d = build->shape.d;
    const Size sample_bytes = rows * d * sizeof(float);
    const Size left = build->memory > sample_bytes ? build->memory - sample_bytes : 0;
    const ann::KMeansInput input = {sample, rows, d, lists, kTrainingSeed, left};
    const encoder::StopFlag stop = stop_flag();
    Size trained = 0;
    run_cpp([&] {
        const std::vector<float> centroids = ann::kmeans(input, stop);
        trained = std::min<Size>(centroids.size() / d, lists);
        std::copy_n(centroids.begin(), trained * d, build->centroids);
    });
    build->lists = static_cast<uint32>(std::max<Size>(trained, 1));
    for (Size list = 0; list < build->lists; list++)
        round_centroid(build->shape.d, build->centroids + list * d);
}

void find_lists(Build *build)
{
    build_phase(kPhaseSample);
    const double rows = count_rows_and_centre(build);
    const uint32 lists = wanted_lists(build, rows);
    const Size capacity = sample_rows(build, lists, rows);
    auto *sample = allocate<float>(mul_size(capacity, build->shape.d));
    const Size drawn = draw_sample(build, rows, capacity, sample);
    build->centroids = allocate_centroids(build, lists);
    build_phase(kPhaseTrain);
    if (drawn > 0)
        train_lists(build, lists, sample, drawn);
    pfree(sample);
}

// ---- the end -----------------------------------------------------------------------------------

// The rule is measured by searches through the index as it stands now.
void measure(Build *build)
{
    build_phase(kPhaseMeasure);
    ann::StopRule rule;
    if (!rule_measure(build->index, kQueries, 0, &rule))
        return;
    const Buffer buffer = page_lock(build->index, kMetaPage, kPageMeta);
    MetaPage *meta = metapage_of(BufferGetPage(buffer));
    meta->rule = rule;
    meta->measured_rows = meta->rows;
    meta->generation++;
    MarkBufferDirty(buffer);
    UnlockReleaseBuffer(buffer);
}

void log_fork(Relation index, ForkNumber fork)
{
    log_newpage_range(index, fork, 0, RelationGetNumberOfBlocksInFork(index, fork), true);
}

// What an earlier file of this relation left in the relation cache.
void forget_cache(Relation index)
{
    if (index->rd_amcache != nullptr)
        pfree(index->rd_amcache);
    index->rd_amcache = nullptr;
}

} // namespace

extern "C" char *ivf_buildphasename(int64 phase)
{
    static_assert(kPhaseMeasure - kPhaseSample + 1 == lengthof(kPhaseNames));
    if (phase == PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE)
        return pstrdup("initializing");
    if (phase >= kPhaseSample && phase <= kPhaseMeasure)
        return pstrdup(kPhaseNames[phase - kPhaseSample]);
    return nullptr;
}

extern "C" IndexBuildResult *ivf_build(Relation heap, Relation index, IndexInfo *info)
{
    auto *result = allocate_zero<IndexBuildResult>(1);
    in_own_context("sbert_ivf build", [&] {
        forget_cache(index);
        Build build = start_build(heap, index, info);
        build.workers = planned_build_workers(heap, index, info);
        find_lists(&build);

        build_phase(kPhaseAssign);
        ParallelBuild *parallel;
        RecordSort *rows = assign_in_parallel(&build, &parallel);
        write_index(&build, rows, build.memory / 3);
        record_sort_end(rows);
        build_parallel_end(parallel);
        measure(&build);
        if (RelationNeedsWAL(index))
            log_fork(index, MAIN_FORKNUM);
        result->heap_tuples = build.sum.heap_rows;
        result->index_tuples = build.sum.index_rows;
    });
    return result;
}

// The init fork of an unlogged index, which is logged whatever the relation's own pages are.
extern "C" void ivf_buildempty(Relation index)
{
    Build build = start_build(nullptr, index, nullptr);
    build.centroids = allocate_centroids(&build, 1);
    write_empty(&build, INIT_FORKNUM);
    log_fork(index, INIT_FORKNUM);
}

} // namespace sbert::ivf
