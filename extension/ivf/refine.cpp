// Refining, page by page. The bound that a hit gets must be certain, whatever the codes lost:
//
//   |<q, x> - <q, x'>| <= |q| |x - x'|        x' the decoded row (Cauchy-Schwarz)
//   | |q - x| - |q - x'| | <= |x - x'|        (triangle)
//
// and |x - x'| is stored, rounded up. What floats lose on the way (the rotation of both, products
// here and in the operator) is covered by a margin, a worst case that is still a hundredth of the
// rest. A row that the operator's floats cannot tell is stored with an error that makes its bound
// reach below everything.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/scalar_codes.h"
#include "extension/pg.h"

#include "extension/ivf/place.h"
#include "extension/ivf/refine.h"
#include "extension/ivf/rows.h"

namespace sbert::ivf {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Of a product of d floats, relative to the lengths: its sums have at least four parts, the
// rotation adds a few roundings an element.
double rounding(Size d) { return (static_cast<double>(d) / 4 + 64) * 0x1p-24; }

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
    const double steps = bits == 32 ? 0 : (1 << bits) - 1;
    return std::sqrt(static_cast<double>(s->d)) *
               (std::fabs(row->low) + std::fabs(row->step) * steps) +
           row->error;
}

double product(const Search *s, const Row *row, const uint8 *codes, int bits)
{
    if (bits == 32)
        return kernels::inner_product(s->q, reinterpret_cast<const float *>(codes), s->d);
    return row->low * s->sum +
           static_cast<double>(row->step) * kernels::scalar_product(s->q, codes, s->d, bits);
}

double distance2(const Search *s, const Row *row, const uint8 *codes, int bits)
{
    const auto *x = reinterpret_cast<const float *>(codes);
    if (bits != 32) {
        kernels::decode_scalar(codes, {row->low, row->step, row->error}, s->d, bits, s->decoded);
        x = s->decoded;
    }
    return kernels::l2_squared(s->q, x, s->d);
}

// The key, and the least that it can be.
void set_key(const Search *s, const Row *row, const uint8 *codes, Hit *hit)
{
    const int bits = s->cache->shape.refine_bits;
    // With 32 bits the distances are exact as far as anybody can tell: no margin, no recheck.
    const double loss = bits == 32 ? 0 : rounding(s->d);
    const double margin = loss * (s->norm + reach(s, row, bits));
    if (s->cache->metric == ann::Metric::kL2) {
        const double key = distance2(s, row, codes, bits);
        const double near = std::sqrt(key) - row->error - margin - (bits == 32 ? 0 : 1e-19);
        hit->key = static_cast<float>(key);
        hit->bound = bits == 32 ? hit->key : at_most(near > 0 ? near * near : 0);
    } else {
        const double p = product(s, row, codes, bits);
        const double slack = row->error * s->norm + margin * s->norm;
        const bool cosine = s->cache->metric == ann::Metric::kCosine;
        const double key = cosine ? 2 - 2 * p : -p;
        hit->key = static_cast<float>(key);
        // 1e-38: denormal terms may have been dropped.
        hit->bound = bits == 32 ? hit->key : at_most(key - (cosine ? 2 : 1) * slack - 1e-38);
    }
    if (s->loose && bits != 32)
        hit->bound = -kInfinity;
    if (std::isnan(hit->key)) // squares that overflow on both sides; hits are sorted by it
        hit->key = kInfinity;
    if (std::isnan(hit->bound))
        hit->bound = kInfinity;
}

void add_hit(Search *s, const ann::Candidate &candidate, const Row *row)
{
    if (row->state != kRowLive)
        return;
    Hit *hit = &s->hits[s->n_hits++];
    hit->row = candidate.row;
    hit->step = candidate.step;
    hit->tid = row->tid;
    hit->key = hit->bound = 0;
    if (!s->blind)
        set_key(s, row, reinterpret_cast<const uint8 *>(row + 1), hit);
}

// A row that spans pages, put together in s->record: header and state are the first page's. Codes
// of another row can only come with the id of a row that was freed meanwhile: nobody sees it.
void gather_row(Search *s, uint32 row)
{
    const Shape &shape = s->cache->shape;
    record_gather(s->index, row, shape.row_span, kPageRow, shape.row_bytes, nullptr, s->record);
    s->counters.pages += shape.row_span;
}

void more_hits(Search *s, Size n)
{
    if (s->n_hits + n <= s->hits_capacity)
        return;
    const Size capacity = std::max(Size{1024}, 2 * (s->n_hits + n));
    auto *hits = static_cast<Hit *>(MemoryContextAllocHuge(s->context, capacity * sizeof(Hit)));
    if (s->hits != nullptr) {
        memcpy(hits, s->hits, s->n_hits * sizeof(Hit));
        pfree(s->hits);
        pfree(s->keys);
    }
    s->hits = hits;
    s->keys = static_cast<float *>(MemoryContextAllocHuge(s->context, capacity * sizeof(float)));
    s->hits_capacity = capacity;
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
                 std::min<Size>(shape.row_bytes, 512));
    }
    batch->end = at;
}

// One page locked at a time.
void refine_batch(Search *s, const ann::Candidate *candidates, const Batch *batch)
{
    const Shape &shape = s->cache->shape;
    for (int i = 0; i < batch->n; i++) {
        const Size begin = batch->begins[i];
        const Size end = i + 1 < batch->n ? batch->begins[i + 1] : batch->end;
        const PageView view =
            page_share(s->index, batch->pages[i], row_page(shape, candidates[begin].row), kPageRow);
        for (Size j = begin; j < end; j++)
            add_hit(s, candidates[j], row_at(view.page, shape, candidates[j].row));
        page_done(view);
        s->counters.pages++;
    }
}

} // namespace

void refine(Search *s, const ann::Candidate *candidates, Size n)
{
    more_hits(s, n);
    s->counters.refined += static_cast<int64>(n);
    if (s->cache->shape.row_span > 1) {
        for (Size i = 0; i < n; i++) {
            CHECK_FOR_INTERRUPTS();
            gather_row(s, candidates[i].row);
            add_hit(s, candidates[i], reinterpret_cast<const Row *>(s->record));
        }
        return;
    }
    Batch batch;
    for (Size at = 0; at < n; at = batch.end) {
        CHECK_FOR_INTERRUPTS();
        pin_batch(s, candidates, n, at, &batch);
        refine_batch(s, candidates, &batch);
    }
}

bool search_read_row(Search *s, uint32 row, float *x, ItemPointer tid)
{
    return rows_read(s->index, s->cache->shape, row, s->record, x, tid);
}

} // namespace sbert::ivf
