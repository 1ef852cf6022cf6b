// What hnsw and ivfflat have in common. Both are sbert_ivf (extension/ivf/face.h) with pgvector's
// storage parameters and settings. These shape a graph or a number of lists in pgvector, which are
// not here; one setting of each moves the recall that is aimed at.
#pragma once

#include "extension/pg.h"

#include "extension/ivf/face.h"

namespace sbert::vector {

// ---- the access method -------------------------------------------------------------------------

// What a handler returns.
IndexAmRoutine *make_routine(ivf::Face *face, ambuild_function build);
// Builds the index, unless its operator class is there by name alone.
IndexBuildResult *build_index(Relation heap, Relation index, IndexInfo *info);

relopt_parse_elt integer_parameter(const char *name, int offset);
// Tells, once in a session, that storage parameters were accepted and do nothing.
void tell_of_recall();

// ---- the setting that moves the recall ---------------------------------------------------------

// The hooks of an integer setting keep in *extra whether somebody has set it: a default asks for
// nothing.
extern "C" bool check_given(int *value, void **extra, GucSource source);
inline bool is_given(const void *extra) { return extra != nullptr; }

// As near to 1 as an index can aim; 1 itself reads every row.
inline constexpr double kMostRecall = 0.999;

// A measured point: the share of the ten nearest that pgvector finds at a value of its setting.
struct Point {
    double value, recall;
};
// Between two points by the logarithm of the value; before the first and after the last what they
// have.
double recall_at(const Point *curve, int n, double value);

void hnsw_init();
void ivfflat_init();

} // namespace sbert::vector
