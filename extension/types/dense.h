// vector(n) and halfvec(n) in memory and on disk, and the functions that all files of this folder
// need to handle them. The types differ only in their element, so the code is one template over it.
// The arithmetic of distances is in encoder/kernels/distance.h.
//
// Layout, limits, messages and SQLSTATEs are those of pgvector 0.8
// (https://github.com/pgvector/pgvector), so that its clients and dumps work unchanged. If
// pgvector's message names no value, ours does in its detail.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "encoder/kernels/half.h"
#include "extension/pg.h"

namespace sbert {

using kernels::Half;

inline constexpr int kDenseMaxDim = 16000;

// A varlena of 8 + sizeof(Element) * dim bytes, 4-byte aligned. Every element is finite.
template <class Element>
struct Dense {
    int32 vl_len_; // varlena header: SET_VARSIZE and VARSIZE only
    int16 dim;     // 1 ... kDenseMaxDim
    int16 unused;  // zero, as on the wire
    Element x[FLEXIBLE_ARRAY_MEMBER];
};
using Vector = Dense<float>;
using HalfVector = Dense<Half>;
static_assert(offsetof(Vector, dim) == 4 && offsetof(Vector, unused) == 6 &&
              offsetof(Vector, x) == 8 && offsetof(HalfVector, x) == 8);

// ---- elements ----------------------------------------------------------------------------------

template <class Element>
inline constexpr const char *kTypeName = nullptr;
template <>
inline constexpr const char *kTypeName<float> = "vector";
template <>
inline constexpr const char *kTypeName<Half> = "halfvec";
template <class Element>
inline constexpr const char *kTypeName<Dense<Element>> = kTypeName<Element>;

inline float to_float(float value) { return value; }
inline float to_float(Half value) { return kernels::from_half(value); }

// Rounds to the nearest element. A value that is too large becomes infinite.
template <class Element>
Element from_float(float value);
template <>
inline float from_float<float>(float value)
{
    return value;
}
template <>
inline Half from_float<Half>(float value)
{
    return kernels::to_half(value);
}

inline bool is_finite(float value) { return std::isfinite(value); }
using kernels::is_finite; // for a half

// ---- values ------------------------------------------------------------------------------------

// A new value of `dim` zeros in the current memory context. REQUIRES a checked dim.
template <class Element>
Dense<Element> *dense_alloc(int dim)
{
    Assert(dim >= 1 && dim <= kDenseMaxDim);
    Size bytes = offsetof(Dense<Element>, x) + sizeof(Element) * static_cast<Size>(dim);
    auto *result = static_cast<Dense<Element> *>(palloc0(bytes));
    SET_VARSIZE(result, bytes);
    result->dim = static_cast<int16>(dim);
    return result;
}

// Argument `n` of an SQL function, detoasted. It is the stored value itself, or a copy in the
// current context.
template <class Value>
Value *value_arg(FunctionCallInfo fcinfo, int n)
{
    auto *stored = reinterpret_cast<struct varlena *>(PG_GETARG_POINTER(n));
    // Usually it is not extended. The test saves a call for every row.
    if (VARATT_IS_EXTENDED(stored))
        stored = pg_detoast_datum(stored);
    return reinterpret_cast<Value *>(stored);
}

template <class Element>
Dense<Element> *dense_arg(FunctionCallInfo fcinfo, int n)
{
    return value_arg<Dense<Element>>(fcinfo, n);
}

inline Vector *vector_alloc(int dim) { return dense_alloc<float>(dim); }
inline Vector *vector_arg(FunctionCallInfo fcinfo, int n) { return dense_arg<float>(fcinfo, n); }

// The elements first ... last of v, counted from 1, without those that v does not have. Returns
// nullptr if there are none. The bounds have 64 bits, because callers pass sums of any 32-bit
// numbers.
template <class Element>
Dense<Element> *dense_window(const Dense<Element> *v, int64 first, int64 last)
{
    first = std::max<int64>(first, 1);
    last = std::min<int64>(last, v->dim);
    if (last < first)
        return nullptr;
    Dense<Element> *result = dense_alloc<Element>(static_cast<int>(last - first + 1));
    memcpy(result->x, v->x + first - 1, sizeof(Element) * static_cast<size_t>(result->dim));
    return result;
}

// ---- refusals ----------------------------------------------------------------------------------
// Each function raises an error or returns. `type` is the SQL name of the type for the message.
// `typmod` is the n of vector(n), or -1 if none was given. `index` counts elements from 0.

void check_dim(const char *type, int64 dim, int max = kDenseMaxDim);
void check_expected_dim(int32 typmod, int dim);
void check_same_dims(const char *type, int a, int b);
void check_unused(int32 unused); // of the binary form
[[noreturn]] void report_not_finite(const char *type, float value, int64 index);
// Reports a value that is too large for an element of the type.
[[noreturn]] void report_out_of_range(const char *type, float value);

template <class Element>
void check_same_dims(const Dense<Element> *a, const Dense<Element> *b)
{
    if (a->dim != b->dim)
        check_same_dims(kTypeName<Element>, a->dim, b->dim);
}

// Checks an element before it is written to a value.
template <class Element>
void check_element_finite(Element value, int index)
{
    if (!is_finite(value))
        report_not_finite(kTypeName<Element>, to_float(value), index);
}

template <class Element>
void check_elements_finite(const Dense<Element> *v)
{
    for (int i = 0; i < v->dim; i++)
        check_element_finite(v->x[i], i);
}

// Converts a float to an element. Raises an error if the element is infinite and the float is not.
template <class Element>
Element narrow_checked(float value)
{
    const Element element = from_float<Element>(value);
    if (!is_finite(element) && std::isfinite(value))
        report_out_of_range(kTypeName<Element>, value);
    return element;
}

} // namespace sbert

// Defines the two SQL functions of one template: sbert_vector_NAME and sbert_halfvec_NAME call
// NAME<Element>(fcinfo).
#define SBERT_DENSE_FUNCTION(name)                                                                 \
    SBERT_FUNCTION(sbert_vector_##name) { return name<float>(fcinfo); }                            \
    SBERT_FUNCTION(sbert_halfvec_##name) { return name<sbert::Half>(fcinfo); }                     \
    static_assert(true)
