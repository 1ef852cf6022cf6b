// IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction. This header converts
// single values, and half_rows.h converts rows.
//
// Cannot fail; any thread.
#pragma once

#include <bit>
#include <cstdint>

namespace sbert::kernels {

// The bits of a half, as on disk. It is a separate type, so that nobody computes with the bits.
struct Half {
    uint16_t bits;
};

inline constexpr uint16_t kHalfInfinity = 0x7c00; // also the mask of the exponent

inline bool is_finite(Half value) noexcept { return (value.bits & kHalfInfinity) != kHalfInfinity; }

// Exact: every half is a float.
inline float from_half(Half value) noexcept
{
    const uint32_t sign = static_cast<uint32_t>(value.bits & 0x8000) << 16;
    const uint32_t fraction_and_exponent = static_cast<uint32_t>(value.bits & 0x7fff) << 13;
    if (!is_finite(value))
        return std::bit_cast<float>(sign | 0x7f800000 | fraction_and_exponent);
    // The exponent increases by 127 - 15. A product does this for denormals too.
    const float magnitude = std::bit_cast<float>(fraction_and_exponent) * 0x1p112f;
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
}

// Rounds to the nearest half, ties to even. From 65520 on the result is infinite. NaN stays NaN.
inline Half to_half(float value) noexcept
{
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    const uint32_t sign = (bits >> 16) & 0x8000;
    uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000)
        magnitude = 0x7e00; // a quiet NaN
    else if (magnitude >= 0x477ff000)
        magnitude = kHalfInfinity;
    else if (magnitude < 0x38800000)
        // Below 2^-14 a half has steps of 2^-24, like a float in [0.5, 1), so the sum rounds.
        magnitude = std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000;
    else
        magnitude = (magnitude - (112u << 23) + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    return {static_cast<uint16_t>(sign | magnitude)};
}

} // namespace sbert::kernels
