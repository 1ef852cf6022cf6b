// Converts sparsevec(n) from and to text '{1:0.5,7:2}/10' and the binary form on the wire.
//
// The binary form is big-endian: int32 dim, int32 nnz, int32 zero, nnz times int32 index from 0,
// nnz times float4.
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>

#include "extension/pg.h"
#include "extension/types/dense.h"
#include "extension/types/literal.h"
#include "extension/types/sparse.h"

namespace sbert {
namespace {

struct SparseElement {
    int32 index; // from 0
    float value;
};

// Reads an integer at *p and moves *p past it. A number beyond 32 bits becomes the nearest that
// fits, which is beyond every limit.
int32 read_integer(const char **p, const char *literal)
{
    char *end = nullptr;
    const long value = strtol(*p, &end, 10);
    if (end == *p)
        report_syntax(kTypeName<SparseVector>, literal, nullptr);
    *p = end;
    return static_cast<int32>(std::clamp<long>(value, INT_MIN + 1, INT_MAX));
}

float read_value(const char **p, const char *literal, int position)
{
    const LiteralNumber number = read_number(*p, kTypeName<SparseVector>, literal);
    // A value that is rounded to zero would no longer be an element. A denormal is one.
    if (number.out_of_range && (number.value == 0 || std::isinf(number.value)))
        report_number_out_of_range(number, kTypeName<SparseVector>);
    check_sparse_value(number.value, position);
    *p = number.end;
    return number.value;
}

// Skips `expected` and the white space around it.
const char *skip_mark(const char *p, char expected, const char *literal, const char *detail)
{
    p = skip_space(p);
    if (*p != expected)
        report_syntax(kTypeName<SparseVector>, literal, detail);
    return skip_space(p + 1);
}

// Reads the elements of '{index:value, ...}' at *p and moves *p past them. Writes those that are
// not zero to `out`, which has room for all, and returns how many there are.
int read_elements(const char **p, const char *literal, SparseElement *out)
{
    int count = 0;
    *p = skip_mark(*p, '{', literal, "Vector contents must start with \"{\".");
    if (**p == '}') {
        *p += 1;
        return 0;
    }
    for (;;) {
        const int32 index = read_integer(p, literal) - 1;
        *p = skip_mark(*p, ':', literal, nullptr);
        const float value = read_value(p, literal, index);
        if (value != 0)
            out[count++] = {index, value};
        *p = skip_space(*p);
        if (**p == '}')
            break;
        *p = skip_mark(*p, ',', literal, nullptr);
    }
    *p += 1;
    return count;
}

SparseVector *sparse_parse(const char *literal, int32 typmod)
{
    // A valid literal has commas only between elements.
    const int64 most = count_commas(literal) + 1;
    if (most > kSparseMaxCount)
        check_sparse_count(most, kSparseMaxDim);
    auto *elements = static_cast<SparseElement *>(palloc(sizeof(SparseElement) * most));
    const char *p = literal;
    const int count = read_elements(&p, literal, elements);
    p = skip_mark(p, '/', literal, "Unexpected end of input.");
    const int32 dim = read_integer(&p, literal);
    if (*skip_space(p) != '\0')
        report_syntax(kTypeName<SparseVector>, literal, "Junk after closing.");
    check_dim(kTypeName<SparseVector>, dim, kSparseMaxDim);
    check_expected_dim(typmod, dim);

    std::sort(elements, elements + count,
              [](const SparseElement &a, const SparseElement &b) { return a.index < b.index; });
    // If there are more elements than dimensions, the checks below find an index that is out of
    // bounds or occurs twice.
    SparseVector *result = sparse_alloc(dim, count);
    for (int i = 0; i < count; i++) {
        result->indices[i] = elements[i].index;
        sparse_values(result)[i] = elements[i].value;
        check_sparse_index(result, i);
    }
    pfree(elements);
    return result;
}

char *sparse_print(const SparseVector *v)
{
    constexpr Size kIndexLength = 11; // ten digits and a colon
    // Each element has index, colon, digits and a comma. The other characters are braces, slash,
    // dimensions and the zero at the end.
    char *text = static_cast<char *>(
        palloc((kIndexLength + FLOAT_SHORTEST_DECIMAL_LEN) * static_cast<Size>(v->nnz) + 15));
    char *p = text;
    *p++ = '{';
    for (int i = 0; i < v->nnz; i++) {
        if (i > 0)
            *p++ = ',';
        p += pg_ltoa(v->indices[i] + 1, p);
        *p++ = ':';
        p += float_to_shortest_decimal_bufn(sparse_values(v)[i], p);
    }
    *p++ = '}';
    *p++ = '/';
    p += pg_ltoa(v->dim, p);
    *p = '\0';
    return text;
}

SparseVector *sparse_receive(StringInfo message, int32 typmod)
{
    const int32 dim = static_cast<int32>(pq_getmsgint(message, sizeof(int32)));
    const int32 nnz = static_cast<int32>(pq_getmsgint(message, sizeof(int32)));
    const int32 unused = static_cast<int32>(pq_getmsgint(message, sizeof(int32)));
    check_dim(kTypeName<SparseVector>, dim, kSparseMaxDim);
    check_sparse_count(nnz, dim);
    check_expected_dim(typmod, dim);
    check_unused(unused);

    SparseVector *result = sparse_alloc(dim, nnz);
    for (int i = 0; i < nnz; i++) {
        result->indices[i] = static_cast<int32>(pq_getmsgint(message, sizeof(int32)));
        check_sparse_index(result, i);
    }
    float *values = sparse_values(result);
    for (int i = 0; i < nnz; i++) {
        values[i] = pq_getmsgfloat4(message);
        check_sparse_value(values[i], result->indices[i]);
        if (values[i] == 0)
            ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                            errmsg("binary representation of sparsevec cannot contain zero values"),
                            errdetail("The value at index %d is zero.", result->indices[i] + 1)));
    }
    return result;
}

bytea *sparse_to_message(const SparseVector *v)
{
    StringInfoData message;
    pq_begintypsend(&message);
    pq_sendint32(&message, static_cast<uint32>(v->dim));
    pq_sendint32(&message, static_cast<uint32>(v->nnz));
    pq_sendint32(&message, static_cast<uint32>(v->unused));
    for (int i = 0; i < v->nnz; i++)
        pq_sendint32(&message, static_cast<uint32>(v->indices[i]));
    for (int i = 0; i < v->nnz; i++)
        pq_sendfloat4(&message, sparse_values(v)[i]);
    return pq_endtypsend(&message);
}

} // namespace

SBERT_FUNCTION(sbert_sparsevec_in)
{
    PG_RETURN_POINTER(sparse_parse(PG_GETARG_CSTRING(0), PG_GETARG_INT32(2)));
}

SBERT_FUNCTION(sbert_sparsevec_out)
{
    PG_RETURN_CSTRING(sparse_print(value_arg<SparseVector>(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_sparsevec_recv)
{
    StringInfo message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    PG_RETURN_POINTER(sparse_receive(message, PG_GETARG_INT32(2)));
}

SBERT_FUNCTION(sbert_sparsevec_send)
{
    PG_RETURN_BYTEA_P(sparse_to_message(value_arg<SparseVector>(fcinfo, 0)));
}

} // namespace sbert
