// One process's share of the table: vectors are gathered into blocks, a block's rows find their
// lists by matrix products, and each row goes into the sort with all that will be written of it.
#pragma once

#include "extension/ann/residual_code.h"
#include "extension/ivf/build_state.h"
#include "extension/ivf/record_sort.h"

namespace sbert::ivf {

// A row on its way, followed by its code in the first list, in the second, and its Row record.
struct CodedRow {
    uint32 second; // list; the same as the first: none
    ann::RowFactors first_factors, second_factors;
};

// Scans the table, or this process's share of it, into the sort. `scan` is null without workers.
Share assign_rows(const Build *build, TableScanDesc scan, RecordSort *sort, bool progress);
Size assign_bytes(uint32 lists, uint32 d); // what that takes, beside the sort

} // namespace sbert::ivf
