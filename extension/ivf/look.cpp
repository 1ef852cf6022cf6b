// Looking at lists. A list's pages are read one at a time, pinned and share-locked; the blocks of a
// chain that follow one another on a page are taken without locking it again. Interrupts are looked
// at between pages, where no lock is held.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/binary_codes.h"
#include "extension/ann/key_bound.h"
#include "extension/ann/residual_code.h"
#include "extension/pg.h"

#include "extension/ivf/look.h"
#include "extension/ivf/place.h"

namespace sbert::ivf {
namespace {

// The heap compares estimates that are a little pessimistic: the best of many estimates are lucky
// ones, and the threshold must not fall below the true k-th key. Without, 0.993 are refined.
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
    if (s->blind)
        return {};
    const double far = std::sqrt(s->far2[list]);
    const double length = std::sqrt(cache_at<float>(s->cache, s->cache->norm2)[list]);
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

void more_candidates(Search *s, Size room)
{
    if (s->n_candidates + room <= s->candidates_capacity)
        return;
    s->n_candidates = ann::keep_below(s->candidates, s->n_candidates, search_threshold(s));
    // Compacting must pay: else the next page would compact again.
    if (s->n_candidates + room <= s->candidates_capacity / 2)
        return;
    s->candidates_capacity *= 2;
    while (s->n_candidates + room > s->candidates_capacity)
        s->candidates_capacity *= 2;
    s->candidates = static_cast<ann::Candidate *>(
        repalloc_huge(s->candidates, s->candidates_capacity * sizeof(ann::Candidate)));
}

void keep_row(Search *s, const ListTerms &terms, const ListBlock *block, int i, float optimistic)
{
    if (block->row[i] == s->skip)
        return;
    const float spread = -block->mul[i] * terms.error;
    const float key =
        optimistic + s->epsilon * spread + terms.slack - block->mul[i] * terms.slack_mul;
    s->candidates[s->n_candidates++] = {optimistic, key, block->row[i], s->steps};
    for (int depth = 0; depth < s->depths; depth++)
        ann::near_offer(&s->near[depth], key + kPessimism * spread, block->row[i]);
}

// Where everything is kept, nothing needs an estimate.
void keep_all(Search *s, const ListBlock *block)
{
    for (int i = 0; i < static_cast<int>(kernels::kBlockRows); i++)
        if ((block->used >> i & 1) != 0)
            s->candidates[s->n_candidates++] = {0, 0, block->row[i], s->steps};
}

// REQUIRES room for 16 candidates.
void look_at_block(Search *s, const ListTerms &terms, const ListBlock *block, const uint8 *codes)
{
    const ann::NearHeap *near = &s->near[s->depths - 1];
    s->counters.looked_at += pg_popcount32(block->used);
    if (near->capacity == 0)
        return keep_all(s, block);
    if (block->used == 0)
        return;
    uint32 totals[kernels::kBlockRows] = {};
    float keys[kernels::kBlockRows];
    kernels::add_block_sums(codes, 0, kernels::code_segments(s->d), s->table, totals);
    const float least = kernels::block_keys(totals, terms.optimistic, terms.base - terms.slack,
                                            block->add, block->mul, keys);
    if (!(least < ann::near_threshold(near)))
        return;
    for (int i = 0; i < static_cast<int>(kernels::kBlockRows); i++)
        if (keys[i] < ann::near_threshold(near))
            keep_row(s, terms, block, i, keys[i]);
}

// All of the chain's blocks on this page from *id on, which is left at the first one elsewhere.
// False when a block belongs to another list, or to the chain that this one has replaced, or when
// the chain comes back to where it was.
bool look_at_page(Search *s, Page page, uint32 list, const ListTerms &terms, uint32 *id)
{
    const Shape &shape = s->cache->shape;
    const uint32 epoch = cache_at<uint32>(s->cache, s->cache->epochs)[list];
    const BlockNumber blkno = *id / shape.blocks_per_page;
    for (uint32 i = 0; i < shape.blocks_per_page; i++) {
        const char *at = page_payload(page) + Size{*id % shape.blocks_per_page} * shape.block_bytes;
        const auto *block = reinterpret_cast<const ListBlock *>(at);
        if (block->list != list || block->epoch != epoch)
            return false;
        look_at_block(s, terms, block, reinterpret_cast<const uint8 *>(block + 1));
        *id = block->next;
        if (*id == kNone || *id / shape.blocks_per_page != blkno)
            return true;
    }
    return false;
}

// A block that spans pages, put together in s->record. A row that came between two of its pages has
// codes of its own or those of the row before it: such a row is too new to be visible.
bool look_at_span(Search *s, uint32 list, const ListTerms &terms, uint32 *id)
{
    const Shape &shape = s->cache->shape;
    record_gather(s->index, *id, shape.block_span, kPageList, shape.block_bytes, nullptr,
                  s->record);
    s->counters.pages += shape.block_span;
    const auto *block = reinterpret_cast<const ListBlock *>(s->record);
    if (block->list != list || block->epoch != cache_at<uint32>(s->cache, s->cache->epochs)[list])
        return false;
    look_at_block(s, terms, block, reinterpret_cast<const uint8 *>(block + 1));
    *id = block->next;
    return true;
}

// A damaged chain may come back to a page that it left.
constexpr uint64 kTurnsBetweenChecks = 4096;

bool chain_may_be_so_long(const Search *s, uint64 turns)
{
    return turns <= uint64{RelationGetNumberOfBlocks(s->index)} * s->cache->shape.blocks_per_page;
}

// The page, by the pin that look_ahead() may have taken.
PageView take_page(Search *s, BlockNumber blkno)
{
    for (auto &ahead : s->ahead)
        if (BufferIsValid(ahead.buffer) && ahead.page == blkno) {
            const Buffer pinned = ahead.buffer;
            ahead.buffer = InvalidBuffer;
            return page_share(s->index, pinned, blkno, kPageList);
        }
    return page_read(s->index, MAIN_FORKNUM, blkno, kPageList, nullptr);
}

} // namespace

void look_ahead_end(Search *s)
{
    for (auto &ahead : s->ahead) {
        if (BufferIsValid(ahead.buffer))
            ReleaseBuffer(ahead.buffer);
        ahead.buffer = InvalidBuffer;
    }
}

void look_ahead(Search *s, uint32 list)
{
    const Shape &shape = s->cache->shape;
    const uint32 head = cache_at<uint32>(s->cache, s->cache->heads)[list];
    auto &ahead = BufferIsValid(s->ahead[0].buffer) ? s->ahead[1] : s->ahead[0];
    if (head == kNone || shape.block_span > 1 || BufferIsValid(ahead.buffer))
        return;
    if (pages_to_pin(3) < 3) // this list's, the next one's, and the page being read
        return;
    ahead.page = block_page(shape, head);
    ahead.buffer = page_pin(s->index, ahead.page);
    const char *block =
        reinterpret_cast<const char *>(block_at(BufferGetPage(ahead.buffer), shape, head));
    for (Size i = 0; i < std::min<Size>(shape.block_bytes, 1024); i += 64)
        __builtin_prefetch(block + i);
}

bool look_at_list(Search *s, uint32 list)
{
    const Shape &shape = s->cache->shape;
    const ListTerms terms = list_terms(s, list);
    uint32 id = cache_at<uint32>(s->cache, s->cache->heads)[list];
    bool same = true;
    for (uint64 turn = 1; id != kNone && same; turn++) {
        CHECK_FOR_INTERRUPTS();
        if (turn % kTurnsBetweenChecks == 0 && !chain_may_be_so_long(s, turn))
            return false;
        more_candidates(s, kernels::kBlockRows * shape.blocks_per_page);
        if (shape.block_span > 1) {
            same = look_at_span(s, list, terms, &id);
            continue;
        }
        const PageView view = take_page(s, block_page(shape, id));
        check_old_snapshot(s->snapshot, s->index, view.page);
        same = look_at_page(s, view.page, list, terms, &id);
        page_done(view);
        s->counters.pages++;
    }
    return same;
}

} // namespace sbert::ivf
