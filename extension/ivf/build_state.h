// Building an index: what its phases have in common.
//
//   build_sample    blocks drawn from the table: how many rows there are, vectors to train on
//   build           lists by k-means; the order of the phases
//   build_assign    one process's share of the table: rows to lists and codes, into a sort
//   build_parallel  the same in several processes
//   build_write     sorted rows to row pages, their entries by a second sort to list pages
//
// Memory is maintenance_work_mem's: the sample and its training, then an Assigner and a sort in
// each process, then two sorts.
#pragma once

#include "extension/ivf/prepare.h"

namespace sbert::ivf {

// What pg_stat_progress_create_index shows; the first is the server's own.
enum BuildPhase : int64 {
    kPhaseSample = PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE + 1,
    kPhaseTrain,
    kPhaseAssign,
    kPhaseWriteRows,
    kPhaseWriteLists,
    kPhaseMeasure,
};
inline void build_phase(BuildPhase phase)
{
    pgstat_progress_update_param(PROGRESS_CREATEIDX_SUBPHASE, phase);
}

// What assigning a share of the table came to.
struct Share {
    double heap_rows, index_rows;
    double residual2; // sum of |x - c|^2 over index_rows
};

// What sampling, assigning and writing have in common. Plain data in the build's memory context.
struct Build {
    Relation heap; // none in ambuildempty
    Relation index;
    IndexInfo *info;
    Preparation preparation;
    Shape shape;
    uint64 rotation_seed;
    int workers; // beside the leader; planned, then launched
    Size memory; // bytes
    uint32 lists;
    float *origin;    // (d) of the preparation
    bool has_origin;  // false: no row was seen, and it is zero
    float *centroids; // (lists, d) rounded to what is stored

    Share sum; // of all processes
};

} // namespace sbert::ivf
