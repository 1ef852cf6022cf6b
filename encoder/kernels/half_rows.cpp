// Converts rows of halves with Highway, compiled once for each instruction set. half_lanes-inl.h
// converts the vectors.
#include "encoder/kernels/half_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/half_rows.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "encoder/kernels/half_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {

void promote_row(const Half *in, float *out, size_t n)
{
    const HalfFloats f;
    const size_t lanes = hn::Lanes(f);
    size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        hn::StoreU(load_halves(in + i), f, out + i);
    for (; i < n; i++)
        out[i] = from_half(in[i]);
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(promote_row);

void halves_to_floats(const Half *in, float *out, size_t n) noexcept
{
    HWY_DYNAMIC_DISPATCH(promote_row)(in, out, n);
}

} // namespace sbert::kernels
#endif
