// What the steps of aggregates begin with.
#pragma once

#include "extension/pg.h"

namespace sbert {

// The memory context of the aggregate's state. Raises an error outside of an aggregate.
inline MemoryContext aggregate_context(FunctionCallInfo fcinfo)
{
    MemoryContext context;
    if (!AggCheckCallContext(fcinfo, &context))
        elog(ERROR, "aggregate function called in non-aggregate context");
    return context;
}

// The state in argument n, or null before the first row. SQL cannot make a state, because its type
// is internal.
template <class State>
State *state_arg(FunctionCallInfo fcinfo, int n)
{
    return PG_ARGISNULL(n) ? nullptr : reinterpret_cast<State *>(PG_GETARG_POINTER(n));
}

// A state in serialized form, for reading.
inline StringInfoData message_of(bytea *bytes)
{
    StringInfoData message;
    initReadOnlyStringInfo(&message, VARDATA_ANY(bytes),
                           static_cast<int>(VARSIZE_ANY_EXHDR(bytes)));
    return message;
}

// The result of a step, null as long as there is no state.
inline Datum state_result(FunctionCallInfo fcinfo, void *state)
{
    fcinfo->isnull = state == nullptr;
    return PointerGetDatum(state);
}

} // namespace sbert
