// Asks the CPU and Linux which instructions may be used.
#include "encoder/kernels/cpu.h"

#include <atomic>

#include "encoder/kernels/ceiling.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace sbert::kernels {

namespace {

#if defined(__x86_64__) && defined(__linux__)

// The state components that the operating system saves and restores (XCR0).
unsigned long saved_states()
{
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low | static_cast<unsigned long>(high) << 32;
}

bool bit(unsigned word, int n) { return (word >> n & 1) != 0; }

// Linux gives a process the 8 kB of tile state only on request (Documentation/arch/x86/xstate.rst).
bool tiles_permitted()
{
    constexpr int kRequestPermission = 0x1023, kTileData = 18;
    return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

// The bits are those of CPUID leaf 7 in Intel's Software Developer's Manual, volume 2.
Isa find_isa()
{
    unsigned a, b, c, d, a1, b1, c1, d1;
    const Ceiling highest = ceiling();
    if (highest < Ceiling::kAvx512 || !__get_cpuid_count(1, 0, &a, &b, &c, &d) ||
        !bit(c, 27)) // OSXSAVE
        return Isa::kPortable;
    const unsigned long states = saved_states();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !__get_cpuid_count(7, 1, &a1, &b1, &c1, &d1))
        return Isa::kPortable;
    const bool avx512 = (states & 0xE6) == 0xE6 && bit(b, 16) && bit(b, 30) && bit(b, 31);
    if (!avx512 || !bit(c, 11) || !bit(a1, 5)) // VNNI, BF16
        return Isa::kPortable;
    const bool amx = (states >> 17 & 3) == 3 && bit(d, 22) && bit(d, 24) && bit(d, 25);
    return amx && highest > Ceiling::kAvx512 && tiles_permitted() ? Isa::kAmx : Isa::kAvx512;
}

#else

Isa find_isa() { return Isa::kPortable; }

#endif

std::atomic<int> forced{-1};

} // namespace

Isa best_isa() noexcept
{
    static const Isa best = find_isa();
    return best;
}

Isa isa() noexcept
{
    const int wanted = forced.load(std::memory_order_relaxed);
    return wanted < 0 ? best_isa() : static_cast<Isa>(wanted);
}

void set_isa_for_test(Isa wanted) noexcept { forced = static_cast<int>(wanted); }

} // namespace sbert::kernels
