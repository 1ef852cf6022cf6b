// Tells the planner the cost of embed(text).
// (https://www.postgresql.org/docs/current/xfunc-optimization.html)
//
// COST alone applies to every row. If the text is the same for all rows, as in ORDER BY e <=>
// embed('...'), a call site encodes it once and remembers it. A planner that did not know this
// would compile the query (JIT) and start workers for work that does not exist.
#include "extension/pg.h"

namespace sbert {

namespace {

// The COST of the SQL declaration, in units of cpu_operator_cost.
constexpr double kEncoding = 20000;
constexpr double kRemembering = 10;

bool same_for_all_rows(Node *call)
{
    return call != nullptr && IsA(call, FuncExpr) && !contain_var_clause(call) &&
           !contain_volatile_functions(call);
}

} // namespace

SBERT_FUNCTION(sbert_embed_support)
{
    Node *request = reinterpret_cast<Node *>(PG_GETARG_POINTER(0));
    if (!IsA(request, SupportRequestCost))
        PG_RETURN_POINTER(nullptr);
    auto *cost = reinterpret_cast<SupportRequestCost *>(request);
    if (!same_for_all_rows(cost->node))
        PG_RETURN_POINTER(nullptr);
    cost->startup = kEncoding * cpu_operator_cost;
    cost->per_tuple = kRemembering * cpu_operator_cost;
    PG_RETURN_POINTER(cost);
}

} // namespace sbert
