// Every instruction set is there, because those of this CPU are not asked.
#include "encoder/kernels/cpu.h"

namespace sbert::kernels {
namespace {

Isa current = Isa::kAmx;

} // namespace

Isa best_isa() noexcept { return Isa::kAmx; }
Isa isa() noexcept { return current; }
void set_isa_for_test(Isa wanted) noexcept { current = wanted; }

} // namespace sbert::kernels
