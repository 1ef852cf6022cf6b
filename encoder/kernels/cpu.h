// The instructions beyond Highway's targets that the narrow products may use.
//
// Narrow weights are fast because of AVX-512's dot products and AMX. VDPBF16PS and VPDPBUSD compute
// 2 and 4 products per lane, and an AMX tile instruction 8,192 or 16,384. Debian's Highway 1.0.3
// has no target for the bfloat16 dot product, nor for AMX.
#pragma once

namespace sbert::kernels {

enum class Isa {
    kPortable, // Highway: every CPU
    kAvx512,   // AVX-512 F, BW, VL, VNNI and BF16
    kAmx,      // and AMX TILE, INT8 and BF16, permitted by the operating system
};

// The instructions that the products use: the best that this CPU and operating system have, unless
// a test chose others. They are found once. The first call asks Linux for the use of AMX's tiles.
Isa isa() noexcept;

// For tests: the best instructions of this machine, and a choice of those that the products use
// from now on. REQUIRES: wanted <= best_isa().
Isa best_isa() noexcept;
void set_isa_for_test(Isa wanted) noexcept;

} // namespace sbert::kernels
