#include <algorithm>

#include "encoder/kernels/rotation.h"
#include "extension/pg.h"

#include "extension/ivf/build_assign.h"
#include "extension/ivf/build_parallel.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/row_codes.h"

namespace sbert::ivf {

namespace {

// What lies in shared memory.
enum Part { kShared, kScan, kSort, kCentroids, kOrigin, kQuery, kUsage, kParts };
constexpr uint64 kFirstKey = 0x5349560000000001;

struct Shared {
    Oid heap, index;
    bool concurrent;
    uint16 rerank_bits;
    uint32 d, lists;
    uint64 rotation_seed;
    Size sort_bytes; // of each process

    ConditionVariable changed;
    slock_t mutex; // for what follows
    int done;
    Share sum;
    bool broken_hot_chain;
};

// What a worker has used.
struct Usage {
    WalUsage wal;
    BufferUsage buffers;
};

} // namespace

struct ParallelBuild {
    ParallelContext *context;
    Snapshot snapshot;
    void *parts[kParts];
    Shared *shared() { return static_cast<Shared *>(parts[kShared]); }
};

namespace {

Size record_bytes(const Shape *shape)
{
    return sizeof(CodedRow) + 2 * row_code_bytes(shape->d) + shape->row.bytes;
}

template <class T>
T *find(shm_toc *toc, Part part)
{
    return static_cast<T *>(shm_toc_lookup(toc, kFirstKey + part, false));
}

// What one process does: the same in the leader and in a worker.
void take_part(Build *build, Shared *shared, void *scan, void *sort, bool progress)
{
    SortCoordinateData coordinate = {};
    coordinate.isWorker = true;
    coordinate.nParticipants = -1;
    coordinate.sharedsort = static_cast<Sharedsort *>(sort);
    RecordSort *part =
        record_sort_begin(record_bytes(&build->shape), shared->sort_bytes, &coordinate);
    build->info->ii_Concurrent = shared->concurrent;
    const Share share = assign_rows(
        build, table_beginscan_parallel(build->heap, static_cast<ParallelTableScanDesc>(scan)),
        part, progress);
    record_sort_perform(part);

    SpinLockAcquire(&shared->mutex);
    shared->done++;
    shared->sum.heap_rows += share.heap_rows;
    shared->sum.index_rows += share.index_rows;
    shared->sum.residual2 += share.residual2;
    if (build->info->ii_BrokenHotChain)
        shared->broken_hot_chain = true;
    SpinLockRelease(&shared->mutex);
    ConditionVariableSignal(&shared->changed);
    record_sort_end(part);
}

void set_shared(const Build *build, int participants, Shared *shared)
{
    *shared = {};
    shared->heap = RelationGetRelid(build->heap);
    shared->index = RelationGetRelid(build->index);
    shared->concurrent = build->info->ii_Concurrent;
    shared->rerank_bits = build->shape.rerank_bits;
    shared->d = build->shape.d;
    shared->lists = build->lists;
    shared->rotation_seed = build->rotation_seed;
    const Size each = build->memory / static_cast<Size>(participants);
    const Size used = assign_bytes(build->lists, build->shape.d);
    shared->sort_bytes = each > used ? each - used : 0;
    ConditionVariableInit(&shared->changed);
    SpinLockInit(&shared->mutex);
}

// Memory for all parts. False when there is no dynamic shared memory.
bool allocate_parts(ParallelContext *context, const Size *bytes, void **parts)
{
    for (int i = 0; i < kParts; i++)
        shm_toc_estimate_chunk(&context->estimator, bytes[i]);
    shm_toc_estimate_keys(&context->estimator, kParts);
    InitializeParallelDSM(context);
    for (int i = 0; i < kParts && context->seg != nullptr; i++) {
        parts[i] = shm_toc_allocate(context->toc, bytes[i]);
        shm_toc_insert(context->toc, kFirstKey + static_cast<uint64>(i), parts[i]);
    }
    return context->seg != nullptr;
}

// Without workers when there is no dynamic shared memory.
ParallelBuild *begin(Build *build)
{
    auto *p = allocate_zero<ParallelBuild>(1);
    EnterParallelMode();
    p->context = CreateParallelContext("sbert", "sbert_ivf_build_worker", build->workers);
    p->snapshot =
        build->info->ii_Concurrent ? RegisterSnapshot(GetTransactionSnapshot()) : SnapshotAny;
    const int participants = p->context->nworkers + 1;
    const char *query = debug_query_string != nullptr ? debug_query_string : "";
    Size bytes[kParts];
    bytes[kShared] = sizeof(Shared);
    bytes[kScan] = table_parallelscan_estimate(build->heap, p->snapshot);
    bytes[kSort] = tuplesort_estimate_shared(participants);
    bytes[kCentroids] = mul_size(mul_size(build->lists, build->shape.d), sizeof(float));
    bytes[kOrigin] = build->shape.d * sizeof(float);
    bytes[kQuery] = strlen(query) + 1;
    bytes[kUsage] = mul_size(sizeof(Usage), static_cast<Size>(p->context->nworkers));
    if (!allocate_parts(p->context, bytes, p->parts))
        return p;
    set_shared(build, participants, p->shared());
    table_parallelscan_initialize(build->heap, static_cast<ParallelTableScanDesc>(p->parts[kScan]),
                                  p->snapshot);
    tuplesort_initialize_shared(static_cast<Sharedsort *>(p->parts[kSort]), participants,
                                p->context->seg);
    memcpy(p->parts[kCentroids], build->centroids, bytes[kCentroids]);
    memcpy(p->parts[kOrigin], build->origin, bytes[kOrigin]);
    memcpy(p->parts[kQuery], query, bytes[kQuery]);
    LaunchParallelWorkers(p->context);
    return p;
}

void leave(ParallelBuild *p)
{
    if (IsMVCCSnapshot(p->snapshot))
        UnregisterSnapshot(p->snapshot);
    DestroyParallelContext(p->context);
    ExitParallelMode();
}

// Until all processes have sorted their shares.
void wait_for_all(Build *build, Shared *shared, int participants)
{
    for (;;) {
        SpinLockAcquire(&shared->mutex);
        const bool all = shared->done == participants;
        if (all) {
            build->sum = shared->sum;
            if (shared->broken_hot_chain)
                build->info->ii_BrokenHotChain = true;
        }
        SpinLockRelease(&shared->mutex);
        if (all)
            break;
        ConditionVariableSleep(&shared->changed, WAIT_EVENT_PARALLEL_CREATE_INDEX_SCAN);
    }
    ConditionVariableCancelSleep();
}

RecordSort *assign_alone(Build *build)
{
    const Size used = assign_bytes(build->lists, build->shape.d);
    const Size left = build->memory > used ? build->memory - used : 0;
    RecordSort *sort = record_sort_begin(record_bytes(&build->shape), left / 3 * 2, nullptr);
    build->sum = assign_rows(build, nullptr, sort, true);
    record_sort_perform(sort);
    return sort;
}

} // namespace

RecordSort *assign_in_parallel(Build *build, ParallelBuild **parallel)
{
    *parallel = nullptr;
    if (build->workers == 0)
        return assign_alone(build);
    ParallelBuild *p = begin(build);
    if (p->context->nworkers_launched == 0) {
        leave(p);
        return assign_alone(build);
    }
    *parallel = p;
    const int participants = p->context->nworkers_launched + 1;
    take_part(build, p->shared(), p->parts[kScan], p->parts[kSort], true);
    // Before the leader may wait: a worker that never started is an error, not an endless wait.
    WaitForParallelWorkersToAttach(p->context);
    wait_for_all(build, p->shared(), participants);

    auto *coordinate = static_cast<SortCoordinate>(palloc0(sizeof(SortCoordinateData)));
    coordinate->isWorker = false;
    coordinate->nParticipants = participants;
    coordinate->sharedsort = static_cast<Sharedsort *>(p->parts[kSort]);
    RecordSort *merged =
        record_sort_begin(record_bytes(&build->shape), build->memory / 3 * 2, coordinate);
    record_sort_perform(merged);
    return merged;
}

void build_parallel_end(ParallelBuild *p)
{
    if (p == nullptr)
        return;
    auto *usage = static_cast<Usage *>(p->parts[kUsage]);
    WaitForParallelWorkersToFinish(p->context);
    for (int i = 0; i < p->context->nworkers_launched; i++)
        InstrAccumParallelQuery(&usage[i].buffers, &usage[i].wal);
    leave(p);
}

namespace {

// A worker's own view of the build. Centroids and origin stay in shared memory.
Build *open_build(shm_toc *toc, const Shared *shared)
{
    auto *build = allocate_zero<Build>(1);
    build->heap =
        table_open(shared->heap, shared->concurrent ? ShareUpdateExclusiveLock : ShareLock);
    build->index =
        index_open(shared->index, shared->concurrent ? RowExclusiveLock : AccessExclusiveLock);
    build->info = BuildIndexInfo(build->index);
    build->shape = shape_of(shared->d, shared->rerank_bits);
    build->lists = shared->lists;
    build->centroids = find<float>(toc, kCentroids);
    auto *signs = allocate<uint32>(kernels::rotation_words(shared->d));
    kernels::make_rotation(shared->rotation_seed, shared->d, signs);
    build->preparation = {type_support(build->index), shared->d, signs, find<float>(toc, kOrigin)};
    return build;
}

void close_build(Build *build, const Shared *shared)
{
    index_close(build->index, shared->concurrent ? RowExclusiveLock : AccessExclusiveLock);
    table_close(build->heap, shared->concurrent ? ShareUpdateExclusiveLock : ShareLock);
}

void run_worker(dsm_segment *segment, shm_toc *toc)
{
    debug_query_string = find<char>(toc, kQuery);
    pgstat_report_activity(STATE_RUNNING, debug_query_string);
    auto *shared = find<Shared>(toc, kShared);
    auto *sort = find<Sharedsort>(toc, kSort);
    tuplesort_attach_shared(sort, segment);
    Build *build = open_build(toc, shared);
    InstrStartParallelQuery();
    take_part(build, shared, find<void>(toc, kScan), sort, false);
    Usage *usage = &find<Usage>(toc, kUsage)[ParallelWorkerNumber];
    InstrEndParallelQuery(&usage->buffers, &usage->wal);
    close_build(build, shared);
}

} // namespace
} // namespace sbert::ivf

extern "C" {

PGDLLEXPORT void sbert_ivf_build_worker(dsm_segment *segment, shm_toc *toc);
void sbert_ivf_build_worker(dsm_segment *segment, shm_toc *toc)
{
    sbert::ivf::run_worker(segment, toc);
}

} // extern "C"
