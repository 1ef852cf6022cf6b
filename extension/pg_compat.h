// What differs between PostgreSQL 15, 16, 17 and 18, given the newest version's name. Included by
// pg.h alone.
//
// No other file may look at PG_VERSION_NUM: whoever drops or adds a version reads this page and
// nothing else.
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

// 16 gave PGDLLEXPORT a meaning outside Windows; before, a module built with hidden symbols lost
// its entry points.
// https://www.postgresql.org/message-id/20211101020311.av6hphdl6xbjbuif@alap3.anarazel.de
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

// Declares one SQL-callable function inside an extern "C" block, before its definition.
// PG_FUNCTION_INFO_V1 exports the function itself only from 16 on.
#define SBERT_FUNCTION(name)                                                                       \
    extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                               \
    PG_FUNCTION_INFO_V1(name)
