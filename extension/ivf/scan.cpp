// The access method's calls of a scan: one query after another over one index. How rows are found
// is rounds.h, in which order they go out row_order.h.
//
// What goes out is in its final place: distances are the operator's own, computed on the table's
// row, so nothing is rechecked and nothing passes the server's reorder queue.
//
// No pin and no lock outlives a call; row ids that are kept are checked again when their pages are
// read (README.md, Vacuum). That is right for MVCC snapshots only.
#include "extension/guc.h"
#include "extension/pg.h"

#include "extension/ivf/face.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/rounds.h"
#include "extension/ivf/row_order.h"
#include "extension/ivf/scan.h"
#include "extension/ivf/search.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

Scan *scan_of(IndexScanDesc scan) { return static_cast<Scan *>(scan->opaque); }

void check_scan(IndexScanDesc desc)
{
    if (desc->numberOfOrderBys != 1)
        elog(ERROR, "cannot scan the index \"%s\" without ORDER BY",
             RelationGetRelationName(desc->indexRelation));
    if (!IsMVCCSnapshot(desc->xs_snapshot))
        elog(ERROR, "cannot scan the index \"%s\" with a snapshot that is not MVCC",
             RelationGetRelationName(desc->indexRelation));
}

// The operator that the scan orders by. Looked up once: each rescan brings a copy that has
// forgotten what the function remembers of its call site.
void take_operator(const ScanKeyData &order, Scan *scan)
{
    if (scan->distance.fn_oid != order.sk_func.fn_oid)
        fmgr_info_cxt(order.sk_func.fn_oid, &scan->distance, scan->context);
    scan->collation = order.sk_collation;
}

// The query of this scan, detoasted before the cache is fetched: detoasting may make it invalid.
void take_query(const ScanKeyData &order, Scan *scan)
{
    scan->null = (order.sk_flags & SK_ISNULL) != 0;
    scan->not_a_number = false;
    if (scan->query != 0)
        pfree(DatumGetPointer(scan->query));
    scan->query = 0;
    if (scan->null) {
        search_without_query(scan->search);
        return;
    }
    auto *stored = reinterpret_cast<struct varlena *>(DatumGetPointer(order.sk_argument));
    scan->query = PointerGetDatum(pg_detoast_datum_copy(stored));
    scan->not_a_number = !search_query(scan->search, scan->query);
}

// A slot for rows of the table, with a descriptor of its own: one of the relation would belong to
// the resource owner of this call.
TupleTableSlot *make_slot(Relation table)
{
    return MakeSingleTupleTableSlot(CreateTupleDescCopyConstr(RelationGetDescr(table)),
                                    table_slot_callbacks(table));
}

void take_slot(IndexScanDesc desc, Scan *scan)
{
    scan->slot = scan->wanted.slot;
    if (scan->slot != nullptr)
        return;
    if (scan->own_slot == nullptr)
        scan->own_slot = make_slot(desc->heapRelation);
    scan->slot = scan->own_slot;
}

void start(IndexScanDesc desc, Scan *scan)
{
    check_scan(desc);
    pgstat_count_index_scan(desc->indexRelation);
    count_index_search(desc);
    take_slot(desc, scan);
    scan->role = GetUserId();
    scan->search->counters = {};
    take_operator(desc->orderByData[0], scan);
    take_query(desc->orderByData[0], scan);
    scan->target_recall = wanted_recall(desc->indexRelation);
    order_restart(scan);
    rounds_start(scan);
}

void set_result(IndexScanDesc desc, const Scan *scan, const Ranked &row)
{
    desc->xs_heaptid = row.tid;
    desc->xs_recheck = false;
    desc->xs_recheckorderby = false;
    desc->xs_orderbynulls[0] = scan->null;
    desc->xs_orderbyvals[0] = Float8GetDatum(row.distance);
}

} // namespace

const ScanCounters *scan_counters(IndexScanDesc desc)
{
    const Scan *scan = scan_of(desc);
    return OidIsValid(scan->role) ? &scan->search->counters : nullptr;
}

float wanted_recall(Relation index)
{
    double recall = target_recall();
    if (recall == 0)
        recall = face_recall(index);
    if (recall == 0)
        recall = cache_get(index)->target_recall;
    return static_cast<float>(recall);
}

void scan_want(IndexScanDesc desc, const Wanted &wanted) { scan_of(desc)->wanted = wanted; }

IndexScanDesc ivf_beginscan(Relation index, int n_keys, int n_orderbys)
{
    IndexScanDesc desc = RelationGetIndexScan(index, n_keys, n_orderbys);
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "sbert_ivf scan", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext before = MemoryContextSwitchTo(context);
    auto *scan = allocate_zero<Scan>(1);
    scan->context = scan->taken.context = context;
    scan->row_context = AllocSetContextCreate(context, "sbert_ivf distance", ALLOCSET_SMALL_SIZES);
    scan->search = search_make(index);
    MemoryContextSwitchTo(before);
    if (n_orderbys > 0) {
        desc->xs_orderbyvals = allocate_zero<Datum>(n_orderbys);
        desc->xs_orderbynulls = allocate_zero<bool>(n_orderbys);
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
    rounds_end(scan);
    scan->search->snapshot = desc->xs_snapshot;
}

bool ivf_gettuple(IndexScanDesc desc, ScanDirection direction)
{
    Assert(ScanDirectionIsForward(direction));
    (void)direction;
    Scan *scan = scan_of(desc);
    const MemoryContext before = MemoryContextSwitchTo(scan->context);
    if (scan->phase == kFresh)
        start(desc, scan);
    Ranked row;
    const bool found = order_next(desc, scan, &row);
    ExecClearTuple(scan->slot);
    if (found) {
        set_result(desc, scan, row);
        scan->search->counters.rows_returned++;
    }
    last_scan_set(scan->role, scan->search->counters);
    MemoryContextSwitchTo(before);
    return found;
}

void ivf_endscan(IndexScanDesc desc)
{
    Scan *scan = scan_of(desc);
    rounds_end(scan);
    if (scan->own_slot != nullptr)
        ExecDropSingleTupleTableSlot(scan->own_slot);
    MemoryContextDelete(scan->context);
    desc->opaque = nullptr;
}

} // namespace sbert::ivf
