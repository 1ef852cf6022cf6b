// The vector types on hostile text, bytes, arrays and bit strings: every way in, every cast
// onwards, every way out. What a way in accepted must come back from text and from bytes as the
// same bytes.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "extension/types/dense.h"
#include "extension/types/sparse.h"
#include "tests/fuzz/server_stub.h"

using sbert::tests::call;
using sbert::tests::ServerError;

extern "C" {
#define TYPE_FUNCTIONS(type)                                                                       \
    Datum sbert_##type##_in(PG_FUNCTION_ARGS);                                                     \
    Datum sbert_##type##_out(PG_FUNCTION_ARGS);                                                    \
    Datum sbert_##type##_recv(PG_FUNCTION_ARGS);                                                   \
    Datum sbert_##type##_send(PG_FUNCTION_ARGS);                                                   \
    Datum sbert_##type##_from_array(PG_FUNCTION_ARGS);                                             \
    Datum sbert_##type##_from_bytea(PG_FUNCTION_ARGS);                                             \
    Datum sbert_##type##_l2_normalize(PG_FUNCTION_ARGS);                                           \
    Datum sbert_##type##_cmp(PG_FUNCTION_ARGS);
TYPE_FUNCTIONS(vector)
TYPE_FUNCTIONS(halfvec)
TYPE_FUNCTIONS(sparsevec)
Datum sbert_vector_from_bit(PG_FUNCTION_ARGS);
Datum sbert_halfvec_from_bit(PG_FUNCTION_ARGS);
Datum sbert_vector_to_halfvec(PG_FUNCTION_ARGS);
Datum sbert_halfvec_to_vector(PG_FUNCTION_ARGS);
Datum sbert_vector_to_sparsevec(PG_FUNCTION_ARGS);
Datum sbert_halfvec_to_sparsevec(PG_FUNCTION_ARGS);
Datum sbert_vector_from_sparsevec(PG_FUNCTION_ARGS);
Datum sbert_halfvec_from_sparsevec(PG_FUNCTION_ARGS);
Datum sbert_vector_to_float4(PG_FUNCTION_ARGS);
Datum sbert_halfvec_to_float4(PG_FUNCTION_ARGS);
Datum sbert_vector_subvector(PG_FUNCTION_ARGS);
Datum sbert_vector_binary_quantize(PG_FUNCTION_ARGS);
}

namespace {

const Datum kNoTypmod = Int32GetDatum(-1);

struct Type {
    PGFunction in, out, recv, send, from_array, from_bytea, l2_normalize, cmp;
};
#define TYPE(type)                                                                                 \
    {                                                                                              \
        sbert_##type##_in, sbert_##type##_out, sbert_##type##_recv, sbert_##type##_send,           \
            sbert_##type##_from_array, sbert_##type##_from_bytea, sbert_##type##_l2_normalize,     \
            sbert_##type##_cmp                                                                     \
    }
constexpr Type kTypes[] = {TYPE(vector), TYPE(halfvec), TYPE(sparsevec)};

// The casts from type `from` of kTypes.
struct Cast {
    int from, to;
    PGFunction function;
};
constexpr Cast kCasts[] = {
    {0, 1, sbert_vector_to_halfvec},     {0, 2, sbert_vector_to_sparsevec},
    {1, 0, sbert_halfvec_to_vector},     {1, 2, sbert_halfvec_to_sparsevec},
    {2, 0, sbert_vector_from_sparsevec}, {2, 1, sbert_halfvec_from_sparsevec},
};

template <class Body>
void swallow_errors(Body &&body)
{
    try {
        body();
    } catch (const ServerError &) {
    }
}

std::string bytes_of(Datum bytes)
{
    const auto *value = reinterpret_cast<const bytea *>(DatumGetPointer(bytes));
    return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

// A valid value goes out in both forms and comes back the same. None of that may be refused.
void check_round_trips(const Type &type, Datum value)
try {
    const Datum text = call(type.out, value);
    const Datum bytes = call(type.send, value);
    const Datum from_text = call(type.in, text, Datum{0}, kNoTypmod);
    require(bytes_of(call(type.send, from_text)) == bytes_of(bytes), "text loses bits");
    const Datum from_bytes = call(type.from_bytea, bytes, kNoTypmod, Datum{0});
    require(bytes_of(call(type.send, from_bytes)) == bytes_of(bytes), "bytes lose bits");
    require(DatumGetInt32(call(type.cmp, value, from_text)) == 0, "a value is not itself");
    call(type.send, call(type.l2_normalize, value));
} catch (const ServerError &) {
    require(false, "a valid value is refused");
}

void check_value(int type, Datum value)
{
    check_round_trips(kTypes[type], value);
    for (const Cast &cast : kCasts)
        if (cast.from == type)
            swallow_errors([&] {
                check_round_trips(kTypes[cast.to], call(cast.function, value, kNoTypmod, Datum{0}));
            });
    if (type == 0) {
        call(sbert_vector_binary_quantize, value);
        swallow_errors([&] {
            call(sbert_vector_subvector, value, Int32GetDatum(-2147483647),
                 Int32GetDatum(2147483647));
        });
        check_round_trips(kTypes[0], call(sbert_vector_from_array,
                                          call(sbert_vector_to_float4, value, kNoTypmod, Datum{0}),
                                          kNoTypmod, Datum{0}));
    }
    if (type == 1)
        call(sbert_halfvec_to_float4, value, kNoTypmod, Datum{0});
}

bytea *as_bytea(const uint8_t *data, size_t size)
{
    auto *result = static_cast<bytea *>(palloc(size + VARHDRSZ));
    SET_VARSIZE(result, size + VARHDRSZ);
    memcpy(VARDATA(result), data, size);
    return result;
}

VarBit *as_bits(const uint8_t *data, size_t size, int spare)
{
    const int bits = static_cast<int>(size) * BITS_PER_BYTE - (size > 0 ? spare : 0);
    auto *result = static_cast<VarBit *>(palloc0(VARBITTOTALLEN(bits)));
    SET_VARSIZE(result, VARBITTOTALLEN(bits));
    VARBITLEN(result) = bits;
    memcpy(VARBITS(result), data, size);
    if (size > 0) // the server keeps what lies behind the last bit zero
        VARBITS(result)[size - 1] &= static_cast<bits8>(0xff << spare);
    return result;
}

ArrayType *as_array(const uint8_t *data, size_t size, Oid element, size_t width)
{
    const size_t count = size / width;
    auto *result = static_cast<ArrayType *>(palloc0(ARR_OVERHEAD_NONULLS(1) + count * width));
    SET_VARSIZE(result, ARR_OVERHEAD_NONULLS(1) + count * width);
    result->ndim = count > 0;
    result->elemtype = element;
    ARR_DIMS(result)[0] = static_cast<int>(count);
    memcpy(reinterpret_cast<char *>(result) + ARR_OVERHEAD_NONULLS(1), data, count * width);
    return result;
}

// `way` chooses how the bytes come in; every type of kTypes takes them.
Datum value_from(const Type &type, int way, const uint8_t *data, size_t size)
{
    const Datum none = Datum{0};
    switch (way) {
    case 0: {
        const std::string text(reinterpret_cast<const char *>(data), size);
        return call(type.in, CStringGetDatum(pnstrdup(text.c_str(), text.size())), none, kNoTypmod);
    }
    case 1:
        return call(type.from_bytea, PointerGetDatum(as_bytea(data, size)), kNoTypmod, none);
    case 2:
        return call(type.from_array, PointerGetDatum(as_array(data, size, INT4OID, 4)), kNoTypmod,
                    none);
    case 3:
        return call(type.from_array, PointerGetDatum(as_array(data, size, FLOAT4OID, 4)), kNoTypmod,
                    none);
    case 4:
        return call(type.from_array, PointerGetDatum(as_array(data, size, FLOAT8OID, 8)), kNoTypmod,
                    none);
    default: {
        const PGFunction from_bit =
            &type == &kTypes[1] ? sbert_halfvec_from_bit : sbert_vector_from_bit;
        return call(from_bit, PointerGetDatum(as_bits(data, size, way - 5)), kNoTypmod, none);
    }
    }
}

} // namespace

// The first byte chooses the type and the way in.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const int type = data[0] % 3, way = data[0] / 3 % 13;
    swallow_errors([&] {
        const Datum value = value_from(kTypes[type], way, data + 1, size - 1);
        check_value(way >= 5 && type == 2 ? 0 : type, value);
    });
    sbert::tests::free_everything();
    return 0;
}
