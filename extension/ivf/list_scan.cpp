// The blocks of a chain that follow one another on a page are taken without locking it again.
// Interrupts are checked between pages, where no lock is held.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/binary_codes.h"
#include "extension/ann/key_bound.h"
#include "extension/ann/residual_code.h"
#include "extension/pg.h"

#include "extension/ivf/list_scan.h"
#include "extension/ivf/memory.h"

namespace sbert::ivf {
namespace {

// The heap compares estimates that are pessimistic by one error. The smallest of many estimates are
// mostly too small, and the threshold must not fall below the true k-th key. Without this, 0.993 of
// the true neighbours are reranked.
constexpr float kPessimism = 1.0f;

// What the rows of one list share. All that an estimate may be wrong by is here: its own error,
// that of the look-up table, and what floats lose in the index and in the operator, which counts
// twice: for the row and for the k-th that it is compared with.
struct ListTerms {
    float base;
    float error;                // of an estimate with mul = 1
    float slack, slack_mul;     // what floats lose: of all rows, and with mul = 1
    kernels::Lookup optimistic; // keys less epsilon errors come out of it, given base - slack
};

ListTerms list_terms(const Search *s, uint32 list)
{
    if (s->no_query)
        return {};
    const double far = std::sqrt(s->far2[list]);
    const double length = std::sqrt(s->cache->norm2[list]);
    const double lost = ann::likely_rounding(s->d, s->epsilon);
    const ann::Lengths lengths = {s->norm, length, s->given_norm, s->cache->origin_norm + length};
    const double slack = 2 * ann::rounding_of_key(s->cache->metric, lost, far, lengths);
    // A row's residual is no longer than |mul| sqrt(d), half of that where mul has a factor of two.
    const double root = std::sqrt(static_cast<double>(s->d));
    const double product = s->cache->metric == ann::Metric::kInnerProduct ? s->norm + s->given_norm
                                                                          : s->norm + length + far;
    const double slack_mul = 2 * lost * root * product;
    // A segment's entry is rounded to a step, evenly.
    const double segments = static_cast<double>(kernels::code_segments(s->d));
    const double table = s->lookup.scale * std::sqrt(segments / 12);
    const double code = ann::kErrorFactor * far;
    ListTerms terms;
    terms.base = s->bases[list];
    terms.error = static_cast<float>(std::sqrt(code * code + table * table));
    terms.slack = static_cast<float>(slack);
    terms.slack_mul = static_cast<float>(slack_mul);
    // mul is negative or zero: a larger sum makes the key smaller.
    terms.optimistic = {s->lookup.scale,
                        s->lookup.bias + s->epsilon * terms.error + terms.slack_mul};
    return terms;
}

void reserve_candidates(Search *s, Size more)
{
    if (s->n_candidates + more <= s->candidates_capacity)
        return;
    s->n_candidates = ann::keep_below(s->candidates, s->n_candidates, candidate_threshold(s));
    // Compacting must pay: else the next page would compact again.
    if (s->n_candidates + more <= s->candidates_capacity / 2)
        return;
    grow(s->context, &s->candidates, &s->candidates_capacity, s->n_candidates + more);
}

void keep_row(Search *s, const ListTerms &terms, const ListBlock *block, int i, float optimistic)
{
    if (block->row[i] == s->skip)
        return;
    const float spread = -block->mul[i] * terms.error;
    const float key =
        optimistic + s->epsilon * spread + terms.slack - block->mul[i] * terms.slack_mul;
    s->candidates[s->n_candidates++] = {optimistic, key, block->row[i], s->probes};
    for (int cutoff = 0; cutoff < s->cutoffs; cutoff++)
        ann::top_k_offer(&s->top[cutoff], key + kPessimism * spread, block->row[i]);
}

// Where everything is kept, nothing needs an estimate.
void keep_all(Search *s, const ListBlock *block)
{
    for (int i = 0; i < kBlockSlots; i++)
        if (is_used(block, i))
            s->candidates[s->n_candidates++] = {0, 0, block->row[i], s->probes};
}

// REQUIRES space for 16 candidates.
void scan_block(Search *s, const ListTerms &terms, const ListBlock *block)
{
    const ann::TopK *top = &s->top[s->cutoffs - 1];
    s->counters.rows_scanned += pg_popcount32(block->used);
    if (top->capacity == 0)
        return keep_all(s, block);
    if (block->used == 0)
        return;
    uint32 totals[kBlockSlots] = {};
    float keys[kBlockSlots];
    kernels::add_block_sums(block_codes(block), 0, kernels::code_segments(s->d), s->table, totals);
    const float least = kernels::block_keys(totals, terms.optimistic, terms.base - terms.slack,
                                            block->add, block->mul, keys);
    if (!(least < ann::top_k_threshold(top)))
        return;
    for (int i = 0; i < kBlockSlots; i++)
        if (keys[i] < ann::top_k_threshold(top))
            keep_row(s, terms, block, i, keys[i]);
}

// All of the chain's blocks on this page from *id on, which is left at the first one elsewhere.
// False when a block belongs to another list, or to the chain that this one has replaced, or when
// the chain comes back to where it was.
bool scan_page(Search *s, Page page, uint32 list, const ListTerms &terms, uint32 *id)
{
    const Shape &shape = s->cache->shape;
    const uint32 epoch = s->cache->epochs[list];
    const BlockNumber blkno = *id / shape.block.per_page;
    for (uint32 i = 0; i < shape.block.per_page; i++) {
        const ListBlock *block = block_at(page, shape, *id);
        if (block->list != list || block->epoch != epoch)
            return false;
        scan_block(s, terms, block);
        *id = block->next;
        if (*id == kNone || *id / shape.block.per_page != blkno)
            return true;
    }
    return false;
}

// A block that spans pages, put together in s->record. A row that came between two of its pages has
// codes of its own or those of the row before it: such a row is too new to be visible.
bool scan_spanning_block(Search *s, uint32 list, const ListTerms &terms, uint32 *id)
{
    const RecordShape &shape = s->cache->shape.block;
    record_read(s->index, shape, *id, s->record, s->snapshot);
    s->counters.pages += shape.span;
    const auto *block = reinterpret_cast<const ListBlock *>(s->record);
    if (block->list != list || block->epoch != s->cache->epochs[list])
        return false;
    scan_block(s, terms, block);
    *id = block->next;
    return true;
}

// A list without blocks may have had rows that the snapshot sees. The record that took its last
// block away was one of the metapage too.
void check_emptied(const Search *s)
{
    const PageView view = page_read(s->index, MAIN_FORKNUM, kMetaPage, kPageMeta, nullptr);
    check_old_snapshot(s->snapshot, s->index, view.page);
    page_done(view);
}

// A damaged chain may come back to a page that it left.
constexpr uint64 kTurnsBetweenChecks = 4096;

bool chain_may_be_so_long(const Search *s, uint64 turns)
{
    return turns <= uint64{RelationGetNumberOfBlocks(s->index)} * s->cache->shape.block.per_page;
}

// The page, by the pin that prefetch_list() may have taken.
PageView take_page(Search *s, BlockNumber blkno)
{
    for (auto &prefetched : s->prefetched)
        if (BufferIsValid(prefetched.buffer) && prefetched.page == blkno) {
            const Buffer pinned = prefetched.buffer;
            prefetched.buffer = InvalidBuffer;
            return page_share(s->index, pinned, blkno, kPageList);
        }
    return page_read(s->index, MAIN_FORKNUM, blkno, kPageList, nullptr);
}

} // namespace

// Not at the k-th key itself: rows that lie on their centroid are estimated exactly, and the first
// k may all be equal.
float candidate_threshold(const Search *s)
{
    return std::nextafterf(ann::top_k_threshold(&s->top[s->cutoffs - 1]),
                           std::numeric_limits<float>::infinity());
}

void prefetch_end(Search *s)
{
    for (auto &prefetched : s->prefetched) {
        if (BufferIsValid(prefetched.buffer))
            ReleaseBuffer(prefetched.buffer);
        prefetched.buffer = InvalidBuffer;
    }
}

void prefetch_list(Search *s, uint32 list)
{
    const Shape &shape = s->cache->shape;
    const uint32 head = s->cache->heads[list];
    auto &prefetched = BufferIsValid(s->prefetched[0].buffer) ? s->prefetched[1] : s->prefetched[0];
    if (head == kNone || shape.block.span > 1 || BufferIsValid(prefetched.buffer))
        return;
    if (pages_to_pin(3) < 3) // this list's, the next one's, and the page being read
        return;
    prefetched.page = block_page(shape, head);
    prefetched.buffer = page_pin(s->index, prefetched.page);
    const char *block =
        reinterpret_cast<const char *>(block_at(BufferGetPage(prefetched.buffer), shape, head));
    for (Size i = 0; i < std::min<Size>(shape.block.bytes, 1024); i += 64)
        __builtin_prefetch(block + i);
}

bool scan_list(Search *s, uint32 list)
{
    const Shape &shape = s->cache->shape;
    const ListTerms terms = list_terms(s, list);
    uint32 id = s->cache->heads[list];
    bool same = true;
    if (id == kNone)
        check_emptied(s);
    for (uint64 turn = 1; id != kNone && same; turn++) {
        CHECK_FOR_INTERRUPTS();
        if (turn % kTurnsBetweenChecks == 0 && !chain_may_be_so_long(s, turn))
            return false;
        reserve_candidates(s, kBlockSlots * shape.block.per_page);
        if (shape.block.span > 1) {
            same = scan_spanning_block(s, list, terms, &id);
            continue;
        }
        const PageView view = take_page(s, block_page(shape, id));
        check_old_snapshot(s->snapshot, s->index, view.page);
        same = scan_page(s, view.page, list, terms, &id);
        page_done(view);
        s->counters.pages++;
    }
    return same;
}

} // namespace sbert::ivf
