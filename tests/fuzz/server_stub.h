// As much of the server as the vector types call, for a process without one: memory that is freed
// after each input, errors as C++ exceptions, arguments of SQL functions. The sanitizers then see
// every byte that the types read and write.
#pragma once

#include "extension/pg.h"

namespace sbert::tests {

// What ereport(ERROR) throws.
struct ServerError {
    int sqlstate;
};

// Frees all that was allocated since the last call.
void free_everything();

// Calls an SQL function with the arguments. Throws ServerError.
template <class... Arguments>
Datum call(PGFunction function, Arguments... arguments)
{
    LOCAL_FCINFO(fcinfo, 8);
    InitFunctionCallInfoData(*fcinfo, nullptr, sizeof...(arguments), InvalidOid, nullptr, nullptr);
    short n = 0;
    ((fcinfo->args[n].value = arguments, fcinfo->args[n].isnull = false, n++), ...);
    return function(fcinfo);
}

} // namespace sbert::tests
