// How long work is interrupted: the caller lends a flag, the encoder polls it between blocks of work.
//
// In a backend the flag is the server's InterruptPending, set by a signal handler; in a test it is a plain variable.
// When it is seen, Error(kInterrupted) is thrown and the output is unspecified. A default flag never stops.
#pragma once

#include <csignal>

#include "encoder/error.h"

namespace sbert::encoder {

class StopFlag {
  public:
    StopFlag() = default;
    explicit StopFlag(const volatile sig_atomic_t *flag) : flag_(flag) {}
    bool stop() const noexcept { return flag_ != nullptr && *flag_ != 0; }
    void check() const
    {
        if (stop())
            throw Error(ErrorCode::kInterrupted, "interrupted");
    }

  private:
    const volatile sig_atomic_t *flag_ = nullptr;
};

} // namespace sbert::encoder
