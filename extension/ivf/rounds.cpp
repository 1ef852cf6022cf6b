#include <algorithm>
#include <limits>

#include "extension/pg.h"

#include "extension/ivf/metapage.h"
#include "extension/ivf/rerank.h"
#include "extension/ivf/rounds.h"
#include "extension/ivf/search.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kFirstK = 10;
constexpr uint32 kSecondK = 128; // a page of 20, 50 or 100 costs one round more
constexpr uint32 kGrowth = 4;
constexpr uint32 kFirstGrowth = 16, kMostGrowth = 64;
constexpr double kPlannersRows = 20; // that the planner's share of them counts as much as
// Rows that a round returns beyond its k: some of the k may be invisible, and a LIMIT is often a
// little more than a round number.
constexpr Size kSlack = 5;
constexpr uint32 kGrowthBeyond = 8;
constexpr float kRecallBeyond = 0.99f;
constexpr uint64 kEverything = UINT64_MAX / 4;
// Hits of a round over every row, beyond one and a half times k; and how many more are
// gathered before those of the greatest bounds are dropped.
constexpr Size kExactMore = 24, kExactSlack = 4096;
constexpr Size kMostK = 1 << 18; // what is sorted at once, without a look at interrupts
constexpr double kReserve = 1.2; // of a k that follows from a share of the rows

bool by_bound(const Hit &a, const Hit &b) { return a.bound < b.bound; }

// The k among whose rows so many should pass, of which `share` do.
uint64 k_for(double rows, double share)
{
    return static_cast<uint64>(std::min(rows / std::max(share, 1e-9) * kReserve, 1e9));
}

// The planner's share may be far off (a filter that goes with the distance, an expression without
// statistics): the first round is no larger than what it is worth to see the real share.
uint64 first_k(const Scan *scan)
{
    const Wanted &wanted = scan->wanted;
    const uint64 least = std::max<uint64>(wanted.rows, kFirstK);
    if (wanted.rows == 0 || wanted.rows > greatest_k() || wanted.passes == nullptr)
        return least;
    const uint64 k = k_for(static_cast<double>(wanted.rows), wanted.selectivity);
    return std::clamp<uint64>(k, least, std::max<uint64>(least * kFirstGrowth, kSecondK));
}

// The share by the rows that were fetched, and while these are few, by the planner.
uint64 next_k(const Scan *scan)
{
    const Wanted &wanted = scan->wanted;
    if (wanted.passes == nullptr)
        return scan->k < kSecondK ? kSecondK : uint64{scan->k} * kGrowth;
    const double share = (static_cast<double>(scan->passing) + kPlannersRows * wanted.selectivity) /
                         (static_cast<double>(scan->seen) + kPlannersRows);
    const auto rows = static_cast<double>(std::max<uint64>(wanted.rows, kFirstK));
    return std::clamp<uint64>(k_for(rows, share), uint64{scan->k} * 2,
                              uint64{scan->k} * kMostGrowth);
}

// The k after more rows were asked for than were wanted: a join or a skipped lock drops some. What
// a round missed cannot go out any more. So one round follows that misses less, and then all that
// is left in its certain order.
uint64 k_beyond(Scan *scan)
{
    if (scan->beyond)
        return kEverything;
    scan->beyond = true;
    scan->target_recall = std::max(scan->target_recall, kRecallBeyond);
    return uint64{scan->k} * kGrowthBeyond;
}

// ---- every row ---------------------------------------------------------------------------------

// Pages added meanwhile hold rows that are too new to be visible. A large index goes through a ring
// of buffers, as a large table does in a sequential scan.
void scan_all_rows(Scan *scan, void (*take_hits)(Scan *))
{
    Search *s = scan->search;
    const BlockNumber end = RelationGetNumberOfBlocks(s->index);
    BufferAccessStrategy strategy = nullptr;
    if (end > static_cast<BlockNumber>(NBuffers) / 4 && !RelationUsesLocalBuffers(s->index))
        strategy = GetAccessStrategy(BAS_BULKREAD);
    search_begin(s);
    for (BlockNumber blkno = kMetaPage + 1; blkno < end; blkno++) {
        CHECK_FOR_INTERRUPTS();
        rerank_page(s, blkno, strategy);
        take_hits(scan);
    }
    if (strategy != nullptr)
        FreeAccessStrategy(strategy);
}

// ---- all that is left --------------------------------------------------------------------------

// What is sorted.
struct RestRow {
    uint32 row;
    ItemPointerData tid;
};

void sort_hits(Scan *scan)
{
    Search *s = scan->search;
    for (Size i = 0; i < s->n_hits; i++) {
        const Hit &hit = s->hits[i];
        if (id_set_has(&scan->taken, hit.row))
            continue;
        const RestRow row = {hit.row, hit.tid};
        memcpy(record_sort_scratch(scan->rest), &row, sizeof(row));
        record_sort_put(scan->rest, hit.bound);
    }
    s->n_hits = 0;
}

void start_whole(Scan *scan)
{
    scan->phase = kWhole;
    scan->search->counters.rounds++;
    scan->rest = record_sort_begin(sizeof(RestRow), Size{1024} * work_mem, nullptr);
    scan_all_rows(scan, sort_hits);
    record_sort_perform(scan->rest);
}

bool next_of_whole(Scan *scan, Hit *hit)
{
    double bound;
    const char *record = record_sort_get(scan->rest, &bound);
    if (record == nullptr)
        return false;
    hit->bound = static_cast<float>(bound);
    RestRow row;
    memcpy(&row, record, sizeof(row));
    hit->row = row.row;
    hit->tid = row.tid;
    return true;
}

// ---- rounds ------------------------------------------------------------------------------------

// The rows of the least bounds, somewhat more than k: the k nearest are hardly ever behind them,
// and if they are, a later round finds them.
void keep_least(Scan *scan, Size slack)
{
    Search *s = scan->search;
    const Size most = Size{scan->k} + scan->k / 2 + kExactMore;
    if (s->n_hits <= most + slack)
        return;
    std::nth_element(s->hits, s->hits + most, s->hits + s->n_hits, by_bound);
    s->n_hits = most;
}

void keep_some(Scan *scan) { keep_least(scan, kExactSlack + scan->k); }

void start_round(Scan *scan)
{
    Search *s = scan->search;
    scan->phase = kRound;
    scan->search->counters.rounds++;
    if (is_exact(scan)) {
        scan_all_rows(scan, keep_some);
        keep_least(scan, 0);
    } else {
        search_run(s, scan->k, scan->target_recall);
    }
    for (Size i = 0; i < s->n_hits; i++)
        s->keys[i] = s->hits[i].key;
    std::sort(s->keys, s->keys + s->n_hits);
    std::sort(s->hits, s->hits + s->n_hits, by_bound);
    scan->next = scan->passed = 0;
    scan->last_bound = -std::numeric_limits<float>::infinity();
}

// False when the round has told its k nearest. Where every row was reranked, none that is not
// among the hits has a lesser bound than any of them.
bool is_trusted(Scan *scan)
{
    const Search *s = scan->search;
    if (is_exact(scan))
        return true;
    while (scan->passed < s->n_hits && s->keys[scan->passed] < scan->last_bound)
        scan->passed++;
    return scan->passed < scan->k + kSlack;
}

// Everything at once where no round would do: nothing is nearer than anything, all is asked for, or
// so much that it pays.
bool all_at_once(const Scan *scan, uint64 k)
{
    const uint64 rows = rows_now(read_metapage(scan->search->index)); // the cache's may be old
    const bool all = scan->wanted.rows == 0 && scan->target_recall >= 1;
    return scan->null || scan->not_a_number || all || k > greatest_k() ||
           2 * std::max<uint64>(k, 2 * kFirstK) >= rows;
}

void start_phase(Scan *scan, uint64 k)
{
    if (all_at_once(scan, k))
        return start_whole(scan);
    scan->k = static_cast<uint32>(k);
    start_round(scan);
}

} // namespace

uint32 greatest_k()
{
    return static_cast<uint32>(std::min<Size>(Size{1024} * work_mem / 64, kMostK));
}

void rounds_start(Scan *scan)
{
    id_set_clear(&scan->taken);
    rounds_end(scan);
    scan->beyond = false;
    start_phase(scan, first_k(scan));
}

void rounds_end(Scan *scan)
{
    if (scan->rest != nullptr)
        record_sort_end(scan->rest);
    scan->rest = nullptr;
    scan->phase = kFresh;
}

bool rounds_next(Scan *scan, Hit *hit)
{
    if (scan->phase == kWhole)
        return next_of_whole(scan, hit);
    Search *s = scan->search;
    if (scan->phase != kRound)
        return false;
    while (scan->next < s->n_hits && is_trusted(scan)) {
        *hit = s->hits[scan->next++];
        scan->last_bound = hit->bound;
        if (id_set_has(&scan->taken, hit->row))
            continue;
        id_set_add(&scan->taken, hit->row);
        return true;
    }
    return false;
}

bool rounds_continue(Scan *scan)
{
    if (scan->phase != kRound) {
        scan->phase = kEnd;
        return false;
    }
    const bool beyond = scan->wanted.rows > 0 && scan->needed == 0;
    start_phase(scan, beyond ? k_beyond(scan) : next_k(scan));
    return true;
}

} // namespace sbert::ivf
