// Support function 1 of the operator classes: what a type and its metric mean to the index. A class
// may be made by hand, of any function and type, so what it names is searched among ours.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/half_rows.h"
#include "extension/pg.h"

#include "extension/ivf/type_support.h"
#include "extension/types/dense.h"

namespace sbert::ivf {
namespace {

template <class Element>
const Dense<Element> *dense_of(Datum value)
{
    return reinterpret_cast<const Dense<Element> *>(DatumGetPointer(value));
}

template <class Element>
int dense_dimensions(Datum value)
{
    return dense_of<Element>(value)->dim;
}

void copy_floats(const float *x, float *out, size_t n) { memcpy(out, x, sizeof(float) * n); }
void copy_floats(const Half *x, float *out, size_t n) { kernels::halves_to_floats(x, out, n); }

template <class Element>
void dense_to_floats(Datum value, float *out)
{
    copy_floats(dense_of<Element>(value)->x, out,
                static_cast<size_t>(dense_dimensions<Element>(value)));
}

void copy_elements(const float *x, float *out, int n) { memcpy(out, x, sizeof(float) * n); }
// Exact: they were halves.
void copy_elements(const float *x, Half *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = kernels::to_half(x[i]);
}

template <class Element>
Datum dense_from_floats(const float *x, int dimensions)
{
    Dense<Element> *v = dense_alloc<Element>(dimensions);
    copy_elements(x, v->x, dimensions);
    return PointerGetDatum(v);
}

double l2_distance(float key) { return std::sqrt(std::max(static_cast<double>(key), 0.0)); }
double negative_product(float key) { return key; }
double cosine_distance(float key) { return static_cast<double>(key) / 2; }

template <class Element>
constexpr TypeSupport support(ann::Metric metric, double (*distance)(float))
{
    return {metric, dense_dimensions<Element>, dense_to_floats<Element>, dense_from_floats<Element>,
            distance};
}
template <class Element>
constexpr TypeSupport kL2 = support<Element>(ann::Metric::kL2, l2_distance);
template <class Element>
constexpr TypeSupport kProduct = support<Element>(ann::Metric::kInnerProduct, negative_product);
template <class Element>
constexpr TypeSupport kCosine = support<Element>(ann::Metric::kCosine, cosine_distance);

// Support functions 1. They are known by their addresses (kKnown) and never called: a catalog may
// name any function in their place.
template <class Element>
Datum ivf_l2_support(FunctionCallInfo)
{
    PG_RETURN_POINTER(&kL2<Element>);
}

template <class Element>
Datum ivf_ip_support(FunctionCallInfo)
{
    PG_RETURN_POINTER(&kProduct<Element>);
}

template <class Element>
Datum ivf_cosine_support(FunctionCallInfo)
{
    PG_RETURN_POINTER(&kCosine<Element>);
}

} // namespace

SBERT_DENSE_FUNCTION(ivf_l2_support);
SBERT_DENSE_FUNCTION(ivf_ip_support);
SBERT_DENSE_FUNCTION(ivf_cosine_support);

extern "C" PGDLLEXPORT Datum sbert_vector_out(PG_FUNCTION_ARGS);
extern "C" PGDLLEXPORT Datum sbert_halfvec_out(PG_FUNCTION_ARGS);

namespace {

// A support function, and the output function that tells the type it is for.
struct Known {
    PGFunction support, output;
    const TypeSupport *type;
};

const Known kKnown[] = {
    {sbert_vector_ivf_l2_support, sbert_vector_out, &kL2<float>},
    {sbert_vector_ivf_ip_support, sbert_vector_out, &kProduct<float>},
    {sbert_vector_ivf_cosine_support, sbert_vector_out, &kCosine<float>},
    {sbert_halfvec_ivf_l2_support, sbert_halfvec_out, &kL2<Half>},
    {sbert_halfvec_ivf_ip_support, sbert_halfvec_out, &kProduct<Half>},
    {sbert_halfvec_ivf_cosine_support, sbert_halfvec_out, &kCosine<Half>},
};

PGFunction output_of(Oid type)
{
    Oid output;
    bool varlena;
    FmgrInfo function;
    getTypeOutputInfo(type, &output, &varlena);
    fmgr_info(output, &function);
    return function.fn_addr;
}

// By the address of the function, which is never called: one of another kind would hand out a
// pointer to anything, or end the process. Null where none is known.
const TypeSupport *find_support(const FmgrInfo *function, Oid type)
{
    for (const Known &known : kKnown)
        if (known.support == function->fn_addr)
            return known.output == output_of(type) ? known.type : nullptr;
    return nullptr;
}

} // namespace

bool is_support_of(Oid function_oid, Oid type)
{
    FmgrInfo function;
    fmgr_info(function_oid, &function);
    return find_support(&function, type) != nullptr;
}

// What was found stays with the relation's cached function.
const TypeSupport *type_support(Relation index)
{
    FmgrInfo *function = index_getprocinfo(index, 1, 1);
    const Oid type = index->rd_opcintype[0];
    const auto *known = static_cast<const TypeSupport *>(function->fn_extra);
    if (known == nullptr)
        known = find_support(function, type);
    if (known == nullptr)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
             errmsg("function %s is not a support function of sbert_ivf for type %s",
                    format_procedure_qualified(function->fn_oid), format_type_be_qualified(type)),
             errhint("Use an operator class of the extension, or one made of its functions.")));
    function->fn_extra = const_cast<TypeSupport *>(known);
    return known;
}

} // namespace sbert::ivf
