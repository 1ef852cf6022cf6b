// The bound that a hit gets must be certain, whatever the codes and floats
// lost: ann/key_bound.h. A row that the operator's floats cannot tell is stored with an infinite
// error, which makes its bound reach below everything. Where a row's vector is kept as it was given
// (32 bits) the key is made of that, as the operator makes it, and only roundings are in the bound.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/scalar_codes.h"
#include "extension/ann/key_bound.h"
#include "extension/pg.h"

#include "extension/ivf/memory.h"
#include "extension/ivf/rerank.h"

namespace sbert::ivf {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Rounded down, and nothing where there is no number.
float at_most(double bound)
{
    if (!(bound > -FLT_MAX))
        return -kInfinity;
    return std::nextafterf(static_cast<float>(bound), -kInfinity);
}

// How long the row may be at most, by the range of its codes.
double reach(const Search *s, const Row *row, int bits)
{
    const double probes = (1 << bits) - 1;
    return std::sqrt(static_cast<double>(s->d)) *
               (std::fabs(row->low) + std::fabs(row->step) * probes) +
           row->error;
}

// The key of the decoded row, and the lengths that roundings are relative to.
double coded_key(const Search *s, const Row *row, const uint8 *codes, ann::Lengths *lengths)
{
    const int bits = s->bits;
    const double length = reach(s, row, bits);
    *lengths = {s->norm, length, s->given_norm, s->cache->origin_norm + length};
    if (s->cache->metric == ann::Metric::kInnerProduct)
        return -(row->low * s->sum +
                 static_cast<double>(row->step) * kernels::scalar_product(s->q, codes, s->d, bits));
    kernels::decode_scalar(codes, {row->low, row->step, row->error}, s->d, bits, s->decoded);
    return kernels::l2_squared(s->q, s->decoded, s->d);
}

// The same of a row that is kept as it was given. Differences of L2 lose nothing; what the other
// metrics lose depends on the lengths.
double given_key(const Search *s, const float *x, ann::Lengths *lengths)
{
    *lengths = {0, 0, s->given_norm, 1};
    switch (s->cache->metric) {
    case ann::Metric::kInnerProduct:
        lengths->given_row = std::sqrt(static_cast<double>(kernels::inner_product(x, x, s->d)));
        return -static_cast<double>(kernels::inner_product(s->given, x, s->d)) + s->shift;
    case ann::Metric::kCosine:
        return 2 - 2 * kernels::cosine(s->given, x, s->d);
    default: {
        const double key = kernels::l2_squared(s->given, x, s->d);
        lengths->row = std::sqrt(key);
        return key;
    }
    }
}

// The key, the least that it can be, and in s->keys what it is likely no more than.
void set_key(Search *s, const Row *row, Hit *hit)
{
    const auto *codes = reinterpret_cast<const uint8 *>(row + 1);
    const ann::Metric metric = s->cache->metric;
    ann::Lengths lengths;
    const double key = s->bits == 32
                           ? given_key(s, reinterpret_cast<const float *>(codes), &lengths)
                           : coded_key(s, row, codes, &lengths);
    const bool certain = !s->out_of_range && std::isfinite(row->error);
    hit->key = static_cast<float>(key - s->shift);
    hit->bound = certain
                     ? at_most(ann::least_key(metric, s->d, key, row->error, lengths) - s->shift)
                     : -kInfinity;
    float *greatest = &s->keys[hit - s->hits];
    *greatest = static_cast<float>(
        ann::likely_greatest_key(metric, s->d, key, row->error, s->norm, s->epsilon));
    // Squares that overflow on both sides; hits are sorted by it.
    if (std::isnan(hit->key))
        hit->key = kInfinity;
    if (std::isnan(hit->bound))
        hit->bound = kInfinity;
    if (std::isnan(*greatest))
        *greatest = kInfinity;
}

void add_hit(Search *s, const ann::Candidate &candidate, const Row *row)
{
    if (row->state != kRowLive)
        return;
    Hit *hit = &s->hits[s->n_hits++];
    hit->row = candidate.row;
    hit->probe = candidate.probe;
    hit->tid = row->tid;
    hit->key = hit->bound = s->keys[hit - s->hits] = 0;
    if (!s->no_query)
        set_key(s, row, hit);
}

// A row that spans pages, put together in s->record: header and state are the first page's. Codes
// of another row can only come with the id of a row that was freed meanwhile: nobody sees it.
void rerank_spanning_row(Search *s, const ann::Candidate &candidate)
{
    record_read(s->index, s->cache->shape.row, candidate.row, s->record, s->snapshot);
    s->counters.pages += s->cache->shape.row.span;
    add_hit(s, candidate, reinterpret_cast<const Row *>(s->record));
}

void reserve_hits(Search *s, Size n)
{
    Size keys = s->hits_capacity;
    if (s->n_hits + n <= s->hits_capacity)
        return;
    grow(s->context, &s->hits, &s->hits_capacity, std::max(Size{1024}, 2 * (s->n_hits + n)));
    grow(s->context, &s->keys, &keys, s->hits_capacity);
}

// Pages that are pinned at a time, at most. Nearly every row lies on a page of its own, and each is
// a wait for memory: the batch waits for all of them at once.
constexpr int kBatch = 12;

struct Batch {
    Buffer pages[kBatch];
    Size begins[kBatch]; // the first candidate of each
    int n;
    Size end;
};

void prefetch(const char *from, Size bytes)
{
    for (Size i = 0; i < bytes; i += PG_CACHE_LINE_SIZE / 2)
        __builtin_prefetch(from + i);
}

// Pins the pages of the candidates from `at` on.
void pin_batch(Search *s, const ann::Candidate *candidates, Size n, Size at, Batch *batch)
{
    const Shape &shape = s->cache->shape;
    BlockNumber last = InvalidBlockNumber;
    const auto most = static_cast<int>(pages_to_pin(kBatch));
    batch->n = 0;
    for (; at < n; at++) {
        const BlockNumber blkno = row_page(shape, candidates[at].row);
        if (blkno != last) {
            if (batch->n == most)
                break;
            batch->begins[batch->n] = at;
            batch->pages[batch->n++] = page_pin(s->index, blkno);
            last = blkno;
        }
        const Page page = BufferGetPage(batch->pages[batch->n - 1]);
        prefetch(reinterpret_cast<const char *>(row_at(page, shape, candidates[at].row)),
                 std::min<Size>(shape.row.bytes, 512));
    }
    batch->end = at;
}

// One page locked at a time.
void rerank_batch(Search *s, const ann::Candidate *candidates, const Batch *batch)
{
    const Shape &shape = s->cache->shape;
    for (int i = 0; i < batch->n; i++) {
        const Size begin = batch->begins[i];
        const Size end = i + 1 < batch->n ? batch->begins[i + 1] : batch->end;
        const PageView view =
            page_share(s->index, batch->pages[i], row_page(shape, candidates[begin].row), kPageRow);
        check_old_snapshot(s->snapshot, s->index, view.page);
        for (Size j = begin; j < end; j++)
            add_hit(s, candidates[j], row_at(view.page, shape, candidates[j].row));
        page_done(view);
        s->counters.pages++;
    }
}

} // namespace

void rerank(Search *s, const ann::Candidate *candidates, Size n)
{
    reserve_hits(s, n);
    s->counters.rows_reranked += static_cast<int64>(n);
    if (s->cache->shape.row.span > 1) {
        for (Size i = 0; i < n; i++) {
            CHECK_FOR_INTERRUPTS();
            rerank_spanning_row(s, candidates[i]);
        }
        return;
    }
    Batch batch;
    for (Size at = 0; at < n; at = batch.end) {
        CHECK_FOR_INTERRUPTS();
        pin_batch(s, candidates, n, at, &batch);
        rerank_batch(s, candidates, &batch);
    }
}

void rerank_page(Search *s, BlockNumber blkno, BufferAccessStrategy strategy)
{
    const Shape &shape = s->cache->shape;
    const Size before = s->n_hits;
    reserve_hits(s, shape.row.per_page);
    const PageView view = page_read(s->index, MAIN_FORKNUM, blkno, 0, strategy);
    const bool rows = holds_records(view.page, kPageRow);
    check_old_snapshot(s->snapshot, s->index, view.page);
    for (uint32 i = 0; rows && shape.row.span == 1 && i < shape.row.per_page; i++)
        add_hit(s, {0, 0, blkno * shape.row.per_page + i, 0}, row_at(view.page, shape, i));
    page_done(view);
    if (rows && shape.row.span > 1)
        rerank_spanning_row(s, {0, 0, blkno, 0});
    s->counters.pages++;
    s->counters.rows_reranked += static_cast<int64>(s->n_hits - before);
}

} // namespace sbert::ivf
