// How long work is interrupted: the caller lends flags, the encoder polls them between blocks of
// work.
//
// In a backend the flags that stop are the server's QueryCancelPending and ProcDiePending, set by
// signal handlers; when one is seen, Error(kInterrupted) is thrown and the output is unspecified.
// InterruptPending is not among them: it is also raised by what does not end a query (a timer, a
// notification, a barrier), and work that starts over at each of them might never end. It is the
// flag that pauses: work of many parts returns between two of them, and goes on where it was. A
// default StopFlag does neither.
#pragma once

#include <csignal>
#include <cstddef>

#include "encoder/error.h"

namespace sbert::encoder {

class StopFlag {
  public:
    using Flag = const volatile sig_atomic_t *;
    StopFlag() = default;
    explicit StopFlag(Flag flag, Flag other = nullptr, Flag pause = nullptr)
        : flag_(flag), other_(other), pause_(pause)
    {
    }
    // Whether to return at the next place where nothing done is lost.
    bool pause() const noexcept { return is_set(pause_); }
    bool stop() const noexcept { return is_set(flag_) || is_set(other_); }
    void check() const
    {
        if (stop())
            throw Error(ErrorCode::kInterrupted, "interrupted");
    }
    // In a loop over small things, whose place is `i`: at every 65,536th.
    void check_at(size_t i) const
    {
        if ((i & 0xFFFF) == 0)
            check();
    }

  private:
    static bool is_set(Flag flag) noexcept { return flag != nullptr && *flag != 0; }

    Flag flag_ = nullptr;
    Flag other_ = nullptr;
    Flag pause_ = nullptr;
};

} // namespace sbert::encoder
