// Distances between two bit strings of the same length: <~> (Hamming) and <%> (Jaccard). The counts
// are encoder/kernels/bit_distance.h.
#include "encoder/kernels/bit_distance.h"
#include "extension/pg.h"

namespace sbert {
namespace {

// The bits behind the last are zero in every bit string of the server, so whole bytes may be
// counted.
struct BitPair {
    const uint8_t *a;
    const uint8_t *b;
    size_t bytes;
};

BitPair bit_pair_args(FunctionCallInfo fcinfo)
{
    VarBit *a = PG_GETARG_VARBIT_P(0);
    VarBit *b = PG_GETARG_VARBIT_P(1);
    if (VARBITLEN(a) != VARBITLEN(b))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("different bit lengths %d and %d", VARBITLEN(a), VARBITLEN(b))));
    return {VARBITS(a), VARBITS(b), static_cast<size_t>(VARBITBYTES(a))};
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_hamming_distance);
Datum sbert_hamming_distance(PG_FUNCTION_ARGS)
{
    const sbert::BitPair p = sbert::bit_pair_args(fcinfo);
    PG_RETURN_FLOAT8(static_cast<double>(sbert::kernels::hamming(p.a, p.b, p.bytes)));
}

SBERT_FUNCTION(sbert_jaccard_distance);
Datum sbert_jaccard_distance(PG_FUNCTION_ARGS)
{
    const sbert::BitPair p = sbert::bit_pair_args(fcinfo);
    PG_RETURN_FLOAT8(sbert::kernels::jaccard(p.a, p.b, p.bytes));
}

} // extern "C"
