// Measuring the stop rule. A sampled row is searched for as a query, itself left out, through a
// share of the lists that no search with a rule comes near; what that finds counts as its true
// neighbours, and each of them knows after how many lists it was found. One such search tells the
// truth and the trace of all depths, at a fortieth of what a pass over all rows costs. Three in
// four go for the least depth alone: that costs a fifth, and what k = 10 gets varies most.
//
// Rows that a training has seen lie nearer to their centroids than others do: a rule measured with
// them gave 0.008 too little recall (100,000 texts, target 0.9). So no training sees an eighth of
// the rows, and the queries are drawn from these.
#include <algorithm>

#include "extension/boundary.h"
#include "extension/pg.h"

#include "extension/ivf/measure.h"
#include "extension/ivf/place.h"
#include "extension/ivf/search.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kLeastRows = 1000;
constexpr uint32 kLeastLists = 16;
constexpr uint64 kRowsPerNeighbour = 4; // fewer rows than that many times k: k is not measured
constexpr uint32 kLeastSteps = 256, kMostSteps = 1024;
constexpr int kTriesPerQuery = 400;
constexpr int kTriesPerList = 16;
constexpr int kLeastQueries = 24;
constexpr int kDeepShare = 4; // one query in so many goes for all depths
// In few dimensions a list or two is all that is looked at: another costs little, and one too few
// much. So more is kept in reserve there.
constexpr uint32 kFewDimensions = 16;
constexpr float kErrorsOfFew = 2;

// The traces as plain data, a row of `steps` for each query and depth.
struct Traces {
    int depths;
    uint32 k[ann::kDepths];
    uint32 steps; // lists that every search looks at
    int queries[ann::kDepths];
    ann::Progress *progress[ann::kDepths]; // (queries, steps)
    uint16 *found[ann::kDepths];           // (queries, steps)
};

uint32 steps_for(uint32 lists)
{
    const uint32 share = std::min(std::max(lists / 4, kLeastSteps), kMostSteps);
    return std::min(share, lists - 1);
}

// Depths that the index has rows enough for; memory is maintenance_work_mem's.
bool plan(const Cache *cache, int queries, Traces *traces)
{
    traces->depths = 0;
    while (traces->depths < static_cast<int>(ann::kDepths) &&
           cache->rows >= kRowsPerNeighbour * ann::kDepthOf[traces->depths])
    {
        traces->k[traces->depths] = ann::kDepthOf[traces->depths];
        traces->depths++;
    }
    if (cache->rows < kLeastRows || cache->lists < kLeastLists || traces->depths == 0)
        return false;
    traces->steps = steps_for(cache->lists);
    // Twice: here and as fit() takes them.
    const Size step = 2 * (sizeof(ann::Progress) + sizeof(uint16));
    const Size query = traces->steps * step * (kDeepShare + traces->depths - 1) / kDeepShare;
    const Size most = Size{1024} * maintenance_work_mem / query;
    queries = static_cast<int>(std::min<Size>(queries, most));
    for (int depth = 0; depth < traces->depths; depth++) {
        traces->queries[depth] = depth == 0 ? queries : queries / kDeepShare;
        const Size n = Size{traces->steps} * traces->queries[depth];
        traces->progress[depth] = static_cast<ann::Progress *>(
            MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(ann::Progress)));
        traces->found[depth] =
            static_cast<uint16 *>(MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(uint16)));
    }
    return queries > 0;
}

uint32 below(pg_prng_state *random, uint64 n)
{
    return static_cast<uint32>(pg_prng_uint64_range(random, 0, n - 1));
}

// A list, drawn a long one as likely more often as it is longer: its rows are the candidates.
bool draw_list(Search *s, pg_prng_state *random)
{
    const uint32 everything = 0;
    search_blind(s);
    search_open(s, &everything, 1);
    const uint64 usual = 2 * s->cache->rows / s->cache->lists + 1;
    if (search_list(s, below(random, s->cache->lists)) != kSearchDone || s->n_candidates == 0)
        return false;
    return s->n_candidates >= below(random, 2 * usual);
}

// A row that no training saw, drawn from the lists; x its vector, as search_row() takes it.
bool draw_row(Search *s, pg_prng_state *random, uint32 *row, float *x)
{
    for (int i = 0; i < kTriesPerQuery; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!draw_list(s, random))
            continue;
        for (int j = 0; j < kTriesPerList; j++) {
            ItemPointerData tid;
            *row = s->candidates[below(random, s->n_candidates)].row;
            if (search_read_row(s, *row, x, &tid) && is_set_aside(&tid))
                return true;
        }
    }
    return false;
}

// Of the first k hits, how many were found by each step.
void count_found(const Search *s, uint32 k, uint32 steps, uint16 *found)
{
    memset(found, 0, steps * sizeof(uint16));
    for (Size i = 0; i < std::min<Size>(k, s->n_hits); i++)
        found[s->hits[i].step - 1]++;
    for (uint32 i = 1; i < steps; i++)
        found[i] = static_cast<uint16>(found[i] + found[i - 1]);
}

// False when a chain was replaced on the way, or there were fewer rows than thought.
bool trace(Search *s, Traces *traces, int query)
{
    int depths = traces->depths;
    while (query >= traces->queries[depths - 1])
        depths--;
    search_open(s, traces->k, depths);
    for (uint32 step = 0; step < traces->steps; step++) {
        const uint32 list = search_take(s);
        if (list == ann::kNoList || search_list(s, list) != kSearchDone)
            return false;
        const uint32 next = search_peek(s);
        if (next == ann::kNoList)
            return false;
        for (int depth = 0; depth < depths; depth++)
            traces->progress[depth][Size{traces->steps} * query + step] =
                search_progress(s, &s->near[depth], next);
    }
    const uint32 deepest = traces->k[depths - 1];
    // Each row once, with the first step of its two copies: refining would keep the nearer one's.
    s->n_candidates = ann::sort_by_row(s->candidates, s->n_candidates);
    search_refine(s, deepest);
    if (s->n_hits < deepest)
        return false;
    std::partial_sort(s->hits, s->hits + deepest, s->hits + s->n_hits,
                      [](const Hit &a, const Hit &b) { return a.key < b.key; });
    for (int depth = 0; depth < depths; depth++)
        count_found(s, traces->k[depth], traces->steps,
                    traces->found[depth] + Size{traces->steps} * query);
    return true;
}

// Under run_cpp().
ann::StopRule fit(const Traces &traces, uint32 lists, float scale, float errors)
{
    std::vector<ann::Trace> of_depth[ann::kDepths];
    for (int depth = 0; depth < traces.depths; depth++)
        for (int query = 0; query < traces.queries[depth]; query++) {
            const ann::Progress *progress = traces.progress[depth] + size_t{traces.steps} * query;
            const uint16 *found = traces.found[depth] + size_t{traces.steps} * query;
            of_depth[depth].push_back(
                {{progress, progress + traces.steps}, {found, found + traces.steps}});
        }
    return ann::fit(of_depth, lists, scale, errors);
}

bool measure(Relation index, int queries, float errors, ann::StopRule *rule)
{
    const Cache *cache = cache_get(index);
    const uint32 lists = cache->lists;
    const bool few = cache->shape.d <= kFewDimensions;
    Traces traces;
    if (!plan(cache, queries, &traces))
        return false;
    auto *x = static_cast<float *>(palloc(cache->shape.d * sizeof(float)));
    Search *s = search_make(index);
    pg_prng_state random;
    pg_prng_seed(&random, 20240521);
    int measured = 0;
    for (int i = 0; i < 2 * traces.queries[0] && measured < traces.queries[0]; i++) {
        if (!draw_row(s, &random, &s->skip, x))
            break;
        search_row(s, x);
        measured += trace(s, &traces, measured);
        s->skip = kNone;
    }
    if (measured < std::max(traces.queries[0] / 4, kLeastQueries))
        return false;
    for (int &traced : traces.queries)
        traced = std::min(traced, measured);
    const float scale = meta_copy(index).mean_residual2;
    if (few)
        errors = std::max(errors, kErrorsOfFew);
    run_cpp([&] { *rule = fit(traces, lists, scale, errors); });
    return true;
}

} // namespace

bool is_set_aside(ItemPointer tid)
{
    const uint32 row = ItemPointerGetBlockNumberNoCheck(tid) * MaxHeapTuplesPerPage +
                       ItemPointerGetOffsetNumberNoCheck(tid);
    return (row * 0x9E3779B1u) >> 29 == 0; // Fibonacci hashing: spread evenly
}

bool measure_rule(Relation index, int queries, float errors, ann::StopRule *rule)
{
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "sbert_ivf measure", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext before = MemoryContextSwitchTo(context);
    const bool measured = measure(index, queries, errors, rule);
    MemoryContextSwitchTo(before);
    MemoryContextDelete(context);
    return measured;
}

} // namespace sbert::ivf
