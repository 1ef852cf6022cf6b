// Casts between the dense vectors and jsonb arrays of numbers
// (https://github.com/pgvector/pgvector/pull/944, issues 380 and 469).
#include "extension/pg.h"
#include "extension/types/dense.h"

namespace sbert {
namespace {

[[noreturn]] void report_not_numbers(const char *type, const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("cannot cast jsonb %s to type %s", what, type),
                    errhint("A jsonb array of numbers is needed.")));
}

const char *jsonb_kind(const JsonbValue &value)
{
    switch (value.type) {
    case jbvNull:
        return "null";
    case jbvString:
        return "string";
    case jbvBool:
        return "boolean";
    case jbvNumeric:
        return "numeric";
    default:
        return "array or object";
    }
}

// The number of elements of a jsonb array. Raises an error for anything else.
int jsonb_count(Jsonb *document, const char *type)
{
    if (JB_ROOT_IS_SCALAR(document))
        report_not_numbers(type, "scalar");
    if (!JB_ROOT_IS_ARRAY(document))
        report_not_numbers(type, "object");
    const uint32 count = JB_ROOT_COUNT(document);
    check_dim(type, count);
    return static_cast<int>(count);
}

template <class Element>
Datum from_jsonb(FunctionCallInfo fcinfo)
{
    Jsonb *document = PG_GETARG_JSONB_P(0);
    const int dim = jsonb_count(document, kTypeName<Element>);
    check_expected_dim(PG_GETARG_INT32(1), dim);

    Dense<Element> *result = dense_alloc<Element>(dim);
    JsonbIterator *walk = JsonbIteratorInit(&document->root);
    JsonbValue value;
    JsonbIteratorNext(&walk, &value, true); // the beginning of the array
    for (int i = 0; i < dim; i++) {
        JsonbIteratorNext(&walk, &value, true); // does not descend into nested values
        if (value.type != jbvNumeric)
            report_not_numbers(kTypeName<Element>, psprintf("%s in an array", jsonb_kind(value)));
        const Datum number = NumericGetDatum(value.val.numeric);
        const float x = DatumGetFloat4(DirectFunctionCall1(numeric_float4, number));
        result->x[i] = narrow_checked<Element>(x);
    }
    PG_RETURN_POINTER(result);
}

// Converts by the shortest digits that read back as the same float, because numeric(float4) keeps
// only six digits.
Numeric shortest_numeric(float value)
{
    char digits[FLOAT_SHORTEST_DECIMAL_LEN];
    float_to_shortest_decimal_buf(value, digits);
    return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(digits),
                                               ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

template <class Element>
Datum to_jsonb(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    JsonbParseState *state = nullptr;
    pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
    for (int i = 0; i < v->dim; i++) {
        JsonbValue value;
        value.type = jbvNumeric;
        value.val.numeric = shortest_numeric(to_float(v->x[i]));
        pushJsonbValue(&state, WJB_ELEM, &value);
    }
    PG_RETURN_POINTER(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr)));
}

} // namespace

SBERT_DENSE_FUNCTION(from_jsonb);
SBERT_DENSE_FUNCTION(to_jsonb);

} // namespace sbert
