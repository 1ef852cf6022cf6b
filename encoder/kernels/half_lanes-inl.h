// Converts vectors of halves to vectors of floats. half_rows.cpp and distance.cpp
// include this once for each instruction set (Highway).
//
// The targets from AVX2 on convert in hardware (F16C), and so does 64-bit ARM. For other targets
// the conversions of Highway 1.0.3 turn infinities into numbers and round some halves below 2^-14
// down. So these targets use the conversions of half.h here, for all lanes at once.
#if defined(SBERT_HALF_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SBERT_HALF_LANES_INL_H
#undef SBERT_HALF_LANES_INL_H
#else
#define SBERT_HALF_LANES_INL_H
#endif

#include <hwy/highway.h>

#include "encoder/kernels/half.h"

#undef SBERT_HALF_IN_HARDWARE
#if HWY_ARCH_X86
#define SBERT_HALF_IN_HARDWARE (HWY_TARGET <= HWY_AVX2)
#else
#define SBERT_HALF_IN_HARDWARE (HWY_ARCH_ARM_A64 && HWY_TARGET == HWY_NEON)
#endif

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// As many halves as a vector holds floats.
using HalfFloats = hn::ScalableTag<float>;
using HalfBits = hn::Rebind<uint16_t, HalfFloats>;

HWY_INLINE hn::Vec<HalfBits> load_half_bits(const Half *p)
{
    return hn::LoadU(HalfBits(), &p->bits);
}

#if SBERT_HALF_IN_HARDWARE

using HalfLanes = hn::Rebind<hwy::float16_t, HalfFloats>;

HWY_INLINE hn::Vec<HalfFloats> load_halves(const Half *p)
{
    return hn::PromoteTo(HalfFloats(), hn::BitCast(HalfLanes(), load_half_bits(p)));
}

#else

using HalfWords = hn::RebindToSigned<HalfFloats>;

HWY_INLINE hn::Vec<HalfFloats> load_halves(const Half *p)
{
    const HalfFloats f;
    const HalfWords i32;
    const auto bits = hn::PromoteTo(i32, load_half_bits(p));
    const auto magnitude = hn::ShiftLeft<13>(hn::And(bits, hn::Set(i32, 0x7fff)));
    const auto sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(i32, 0x8000)));
    // The exponent increases by 127 - 15, and that of an infinity by twice as much.
    const auto moved = hn::Set(i32, 112 << 23);
    const auto infinite = hn::Gt(magnitude, hn::Set(i32, (0x7c00 << 13) - 1));
    const auto normal = hn::Add(hn::Add(magnitude, moved), hn::IfThenElseZero(infinite, moved));
    // A denormal lacks the leading one of its fraction. It is added here and then subtracted.
    const auto with_one = hn::BitCast(f, hn::Add(normal, hn::Set(i32, 1 << 23)));
    const auto denormal = hn::BitCast(i32, hn::Sub(with_one, hn::Set(f, 0x1p-14f)));
    const auto is_denormal = hn::Lt(magnitude, hn::Set(i32, 0x0400 << 13));
    return hn::BitCast(f, hn::Or(sign, hn::IfThenElse(is_denormal, denormal, normal)));
}

#endif

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
