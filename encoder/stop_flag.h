// How long work is interrupted: the caller lends flags, the encoder polls them between blocks of
// work.
//
// In a backend the flags are the server's QueryCancelPending and ProcDiePending, set by signal
// handlers. Not InterruptPending: that is also set by things that do not end a query (a timer, a
// notification), and work that starts over at each of them might never end. When a flag is seen,
// Error(kInterrupted) is thrown and the output is unspecified. A default StopFlag never stops.
#pragma once

#include <csignal>

#include "encoder/error.h"

namespace sbert::encoder {

class StopFlag {
  public:
    using Flag = const volatile sig_atomic_t *;
    StopFlag() = default;
    explicit StopFlag(Flag flag, Flag other = nullptr) : flag_(flag), other_(other) {}
    bool stop() const noexcept { return is_set(flag_) || is_set(other_); }
    void check() const
    {
        if (stop())
            throw Error(ErrorCode::kInterrupted, "interrupted");
    }

  private:
    static bool is_set(Flag flag) noexcept { return flag != nullptr && *flag != 0; }

    Flag flag_ = nullptr;
    Flag other_ = nullptr;
};

} // namespace sbert::encoder
