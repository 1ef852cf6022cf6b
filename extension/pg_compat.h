// Hides the differences between PostgreSQL 15, 16, 17 and 18 behind the names of the newest
// version. Only pg.h includes it.
//
// Code that depends on PG_VERSION_NUM belongs here, so that this is the file to change when a
// version is added or dropped.
#pragma once

// InitMaterializedSRF came with 15.1.
#if PG_VERSION_NUM < 150001
#error "pg_sbert needs PostgreSQL 15.1 or later"
#endif

// 16 moved the varlena macros out of postgres.h.
// https://github.com/postgres/postgres/commit/d952373a987bad331c0e499463159dd142ced1ef
#if PG_VERSION_NUM >= 160000
extern "C" {
#include "varatt.h"
}
#endif

// 16 gave PGDLLEXPORT a meaning outside Windows. Before, a module that was built with hidden
// symbols lost its entry points.
// https://www.postgresql.org/message-id/20211101020311.av6hphdl6xbjbuif@alap3.anarazel.de
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

// 16 lets a custom scan choose the kind of its slot (CustomScanState::slotOps). Before, a slot
// always holds virtual tuples.
#if PG_VERSION_NUM >= 160000
#define set_slot_kind(state, kind) ((state)->slotOps = (kind))
#else
#define set_slot_kind(state, kind) ((void)(state))
#endif

// 16 gave the walkers of expressions their arguments. Before, their type had none.
#if PG_VERSION_NUM >= 160000
#define walk_expression(node, walker, context) expression_tree_walker(node, walker, context)
#else
#define walk_expression(node, walker, context)                                                     \
    expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void *>(walker)),   \
                           context)
#endif

// 16 keeps what a check hook allocates in a memory context of its own. Before, it is malloc()'s.
// https://github.com/postgres/postgres/commit/407b50f2d421bca5b134a0033176ea8f8c68dc6b
#if PG_VERSION_NUM < 160000
inline void *guc_malloc(int, size_t bytes) { return malloc(bytes); }
#endif

// 18 moved the functions that print EXPLAIN to a separate header.
#if PG_VERSION_NUM >= 180000
extern "C" {
#include "commands/explain_format.h"
}
#endif

// 16 has one check of ownership for all kinds of objects.
// https://github.com/postgres/postgres/commit/afbfc02983f86c4d71825efa6befd547fe81a926
#if PG_VERSION_NUM < 160000
#define object_ownercheck(class_id, object_id, role) pg_class_ownercheck(object_id, role)
#endif

// 17 has a registry of named segments of shared memory. Before, shared memory must be requested at
// the server's start.
// https://github.com/postgres/postgres/commit/8b2bcf3f287c79eaebf724cba57e5ff664b01e06
#if PG_VERSION_NUM >= 170000
extern "C" {
#include "storage/dsm_registry.h"
}
inline bool has_segment_registry() { return true; }
inline void *registered_segment(const char *name, size_t bytes, void (*init)(void *))
{
    bool found;
    return GetNamedDSMSegment(name, bytes, init, &found);
}
#else
inline bool has_segment_registry() { return false; }
inline void *registered_segment(const char *, size_t, void (*)(void *)) { return nullptr; }
#endif

// In 15 and 16 vacuum may remove rows that an old snapshot sees (old_snapshot_threshold). Code that
// reads a page for a snapshot must check this.
// https://github.com/postgres/postgres/commit/f691f5b80a85c66d715b4340ffabb503eb19393e
#if PG_VERSION_NUM < 170000
#define check_old_snapshot(snapshot, index, page) TestForOldSnapshot(snapshot, index, page)
#else
#define check_old_snapshot(snapshot, index, page) ((void)(snapshot))
#endif

// 17 gave maintenance commands a safe search_path, and a function that sets it until the end of the
// GUC nest level.
// https://github.com/postgres/postgres/commit/2af07e2f749a9208ca1ed84fa1d8fe0e75833288
#if PG_VERSION_NUM < 170000
#define RestrictSearchPath()                                                                       \
    ((void)set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,     \
                             GUC_ACTION_SAVE, true, 0, false))
#endif

// 17 keeps the two halves of a virtual transaction id together.
// https://github.com/postgres/postgres/commit/ab355e3a88de745607f6dd4c21f0119b5c68f2ad
#if PG_VERSION_NUM >= 170000
#define local_transaction_id() (MyProc->vxid.lxid)
#else
#define local_transaction_id() (MyProc->lxid)
#endif

// 17 has a function that makes a StringInfo for reading of bytes that exist.
// https://github.com/postgres/postgres/commit/f0efa5aec19358e2282d4968a03db1db56f0ac3f
#if PG_VERSION_NUM < 170000
inline void initReadOnlyStringInfo(StringInfo message, char *data, int length)
{
    *message = {data, length, 0, 0};
}
#endif

// 18 counts searches for EXPLAIN ANALYZE, and index_beginscan() has an argument for the counter.
// https://github.com/postgres/postgres/commit/0fbceae841cb5a31b13d3f284ac8fdd19822eceb
#if PG_VERSION_NUM >= 180000
#define count_index_search(scan)                                                                   \
    do {                                                                                           \
        if ((scan)->instrument)                                                                    \
            (scan)->instrument->nsearches++;                                                       \
    } while (0)
#else
#define count_index_search(scan) ((void)0)
#define index_beginscan(heap, index, snapshot, instrument, keys, orderbys)                         \
    index_beginscan(heap, index, snapshot, keys, orderbys)
#endif

// 18 has an argument that says whether the delay is for ANALYZE. Ours never is.
#if PG_VERSION_NUM >= 180000
#define vacuum_delay_point() vacuum_delay_point(false)
#endif

// 18 counts the disabled nodes of a path. Before, such a path has an infinite cost.
// https://github.com/postgres/postgres/commit/e22253467942fdb100087787c3e1e3a8620c54b2
#if PG_VERSION_NUM >= 180000
#define disable_path(index_path) ((index_path)->path.disabled_nodes = 2)
#else
#define disable_path(index_path) ((void)(index_path))
#endif

// 17 plans the workers of an index build for every access method, before only for its own B-tree.
// https://github.com/postgres/postgres/commit/b437571714707bc6466abde1a0af5e69aaade09c
#if PG_VERSION_NUM >= 170000
#define planned_build_workers(heap, index, info) ((info)->ii_ParallelWorkers)
#else
#define planned_build_workers(heap, index, info)                                                   \
    ((void)(info), plan_create_index_workers(RelationGetRelid(heap), RelationGetRelid(index)))
#endif

namespace sbert {
const Pg_finfo_record *function_info(); // sql_version.h, vector/module.cpp
inline const Pg_finfo_record *unchecked_function_info()
{
    static const Pg_finfo_record info = {1};
    return &info;
}
} // namespace sbert

// 17 replaced the variables that told what a process is.
#if PG_VERSION_NUM >= 170000
#define is_autovacuum_worker() AmAutoVacuumWorkerProcess()
#else
#define is_autovacuum_worker() IsAutoVacuumWorkerProcess()
#endif

// Begins the definition of an SQL-callable function, in any namespace. This is PG_FUNCTION_INFO_V1,
// which exports the function itself only from 16 on, with a check of the extension's version.
#define SBERT_FUNCTION(name) SBERT_FUNCTION_WITH(name, sbert::function_info())

// The same without that check, for what the server looks up when it opens a relation.
#define SBERT_UNCHECKED_FUNCTION(name) SBERT_FUNCTION_WITH(name, sbert::unchecked_function_info())

#define SBERT_FUNCTION_WITH(name, info)                                                            \
    extern "C" {                                                                                   \
    extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                               \
    extern PGDLLEXPORT const Pg_finfo_record *pg_finfo_##name(void);                               \
    const Pg_finfo_record *pg_finfo_##name(void) { return info; }                                  \
    }                                                                                              \
    Datum name(PG_FUNCTION_ARGS)
