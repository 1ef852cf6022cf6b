// The one door to the server's headers. Not for anything under encoder/: that floor never sees
// PostgreSQL.
//
// Include it after the C++ standard headers and our pure headers: port.h and c.h turn names like
// snprintf, Min and _ into macros, and standard headers that come later would trip over them. What
// is left of those macros is removed below. ERROR, Assert, likely and their like stay, because the
// server's own macros expand to them.
//
// The C headers are not written for C++: they enter once, as C, from a system include path.
#pragma once

extern "C" {
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/shortest_dec.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "portability/instr_time.h"
#include "storage/fd.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/varbit.h"
}

// Names that C++ code and its standard library use for themselves.
#undef Abs
#undef Max
#undef Min
#undef _
#undef dgettext
#undef dngettext
#undef gettext
#undef ngettext
#undef fprintf
#undef printf
#undef qsort
#undef snprintf
#undef sprintf
#undef strerror
#undef strerror_r
#undef vfprintf
#undef vprintf
#undef vsnprintf
#undef vsprintf

#include "extension/pg_compat.h"
