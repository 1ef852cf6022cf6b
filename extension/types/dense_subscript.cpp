// Subscripts of vector and halfvec, as for arrays of one dimension. v[i] is an element as real.
// v[i:j] is a vector of the elements from i to j, and either bound may be left out. An element
// outside the vector is null. A slice takes the elements that exist. If there are none it is null,
// because no vector is empty. v[i] = x sets an element in an UPDATE or in PL/pgSQL.
//
// The server calls transform() when it parses the statement, and the other functions when it runs
// the subscripts. They follow src/backend/utils/adt/arraysubs.c
// (https://www.postgresql.org/docs/current/xtypes.html).
#include <cstring>

#include "extension/pg.h"
#include "extension/types/dense.h"

namespace sbert {
namespace {

// The bounds of this execution, counted from 1, which check_bounds() sets.
struct Window {
    int32 first;
    int32 last;
};

Node *integer_subscript(ParseState *pstate, Node *subscript)
{
    Node *parsed = transformExpr(pstate, subscript, pstate->p_expr_kind);
    Node *result = coerce_to_target_type(pstate, parsed, exprType(parsed), INT4OID, -1,
                                         COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
    if (result == nullptr)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("vector subscript must have type integer"),
                        parser_errposition(pstate, exprLocation(subscript))));
    return result;
}

// Makes the lists of subscripts. v[i] has one upper and no lower bound. v[i:j] has one of each,
// which is nullptr if it was left out.
void transform(SubscriptingRef *ref, List *indirection, ParseState *pstate, bool isSlice,
               bool isAssignment)
{
    if (list_length(indirection) != 1)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("a vector has one dimension and takes one subscript, not %d",
                               list_length(indirection))));
    if (isSlice && isAssignment)
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("cannot assign to a slice of a vector"),
                        errhint("Assign one element, or join slices by ||.")));

    const A_Indices *bounds = linitial_node(A_Indices, indirection);
    if (isSlice) {
        Node *lower = bounds->lidx != nullptr ? integer_subscript(pstate, bounds->lidx) : nullptr;
        ref->reflowerindexpr = list_make1(lower);
    }
    Node *upper = bounds->uidx != nullptr ? integer_subscript(pstate, bounds->uidx) : nullptr;
    ref->refupperindexpr = list_make1(upper);
    ref->refrestype = isSlice ? ref->refcontainertype : FLOAT4OID;
    ref->reftypmod = -1;
}

// Reads one bound, which is `open` if it was left out. Returns false if it is null.
bool read_bound(bool provided, bool null, Datum value, int32 open, int32 *out)
{
    *out = provided && !null ? DatumGetInt32(value) : open;
    return !(provided && null);
}

// Sets the bounds. If one is null, the fetched value is null, and an assignment is an error.
bool check_bounds(ExprState *, ExprEvalStep *op, ExprContext *)
{
    const SubscriptingRefState *state = op->d.sbsref_subscript.state;
    Window *window = static_cast<Window *>(state->workspace);
    bool given = read_bound(state->upperprovided[0], state->upperindexnull[0], state->upperindex[0],
                            PG_INT32_MAX, &window->last);
    window->first = 1;
    if (state->numlower > 0)
        given &= read_bound(state->lowerprovided[0], state->lowerindexnull[0], state->lowerindex[0],
                            1, &window->first);
    if (!given && state->isassignment)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("vector subscript in assignment must not be null")));
    if (!given)
        *op->resnull = true;
    return given;
}

template <class Element>
const Dense<Element> *dense_of(Datum value)
{
    return reinterpret_cast<const Dense<Element> *>(PG_DETOAST_DATUM(value));
}

// The container is not null, because the routines are declared strict for fetching.
template <class Element>
void fetch_element(ExprState *, ExprEvalStep *op, ExprContext *)
{
    const SubscriptingRefState *state = op->d.sbsref.state;
    const int32 position = static_cast<const Window *>(state->workspace)->last;
    const Dense<Element> *v = dense_of<Element>(*op->resvalue);
    *op->resnull = position < 1 || position > v->dim;
    *op->resvalue = *op->resnull ? Datum{0} : Float4GetDatum(to_float(v->x[position - 1]));
}

template <class Element>
void fetch_slice(ExprState *, ExprEvalStep *op, ExprContext *)
{
    const SubscriptingRefState *state = op->d.sbsref.state;
    const Window *window = static_cast<const Window *>(state->workspace);
    const Dense<Element> *v = dense_of<Element>(*op->resvalue);
    Dense<Element> *slice = dense_window(v, window->first, window->last);
    *op->resnull = slice == nullptr;
    *op->resvalue = PointerGetDatum(slice);
}

template <class Element>
void assign_element(ExprState *, ExprEvalStep *op, ExprContext *)
{
    const SubscriptingRefState *state = op->d.sbsref.state;
    const int32 position = static_cast<const Window *>(state->workspace)->last;
    if (*op->resnull || state->replacenull)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg(*op->resnull ? "cannot assign to an element of a null vector"
                                            : "an element of a vector cannot be null")));
    const Dense<Element> *v = dense_of<Element>(*op->resvalue);
    if (position < 1 || position > v->dim)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("vector subscript %d is out of range", position),
                        errdetail("The vector has %d dimensions.", v->dim)));
    const Element element = narrow_checked<Element>(DatumGetFloat4(state->replacevalue));
    check_element_finite(element, position - 1);

    Dense<Element> *result = dense_alloc<Element>(v->dim);
    memcpy(result->x, v->x, sizeof(Element) * static_cast<size_t>(v->dim));
    result->x[position - 1] = element;
    *op->resvalue = PointerGetDatum(result);
}

// The server asks for the old value of an element only for an assignment to a part of it. A real
// has no parts.
void no_old_value(ExprState *, ExprEvalStep *op, ExprContext *)
{
    op->d.sbsref.state->prevvalue = Datum{0};
    op->d.sbsref.state->prevnull = true;
}

template <class Element>
void exec_setup(const SubscriptingRef *ref, SubscriptingRefState *state,
                SubscriptExecSteps *methods)
{
    (void)ref;
    state->workspace = palloc(sizeof(Window));
    methods->sbs_check_subscripts = check_bounds;
    methods->sbs_fetch = state->numlower > 0 ? fetch_slice<Element> : fetch_element<Element>;
    methods->sbs_assign = assign_element<Element>;
    methods->sbs_fetch_old = no_old_value;
}

template <class Element>
Datum subscript(FunctionCallInfo fcinfo)
{
    (void)fcinfo;
    static const SubscriptRoutines routines = {
        .transform = transform,
        .exec_setup = exec_setup<Element>,
        // Every element and slice of a null vector is null.
        .fetch_strict = true,
        // Fetching raises no error that reveals the value.
        .fetch_leakproof = true,
        .store_leakproof = false,
    };
    PG_RETURN_POINTER(&routines);
}

} // namespace

SBERT_DENSE_FUNCTION(subscript);

} // namespace sbert
