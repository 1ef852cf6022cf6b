// Reads the limit on instruction sets from the environment.
#include "encoder/kernels/ceiling.h"

#include <cstdlib>
#include <string_view>

namespace sbert::kernels {

Ceiling ceiling_named(const char *name) noexcept
{
    if (name == nullptr)
        return Ceiling::kNone;
    const std::string_view wanted = name;
    if (wanted == "baseline")
        return Ceiling::kBaseline;
    if (wanted == "sse4")
        return Ceiling::kSse4;
    if (wanted == "avx2")
        return Ceiling::kAvx2;
    return wanted == "avx512" ? Ceiling::kAvx512 : Ceiling::kNone;
}

Ceiling ceiling() noexcept { return ceiling_named(std::getenv("SBERT_TARGET")); }

} // namespace sbert::kernels
