// What the planner expects of a scan, by the curve that the index measured of itself.
//
// A scan works before its first row: all of the centroids, the lists until the stop rule says
// enough, some rows refined. LIMIT is not known here, so this is the work for ten rows. The rest of
// the index's work and of the table's is spread over all rows: with a selective WHERE the executor
// would pull many of them, and another index or a sort wins.
//
// Costs are in the server's units, by figures from README.md: a looked-at row takes about a
// fiftieth of an operator call, a refined one half of one at 384 dimensions.
#include <algorithm>

#include "extension/guc.h"
#include "extension/pg.h"

#include "extension/ivf/ivf.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kDepth = 10;                   // of the first round
constexpr double kRefined = 90;                 // rows of the first round
constexpr double kCentroidElement = 1.0 / 2000; // of an operator call, as all below
constexpr double kCodeElement = 1.0 / 8000;
constexpr double kRefineElement = 1.0 / 400;
// Of the refined rows' pages: neighbours lie together, by list.
constexpr double kPagesARefined = 0.6;

struct Sizes {
    double rows, lists, d, probes;
    double list_pages, row_pages;
};

Sizes sizes_of(Relation index, double tuples)
{
    const Cache *cache = cache_get(index);
    const Shape *shape = &cache->shape;
    const double setting = target_recall();
    const double recall = setting > 0 ? setting : cache->target_recall;
    Sizes s = {};
    s.rows = std::max(tuples, 1.0);
    s.lists = cache->lists;
    s.d = shape->d;
    s.probes = recall >= 1 ? s.lists
                           : ann::expected_lists(cache->rule, kDepth, static_cast<float>(recall));
    s.probes = std::clamp(s.probes, 1.0, s.lists);
    const double copies = cache->lists > 1 ? 2 : 1;
    const double blocks = copies * s.rows / 16 + s.lists / 2;
    s.list_pages = std::max(blocks / shape->blocks_per_page * shape->block_span, 1.0);
    s.row_pages = std::max(s.rows / shape->rows_per_page * shape->row_span, 1.0);
    return s;
}

// Pages of the lists that are looked at: a chain lies in order, a list begins anywhere.
double probe_pages_cost(const Sizes &s, double random, double sequential)
{
    const double pages_a_list = std::max(s.list_pages / s.lists, 1.0);
    return s.probes * (random + (pages_a_list - 1) * sequential);
}

Cost startup_cost(const Sizes &s, double random, double sequential)
{
    const double looked_at = s.probes / s.lists * 2 * s.rows;
    const double refined = std::min(kRefined, s.rows);
    const double refined_pages = std::min(refined * kPagesARefined, s.row_pages);
    const double elements = s.lists * s.d * kCentroidElement + looked_at * s.d * kCodeElement +
                            refined * s.d * kRefineElement;
    return random + probe_pages_cost(s, random, sequential) +
           refined_pages * (random + sequential) / 2 + elements * cpu_operator_cost;
}

// Everything else there is: what a scan without end would read.
Cost remaining_cost(const Sizes &s, double random, double sequential)
{
    const double elements = s.rows * s.d * (2 * kCodeElement + kRefineElement);
    return s.list_pages * sequential + s.row_pages * (random + sequential) / 2 +
           s.rows * cpu_index_tuple_cost + elements * cpu_operator_cost;
}

} // namespace

extern "C" void ivf_costestimate(PlannerInfo *, IndexPath *path, double, Cost *startup, Cost *total,
                                 Selectivity *selectivity, double *correlation, double *pages)
{
    *selectivity = 1;
    *correlation = 0;
    *pages = path->indexinfo->pages;
    // Without an order the scan would have to return NULLs too, which are not indexed.
    if (path->indexorderbys == NIL) {
        disable_path(path);
        *startup = *total = get_float8_infinity();
        return;
    }
    // The planner holds a lock on it.
    Relation index = index_open(path->indexinfo->indexoid, NoLock);
    const Sizes sizes = sizes_of(index, path->indexinfo->tuples);
    index_close(index, NoLock);

    double random, sequential;
    get_tablespace_page_costs(path->indexinfo->reltablespace, &random, &sequential);
    *startup = startup_cost(sizes, random, sequential);
    *total = *startup + remaining_cost(sizes, random, sequential);
}

} // namespace sbert::ivf
