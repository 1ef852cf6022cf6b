// Casts to bytea and back, exact to the bit. The bytes are those of the binary protocol, so that
// one client may store as bytea what another one sent as a vector, and the other way round.
//
// Invalid values are refused as on the wire, with one exception. For a value that ends too early
// the receive functions report a violation of the protocol (08P01), and a pooler then drops the
// connection. The cast reports invalid bytes (22P03).
#include <algorithm>

#include "extension/aggregate.h"
#include "extension/types/sparse.h"

namespace sbert {
namespace {

constexpr int kDenseHeader = 4;   // int16 dim, int16 unused
constexpr int kSparseHeader = 12; // int32 dim, int32 nnz, int32 unused

// The number of bytes of a value, by its header. If the header is wrong, only its own bytes count,
// because the receive function reports what is wrong with it.
template <int kElement>
int dense_bytes(const char *header)
{
    uint16 dim;
    memcpy(&dim, header, sizeof(dim));
    const int count = static_cast<int16>(pg_ntoh16(dim));
    return kDenseHeader + (count >= 1 && count <= kDenseMaxDim ? count * kElement : 0);
}

int sparse_bytes(const char *header)
{
    uint32 fields[2];
    memcpy(fields, header, sizeof(fields));
    const auto dim = static_cast<int32>(pg_ntoh32(fields[0]));
    const auto count = static_cast<int32>(pg_ntoh32(fields[1]));
    const bool right = count >= 0 && count <= std::min(dim, kSparseMaxCount);
    return kSparseHeader + (right ? count * 8 : 0);
}

void check_length(const StringInfoData &message, int header, int (*bytes_of)(const char *))
{
    const int needed = message.len < header ? header : bytes_of(message.data);
    if (message.len < needed)
        ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                        errmsg("incorrect binary data format"),
                        errdetail("The value needs %d bytes, there are %d.", needed, message.len)));
}

// `receive` is the type's receive function. The arguments are bytea and typmod.
Datum from_bytea(FunctionCallInfo fcinfo, PGFunction receive, int header,
                 int (*bytes_of)(const char *))
{
    bytea *bytes = PG_GETARG_BYTEA_PP(0);
    StringInfoData message = message_of(bytes);
    check_length(message, header, bytes_of);
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
extern "C" Datum sbert_vector_recv(PG_FUNCTION_ARGS);
extern "C" Datum sbert_halfvec_recv(PG_FUNCTION_ARGS);
extern "C" Datum sbert_sparsevec_recv(PG_FUNCTION_ARGS);

SBERT_FUNCTION(sbert_vector_from_bytea)
{
    return from_bytea(fcinfo, sbert_vector_recv, kDenseHeader, dense_bytes<4>);
}

SBERT_FUNCTION(sbert_halfvec_from_bytea)
{
    return from_bytea(fcinfo, sbert_halfvec_recv, kDenseHeader, dense_bytes<2>);
}

SBERT_FUNCTION(sbert_sparsevec_from_bytea)
{
    return from_bytea(fcinfo, sbert_sparsevec_recv, kSparseHeader, sparse_bytes);
}

} // namespace sbert
