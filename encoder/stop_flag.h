// Interrupts long work. The caller lends flags, and the encoder polls them between blocks of work.
//
// In a backend the stop flags are the server's QueryCancelPending and ProcDiePending, which signal
// handlers set. When one is set, the work throws Error(kInterrupted) and its output is unspecified.
// The pause flag is InterruptPending. It is also raised by events that do not end a query (a timer,
// a notification, a barrier), and work that started again at each of them might never end. So work
// of many parts returns between two parts, and continues there later. A default StopFlag never
// stops or pauses.
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
    // Whether to return at the next point where no finished work is lost.
    bool pause() const noexcept { return is_set(pause_); }
    bool stop() const noexcept { return is_set(flag_) || is_set(other_); }
    void check() const
    {
        if (stop())
            throw Error(ErrorCode::kInterrupted, "interrupted");
    }
    // For loops with short steps: checks at every 65,536th value of the loop's counter `i`.
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
