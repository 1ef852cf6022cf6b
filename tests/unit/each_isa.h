// Runs a test body once for every instruction set that the narrow products may use here.
#pragma once

#include <functional>

#include <gtest/gtest.h>

#include "encoder/kernels/cpu.h"
#include "tests/unit/each_target.h"

namespace sbert::test {

// The portable version on each of Highway's targets, then each better instruction set.
inline void for_each_isa(const std::function<void()> &body)
{
    using namespace kernels;
    set_isa_for_test(Isa::kPortable);
    for_each_target(body);
    for (const Isa wanted : {Isa::kAvx512, Isa::kAmx}) {
        if (wanted > best_isa())
            continue;
        SCOPED_TRACE(wanted == Isa::kAmx ? "AMX" : "AVX-512 VNNI and BF16");
        set_isa_for_test(wanted);
        body();
    }
    set_isa_for_test(best_isa());
}

} // namespace sbert::test
