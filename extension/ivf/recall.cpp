// sbert.index_recall(): what an index finds of what there is, by the caller's snapshot. A sample of
// the table's rows are the queries, each left out of its own answer; one pass over the table finds
// their true neighbours by the operator itself, then each is asked of the index as a statement with
// LIMIT asks.
//
// It evaluates the index's expressions and its predicate, so it is for the owner alone, and runs as
// the owner in a restricted context, by a search_path that has nothing of the caller's: neither may
// a reader of the table run code with its owner's rights, nor the owner with a superuser's.
#include <algorithm>
#include <cmath>

#include "extension/pg.h"

#include "extension/ivf/inspect.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/scan.h"

namespace sbert::ivf {
namespace {

// Distances of the nearest rows found, a heap with the greatest first.
struct Nearest {
    double *distances; // (k)
    int n;
};

// A sampled row.
struct Query {
    Datum value; // 0: nothing was sampled here, or it is null
    ItemPointerData tid;
    Nearest exact, found;
};

struct RecallState {
    int k;
    int wanted; // queries
    Relation table, index;
    FmgrInfo distance;
    IndexInfo *info;
    EState *executor;
    ExprContext *expressions;
    ExprState *predicate; // of a partial index, or null
    TupleTableSlot *slot;
    Query *queries; // (wanted)
    uint64 rows;    // seen by the sampling
    pg_prng_state random;
    ScanCounters total; // of all index scans
    int n;              // queries that have neighbours
    double mean, p5, minimum;
};

constexpr int kMostNeighbours = 10000;
constexpr int kMostQueries = 10000;
constexpr int kQueriesBetweenChecks = 256;

// The ORDER BY operator of the index's class.
void find_operator(RecallState *state)
{
    const Oid type = state->index->rd_opcintype[0];
    const Oid op = get_opfamily_member(state->index->rd_opfamily[0], type, type, 1);
    if (!OidIsValid(op))
        ereport(ERROR, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                        errmsg("the operator class of the index \"%s\" has no operator",
                               RelationGetRelationName(state->index))));
    fmgr_info(get_opcode(op), &state->distance);
}

void prepare_values(RecallState *state)
{
    state->info = BuildIndexInfo(state->index);
    state->executor = CreateExecutorState();
    state->slot = table_slot_create(state->table, nullptr);
    state->expressions = GetPerTupleExprContext(state->executor);
    state->expressions->ecxt_scantuple = state->slot;
    state->predicate = ExecPrepareQual(state->info->ii_Predicate, state->executor);
}

// The indexed value of the row in the slot, detoasted, in the context of one row; false for none.
bool indexed_value(RecallState *state, Datum *value)
{
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    const MemoryContext before = MemoryContextSwitchTo(state->expressions->ecxt_per_tuple_memory);
    FormIndexDatum(state->info, state->slot, state->executor, values, nulls);
    if (!nulls[0])
        *value = PointerGetDatum(PG_DETOAST_DATUM(values[0]));
    MemoryContextSwitchTo(before);
    return !nulls[0];
}

double distance_of(RecallState *state, Datum value, Datum query)
{
    const MemoryContext before = MemoryContextSwitchTo(state->expressions->ecxt_per_tuple_memory);
    const double distance =
        DatumGetFloat8(FunctionCall2Coll(&state->distance, InvalidOid, value, query));
    MemoryContextSwitchTo(before);
    return distance;
}

// Calls visit(state) for every visible row that the index should have.
void for_each_row(RecallState *state, void (*visit)(RecallState *))
{
    TableScanDesc scan = table_beginscan(state->table, GetActiveSnapshot(), 0, nullptr);
    while (table_scan_getnextslot(scan, ForwardScanDirection, state->slot)) {
        CHECK_FOR_INTERRUPTS();
        ResetExprContext(state->expressions);
        if (state->predicate == nullptr || ExecQual(state->predicate, state->expressions))
            visit(state);
    }
    table_endscan(scan);
}

// Keeps each row with the same chance.                     (Vitter 1985, algorithm R)
void maybe_sample(RecallState *state)
{
    const uint64 n = state->rows++;
    uint64 at = n;
    if (n >= static_cast<uint64>(state->wanted))
        at = pg_prng_uint64_range(&state->random, 0, n);
    if (at >= static_cast<uint64>(state->wanted))
        return;
    Query *query = &state->queries[at];
    if (query->value != 0)
        pfree(DatumGetPointer(query->value));
    query->value = 0;
    Datum value;
    if (indexed_value(state, &value))
        query->value = datumCopy(value, false, -1);
    query->tid = state->slot->tts_tid;
}

// The k least distances, the greatest first. NaN is no neighbour.
void offer(Nearest *nearest, int k, double distance)
{
    if (std::isnan(distance))
        return;
    double *distances = nearest->distances;
    if (nearest->n == k) {
        if (distance >= distances[0])
            return;
        std::pop_heap(distances, distances + k);
        nearest->n--;
    }
    distances[nearest->n++] = distance;
    std::push_heap(distances, distances + nearest->n);
}

void compare_with_all(RecallState *state)
{
    Datum value;
    if (!indexed_value(state, &value))
        return;
    for (int i = 0; i < state->wanted; i++) {
        if (i % kQueriesBetweenChecks == 0)
            CHECK_FOR_INTERRUPTS();
        Query *query = &state->queries[i];
        if (query->value != 0 && !ItemPointerEquals(&query->tid, &state->slot->tts_tid))
            offer(&query->exact, state->k, distance_of(state, value, query->value));
    }
}

// One more than k: the query's own row may be among them.
void ask_index(RecallState *state, IndexScanDesc scan, Query *query)
{
    ScanKeyData order;
    ScanKeyEntryInitialize(&order, SK_ORDER_BY, 1, 1, InvalidOid, InvalidOid,
                           state->distance.fn_oid, query->value);
    index_rescan(scan, nullptr, 0, &order, 1);
    Wanted wanted = {};
    wanted.rows = static_cast<uint64>(state->k) + 1;
    scan_want(scan, wanted);
    for (int i = 0; i <= state->k && query->found.n < state->k; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!index_getnext_slot(scan, ForwardScanDirection, state->slot))
            break;
        if (!ItemPointerEquals(&query->tid, &state->slot->tts_tid))
            offer(&query->found, state->k, DatumGetFloat8(scan->xs_orderbyvals[0]));
    }
    const ScanCounters *counters = scan_counters(scan);
    state->total.probes += counters->probes;
    state->total.rows_scanned += counters->rows_scanned;
    state->total.rows_reranked += counters->rows_reranked;
}

double recall_of(const Query *query)
{
    int found = 0;
    for (int i = 0; i < query->found.n; i++)
        found += query->found.distances[i] <= query->exact.distances[0];
    return std::min(1.0, static_cast<double>(found) / query->exact.n);
}

// Recalls of all queries that have neighbours. Returns how many.
int ask_all(RecallState *state, double *recalls)
{
    int n = 0;
    IndexScanDesc scan =
        index_beginscan(state->table, state->index, GetActiveSnapshot(), nullptr, 0, 1);
    for (int i = 0; i < state->wanted; i++) {
        Query *query = &state->queries[i];
        if (query->value == 0 || query->exact.n == 0)
            continue;
        ask_index(state, scan, query);
        recalls[n++] = recall_of(query);
    }
    index_endscan(scan);
    return n;
}

void measure(RecallState *state)
{
    find_operator(state);
    prepare_values(state);
    pg_prng_seed(&state->random, 20240521);
    state->queries = allocate_zero<Query>(state->wanted);
    for_each_row(state, maybe_sample);
    for (int i = 0; i < state->wanted; i++)
        for (Nearest *nearest : {&state->queries[i].exact, &state->queries[i].found})
            nearest->distances = allocate<double>(state->k);
    for_each_row(state, compare_with_all);
    auto *recalls = allocate<double>(state->wanted);
    const int n = state->n = ask_all(state, recalls);
    std::sort(recalls, recalls + n);
    for (int i = 0; i < n; i++)
        state->mean += recalls[i];
    state->mean /= std::max(n, 1);
    state->p5 = n > 0 ? recalls[n / 20] : 0;
    state->minimum = n > 0 ? recalls[0] : 0;
    ExecDropSingleTupleTableSlot(state->slot);
    FreeExecutorState(state->executor);
}

// As the table's owner, with nothing that an expression could use to reach further: what REINDEX
// does. Temporary objects are found last, and never functions or operators among them; whose they
// are matters to nobody who is not trusted with the owner's rights anyway.
void measure_as_owner(RecallState *state)
{
    Oid user;
    int context;
    GetUserIdAndSecContext(&user, &context);
    SetUserIdAndSecContext(state->table->rd_rel->relowner, context | SECURITY_RESTRICTED_OPERATION);
    const int level = NewGUCNestLevel();
    RestrictSearchPath();
    measure(state);
    AtEOXact_GUC(false, level);
    SetUserIdAndSecContext(user, context);
}

void check_range(const char *name, int value, int most)
{
    if (value < 1 || value > most)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("%s must be between 1 and %d", name, most)));
}

// The distances that are kept; the sampled vectors come on top.
void check_memory(const RecallState *state)
{
    const Size bytes = 2 * sizeof(double) * static_cast<Size>(state->k) * state->wanted;
    if (bytes > Size{1024} * maintenance_work_mem)
        ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
                        errmsg("maintenance_work_mem is too small for %d neighbours of %d rows",
                               state->k, state->wanted),
                        errhint("Set it to at least %d MB, or ask for fewer.",
                                static_cast<int>(bytes / (1024 * 1024)) + 1)));
}

} // namespace

SBERT_FUNCTION(sbert_index_recall)
{
    RecallState state = {};
    state.k = PG_GETARG_INT32(1);
    state.wanted = PG_GETARG_INT32(2);
    check_range("k", state.k, kMostNeighbours);
    check_range("sample", state.wanted, kMostQueries);
    check_memory(&state);
    const Inspected inspected = inspect_open(PG_GETARG_OID(0), AccessShareLock);
    state.table = inspected.table;
    state.index = inspected.index;
    measure_as_owner(&state);
    inspect_close(inspected);

    const double n = state.n;
    const bool none = state.n == 0;
    const ScanCounters &total = state.total;
    Datum values[] = {Int32GetDatum(state.k),
                      Int32GetDatum(state.n),
                      Float8GetDatum(state.mean),
                      Float8GetDatum(state.p5),
                      Float8GetDatum(state.minimum),
                      Float8GetDatum(static_cast<double>(total.probes) / n),
                      Float8GetDatum(static_cast<double>(total.rows_scanned) / n),
                      Float8GetDatum(static_cast<double>(total.rows_reranked) / n)};
    bool nulls[] = {false, false, none, none, none, none, none, none};
    PG_RETURN_DATUM(result_row(fcinfo, values, nulls));
}

} // namespace sbert::ivf
