// Support function 1 of the operator classes: what a type and its metric mean to the index.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/half_rows.h"
#include "extension/pg.h"

#include "extension/ivf/ivf.h"
#include "extension/types/dense.h"

namespace sbert::ivf {
namespace {

template <class Element>
const Dense<Element> *dense_of(Datum value)
{
    return reinterpret_cast<const Dense<Element> *>(PG_DETOAST_DATUM(value));
}

template <class Element>
void release(const Dense<Element> *v, Datum value)
{
    if (reinterpret_cast<const char *>(v) != DatumGetPointer(value))
        pfree(const_cast<Dense<Element> *>(v));
}

template <class Element>
int dense_dimensions(Datum value)
{
    const auto *v = dense_of<Element>(value);
    const int dim = v->dim;
    release(v, value);
    return dim;
}

void copy_floats(const float *x, float *out, size_t n) { memcpy(out, x, sizeof(float) * n); }
void copy_floats(const Half *x, float *out, size_t n) { kernels::halves_to_floats(x, out, n); }

template <class Element>
void dense_to_floats(Datum value, float *out)
{
    const auto *v = dense_of<Element>(value);
    copy_floats(v->x, out, static_cast<size_t>(v->dim));
    release(v, value);
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
constexpr TypeSupport kL2 = {ann::Metric::kL2,           kDenseMaxDim,
                             dense_dimensions<Element>,  dense_to_floats<Element>,
                             dense_from_floats<Element>, l2_distance};
template <class Element>
constexpr TypeSupport kProduct = {ann::Metric::kInnerProduct, kDenseMaxDim,
                                  dense_dimensions<Element>,  dense_to_floats<Element>,
                                  dense_from_floats<Element>, negative_product};
template <class Element>
constexpr TypeSupport kCosine = {ann::Metric::kCosine,       kDenseMaxDim,
                                 dense_dimensions<Element>,  dense_to_floats<Element>,
                                 dense_from_floats<Element>, cosine_distance};

} // namespace

const TypeSupport *type_support(Relation index)
{
    FmgrInfo *function = index_getprocinfo(index, 1, 1);
    const Datum result = FunctionCall1(function, PointerGetDatum(nullptr));
    return reinterpret_cast<const TypeSupport *>(DatumGetPointer(result));
}

} // namespace sbert::ivf

namespace sbert {
namespace {

template <class Element>
Datum ivf_l2_support(FunctionCallInfo)
{
    PG_RETURN_POINTER(&ivf::kL2<Element>);
}

template <class Element>
Datum ivf_ip_support(FunctionCallInfo)
{
    PG_RETURN_POINTER(&ivf::kProduct<Element>);
}

template <class Element>
Datum ivf_cosine_support(FunctionCallInfo)
{
    PG_RETURN_POINTER(&ivf::kCosine<Element>);
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_DENSE_FUNCTION(ivf_l2_support);
SBERT_DENSE_FUNCTION(ivf_ip_support);
SBERT_DENSE_FUNCTION(ivf_cosine_support);

} // extern "C"
