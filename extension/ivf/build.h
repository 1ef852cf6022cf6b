// Building an index, in phases:
//
//   build_sample.cpp   blocks drawn from the table: how many rows there are, vectors to train on
//   build.cpp          lists by k-means; the order of the phases
//   build_assign.cpp   one process's share of the table: rows to lists and codes, into a sort
//   build_parallel.cpp the same in several processes
//   build_write.cpp    sorted rows to row pages, their entries by a second sort to list pages
//
// Memory is maintenance_work_mem's: the sample and its training, then an Assigner and a sort in
// each process, then two sorts.
#pragma once

#include "extension/ann/residual_code.h"
#include "extension/ivf/cache.h"
#include "extension/ivf/prepare.h"
#include "extension/ivf/record_sort.h"

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
void build_phase(BuildPhase phase);

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

    double heap_rows, index_rows;
    double residual2; // sum of |x - c|^2 over index_rows
};

// ---- sampling ----------------------------------------------------------------------------------

// Rows that the index will have, about. Sets build->origin to the mean of those that were counted.
double count_rows_and_centre(Build *build);
// At most `capacity` prepared vectors drawn from all blocks; returns how many.
//   x  (capacity, d)
Size draw_sample(const Build *build, double rows, Size capacity, float *x);

// ---- assigning ---------------------------------------------------------------------------------

// A row on its way, followed by its code in the first list, in the second, and its Row record.
struct CodedRow {
    uint32 second; // list; the same as the first: none
    ann::RowFactors first_factors, second_factors;
};
// An entry of a list on its way, followed by the code.
struct CodedEntry {
    uint32 row;
    ann::RowFactors factors;
};

struct Share {
    double heap_rows, index_rows, residual2;
};
// Scans the table, or this process's share of it, into the sort. `scan` is null without workers.
Share assign_rows(const Build *build, TableScanDesc scan, RecordSort *sort, bool progress);
Size assign_bytes(uint32 lists, uint32 d); // what that takes, beside the sort

// All rows, sorted by list, with as many workers as there are; sets build's results. The sort of
// a parallel build lives until build_parallel_end().
struct ParallelBuild;
RecordSort *assign_in_parallel(Build *build, ParallelBuild **parallel);
void build_parallel_end(ParallelBuild *parallel);

// ---- writing -----------------------------------------------------------------------------------

// The whole index but for the stop rule: `rows` is read to its end.
void write_index(Build *build, RecordSort *rows, Size sort_bytes);
// An index without rows, to any fork.
void write_empty(Build *build, ForkNumber fork);

} // namespace sbert::ivf
