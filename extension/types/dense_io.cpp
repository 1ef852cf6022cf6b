// Converts vector(n) and halfvec(n) from and to text '[1,2.5,3]' and the binary form on the wire.
// Casts are in dense_cast.cpp.
//
// The binary form is big-endian: int16 dim, int16 zero, dim times float4 or half.
#include <cmath>
#include <cstring>

#include "extension/pg.h"
#include "extension/types/dense.h"
#include "extension/types/literal.h"

namespace sbert {
namespace {

// Reads one element at *p and moves *p past it.
template <class Element>
Element parse_element(const char **p, const char *literal, int index)
{
    const LiteralNumber number = read_number(*p, kTypeName<Element>, literal);
    const Element element = from_float<Element>(number.value);
    // A number below the type's range rounds to zero or a denormal and is no error.
    if ((number.out_of_range && std::isinf(number.value)) ||
        (!is_finite(element) && std::isfinite(number.value)))
        report_number_out_of_range(number, kTypeName<Element>);
    check_element_finite(element, index);
    *p = number.end;
    return element;
}

// Reads the elements of '[a, b, ...]' into x (kDenseMaxDim) and returns how many there are, at
// least one.
template <class Element>
int parse_elements(const char *literal, Element *x)
{
    const char *const type = kTypeName<Element>;
    const char *p = skip_space(literal);
    if (*p != '[')
        report_syntax(type, literal, "Vector contents must start with \"[\".");
    p = skip_space(p + 1);
    if (*p == ']')
        check_dim(type, 0);

    int dim = 0;
    for (;; p++) {
        if (dim == kDenseMaxDim)
            check_dim(type, dim + 1 + count_commas(p)); // counts the rest for the message
        p = skip_space(p);
        x[dim] = parse_element<Element>(&p, literal, dim);
        dim++;
        p = skip_space(p);
        if (*p == ']')
            break;
        if (*p != ',')
            report_syntax(type, literal, nullptr);
    }
    if (*skip_space(p + 1) != '\0')
        report_syntax(type, literal, "Junk after closing right brace.");
    return dim;
}

template <class Element>
Datum in(FunctionCallInfo fcinfo)
{
    // These 62 KB of stack are cheaper than a palloc of that size for every value.
    Element x[kDenseMaxDim];
    const int dim = parse_elements(PG_GETARG_CSTRING(0), x);
    check_expected_dim(PG_GETARG_INT32(2), dim);

    Dense<Element> *result = dense_alloc<Element>(dim);
    memcpy(result->x, x, sizeof(Element) * static_cast<size_t>(dim));
    PG_RETURN_POINTER(result);
}

// Writes the shortest digits that read back as the same float, whatever extra_float_digits is.
template <class Element>
Datum out(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    // Each element has its digits, and a comma instead of the terminating zero. The other
    // characters are the brackets and the zero at the end.
    char *text = static_cast<char *>(palloc(FLOAT_SHORTEST_DECIMAL_LEN * v->dim + 3));
    char *p = text;
    char separator = '[';
    for (int i = 0; i < v->dim; i++) {
        *p++ = separator;
        p += float_to_shortest_decimal_bufn(to_float(v->x[i]), p);
        separator = ',';
    }
    *p++ = ']';
    *p = '\0';
    PG_RETURN_CSTRING(text);
}

void receive_element(StringInfo message, float *out) { *out = pq_getmsgfloat4(message); }
void receive_element(StringInfo message, Half *out)
{
    out->bits = static_cast<uint16>(pq_getmsgint(message, sizeof(uint16)));
}

template <class Element>
Datum recv(FunctionCallInfo fcinfo)
{
    StringInfo message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    const int16 dim = static_cast<int16>(pq_getmsgint(message, sizeof(int16)));
    const int16 unused = static_cast<int16>(pq_getmsgint(message, sizeof(int16)));
    check_dim(kTypeName<Element>, dim);
    check_expected_dim(PG_GETARG_INT32(2), dim);
    check_unused(unused);

    Dense<Element> *result = dense_alloc<Element>(dim);
    for (int i = 0; i < dim; i++) {
        receive_element(message, &result->x[i]);
        check_element_finite(result->x[i], i);
    }
    PG_RETURN_POINTER(result);
}

void send_element(StringInfo message, float value) { pq_sendfloat4(message, value); }
void send_element(StringInfo message, Half value) { pq_sendint16(message, value.bits); }

template <class Element>
Datum send(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    StringInfoData message;
    pq_begintypsend(&message);
    pq_sendint16(&message, static_cast<uint16>(v->dim));
    pq_sendint16(&message, static_cast<uint16>(v->unused));
    for (int i = 0; i < v->dim; i++)
        send_element(&message, v->x[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

} // namespace

SBERT_DENSE_FUNCTION(in);
SBERT_DENSE_FUNCTION(out);
SBERT_DENSE_FUNCTION(recv);
SBERT_DENSE_FUNCTION(send);

} // namespace sbert
