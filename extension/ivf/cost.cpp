// What the planner expects of a scan, by the curve that the index measured of itself.
//
// A scan works before its first row: all of the centroids, the lists until the stop rule says
// enough, some rows reranked, and as many rows of the table fetched as are wanted. The executor
// node (nearest_path.h) knows LIMIT and filter, so that is all of its cost. An index scan knows
// neither: its start is the work for ten rows, its end that of sorting all rows by their bounds and
// fetching each from the table twice, which a sequential scan with a sort always does in less time.
//
// Costs are in the server's units: at 384 dimensions a scanned row takes about a twentieth of an
// operator call, a reranked one about one.
#include <algorithm>
#include <cmath>

#include "extension/guc.h"
#include "extension/pg.h"

#include "extension/ivf/cache.h"
#include "extension/ivf/cost.h"
#include "extension/ivf/scan.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

constexpr double kFirstRows = 10; // of a scan that was told nothing
// Reranked rows of a search for k: some at least, and more than k.
constexpr double kRerankedLeast = 60, kRerankedARow = 2;
// Rows of the table that are fetched for k: bounds are not distances.
constexpr double kFetchedLeast = 3, kFetchedARow = 1.1;
constexpr double kCentroidElement = 1.0 / 2000; // of an operator call, as all below
constexpr double kCodeElement = 1.0 / 8000;
constexpr double kRerankElement = 1.0 / 400;
// Of the reranked rows' pages: neighbours lie together, by list, and are read in the file's order.
constexpr double kPagesAReranked = 0.6;

// What the scan's cost depends on.
struct Sizes {
    double rows, lists, d, recall;
    double list_pages, row_pages;
    ann::StopRule rule;
    double random, sequential; // costs of a page
};

Sizes sizes_of(const IndexOptInfo *info)
{
    // The planner holds a lock on it.
    Relation index = index_open(info->indexoid, NoLock);
    const Cache *cache = cache_get(index);
    const Shape &shape = cache->shape;
    Sizes s = {};
    s.rows = std::max(info->tuples, 1.0);
    s.lists = cache->lists;
    s.d = shape.d;
    s.recall = wanted_recall(index);
    s.rule = cache->rule;
    const double copies = cache->lists > 1 ? 2 : 1;
    const double blocks = copies * s.rows / 16 + s.lists / 2;
    s.list_pages = std::max(blocks / shape.block.per_page * shape.block.span, 1.0);
    s.row_pages = std::max(s.rows / shape.row.per_page * shape.row.span, 1.0);
    index_close(index, NoLock);
    get_tablespace_page_costs(info->reltablespace, &s.random, &s.sequential);
    return s;
}

double probes_for(const ann::StopRule &rule, double lists, double recall, double k)
{
    const auto rows = static_cast<uint32>(std::clamp(k, 1.0, 1e9));
    return std::clamp<double>(ann::expected_probes(rule, rows, static_cast<float>(recall)), 1.0,
                              lists);
}

// Pages of the lists that are probed: a chain lies in order, a list begins anywhere.
double probe_pages_cost(const Sizes &s, double probes)
{
    const double pages_a_list = std::max(s.list_pages / s.lists, 1.0);
    return probes * (s.random + (pages_a_list - 1) * s.sequential);
}

// Every row by its own codes.
Cost all_rows_cost(const Sizes &s)
{
    const double elements = s.rows * s.d * kRerankElement;
    return (s.list_pages + s.row_pages) * s.sequential + s.rows * cpu_index_tuple_cost +
           elements * cpu_operator_cost;
}

// One round for the k nearest.
Cost round_cost(const Sizes &s, double k)
{
    if (s.recall >= 1)
        return all_rows_cost(s);
    const double probes = probes_for(s.rule, s.lists, s.recall, k);
    const double scanned = probes / s.lists * 2 * s.rows;
    const double reranked = std::min(kRerankedLeast + kRerankedARow * k, s.rows);
    const double reranked_pages = std::min(reranked * kPagesAReranked, s.row_pages);
    const double elements = s.lists * s.d * kCentroidElement + scanned * s.d * kCodeElement +
                            reranked * s.d * kRerankElement;
    return s.random + probe_pages_cost(s, probes) + reranked_pages * s.sequential +
           elements * cpu_operator_cost;
}

// All rows by their bounds, sorted.
Cost whole_cost(const Sizes &s)
{
    const double comparisons = s.rows * std::log2(std::max(s.rows, 2.0));
    return all_rows_cost(s) + 2 * comparisons * cpu_operator_cost;
}

// By rounds, or where these would see much of the index, all at once.
Cost search_cost(const Sizes &s, double k)
{
    return 2 * k >= s.rows ? whole_cost(s) : round_cost(s, k);
}

// A row that is fetched from the table: its distance, which may lie in TOAST.
Cost distance_cost(PlannerInfo *root, const IndexPath *path)
{
    QualCost cost;
    cost_qual_eval_node(&cost, static_cast<Node *>(linitial(path->indexorderbys)), root);
    return cost.per_tuple;
}

} // namespace

double expected_probes(Relation index, double k)
{
    const Cache *cache = cache_get(index);
    return probes_for(cache->rule, cache->lists, wanted_recall(index), k);
}

void cost_nearest(PlannerInfo *root, const IndexPath *from, double k, bool alone, Path *path)
{
    const RelOptInfo *rel = path->parent;
    const Sizes s = sizes_of(from->indexinfo);
    k = std::min(k, s.rows);
    const double fetched = std::min(kFetchedLeast + kFetchedARow * k, s.rows);
    const double pages = index_pages_fetched(fetched, rel->pages, s.list_pages + s.row_pages, root);
    const Cost a_row = cpu_tuple_cost + rel->baserestrictcost.per_tuple + distance_cost(root, from);
    path->startup_cost = search_cost(s, k) + pages * s.random + fetched * a_row +
                         rel->baserestrictcost.startup + path->pathtarget->cost.startup;
    const Cost a_result = cpu_tuple_cost + path->pathtarget->cost.per_tuple;
    path->total_cost = path->startup_cost + path->rows * a_result;
    // Who asks for more rows than the LIMIT says gets them from an ordinary scan.
    if (!alone)
        path->total_cost += std::max(from->path.total_cost - from->path.startup_cost, 0.0);
}

extern "C" void ivf_costestimate(PlannerInfo *root, IndexPath *path, double, Cost *startup,
                                 Cost *total, Selectivity *selectivity, double *correlation,
                                 double *pages)
{
    *selectivity = 1;
    *correlation = 0;
    *pages = path->indexinfo->pages;
    // Without an order the scan would have to return NULLs too, which are not indexed; of an index
    // that does not exist nothing is known.
    if (path->indexorderbys == NIL || path->indexinfo->hypothetical) {
        disable_path(path);
        *startup = *total = get_float8_infinity();
        return;
    }
    const Sizes s = sizes_of(path->indexinfo);
    const Cost a_row = cpu_tuple_cost + distance_cost(root, path);
    *startup = search_cost(s, kFirstRows) + (kFetchedLeast + kFetchedARow * kFirstRows) * a_row;
    *total = *startup + whole_cost(s) + s.rows * a_row;
}

} // namespace sbert::ivf
