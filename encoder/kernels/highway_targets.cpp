// The three functions that Highway's headers call for run-time dispatch, in place of libhwy.so.
//
// Debian's libhwy.so.1 measures a clock in a static initialiser. This takes 3 to 7 ms at every
// load, and would delay the first embed() of each new backend. Nothing else of the library is
// needed. The sets of instructions are those that Highway 1.0.3 to 1.2 require
// (hwy/ops/set_macros-inl.h lists those of each target).
#include <atomic>

#include <hwy/targets.h>

#include "encoder/kernels/ceiling.h"

#if HWY_ARCH_X86
#include <cpuid.h>
#endif

namespace hwy {

namespace {

#if HWY_ARCH_X86

// These features are unknown to __builtin_cpu_supports() in some compilers.
bool has_f16c_and_lzcnt()
{
    unsigned a, b, c1, c2, d;
    return __get_cpuid(1, &a, &b, &c1, &d) && __get_cpuid(0x80000001, &a, &b, &c2, &d) &&
           (c1 >> 29 & 1) != 0 && (c2 >> 5 & 1) != 0;
}

// Each target needs those before it. The builtin also checks which state the operating system
// saves.
int64_t find_targets()
{
    using sbert::kernels::Ceiling;
    const Ceiling ceiling = sbert::kernels::ceiling();
    __builtin_cpu_init();
    int64_t targets = HWY_STATIC_TARGET;
    if (ceiling < Ceiling::kSse4 || !__builtin_cpu_supports("ssse3") ||
        !__builtin_cpu_supports("sse4.1") || !__builtin_cpu_supports("sse4.2") ||
        !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("aes"))
        return targets;
    targets |= HWY_SSE4;
    if (ceiling < Ceiling::kAvx2 || !__builtin_cpu_supports("avx2") ||
        !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi") ||
        !__builtin_cpu_supports("bmi2") || !has_f16c_and_lzcnt())
        return targets;
    targets |= HWY_AVX2;
    if (ceiling < Ceiling::kAvx512 || !__builtin_cpu_supports("avx512f") ||
        !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512cd"))
        return targets;
    return targets | HWY_AVX3;
}

#else

int64_t find_targets() { return HWY_STATIC_TARGET; }

#endif

// The targets that a test has forced, or 0.
std::atomic<int64_t> forced{0};

} // namespace

int64_t SupportedTargets()
{
    static const int64_t found = find_targets();
    const int64_t wanted = forced.load(std::memory_order_relaxed);
    return wanted != 0 ? wanted : found;
}

ChosenTarget &GetChosenTarget()
{
    static ChosenTarget chosen;
    return chosen;
}

void SetSupportedTargetsForTest(int64_t targets)
{
    forced = targets;
    // The next dispatch then asks for the targets again.
    GetChosenTarget().DeInit();
}

} // namespace hwy
