// Tells the planner the cost of a distance.
// (https://www.postgresql.org/docs/current/xfunc-optimization.html)
//
// The cost of a sequential scan counts only the table's own pages. Vectors of 500 dimensions and
// more are in TOAST, where each is found by an index and read from other pages. This is 10 to 25
// times the work of the distance itself (27 us per row for 5,000 rows of 1,536 dimensions, with all
// pages cached), and the planner would not know of it.
#include <algorithm>

#include "extension/pg.h"
#include "extension/types/dense.h"

namespace sbert {
namespace {

// The width of the pointer that a row has instead of a value in TOAST. Statistics count this width.
constexpr int32 kPointerWidth = TOAST_POINTER_SIZE;
constexpr double kUnknownBytes = 2 * TOAST_MAX_CHUNK_SIZE;

// The arguments of a call, if the node is one.
List *arguments_of(Node *call)
{
    if (call != nullptr && IsA(call, OpExpr))
        return reinterpret_cast<OpExpr *>(call)->args;
    if (call != nullptr && IsA(call, FuncExpr))
        return reinterpret_cast<FuncExpr *>(call)->args;
    return NIL;
}

// The relation of the column, or InvalidOid.
Oid relation_of(PlannerInfo *root, const Var *column)
{
    if (root == nullptr || column->varlevelsup != 0 || column->varattno <= 0 ||
        IS_SPECIAL_VARNO(column->varno))
        return InvalidOid;
    const RangeTblEntry *entry = planner_rt_fetch(column->varno, root);
    return entry->rtekind == RTE_RELATION ? entry->relid : InvalidOid;
}

// The bytes of a value in TOAST, or 0 if it is in the row.
//   bytes  those of the value by its type modifier, or 0
double bytes_elsewhere(int32 width, double bytes)
{
    const bool unknown = width <= 0;
    const bool elsewhere =
        unknown ? bytes > TOAST_TUPLE_THRESHOLD : width == kPointerWidth && bytes != width;
    if (!elsewhere)
        return 0;
    return bytes > 0 ? bytes : kUnknownBytes;
}

// The cost of reading the argument. The few upper pages of the index are mostly cached.
Cost reading_cost(PlannerInfo *root, Node *argument, int element_bytes)
{
    while (IsA(argument, RelabelType))
        argument = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(argument)->arg);
    if (!IsA(argument, Var))
        return 0;
    const auto *column = reinterpret_cast<Var *>(argument);
    const Oid relation = relation_of(root, column);
    if (!OidIsValid(relation))
        return 0;
    const double declared =
        column->vartypmod > 0 ? static_cast<double>(column->vartypmod) * element_bytes : 0;
    const double bytes = bytes_elsewhere(get_attavgwidth(relation, column->varattno), declared);
    return bytes > 0 ? random_page_cost / 4 + bytes / BLCKSZ * seq_page_cost : 0;
}

// Answers the planner's request.
//   element_bytes  0 if the type modifier does not determine the size
Datum answer(FunctionCallInfo fcinfo, int element_bytes)
{
    Node *request = reinterpret_cast<Node *>(PG_GETARG_POINTER(0));
    if (!IsA(request, SupportRequestCost))
        PG_RETURN_POINTER(nullptr);
    auto *cost = reinterpret_cast<SupportRequestCost *>(request);
    cost->startup = 0;
    cost->per_tuple = cpu_operator_cost;
    ListCell *cell;
    foreach (cell, arguments_of(cost->node))
        cost->per_tuple +=
            reading_cost(cost->root, static_cast<Node *>(lfirst(cell)), element_bytes);
    PG_RETURN_POINTER(cost);
}

template <class Element>
Datum distance_support(FunctionCallInfo fcinfo)
{
    return answer(fcinfo, sizeof(Element));
}

} // namespace

SBERT_DENSE_FUNCTION(distance_support);

SBERT_FUNCTION(sbert_sparsevec_distance_support) { return answer(fcinfo, 0); }

} // namespace sbert
