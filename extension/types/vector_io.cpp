// vector(n) between its forms: text '[1,2.5,3]', the wire's binary form, the type modifier. Not the
// casts.
//
// Binary form, all big-endian: int16 dim, int16 zero, dim times float4.
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "extension/pg.h"
#include "extension/types/vector.h"

namespace sbert {
namespace {

// The white space of PostgreSQL's array literals; isspace() would follow the locale.
const char *skip_space(const char *p) { return p + strspn(p, " \t\n\r\v\f"); }

[[noreturn]] void report_syntax(const char *literal, const char *detail)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("invalid input syntax for type vector: \"%s\"", literal),
                    detail != nullptr ? errdetail("%s", detail) : 0));
}

// One number at *p, which moves past it. Straight to float, as float4in does: a way through double
// rounds twice. The server keeps LC_NUMERIC at C, so the decimal point is a point.
float parse_element(const char **p, const char *literal, int index)
{
    char *end = nullptr;
    errno = 0;
    float value = strtof(*p, &end);
    if (end == *p)
        report_syntax(literal, nullptr);
    // ERANGE is also set on underflow, which rounds to zero or a denormal and is no error.
    if (errno == ERANGE && std::isinf(value))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"%s\" is out of range for type vector", pnstrdup(*p, end - *p))));
    check_element_finite(value, index);
    *p = end;
    return value;
}

// How many elements follow in a text that is already too long, for the message.
int count_commas(const char *p)
{
    int count = 0;
    for (size_t n = 1; *p != '\0'; p++, n++) {
        count += *p == ',';
        if (n % (1024 * 1024) == 0)
            CHECK_FOR_INTERRUPTS();
    }
    return count;
}

// The elements of '[a, b, ...]' into x (kVectorMaxDim). Returns how many, at least one.
int parse_elements(const char *literal, float *x)
{
    const char *p = skip_space(literal);
    if (*p != '[')
        report_syntax(literal, "Vector contents must start with \"[\".");
    p = skip_space(p + 1);
    if (*p == ']')
        check_dim(0);

    int dim = 0;
    for (;; p++) {
        if (dim == kVectorMaxDim)
            check_dim(dim + 1 + count_commas(p));
        p = skip_space(p);
        x[dim] = parse_element(&p, literal, dim);
        dim++;
        p = skip_space(p);
        if (*p == ']')
            break;
        if (*p != ',')
            report_syntax(literal, nullptr);
    }
    if (*skip_space(p + 1) != '\0')
        report_syntax(literal, "Junk after closing right brace.");
    return dim;
}

Vector *vector_parse(const char *literal, int32 typmod)
{
    float x[kVectorMaxDim]; // 62 KB of stack: cheaper than a palloc of that size for every value
    int dim = parse_elements(literal, x);
    check_expected_dim(typmod, dim);

    Vector *result = vector_alloc(dim);
    memcpy(result->x, x, sizeof(float) * dim);
    return result;
}

// The shortest digits that read back as the same float, whatever extra_float_digits says.
char *vector_print(const Vector *v)
{
    // Per element its digits and a comma in place of the terminating zero; brackets and zero at the
    // end.
    char *text = static_cast<char *>(palloc(FLOAT_SHORTEST_DECIMAL_LEN * v->dim + 3));
    char *p = text;
    char separator = '[';
    for (int i = 0; i < v->dim; i++) {
        *p++ = separator;
        p += float_to_shortest_decimal_bufn(v->x[i], p);
        separator = ',';
    }
    *p++ = ']';
    *p = '\0';
    return text;
}

Vector *vector_receive(StringInfo message, int32 typmod)
{
    int16 dim = static_cast<int16>(pq_getmsgint(message, sizeof(int16)));
    int16 unused = static_cast<int16>(pq_getmsgint(message, sizeof(int16)));
    check_dim(dim);
    check_expected_dim(typmod, dim);
    if (unused != 0)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("expected unused to be 0, not %d", unused)));

    Vector *result = vector_alloc(dim);
    for (int i = 0; i < dim; i++) {
        result->x[i] = pq_getmsgfloat4(message);
        check_element_finite(result->x[i], i);
    }
    return result;
}

bytea *vector_to_message(const Vector *v)
{
    StringInfoData message;
    pq_begintypsend(&message);
    pq_sendint16(&message, static_cast<uint16>(v->dim));
    pq_sendint16(&message, static_cast<uint16>(v->unused));
    for (int i = 0; i < v->dim; i++)
        pq_sendfloat4(&message, v->x[i]);
    return pq_endtypsend(&message);
}

int32 typmod_from_list(ArrayType *list)
{
    int count = 0;
    const int32 *modifiers = ArrayGetIntegerTypmods(list, &count);
    if (count != 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid type modifier"),
                        errdetail("Type vector takes one number of dimensions, not %d.", count)));
    int32 dim = modifiers[0];
    if (dim < 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("dimensions for type vector must be at least 1"),
                        errdetail("The type modifier is %d.", dim)));
    if (dim > kVectorMaxDim)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("dimensions for type vector cannot exceed %d", kVectorMaxDim),
                        errdetail("The type modifier is %d.", dim)));
    return dim;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_vector_in);
Datum sbert_vector_in(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(sbert::vector_parse(PG_GETARG_CSTRING(0), PG_GETARG_INT32(2)));
}

SBERT_FUNCTION(sbert_vector_out);
Datum sbert_vector_out(PG_FUNCTION_ARGS)
{
    PG_RETURN_CSTRING(sbert::vector_print(sbert::vector_arg(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_vector_recv);
Datum sbert_vector_recv(PG_FUNCTION_ARGS)
{
    StringInfo message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    PG_RETURN_POINTER(sbert::vector_receive(message, PG_GETARG_INT32(2)));
}

SBERT_FUNCTION(sbert_vector_send);
Datum sbert_vector_send(PG_FUNCTION_ARGS)
{
    PG_RETURN_BYTEA_P(sbert::vector_to_message(sbert::vector_arg(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_vector_typmod_in);
Datum sbert_vector_typmod_in(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(sbert::typmod_from_list(PG_GETARG_ARRAYTYPE_P(0)));
}

} // extern "C"
