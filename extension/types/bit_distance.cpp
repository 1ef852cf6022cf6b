// Distances between two bit strings of the same length: <~> (Hamming) and <%> (Jaccard).
// encoder/kernels/bit_distance.h counts the bits.
#include <cstring>

#include "encoder/kernels/bit_distance.h"
#include "extension/pg.h"
#include "extension/types/row_ahead.h"

namespace sbert {
namespace {

// In every bit string of the server the bits after the last one are zero, so whole bytes may be
// counted.
struct BitPair {
    const uint8_t *a;
    const uint8_t *b;
    size_t bytes;
};

// A bit string as it is stored in its row. Up to about 950 bits have a header of one byte, and the
// rest is not aligned. Making a VarBit would cost an allocation and a copy for each distance.
struct StoredBits {
    int32 length;
    const uint8_t *bits;
};

inline StoredBits stored_bits_arg(FunctionCallInfo fcinfo, int n)
{
    auto *stored = reinterpret_cast<struct varlena *>(PG_GETARG_POINTER(n));
    if (VARATT_IS_EXTERNAL(stored) || VARATT_IS_COMPRESSED(stored))
        stored = pg_detoast_datum_packed(stored);
    StoredBits result;
    memcpy(&result.length, VARDATA_ANY(stored), sizeof(result.length));
    result.bits = reinterpret_cast<const uint8_t *>(VARDATA_ANY(stored)) + sizeof(result.length);
    return result;
}

inline BitPair bit_pair_args(FunctionCallInfo fcinfo)
{
    const StoredBits a = stored_bits_arg(fcinfo, 0);
    const StoredBits b = stored_bits_arg(fcinfo, 1);
    if (a.length != b.length)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("different bit lengths %d and %d", a.length, b.length)));
    fetch_next_rows(fcinfo);
    return {a.bits, b.bits, (static_cast<size_t>(a.length) + 7) / 8};
}

} // namespace

SBERT_FUNCTION(sbert_hamming_distance)
{
    const BitPair p = bit_pair_args(fcinfo);
    PG_RETURN_FLOAT8(static_cast<double>(kernels::hamming(p.a, p.b, p.bytes)));
}

SBERT_FUNCTION(sbert_jaccard_distance)
{
    const BitPair p = bit_pair_args(fcinfo);
    PG_RETURN_FLOAT8(kernels::jaccard(p.a, p.b, p.bytes));
}

} // namespace sbert
