#include <algorithm>

#include "extension/boundary.h"
#include "extension/pg.h"

#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/rows.h"
#include "extension/ivf/search.h"
#include "extension/ivf/stop_rule.h"
#include "extension/ivf/training_rows.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kLeastRows = 1000;
constexpr uint32 kLeastLists = 16;
constexpr uint64 kRowsPerNeighbour = 4; // fewer rows than that many times k: k is not measured
constexpr uint32 kLeastSteps = 256, kMostSteps = 1024;
constexpr int kTriesPerQuery = 400;
constexpr int kTriesPerList = 16;
constexpr int kLeastQueries = 24;
constexpr int kAllCutoffsShare = 4; // one query in so many goes for all cutoffs
// In few dimensions a list or two is all that is probed. One more costs little, and one too few
// costs much recall. So more is kept in reserve there.
constexpr uint32 kFewDimensions = 16;
constexpr float kErrorsOfFew = 2;

// The traces as plain data, a row of `steps` for each query and cutoff.
struct Traces {
    int cutoffs;
    uint32 k[ann::kCutoffs];
    uint32 steps; // probes of every search
    int queries[ann::kCutoffs];
    ann::Progress *progress[ann::kCutoffs]; // (queries, steps)
    uint16 *found[ann::kCutoffs];           // (queries, steps)
};

uint32 steps_for(uint32 lists)
{
    const uint32 share = std::min(std::max(lists / 4, kLeastSteps), kMostSteps);
    return std::min(share, lists - 1);
}

// The cutoffs that the index has rows enough for; memory is maintenance_work_mem's.
bool plan(const Cache *cache, int queries, Traces *traces)
{
    traces->cutoffs = 0;
    while (traces->cutoffs < static_cast<int>(ann::kCutoffs) &&
           cache->rows >= kRowsPerNeighbour * ann::kCutoffOf[traces->cutoffs])
    {
        traces->k[traces->cutoffs] = ann::kCutoffOf[traces->cutoffs];
        traces->cutoffs++;
    }
    if (cache->rows < kLeastRows || cache->lists < kLeastLists || traces->cutoffs == 0)
        return false;
    traces->steps = steps_for(cache->lists);
    // Twice: here and as fit() takes them.
    const Size step = 2 * (sizeof(ann::Progress) + sizeof(uint16));
    const Size query =
        traces->steps * step * (kAllCutoffsShare + traces->cutoffs - 1) / kAllCutoffsShare;
    const Size most = Size{1024} * maintenance_work_mem / query;
    queries = static_cast<int>(std::min<Size>(queries, most));
    for (int cutoff = 0; cutoff < traces->cutoffs; cutoff++) {
        traces->queries[cutoff] = cutoff == 0 ? queries : queries / kAllCutoffsShare;
        const Size n = Size{traces->steps} * traces->queries[cutoff];
        traces->progress[cutoff] = allocate<ann::Progress>(n);
        traces->found[cutoff] = allocate<uint16>(n);
    }
    return queries > 0;
}

uint32 below(pg_prng_state *random, uint64 n)
{
    return static_cast<uint32>(pg_prng_uint64_range(random, 0, n - 1));
}

// Draws a list, with a chance in proportion to its length. Its rows become the candidates.
bool draw_list(Search *s, pg_prng_state *random)
{
    const uint32 everything = 0;
    search_without_query(s);
    search_open(s, &everything, 1);
    const uint64 usual = 2 * s->cache->rows / s->cache->lists + 1;
    if (search_probe(s, below(random, s->cache->lists)) != kSearchDone || s->n_candidates == 0)
        return false;
    return s->n_candidates >= below(random, 2 * usual);
}

// A row that was held out, drawn from the lists; x its vector, as search_row() takes it.
bool draw_row(Search *s, pg_prng_state *random, uint32 *row, float *x)
{
    for (int i = 0; i < kTriesPerQuery; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!draw_list(s, random))
            continue;
        for (int j = 0; j < kTriesPerList; j++) {
            ItemPointerData tid;
            *row = s->candidates[below(random, s->n_candidates)].row;
            if (rows_read_kept(s->index, s->cache->shape, *row, s->record, x, &tid) &&
                is_held_out(&tid))
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
        found[s->hits[i].probe - 1]++;
    for (uint32 i = 1; i < steps; i++)
        found[i] = static_cast<uint16>(found[i] + found[i - 1]);
}

// False when a chain was replaced on the way, or there were fewer rows than thought.
bool trace(Search *s, Traces *traces, int query)
{
    int cutoffs = traces->cutoffs;
    while (query >= traces->queries[cutoffs - 1])
        cutoffs--;
    search_open(s, traces->k, cutoffs);
    for (uint32 step = 0; step < traces->steps; step++) {
        const uint32 list = search_take(s);
        if (list == ann::kNoList || search_probe(s, list) != kSearchDone)
            return false;
        const uint32 next = search_peek(s);
        if (next == ann::kNoList)
            return false;
        for (int cutoff = 0; cutoff < cutoffs; cutoff++)
            traces->progress[cutoff][Size{traces->steps} * query + step] =
                search_progress(s, &s->top[cutoff], next);
    }
    const uint32 greatest = traces->k[cutoffs - 1];
    // Each row once, with the first probe of its two copies: reranking would keep the nearer one's.
    s->n_candidates = ann::sort_by_row(s->candidates, s->n_candidates);
    search_rerank(s, greatest);
    if (s->n_hits < greatest)
        return false;
    std::partial_sort(s->hits, s->hits + greatest, s->hits + s->n_hits,
                      [](const Hit &a, const Hit &b) { return a.key < b.key; });
    for (int cutoff = 0; cutoff < cutoffs; cutoff++)
        count_found(s, traces->k[cutoff], traces->steps,
                    traces->found[cutoff] + Size{traces->steps} * query);
    return true;
}

// C++ that throws: called under run_cpp().
ann::StopRule fit(const Traces &traces, uint32 lists, float scale, float errors)
{
    std::vector<ann::Trace> of_cutoff[ann::kCutoffs];
    for (int cutoff = 0; cutoff < traces.cutoffs; cutoff++)
        for (int query = 0; query < traces.queries[cutoff]; query++) {
            const ann::Progress *progress = traces.progress[cutoff] + size_t{traces.steps} * query;
            const uint16 *found = traces.found[cutoff] + size_t{traces.steps} * query;
            of_cutoff[cutoff].push_back(
                {{progress, progress + traces.steps}, {found, found + traces.steps}});
        }
    return ann::fit(of_cutoff, lists, scale, errors);
}

bool measure(Relation index, int queries, float errors, ann::StopRule *rule)
{
    const Cache *cache = cache_get(index);
    const uint32 lists = cache->lists;
    const bool few = cache->shape.d <= kFewDimensions;
    Traces traces;
    if (!plan(cache, queries, &traces))
        return false;
    auto *x = allocate<float>(cache->shape.d);
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
    const float scale = read_metapage(index).mean_residual2;
    if (few)
        errors = std::max(errors, kErrorsOfFew);
    run_cpp([&] { *rule = fit(traces, lists, scale, errors); });
    return true;
}

} // namespace

bool rule_measure(Relation index, int queries, float errors, ann::StopRule *rule)
{
    return in_own_context("sbert_ivf measure",
                          [&] { return measure(index, queries, errors, rule); });
}

void rule_renew(Relation index, uint64 rows, int queries, float errors)
{
    ann::StopRule rule;
    if (!rule_measure(index, queries, errors, &rule))
        return;
    const Buffer buffer = page_lock(index, kMetaPage, kPageMeta);
    PageEdit edit = edit_begin(index);
    MetaPage *meta = metapage_of(edit_page(&edit, buffer));
    meta->rule = rule;
    meta->measured_rows = rows;
    meta->generation++;
    edit_finish(&edit);
    UnlockReleaseBuffer(buffer);
}

} // namespace sbert::ivf
