// Runs a test body once for every instruction set that this binary holds and this machine has.
#pragma once

#include <functional>

#include <gtest/gtest.h>
#include <hwy/targets.h>

namespace sbert::test {

// Forces one Highway target after another. A target's name is in the trace of a failure.
inline void for_each_target(const std::function<void()> &body)
{
    int count = 0;
    for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        SCOPED_TRACE(hwy::TargetName(target));
        body();
        count++;
    }
    hwy::SetSupportedTargetsForTest(0);
    EXPECT_GE(count, 1);
}

} // namespace sbert::test
