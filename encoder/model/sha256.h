// SHA-256 (FIPS 180-4) over a stream, computed by OpenSSL. Used at import and by verify, never when
// a backend opens a file.
#pragma once

#include <cstddef>
#include <memory>

#include "encoder/model/digest.h"

namespace sbert::encoder {

class Sha256 {
  public:
    Sha256(); // throws std::bad_alloc
    ~Sha256();
    Sha256(const Sha256 &) = delete;
    Sha256 &operator=(const Sha256 &) = delete;

    void add(const void *data, size_t bytes);
    Digest finish(); // once, after the last add()

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace sbert::encoder
