#include <algorithm>

#include "extension/pg.h"

#include "extension/ivf/cost.h"
#include "extension/ivf/nearest_scan.h"
#include "extension/ivf/scan.h"

namespace sbert::ivf {
namespace {

struct NearestScan {
    CustomScanState css; // first: the server knows this part
    Oid index_oid;
    double selectivity;
    double expected_k; // of the search, as the planner thinks
    Relation index;
    IndexScanDesc scan;
    OpExpr *order;
    ExprState *query, *limit, *offset;
    bool started; // the query was asked
};

// More than any table has, and far from overflow.
constexpr uint64 kAllRows = UINT64_MAX / 64;

NearestScan *state_of(CustomScanState *node) { return reinterpret_cast<NearestScan *>(node); }

// ---- begin and end -----------------------------------------------------------------------------

// Rows keep their places and system columns, so the slot is of the table's own kind. The server
// made it, projection and filter before this node could say so: for virtual tuples before 16, since
// then for those of a heap.
void take_rows_as_they_are(NearestScan *state, EState *estate)
{
    ScanState *ss = &state->css.ss;
    if (ss->ss_ScanTupleSlot->tts_ops == table_slot_callbacks(ss->ss_currentRelation))
        return;
    const auto *plan = reinterpret_cast<const CustomScan *>(ss->ps.plan);
    ss->ps.subPlan = NIL;
    ExecInitScanTupleSlot(estate, ss, RelationGetDescr(ss->ss_currentRelation),
                          table_slot_callbacks(ss->ss_currentRelation));
    ExecAssignScanProjectionInfoWithVarno(ss, static_cast<int>(plan->scan.scanrelid));
    ss->ps.qual = ExecInitQual(plan->scan.plan.qual, &ss->ps);
}

extern "C" void nearest_begin(CustomScanState *node, EState *estate, int eflags)
{
    NearestScan *state = state_of(node);
    const auto *plan = reinterpret_cast<const CustomScan *>(node->ss.ps.plan);
    take_rows_as_they_are(state, estate);
    state->index_oid = linitial_oid(static_cast<List *>(linitial(plan->custom_private)));
    const auto *expected = static_cast<List *>(lsecond(plan->custom_private));
    state->selectivity = floatVal(linitial(expected));
    state->expected_k = floatVal(lsecond(expected));
    state->order = static_cast<OpExpr *>(linitial(plan->custom_exprs));
    if ((eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0)
        return;
    const auto init = [&](void *expression) {
        return ExecInitExpr(static_cast<Expr *>(expression), &node->ss.ps);
    };
    state->query = init(lsecond(state->order->args));
    state->limit = init(lsecond(plan->custom_exprs));
    state->offset = init(lthird(plan->custom_exprs));
    const LOCKMODE lock = exec_rt_fetch(plan->scan.scanrelid, estate)->rellockmode;
    state->index = index_open(state->index_oid, lock);
    state->scan = index_beginscan(node->ss.ss_currentRelation, state->index, estate->es_snapshot,
                                  nullptr, 0, 1);
}

extern "C" void nearest_end(CustomScanState *node)
{
    NearestScan *state = state_of(node);
    if (state->scan != nullptr)
        index_endscan(state->scan);
    if (state->index != nullptr)
        index_close(state->index, NoLock);
}

// ---- rows --------------------------------------------------------------------------------------

// The WHERE on a row of the table.
bool passes(void *argument, TupleTableSlot *slot)
{
    auto *state = static_cast<NearestScan *>(argument);
    PlanState *ps = &state->css.ss.ps;
    ExprContext *context = ps->ps_ExprContext;
    ResetExprContext(context);
    context->ecxt_scantuple = slot;
    if (ExecQual(ps->qual, context))
        return true;
    InstrCountFiltered1(ps, 1);
    return false;
}

// A LIMIT or OFFSET, `none` where it is null. Who refuses a negative one is the node above.
uint64 value_of(ExprState *expression, ExprContext *context, uint64 none)
{
    bool isnull;
    const Datum value = ExecEvalExprSwitchContext(expression, context, &isnull);
    const uint64 rows =
        isnull ? none : static_cast<uint64>(std::max<int64>(DatumGetInt64(value), 0));
    return std::min(rows, kAllRows);
}

// Asks the index, which copies the query before it fetches the first row.
void start(NearestScan *state)
{
    ExprContext *context = state->css.ss.ps.ps_ExprContext;
    ResetExprContext(context);
    bool isnull;
    const Datum query = ExecEvalExprSwitchContext(state->query, context, &isnull);
    ScanKeyData order;
    ScanKeyEntryInitialize(&order, SK_ORDER_BY | (isnull ? SK_ISNULL : 0), 1, 1, InvalidOid,
                           state->order->inputcollid, state->order->opfuncid, query);
    index_rescan(state->scan, nullptr, 0, &order, 1);
    const uint64 limit = value_of(state->limit, context, kAllRows);
    Wanted wanted = {};
    wanted.rows = limit == 0 ? 0 : limit + value_of(state->offset, context, 0);
    wanted.selectivity = state->selectivity;
    wanted.slot = state->css.ss.ss_ScanTupleSlot;
    wanted.passes = state->css.ss.ps.qual == nullptr ? nullptr : passes;
    wanted.state = state;
    scan_want(state->scan, wanted);
    state->started = true;
}

TupleTableSlot *next(ScanState *node)
{
    auto *state = reinterpret_cast<NearestScan *>(node);
    TupleTableSlot *slot = node->ss_ScanTupleSlot;
    if (!state->started)
        start(state);
    if (index_getnext_slot(state->scan, ForwardScanDirection, slot))
        return slot;
    return ExecClearTuple(slot);
}

// A row that was changed meanwhile stays where it was, as the server documents of ORDER BY with FOR
// UPDATE: only the filter is checked again.
bool recheck(ScanState *, TupleTableSlot *) { return true; }

extern "C" TupleTableSlot *nearest_exec(CustomScanState *node)
{
    ScanState *ss = &node->ss;
    if (ss->ps.state->es_epq_active != nullptr)
        return ExecScan(ss, next, recheck);
    TupleTableSlot *slot = next(ss);
    ExprContext *context = ss->ps.ps_ExprContext;
    ResetExprContext(context);
    if (TupIsNull(slot))
        return ss->ps.ps_ProjInfo != nullptr
                   ? ExecClearTuple(ss->ps.ps_ProjInfo->pi_state.resultslot)
                   : slot;
    context->ecxt_scantuple = slot;
    return ss->ps.ps_ProjInfo != nullptr ? ExecProject(ss->ps.ps_ProjInfo) : slot;
}

extern "C" void nearest_rescan(CustomScanState *node)
{
    state_of(node)->started = false;
    ExecScanReScan(&node->ss);
}

// ---- EXPLAIN -----------------------------------------------------------------------------------

void explain_order(const NearestScan *state, List *ancestors, ExplainState *es)
{
    List *context = set_deparse_context_plan(es->deparse_cxt, state->css.ss.ps.plan, ancestors);
    char *text =
        deparse_expression(reinterpret_cast<Node *>(state->order), context, es->verbose, false);
    ExplainPropertyText("Order By", text, es);
}

// What the search aims at, and the lists that it should probe for that.
void explain_expectation(const NearestScan *state, ExplainState *es)
{
    Relation index = index_open(state->index_oid, AccessShareLock);
    const double recall = wanted_recall(index);
    ExplainPropertyFloat("Target Recall", nullptr, recall, 3, es);
    if (recall < 1) // else every row is read
        ExplainPropertyFloat("Expected Probes", nullptr, expected_probes(index, state->expected_k),
                             0, es);
    index_close(index, AccessShareLock);
}

void explain_counters(const ScanCounters *counters, ExplainState *es)
{
    ExplainPropertyInteger("Probes", nullptr, counters->probes, es);
    ExplainPropertyInteger("Rows Scanned", nullptr, counters->rows_scanned, es);
    ExplainPropertyInteger("Rows Reranked", nullptr, counters->rows_reranked, es);
    ExplainPropertyInteger("Rows Fetched", nullptr, counters->rows_fetched, es);
    ExplainPropertyInteger("Rounds", nullptr, counters->rounds, es);
}

extern "C" void nearest_explain(CustomScanState *node, List *ancestors, ExplainState *es)
{
    const NearestScan *state = state_of(node);
    const char *index = get_rel_name(state->index_oid);
    ExplainPropertyText("Index", index == nullptr ? "?" : quote_identifier(index), es);
    explain_order(state, ancestors, es);
    if (es->costs && index != nullptr)
        explain_expectation(state, es);
    if (es->analyze && state->scan != nullptr && scan_counters(state->scan) != nullptr)
        explain_counters(scan_counters(state->scan), es);
}

constexpr CustomExecMethods exec_methods()
{
    CustomExecMethods methods = {};
    methods.CustomName = "sbert_ivf";
    methods.BeginCustomScan = nearest_begin;
    methods.ExecCustomScan = nearest_exec;
    methods.EndCustomScan = nearest_end;
    methods.ReScanCustomScan = nearest_rescan;
    methods.ExplainCustomScan = nearest_explain;
    return methods;
}
constexpr CustomExecMethods kExecMethods = exec_methods();

extern "C" Node *nearest_create_state(CustomScan *)
{
    auto *state = reinterpret_cast<NearestScan *>(newNode(sizeof(NearestScan), T_CustomScanState));
    state->css.methods = &kExecMethods;
    set_slot_kind(&state->css, &TTSOpsBufferHeapTuple);
    return reinterpret_cast<Node *>(state);
}

} // namespace

const CustomScanMethods kNearestScanMethods = {"sbert_ivf", nearest_create_state};

} // namespace sbert::ivf
