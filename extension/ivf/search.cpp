#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "encoder/kernels/distance.h"
#include "extension/ann/key_bound.h"
#include "extension/pg.h"

#include "extension/ivf/list_scan.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/prepare.h"
#include "extension/ivf/rerank.h"
#include "extension/ivf/row_codes.h"
#include "extension/ivf/search.h"

namespace sbert::ivf {
namespace {

constexpr Size kFirstCandidates = 4096;
// Measured on texts (100,000 rows, 1,900 lists, 30 probes, k = 10): of the true neighbours
// among the rows scanned 0.9993 are reranked, with about 48 rows reranked in all; 2.5 errors rerank
// 69 for 0.9996.
constexpr uint32 kRerankFirst = 24; // and half as many again as k
constexpr float kEpsilon = 2.0f;
constexpr float kEpsilonHigh = 2.5f; // where a thousandth counts
constexpr Size kTriangleDimensions = 4;

float epsilon_for(float target_recall) { return target_recall >= 0.98f ? kEpsilonHigh : kEpsilon; }

char *aligned(Size bytes) { return reinterpret_cast<char *>(TYPEALIGN(64, palloc(bytes + 64))); }

// Buffers for this index, which may have changed its dimensions (REINDEX after ALTER TABLE).
void reserve_buffers(Search *s)
{
    const Shape &shape = s->cache->shape;
    const MemoryContext before = MemoryContextSwitchTo(s->context);
    if (s->d != shape.d) {
        s->d = shape.d;
        s->given = reinterpret_cast<float *>(aligned(shape.d * sizeof(float)));
        s->q = reinterpret_cast<float *>(aligned(shape.d * sizeof(float)));
        s->decoded = reinterpret_cast<float *>(aligned(shape.d * sizeof(float)));
        s->table = reinterpret_cast<uint8 *>(aligned(kernels::lookup_bytes(shape.d)));
        s->record = aligned(std::max(shape.block.bytes, shape.row.bytes));
    }
    if (s->lists_capacity < s->cache->lists) {
        const Size lists = padded_lists(s->cache->lists + s->cache->lists / 4);
        Size far2 = s->lists_capacity, bases = far2, order = far2;
        grow(s->context, &s->far2, &far2, lists);
        grow(s->context, &s->bases, &bases, lists);
        grow(s->context, &s->order_scratch, &order, lists);
        grow(s->context, &s->estimates, &s->lists_capacity, lists);
    }
    MemoryContextSwitchTo(before);
}

void order_lists(Search *s)
{
    const Cache *cache = s->cache;
    reserve_buffers(s);
    if (s->no_query) {
        memset(s->estimates, 0, cache->lists * sizeof(float));
        memset(s->far2, 0, cache->lists * sizeof(float));
        memset(s->bases, 0, cache->lists * sizeof(float));
    } else {
        estimate_bases(cache, {s->q, s->table, s->lookup}, s->estimates);
    }
    ann::order_start(&s->order, s->estimates, s->order_scratch, cache->lists,
                     likely_lists(cache->shape.d));
}

// The list's base, which is noted with its distance.
float take_base(Search *s, uint32 list)
{
    if (s->no_query)
        return 0;
    const uint16 *c = cached_centroid(s->cache, list);
    s->far2[list] = kernels::l2_squared_bf16(s->q, c, s->d);
    s->bases[list] = s->cache->metric == ann::Metric::kInnerProduct
                         ? -kernels::inner_product_bf16(s->q, c, s->d)
                         : s->far2[list];
    return s->bases[list];
}

void start_heaps(Search *s, const uint32 *k, int cutoffs)
{
    s->cutoffs = cutoffs;
    for (int i = 0; i < cutoffs; i++) {
        const Size need = ann::top_k_entries(k[i]);
        if (s->top_capacity[i] < need)
            grow(s->context, &s->top[i].entries, &s->top_capacity[i], need);
        ann::top_k_start(&s->top[i], s->top[i].entries, k[i]);
    }
}

// Facts of the query that every step needs.
//   given_norm2  |q|^2 of the vector as it was given
void take_query(Search *s, double given_norm2)
{
    s->norm = std::sqrt(ann::sum_of_squares(s->q, s->d));
    s->sum = std::accumulate(s->q, s->q + s->d, 0.0);
    s->centred = s->cache->has_origin;
    s->given_norm = s->cache->metric == ann::Metric::kCosine ? 1 : std::sqrt(given_norm2);
    const ann::Lengths lengths = {0, 0, s->given_norm, s->cache->origin_norm};
    s->noise = static_cast<float>(
        ann::rounding_of_key(s->cache->metric, ann::likely_rounding(s->d, 1), 0, lengths));
    s->no_query = false;
    s->lookup = kernels::make_lookup(s->q, s->d, s->table);
}

// The query of s->given; false where nothing could be near it.
bool take_given(Search *s)
{
    float norm2;
    const Preparation preparation = preparation_of(s->cache, s->type);
    if (!prepare_query(&preparation, s->given, s->q, &norm2, &s->shift)) {
        search_without_query(s);
        return false;
    }
    take_query(s, norm2);
    s->out_of_range = !operators_can_tell(norm2);
    return true;
}

// Where the operator's floats lose as much as rows of a list differ by, its nearest rows are any
// that are about as near: the lists that may have them are not known by what searches measured, and
// none is passed over that is not farther than that.
constexpr double kNoisyShare = 0.25; // of what the residuals make

// What keys are multiplied with before the stop rule compares them with residuals. Inner products
// grow with the query: those of vectors of unit length are as they are with residuals as texts have
// them, where kUsualResidual is their length.
constexpr double kUsualResidual = 0.63;

float key_unit(const Search *s)
{
    const double residual2 = s->cache->rule.scale;
    if (s->cache->metric != ann::Metric::kInnerProduct || !(residual2 > 0) || !(s->norm > 0))
        return 1;
    return static_cast<float>(std::sqrt(residual2) / (kUsualResidual * s->norm));
}

bool is_noisy(const Search *s)
{
    const double residual2 = s->cache->rule.scale;
    const double apart = s->cache->metric == ann::Metric::kInnerProduct
                             ? s->norm * std::sqrt(residual2 / static_cast<double>(s->d))
                             : residual2;
    return s->noise > kNoisyShare * apart;
}

// In few dimensions a query where data is sparse is unlike the rows that the rule was measured by,
// and to rule lists out by the triangle inequality costs little, whatever the target: of 10,000
// rows 10, 45 and 121 lists are seen in 2, 3 and 4 dimensions, in 1.1, 1.2 and 1.9 times the time.
// A row of it is not nearer to any other centroid, so with c its own and f the one that is nearest
// to q
//   |q - c| <= |q - x| + |x - c| <= |q - x| + |x - f| <= 2 |q - x| + |q - f|
// Not certain: the k-th key is an estimate, and a list that was split later may have a centroid
// nearer to the row than its own.
bool may_hold_nearer(const Search *s, uint32 next)
{
    if (s->d > kTriangleDimensions || s->cache->metric == ann::Metric::kInnerProduct)
        return false;
    const double kth = std::max(ann::top_k_threshold(&s->top[0]), 0.0f);
    const double farther =
        std::sqrt(std::max(s->bases[next], 0.0f)) - std::sqrt(std::max(s->first_base, 0.0f));
    return farther <= 2 * std::sqrt(kth);
}

bool enough(Search *s, ann::StopLevel level)
{
    const uint32 next = search_peek(s);
    if (next == ann::kNoList)
        return true;
    if (s->probes == 0 || s->top[0].capacity == 0)
        return false;
    if (may_hold_nearer(s, next))
        return false;
    if (is_noisy(s))
        level.cap = std::numeric_limits<uint32>::max();
    ann::Progress progress = search_progress(s, &s->top[0], next);
    progress.kth_key += s->noise * key_unit(s);
    return ann::enough(s->cache->rule, level, progress);
}

} // namespace

Search *search_make(Relation index)
{
    auto *s = allocate_zero<Search>(1);
    s->context = CurrentMemoryContext;
    s->index = index;
    s->type = type_support(index);
    s->candidates_capacity = kFirstCandidates;
    s->candidates = allocate<ann::Candidate>(kFirstCandidates);
    s->epsilon = kEpsilonHigh;
    s->skip = kNone;
    s->no_query = true;
    return s;
}

bool search_query(Search *s, Datum value)
{
    const int d = s->type->dimensions(value);
    s->cache = cache_get(s->index);
    if (d != static_cast<int>(s->cache->shape.d))
        ereport(ERROR,
                (errcode(ERRCODE_DATA_EXCEPTION), errmsg("different vector dimensions %d and %d",
                                                         static_cast<int>(s->cache->shape.d), d)));
    reserve_buffers(s);
    s->type->to_floats(value, s->given);
    return take_given(s);
}

void search_row(Search *s, const float *row)
{
    s->cache = cache_get(s->index);
    reserve_buffers(s);
    memcpy(s->given, row, s->d * sizeof(float));
    if (s->cache->shape.rerank_bits == 32) {
        take_given(s);
        return;
    }
    memcpy(s->q, row, s->d * sizeof(float));
    const Preparation preparation = preparation_of(s->cache, s->type);
    query_of_row(&preparation, s->q, &s->shift);
    take_query(s, kernels::inner_product(s->q, s->q, s->d));
    s->out_of_range = false;
}

void search_without_query(Search *s) { s->no_query = true; }

void search_begin(Search *s)
{
    for (auto &prefetched : s->prefetched) // an error has let go of them
        prefetched.buffer = InvalidBuffer;
    s->cache = cache_get(s->index);
    reserve_buffers(s);
    // The first row of all came since the query did.
    if (!s->no_query && s->centred != s->cache->has_origin)
        take_given(s);
    s->generation = s->cache->generation;
    s->bits = s->cache->shape.rerank_bits;
    s->n_candidates = s->n_hits = 0;
}

void search_open(Search *s, const uint32 *k, int cutoffs)
{
    search_begin(s);
    start_heaps(s, k, cutoffs);
    order_lists(s);
    s->probes = 0;
}

uint32 search_peek(Search *s)
{
    if (ann::order_peek(&s->order) == ann::kNoList)
        ann::order_next_batch(&s->order, [s](uint32 list) { return take_base(s, list); });
    return ann::order_peek(&s->order);
}

uint32 search_take(Search *s)
{
    search_peek(s);
    return ann::order_take(&s->order);
}

SearchOutcome search_probe(Search *s, uint32 list)
{
    if (s->probes++ == 0)
        s->first_base = s->bases[list];
    s->counters.probes++;
    if (scan_list(s, list))
        return kSearchDone;
    // The generation rises before the blocks of a replaced chain can be seen in another.
    if (read_metapage(s->index).generation == s->generation)
        report_damage(s->index, "has a list %u whose chain is damaged", list);
    return kSearchStale;
}

ann::Progress search_progress(const Search *s, const ann::TopK *top, uint32 next)
{
    const float unit = key_unit(s);
    return {ann::top_k_threshold(top) * unit, s->first_base * unit, s->bases[next] * unit,
            s->probes};
}

void search_rerank(Search *s, uint32 k)
{
    const Size n = ann::keep_below(s->candidates, s->n_candidates, candidate_threshold(s));
    const Size first = std::min(n, Size{kRerankFirst} + k + k / 2);
    ann::nearest_first(s->candidates, n, first);
    const Size best = ann::sort_by_row(s->candidates, first);
    rerank(s, s->candidates, best);

    const float kth = ann::kth_smallest(s->keys, s->n_hits, k);
    ann::Candidate *others = s->candidates + first;
    Size left = ann::keep_below(others, n - first, kth);
    left = ann::sort_by_row(others, left);
    left = ann::drop_seen(others, left, s->candidates, best);
    rerank(s, others, left);
    s->n_candidates = 0;
}

void search_run(Search *s, uint32 k, float target_recall)
{
    s->epsilon = epsilon_for(target_recall);
    SearchOutcome outcome = kSearchStale;
    while (outcome == kSearchStale) {
        search_open(s, &k, 1);
        const ann::StopLevel level = ann::stop_level(s->cache->rule, k, target_recall);
        outcome = kSearchDone;
        while (outcome == kSearchDone && !enough(s, level)) {
            const uint32 list = search_take(s);
            const uint32 next = search_peek(s);
            if (next != ann::kNoList)
                prefetch_list(s, next);
            outcome = search_probe(s, list);
        }
        prefetch_end(s);
    }
    search_rerank(s, k);
}

} // namespace sbert::ivf
