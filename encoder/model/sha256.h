// SHA-256 (FIPS 180-4) over a stream, computed by OpenSSL. Used at import and by verify, never when
// a backend opens a file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace sbert::encoder {

using Digest = std::array<uint8_t, 32>;

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

// 64 lower-case hexadecimal digits.
std::string to_hex(const Digest &digest);

} // namespace sbert::encoder
