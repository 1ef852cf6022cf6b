// What the server calls: the verbs of the access method, in the order of IndexAmRoutine. One file
// a verb, of its name.
#pragma once

#include "extension/pg.h"

extern "C" {

namespace sbert::ivf {

IndexBuildResult *ivf_build(Relation heap, Relation index, IndexInfo *info);
void ivf_buildempty(Relation index);
bool ivf_insert(Relation index, Datum *values, bool *isnull, ItemPointer tid, Relation heap,
                IndexUniqueCheck unique, bool unchanged, IndexInfo *info);
IndexBulkDeleteResult *ivf_bulkdelete(IndexVacuumInfo *info, IndexBulkDeleteResult *stats,
                                      IndexBulkDeleteCallback callback, void *state);
IndexBulkDeleteResult *ivf_vacuumcleanup(IndexVacuumInfo *info, IndexBulkDeleteResult *stats);
void ivf_costestimate(PlannerInfo *root, IndexPath *path, double loops, Cost *startup, Cost *total,
                      Selectivity *selectivity, double *correlation, double *pages);
bytea *ivf_options(Datum reloptions, bool validate);
bool ivf_property(Oid index, int column, IndexAMProperty property, const char *name, bool *result,
                  bool *isnull);
char *ivf_buildphasename(int64 phase);
bool ivf_validate(Oid opclass);
IndexScanDesc ivf_beginscan(Relation index, int keys, int orderbys);
void ivf_rescan(IndexScanDesc scan, ScanKey keys, int n_keys, ScanKey orderbys, int n_orderbys);
bool ivf_gettuple(IndexScanDesc scan, ScanDirection direction);
void ivf_endscan(IndexScanDesc scan);

} // namespace sbert::ivf
}
