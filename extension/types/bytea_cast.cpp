// Casts to bytea and back, bit by bit: the bytes are those of the binary protocol, so that what one
// client sent as a vector another may keep as bytea, and the other way round. What is not a valid
// value is refused as it is on the wire.
#include "extension/pg.h"

namespace sbert {
namespace {

// `receive` is the type's receive function; args: bytea, typmod.
Datum from_bytea(FunctionCallInfo fcinfo, PGFunction receive)
{
    bytea *bytes = PG_GETARG_BYTEA_PP(0);
    StringInfoData message;
    message.data = VARDATA_ANY(bytes);
    message.len = static_cast<int>(VARSIZE_ANY_EXHDR(bytes));
    message.maxlen = message.len;
    message.cursor = 0;
    const Datum result = DirectFunctionCall3(receive, PointerGetDatum(&message),
                                             ObjectIdGetDatum(InvalidOid), PG_GETARG_DATUM(1));
    if (message.cursor != message.len)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                 errmsg("incorrect binary data format"),
                 errdetail("The value ends at byte %d of %d.", message.cursor, message.len)));
    return result;
}

} // namespace
} // namespace sbert

extern "C" {

Datum sbert_vector_recv(PG_FUNCTION_ARGS);
Datum sbert_halfvec_recv(PG_FUNCTION_ARGS);
Datum sbert_sparsevec_recv(PG_FUNCTION_ARGS);

SBERT_FUNCTION(sbert_vector_from_bytea);
Datum sbert_vector_from_bytea(PG_FUNCTION_ARGS)
{
    return sbert::from_bytea(fcinfo, sbert_vector_recv);
}

SBERT_FUNCTION(sbert_halfvec_from_bytea);
Datum sbert_halfvec_from_bytea(PG_FUNCTION_ARGS)
{
    return sbert::from_bytea(fcinfo, sbert_halfvec_recv);
}

SBERT_FUNCTION(sbert_sparsevec_from_bytea);
Datum sbert_sparsevec_from_bytea(PG_FUNCTION_ARGS)
{
    return sbert::from_bytea(fcinfo, sbert_sparsevec_recv);
}

} // extern "C"
