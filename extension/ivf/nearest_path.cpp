#include <algorithm>
#include <cmath>

#include "extension/pg.h"

#include "extension/ivf/cost.h"
#include "extension/ivf/nearest_path.h"
#include "extension/ivf/nearest_scan.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

// A LIMIT that the planner does not know: a parameter of a generic plan.
constexpr double kUnknownLimit = 100;

set_rel_pathlist_hook_type previous_hook;

bool is_null_constant(Node *expression)
{
    return expression == nullptr ||
           (IsA(expression, Const) && reinterpret_cast<Const *>(expression)->constisnull);
}

// What a parallel worker may evaluate, whatever it is.
bool is_constant(Node *expression) { return expression == nullptr || IsA(expression, Const); }

// The value that the planner can tell; -1 where it cannot.
double estimated(PlannerInfo *root, Node *expression)
{
    if (is_null_constant(expression))
        return 0;
    Node *value = estimate_expression_value(root, expression);
    if (!IsA(value, Const) || reinterpret_cast<Const *>(value)->constisnull)
        return -1;
    return std::max(
        0.0, static_cast<double>(DatumGetInt64(reinterpret_cast<Const *>(value)->constvalue)));
}

double estimated_limit(PlannerInfo *root)
{
    const double count = estimated(root, root->parse->limitCount);
    const double offset = estimated(root, root->parse->limitOffset);
    return count < 0 || offset < 0 ? kUnknownLimit : std::max(count + offset, 1.0);
}

// Whether the rows that LIMIT counts are rows of the scan. Those of an aggregate or a window are
// not, nor those that DISTINCT leaves.
bool limit_counts_rows(const Query *parse)
{
    // A subplan belongs to one place of a plan, and this would be a second one; what is volatile
    // must be evaluated once.
    return !contain_subplans(parse->limitCount) && !contain_subplans(parse->limitOffset) &&
           !contain_volatile_functions(parse->limitCount) &&
           !contain_volatile_functions(parse->limitOffset) &&
           !is_null_constant(parse->limitCount) && parse->groupClause == NIL &&
           parse->groupingSets == NIL && parse->distinctClause == NIL && !parse->hasAggs &&
           !parse->hasWindowFuncs && parse->havingQual == nullptr;
}

// Whether nothing but the scan's own filter stands between it and the LIMIT.
bool is_alone(const PlannerInfo *root)
{
    return bms_membership(root->all_baserels) == BMS_SINGLETON && !root->parse->hasTargetSRFs;
}

bool orders_by_distance(const Path *path)
{
    if (!IsA(path, IndexPath))
        return false;
    // By its verb, whatever the access method is called. Before 16 the member has no prototype.
    using Verb = void (*)();
    const auto *index = reinterpret_cast<const IndexPath *>(path);
    return reinterpret_cast<Verb>(index->indexinfo->amcostestimate) ==
               reinterpret_cast<Verb>(ivf_costestimate) &&
           list_length(index->indexorderbys) == 1 && index->indexclauses == NIL &&
           !index->indexinfo->hypothetical;
}

extern "C" Plan *plan_nearest(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist,
                              List *clauses, List *)
{
    CustomScan *scan = makeNode(CustomScan);
    scan->scan.plan.targetlist = tlist;
    scan->scan.plan.qual = extract_actual_clauses(clauses, false);
    scan->scan.scanrelid = rel->relid;
    scan->flags = path->flags;
    const Query *parse = root->parse;
    Node *none = reinterpret_cast<Node *>(makeNullConst(INT8OID, -1, InvalidOid));
    Node *limit = parse->limitCount != nullptr ? parse->limitCount : none;
    Node *offset = parse->limitOffset != nullptr ? parse->limitOffset : none;
    scan->custom_exprs = list_make3(copyObjectImpl(linitial(path->custom_private)),
                                    copyObjectImpl(limit), copyObjectImpl(offset));
    scan->custom_private = list_copy_tail(path->custom_private, 1);
    scan->methods = &kNearestScanMethods;
    return &scan->scan.plan;
}

constexpr CustomPathMethods kPathMethods = {"sbert_ivf", plan_nearest, nullptr};

// With an exponent: a parallel worker reads "1" as an integer's node.
Float *float_node(double value) { return makeFloat(psprintf("%.17e", value)); }

// The same order, parameters and rows as the index scan's.
CustomPath *make_path(PlannerInfo *root, RelOptInfo *rel, IndexPath *from)
{
    CustomPath *path = makeNode(CustomPath);
    path->path.pathtype = T_CustomScan;
    path->path.parent = rel;
    path->path.pathtarget = from->path.pathtarget;
    path->path.param_info = from->path.param_info;
    path->path.parallel_safe = from->path.parallel_safe && is_constant(root->parse->limitCount) &&
                               is_constant(root->parse->limitOffset);
    path->path.rows = from->path.rows;
    path->path.pathkeys = from->path.pathkeys;
    path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
    // Of the index's rows: a partial one holds those of its predicate alone.
    const double tuples = clamp_row_est(from->indexinfo->tuples);
    const double share = std::min(clamp_row_est(from->path.rows) / tuples, 1.0);
    const double k = estimated_limit(root) / share;
    path->custom_private =
        list_make3(linitial(from->indexorderbys), list_make1_oid(from->indexinfo->indexoid),
                   list_make2(float_node(share), float_node(k)));
    path->methods = &kPathMethods;
    cost_nearest(root, from, k, is_alone(root), &path->path);
    return path;
}

extern "C" void offer_nearest(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
    if (previous_hook != nullptr)
        previous_hook(root, rel, rti, rte);
    if (!enable_indexscan || rte->rtekind != RTE_RELATION || !limit_counts_rows(root->parse))
        return;
    List *scans = NIL;
    ListCell *cell;
    foreach (cell, rel->pathlist)
        if (orders_by_distance(static_cast<Path *>(lfirst(cell))))
            scans = lappend(scans, lfirst(cell));
    rel->pathlist = list_difference_ptr(rel->pathlist, scans);
    foreach (cell, scans)
        add_path(rel, &make_path(root, rel, static_cast<IndexPath *>(lfirst(cell)))->path);
}

} // namespace

void nearest_path_init()
{
    RegisterCustomScanMethods(&kNearestScanMethods);
    previous_hook = set_rel_pathlist_hook;
    set_rel_pathlist_hook = offer_nearest;
}

} // namespace sbert::ivf
