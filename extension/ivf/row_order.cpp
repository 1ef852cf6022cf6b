#include <algorithm>
#include <cmath>
#include <limits>

#include "extension/pg.h"

#include "extension/ivf/memory.h"
#include "extension/ivf/rounds.h"
#include "extension/ivf/row_order.h"
#include "extension/ivf/rows.h"

namespace sbert::ivf {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// float8's order: NaN comes last.
bool nearer(double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; }

bool farther_first(const Ranked &a, const Ranked &b) { return nearer(b.distance, a.distance); }

// ---- a row of the table ------------------------------------------------------------------------

[[noreturn]] void report_lost_row(Relation index, uint32 row)
{
    report_damage(index, "has a row %u that is not the table's", row);
}

// The version of the row that this snapshot sees, in scan->slot.
bool fetch(IndexScanDesc desc, Scan *scan)
{
    ItemPointerData tid = scan->tid; // the table may move it along a HOT chain
    bool again = false;
    CHECK_FOR_INTERRUPTS();
    rows_check_tid(desc->indexRelation, desc->heapRelation, &tid);
    scan->search->counters.rows_fetched++;
    if (!table_index_fetch_tuple(desc->xs_heapfetch, &tid, desc->xs_snapshot, scan->slot, &again,
                                 nullptr))
        return false;
    pgstat_count_heap_fetch(desc->indexRelation);
    return true;
}

// The vector of the row in the slot; an expression's value as the index keeps it, because computing
// it again may be a model's work.
Datum vector_of(IndexScanDesc desc, Scan *scan)
{
    Search *s = scan->search;
    if (s->bits == 32) {
        ItemPointerData tid;
        s->cache = cache_get(s->index); // the filter may have run any code
        auto *given = allocate<float>(s->d);
        if (!rows_read_kept(s->index, s->cache->shape, scan->row, s->record, given, &tid) ||
            !ItemPointerEquals(&tid, &scan->tid))
            report_lost_row(s->index, scan->row);
        return s->type->from_floats(given, static_cast<int>(s->d));
    }
    bool isnull;
    const AttrNumber column = desc->indexRelation->rd_index->indkey.values[0];
    const Datum value = slot_getattr(scan->slot, column, &isnull);
    if (isnull)
        report_lost_row(s->index, scan->row);
    return value;
}

// As the operator gives it. NaN where there is none.
double distance_of(IndexScanDesc desc, Scan *scan)
{
    if (scan->null || scan->not_a_number)
        return std::numeric_limits<double>::quiet_NaN();
    const MemoryContext before = MemoryContextSwitchTo(scan->row_context);
    const double distance = DatumGetFloat8(
        FunctionCall2Coll(&scan->distance, scan->collation, vector_of(desc, scan), scan->query));
    MemoryContextSwitchTo(before);
    MemoryContextReset(scan->row_context);
    return distance;
}

// ---- what is known -----------------------------------------------------------------------------

void push(Scan *scan, const Ranked &row)
{
    if (scan->n_pool == scan->pool_capacity)
        grow(scan->context, &scan->pool, &scan->pool_capacity, 0);
    scan->pool[scan->n_pool++] = row;
    std::push_heap(scan->pool, scan->pool + scan->n_pool, farther_first);
}

Ranked pop(Scan *scan)
{
    std::pop_heap(scan->pool, scan->pool + scan->n_pool, farther_first);
    return scan->pool[--scan->n_pool];
}

// Keeps the nearest distances while rows are collected.
void note_best(Scan *scan, double distance)
{
    if (scan->n_best == scan->needed) {
        if (!nearer(distance, scan->best[0]))
            return;
        std::pop_heap(scan->best, scan->best + scan->n_best, nearer);
        scan->n_best--;
    }
    if (scan->n_best == scan->best_capacity)
        grow(scan->context, &scan->best, &scan->best_capacity, 0);
    scan->best[scan->n_best++] = distance;
    std::push_heap(scan->best, scan->best + scan->n_best, nearer);
}

// ---- the next by bound -------------------------------------------------------------------------

double bound_of(const Scan *scan, const Hit &hit)
{
    const Search *s = scan->search;
    if (scan->null || scan->not_a_number)
        return -kInfinity;
    if (std::isinf(hit.bound))
        return hit.bound;
    return s->type->distance(hit.bound);
}

// False when this round has no more.
bool peek(Scan *scan)
{
    Hit hit;
    if (scan->has_hit)
        return true;
    if (!rounds_next(scan, &hit))
        return false;
    scan->tid = hit.tid;
    scan->row = hit.row;
    scan->bound = bound_of(scan, hit);
    scan->has_hit = true;
    return true;
}

// Into the pool, if it is visible and wanted. The filter comes first: what a policy hides, no
// operator shall see.
void fetch_hit(IndexScanDesc desc, Scan *scan)
{
    const Wanted &wanted = scan->wanted;
    scan->has_hit = false;
    if (!fetch(desc, scan))
        return;
    scan->seen++;
    if (wanted.passes != nullptr && !wanted.passes(wanted.state, scan->slot))
        return;
    scan->passing++;
    const double distance = distance_of(desc, scan);
    if (nearer(distance, scan->bound))
        report_damage(desc->indexRelation, "gave a bound above the distance of row %u", scan->row);
    push(scan, {distance, scan->tid});
    if (scan->needed > 0)
        note_best(scan, distance);
}

// ---- collecting --------------------------------------------------------------------------------

// Whether a row that was not fetched may come before this distance. Where no row is nearer than
// another, any order will do.
bool may_come_before(const Scan *scan, double distance)
{
    return !scan->null && !scan->not_a_number && nearer(scan->bound, distance);
}

bool is_collected(const Scan *scan)
{
    return scan->n_best == scan->needed && !may_come_before(scan, scan->best[0]);
}

// A round knows its k nearest rows. Those that are gone or do not pass are among them: with too
// many of these the last of the wanted rows is farther than the k-th, where a round misses some.
bool is_k_enough(const Scan *scan)
{
    const uint64 dropped = static_cast<uint64>(scan->search->counters.rows_fetched) - scan->passing;
    return scan->phase != kRound || is_exact(scan) || scan->needed + dropped <= scan->k;
}

void collect(IndexScanDesc desc, Scan *scan)
{
    for (;;) {
        const bool any = peek(scan);
        const bool collected = any && is_collected(scan);
        if (collected && is_k_enough(scan))
            break;
        if (any)
            fetch_hit(desc, scan);
        if ((!any || collected) && !rounds_continue(scan))
            break;
    }
    scan->ready = scan->n_best;
    scan->needed = 0;
}

// Whether the nearest row of the pool may go out.
bool is_certain(Scan *scan)
{
    if (scan->n_pool == 0)
        return false;
    return scan->ready > 0 || (peek(scan) && !may_come_before(scan, scan->pool[0].distance));
}

} // namespace

void order_restart(Scan *scan)
{
    scan->n_pool = scan->n_best = 0;
    // What does not fit into work_mem is sorted by bound as a whole: then no row can be late.
    scan->needed = scan->wanted.rows <= greatest_k() ? scan->wanted.rows : 0;
    scan->has_hit = false;
    scan->ready = 0;
    scan->last = -kInfinity;
    scan->seen = scan->passing = 0;
}

bool order_next(IndexScanDesc desc, Scan *scan, Ranked *row)
{
    if (scan->needed > 0)
        collect(desc, scan);
    for (;;) {
        while (!is_certain(scan)) {
            if (peek(scan))
                fetch_hit(desc, scan);
            else if (!rounds_continue(scan))
                break;
        }
        if (scan->n_pool == 0)
            return false;
        *row = pop(scan);
        scan->ready -= scan->ready > 0;
        if (!nearer(row->distance, scan->last))
            break;
        scan->search->counters.rows_late++;
    }
    scan->last = row->distance;
    return true;
}

} // namespace sbert::ivf
