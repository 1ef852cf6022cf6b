// Which instructions beyond Highway's targets the narrow products may use.
//
// Debian's Highway 1.0.3 has no target for AVX-512's bfloat16 dot product nor for AMX, and those
// are what makes narrow weights fast: VDPBF16PS and VPDPBUSD do 2 and 4 products a lane, an AMX
// tile instruction 8,192 or 16,384.
#pragma once

namespace sbert::kernels {

enum class Isa {
    kPortable, // Highway: every CPU
    kAvx512,   // AVX-512 F, BW, VL, VNNI and BF16
    kAmx,      // and AMX TILE, INT8 and BF16, permitted by the operating system
};

// The best that this CPU and operating system have; found once. Asks Linux for the use of AMX's
// tiles at its first call.
Isa isa() noexcept;

// For tests: the products use `wanted` from now on. REQUIRES: wanted <= best_isa().
Isa best_isa() noexcept;
void set_isa_for_test(Isa wanted) noexcept;

} // namespace sbert::kernels
