#include <algorithm>

#include "encoder/kernels/rotation.h"
#include "extension/pg.h"

#include "extension/ivf/build_assign.h"
#include "extension/ivf/build_parallel.h"
#include "extension/ivf/centroid.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/row_codes.h"

namespace sbert::ivf {

namespace {

enum TocKey : uint64 {
    kKeyShared = 0x5349560000000001,
    kKeyScan,
    kKeySort,
    kKeyCentroids,
    kKeyOrigin,
    kKeyQuery,
    kKeyWal,
    kKeyBuffers,
};

struct Shared {
    Oid heap, index;
    bool concurrent;
    uint16 rerank_bits;
    uint32 d, lists;
    uint64 rotation_seed;
    Size sort_bytes; // of each process
    int participants;

    ConditionVariable changed;
    slock_t mutex; // for what follows
    int done;
    Share sum;
    bool broken_hot_chain;
};

} // namespace

struct ParallelBuild {
    ParallelContext *context;
    Shared *shared;
    ParallelTableScanDesc scan;
    Sharedsort *sort;
    Snapshot snapshot;
    WalUsage *wal;
    BufferUsage *buffers;
};

namespace {

Size record_bytes(const Shape *shape)
{
    return sizeof(CodedRow) + 2 * row_code_bytes(shape->d) + shape->row.bytes;
}

Size centroid_bytes(const Build *build)
{
    return mul_size(mul_size(build->lists, build->shape.d), sizeof(uint16));
}

void estimate(ParallelContext *context, Size bytes)
{
    shm_toc_estimate_chunk(&context->estimator, bytes);
    shm_toc_estimate_keys(&context->estimator, 1);
}

template <class T>
T *place(ParallelContext *context, TocKey key, Size bytes)
{
    void *address = shm_toc_allocate(context->toc, bytes);
    shm_toc_insert(context->toc, key, address);
    return static_cast<T *>(address);
}

template <class T>
T *find(shm_toc *toc, TocKey key)
{
    return static_cast<T *>(shm_toc_lookup(toc, key, false));
}

// What one process does: the same in the leader and in a worker.
void take_part(Build *build, Shared *shared, ParallelTableScanDesc scan, Sharedsort *sort,
               bool progress)
{
    SortCoordinateData coordinate = {};
    coordinate.isWorker = true;
    coordinate.nParticipants = -1;
    coordinate.sharedsort = sort;
    RecordSort *part =
        record_sort_begin(record_bytes(&build->shape), shared->sort_bytes, &coordinate);
    build->info->ii_Concurrent = shared->concurrent;
    const Share share =
        assign_rows(build, table_beginscan_parallel(build->heap, scan), part, progress);
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

void set_shared(const Build *build, ParallelBuild *p, int participants)
{
    Shared *shared = p->shared;
    *shared = {};
    shared->heap = RelationGetRelid(build->heap);
    shared->index = RelationGetRelid(build->index);
    shared->concurrent = build->info->ii_Concurrent;
    shared->rerank_bits = build->shape.rerank_bits;
    shared->d = build->shape.d;
    shared->lists = build->lists;
    shared->rotation_seed = build->rotation_seed;
    shared->participants = participants;
    const Size each = build->memory / static_cast<Size>(participants);
    const Size used = assign_bytes(build->lists, build->shape.d);
    shared->sort_bytes = each > used ? each - used : 0;
    ConditionVariableInit(&shared->changed);
    SpinLockInit(&shared->mutex);
}

void share_centroids(const Build *build, uint16 *elements)
{
    const Size n = Size{build->lists} * build->shape.d;
    for (Size i = 0; i < n; i++)
        elements[i] = centroid_element(build->centroids[i]);
}

void share_query(ParallelContext *context)
{
    const Size bytes = debug_query_string != nullptr ? strlen(debug_query_string) + 1 : 1;
    char *query = place<char>(context, kKeyQuery, bytes);
    memcpy(query, debug_query_string != nullptr ? debug_query_string : "", bytes);
}

// Null when there is no dynamic shared memory.
ParallelBuild *begin(Build *build)
{
    auto *p = allocate_zero<ParallelBuild>(1);
    EnterParallelMode();
    ParallelContext *context =
        CreateParallelContext("sbert", "sbert_ivf_build_worker", build->workers);
    p->context = context;
    p->snapshot =
        build->info->ii_Concurrent ? RegisterSnapshot(GetTransactionSnapshot()) : SnapshotAny;
    const int participants = context->nworkers + 1;
    const Size scan_bytes = table_parallelscan_estimate(build->heap, p->snapshot);
    const Size sort_bytes = tuplesort_estimate_shared(participants);
    const Size usages = static_cast<Size>(context->nworkers);
    estimate(context, sizeof(Shared));
    estimate(context, scan_bytes);
    estimate(context, sort_bytes);
    estimate(context, centroid_bytes(build));
    estimate(context, build->shape.d * sizeof(float));
    estimate(context, mul_size(sizeof(WalUsage), usages));
    estimate(context, mul_size(sizeof(BufferUsage), usages));
    estimate(context, debug_query_string != nullptr ? strlen(debug_query_string) + 1 : 1);
    InitializeParallelDSM(context);
    if (context->seg == nullptr)
        return p;

    p->shared = place<Shared>(context, kKeyShared, sizeof(Shared));
    set_shared(build, p, participants);
    p->scan = place<ParallelTableScanDescData>(context, kKeyScan, scan_bytes);
    table_parallelscan_initialize(build->heap, p->scan, p->snapshot);
    p->sort = place<Sharedsort>(context, kKeySort, sort_bytes);
    tuplesort_initialize_shared(p->sort, participants, context->seg);
    share_centroids(build, place<uint16>(context, kKeyCentroids, centroid_bytes(build)));
    memcpy(place<float>(context, kKeyOrigin, build->shape.d * sizeof(float)), build->origin,
           build->shape.d * sizeof(float));
    p->wal = place<WalUsage>(context, kKeyWal, mul_size(sizeof(WalUsage), usages));
    p->buffers = place<BufferUsage>(context, kKeyBuffers, mul_size(sizeof(BufferUsage), usages));
    share_query(context);
    LaunchParallelWorkers(context);
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
            build->heap_rows = shared->sum.heap_rows;
            build->index_rows = shared->sum.index_rows;
            build->residual2 = shared->sum.residual2;
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
    const Share share = assign_rows(build, nullptr, sort, true);
    build->heap_rows = share.heap_rows;
    build->index_rows = share.index_rows;
    build->residual2 = share.residual2;
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
    if (p->context->seg == nullptr || p->context->nworkers_launched == 0) {
        leave(p);
        return assign_alone(build);
    }
    *parallel = p;
    const int participants = p->context->nworkers_launched + 1;
    take_part(build, p->shared, p->scan, p->sort, true);
    // Before the leader may wait: a worker that never started is an error, not an endless wait.
    WaitForParallelWorkersToAttach(p->context);
    wait_for_all(build, p->shared, participants);

    auto *coordinate = static_cast<SortCoordinate>(palloc0(sizeof(SortCoordinateData)));
    coordinate->isWorker = false;
    coordinate->nParticipants = participants;
    coordinate->sharedsort = p->sort;
    RecordSort *merged =
        record_sort_begin(record_bytes(&build->shape), build->memory / 3 * 2, coordinate);
    record_sort_perform(merged);
    return merged;
}

void build_parallel_end(ParallelBuild *p)
{
    if (p == nullptr)
        return;
    WaitForParallelWorkersToFinish(p->context);
    for (int i = 0; i < p->context->nworkers_launched; i++)
        InstrAccumParallelQuery(&p->buffers[i], &p->wal[i]);
    leave(p);
}

namespace {

// A worker's own view of the build.
Build *open_build(Shared *shared, const uint16 *elements, const float *origin)
{
    auto *build = allocate_zero<Build>(1);
    const LOCKMODE heap_lock = shared->concurrent ? ShareUpdateExclusiveLock : ShareLock;
    const LOCKMODE index_lock = shared->concurrent ? RowExclusiveLock : AccessExclusiveLock;
    build->heap = table_open(shared->heap, heap_lock);
    build->index = index_open(shared->index, index_lock);
    build->info = BuildIndexInfo(build->index);
    build->shape = shape_of(shared->d, shared->rerank_bits);
    build->lists = shared->lists;
    auto *signs = allocate<uint32>(kernels::rotation_words(shared->d));
    kernels::make_rotation(shared->rotation_seed, shared->d, signs);
    build->preparation = {type_support(build->index), shared->d, signs, origin};
    const Size n = Size{shared->lists} * shared->d;
    build->centroids = allocate<float>(n);
    for (Size i = 0; i < n; i++)
        build->centroids[i] = centroid_value(elements[i]);
    return build;
}

void close_build(Build *build, const Shared *shared)
{
    index_close(build->index, shared->concurrent ? RowExclusiveLock : AccessExclusiveLock);
    table_close(build->heap, shared->concurrent ? ShareUpdateExclusiveLock : ShareLock);
}

void run_worker(dsm_segment *segment, shm_toc *toc)
{
    debug_query_string = find<char>(toc, kKeyQuery);
    pgstat_report_activity(STATE_RUNNING, debug_query_string);
    auto *shared = find<Shared>(toc, kKeyShared);
    auto *sort = find<Sharedsort>(toc, kKeySort);
    tuplesort_attach_shared(sort, segment);
    Build *build =
        open_build(shared, find<uint16>(toc, kKeyCentroids), find<float>(toc, kKeyOrigin));
    InstrStartParallelQuery();
    take_part(build, shared, find<ParallelTableScanDescData>(toc, kKeyScan), sort, false);
    InstrEndParallelQuery(&find<BufferUsage>(toc, kKeyBuffers)[ParallelWorkerNumber],
                          &find<WalUsage>(toc, kKeyWal)[ParallelWorkerNumber]);
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
