// The scan of one query, which never learns its LIMIT: rounds for k = 10, 128, 512, ... A round's
// hits go out by their certain bounds, until its k nearest have surely been taken and a few more;
// then the next round searches four times as deep and skips what went out. When a round would keep
// most of the index anyway it keeps all; where all of it does not fit into work_mem, the lists are
// swept one by one instead. So a filter never loses rows, whatever it keeps.
//
// No pin and no lock outlives a call; row ids that are kept are checked again when their pages are
// read (README.md, Vacuum). That is right for MVCC snapshots only.
#include <algorithm>
#include <cmath>
#include <limits>

#include "extension/guc.h"
#include "extension/pg.h"

#include "extension/ivf/place.h"
#include "extension/ivf/rows.h"
#include "extension/ivf/scan.h"
#include "extension/ivf/scan_state.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kFirstK = 10;
constexpr uint32 kSecondK = 128; // a page of 20, 50 or 100 costs one round more
constexpr uint32 kGrowth = 4;
// Rows that a round gives beyond its k: some of the k may be invisible, and a LIMIT is often a
// little more than a round number.
constexpr Size kSlack = 5;

LastScan last;

Scan *scan_of(IndexScanDesc scan) { return static_cast<Scan *>(scan->opaque); }

uint32 greatest_k()
{
    return static_cast<uint32>(std::min<Size>(Size{1024} * work_mem / 64, 1u << 24));
}

// What comes after the last round: deeper, all, or list by list.
void next_phase(Scan *scan)
{
    const uint64 rows = rows_now(meta_copy(scan->search->index)); // the cache's may be old
    const uint64 k = scan->phase == kFresh ? kFirstK
                     : scan->k < kSecondK  ? kSecondK
                                           : uint64{scan->k} * kGrowth;
    scan->k = static_cast<uint32>(std::min<uint64>(k, greatest_k() + 1));
    if (scan->phase == kWhole || scan->phase == kSweep)
        scan->phase = scan->phase == kWhole ? kEnd : kSweep;
    else if (2 * std::max<uint64>(k, 2 * kFirstK) >= rows || scan->null || scan->not_a_number)
        scan->phase = rows <= greatest_k() ? kWhole : kSweep;
    else
        scan->phase = scan->k > greatest_k() ? kSweep : kRound;
}

void start_round(Scan *scan)
{
    note_given(scan);
    next_phase(scan);
    if (scan->phase == kRound || scan->phase == kWhole) {
        scan->counters.rounds++;
        search_run(scan->search, scan->phase == kWhole ? 0 : scan->k, scan->target_recall);
        take_hits(scan);
    }
}

void give(IndexScanDesc desc, Scan *scan, const Hit &hit)
{
    const Search *s = scan->search;
    desc->xs_heaptid = hit.tid;
    desc->xs_recheck = false;
    desc->xs_orderbynulls[0] = scan->null;
    const bool same = scan->null || scan->not_a_number;
    desc->xs_recheckorderby = !same && s->bits != 32;
    double distance = std::numeric_limits<double>::quiet_NaN();
    if (!same)
        distance = std::isinf(hit.bound) ? static_cast<double>(hit.bound)
                                         : s->type->distance(hit.bound, s->norm2);
    desc->xs_orderbyvals[0] = Float8GetDatum(distance);
}

// The next hit of this round that did not go out before, or null when the round is over: either
// there is none, or the consumer has taken what this round's k promises.
const Hit *next_hit(Scan *scan)
{
    Search *s = scan->search;
    if (scan->phase == kRound) {
        while (scan->passed < s->n_hits && s->keys[scan->passed] < scan->last_bound)
            scan->passed++;
        if (scan->passed >= scan->k + kSlack)
            return nullptr;
    }
    while (scan->next < s->n_hits) {
        const Hit *hit = &s->hits[scan->next++];
        scan->last_bound = hit->bound;
        if (!row_set_has(&scan->given, hit->row))
            return hit;
    }
    return nullptr;
}

void check_scan(IndexScanDesc desc)
{
    if (desc->numberOfOrderBys != 1)
        elog(ERROR, "cannot scan the index \"%s\" without ORDER BY",
             RelationGetRelationName(desc->indexRelation));
    if (!IsMVCCSnapshot(desc->xs_snapshot))
        elog(ERROR, "cannot scan the index \"%s\" with a snapshot that is not MVCC",
             RelationGetRelationName(desc->indexRelation));
}

// The setting, or the index's own where there is none.
float wanted_recall(Relation index)
{
    const double setting = target_recall();
    return static_cast<float>(setting > 0 ? setting : cache_get(index)->target_recall);
}

// The query of this scan, detoasted before the cache is looked at: detoasting may make it invalid.
void take_query(IndexScanDesc desc, Scan *scan)
{
    const ScanKeyData &order = desc->orderByData[0];
    scan->null = (order.sk_flags & SK_ISNULL) != 0;
    scan->not_a_number = false;
    scan->target_recall = wanted_recall(desc->indexRelation);
    if (scan->null) {
        search_blind(scan->search);
        return;
    }
    struct varlena *stored = reinterpret_cast<struct varlena *>(DatumGetPointer(order.sk_argument));
    struct varlena *value = pg_detoast_datum(stored);
    scan->not_a_number = !search_query(scan->search, PointerGetDatum(value));
    if (value != stored)
        pfree(value);
}

void start(IndexScanDesc desc, Scan *scan)
{
    check_scan(desc);
    pgstat_count_index_scan(desc->indexRelation);
    count_index_search(desc);
    scan->counters = {};
    scan->counters.any = true;
    scan->counters.role = GetUserId();
    scan->search->counters = {};
    take_query(desc, scan);
    start_round(scan);
}

void tell(Scan *scan)
{
    const SearchCounters &counters = scan->search->counters;
    scan->counters.lists = counters.lists;
    scan->counters.looked_at = counters.looked_at;
    scan->counters.refined = counters.refined;
    scan->counters.pages = counters.pages;
    last = scan->counters;
}

} // namespace

const LastScan *last_scan() { return &last; }

IndexScanDesc ivf_beginscan(Relation index, int n_keys, int n_orderbys)
{
    IndexScanDesc desc = RelationGetIndexScan(index, n_keys, n_orderbys);
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "sbert_ivf scan", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext before = MemoryContextSwitchTo(context);
    auto *scan = static_cast<Scan *>(palloc0(sizeof(Scan)));
    scan->context = scan->given.context = context;
    scan->search = search_make(index);
    MemoryContextSwitchTo(before);
    if (n_orderbys > 0) {
        desc->xs_orderbyvals = static_cast<Datum *>(palloc0(sizeof(Datum) * n_orderbys));
        desc->xs_orderbynulls = static_cast<bool *>(palloc0(sizeof(bool) * n_orderbys));
    }
    desc->opaque = scan;
    return desc;
}

void ivf_rescan(IndexScanDesc desc, ScanKey keys, int, ScanKey orderbys, int)
{
    Scan *scan = scan_of(desc);
    if (keys != nullptr && desc->numberOfKeys > 0)
        memmove(desc->keyData, keys, desc->numberOfKeys * sizeof(ScanKeyData));
    if (orderbys != nullptr && desc->numberOfOrderBys > 0)
        memmove(desc->orderByData, orderbys, desc->numberOfOrderBys * sizeof(ScanKeyData));
    scan->phase = kFresh;
    scan->next = 0;
    row_set_clear(&scan->given);
    sweep_forget(scan);
}

bool ivf_gettuple(IndexScanDesc desc, ScanDirection direction)
{
    Assert(ScanDirectionIsForward(direction));
    (void)direction;
    Scan *scan = scan_of(desc);
    const MemoryContext before = MemoryContextSwitchTo(scan->context);
    if (scan->phase == kFresh)
        start(desc, scan);
    const Hit *hit = nullptr;
    while (scan->phase != kEnd && (hit = next_hit(scan)) == nullptr) {
        if (scan->phase != kSweep)
            start_round(scan);
        if (scan->phase == kSweep && !sweep_list(scan))
            scan->phase = kEnd;
    }
    if (hit != nullptr) {
        rows_check_tid(desc->indexRelation, desc->heapRelation, &hit->tid);
        give(desc, scan, *hit);
        scan->counters.returned++;
    }
    tell(scan);
    MemoryContextSwitchTo(before);
    return hit != nullptr;
}

void ivf_endscan(IndexScanDesc desc)
{
    MemoryContextDelete(scan_of(desc)->context);
    desc->opaque = nullptr;
}

} // namespace sbert::ivf
