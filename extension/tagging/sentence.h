// A sentence of a training as it lies in memory or in a temporary file: tags, the numbers of its
// lexical features, and the vectors of its words in half precision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "encoder/kernels/half.h"

namespace sbert::tagging {

struct Sentence {
    std::span<const uint16_t> tags;         // (n)
    std::span<const uint32_t> features;     // numbers of features of all words
    std::span<const uint32_t> first;        // (n+1) where the features of a word begin
    std::span<const kernels::Half> vectors; // (n, D)

    size_t words() const noexcept { return tags.size(); }
};

// The bytes of a sentence are appended to `out`, a whole number of words of 4 bytes.
//   vectors  (n, D)
void append_sentence(std::span<const uint16_t> tags, std::span<const uint32_t> features,
                     std::span<const uint32_t> first, std::span<const float> vectors,
                     std::vector<char> &out);

// REQUIRES: bytes that append_sentence() has written, aligned to 4 bytes.
Sentence read_sentence(const char *bytes) noexcept;

// Whether bytes of stored vectors hold finite numbers alone. They may have any alignment.
bool all_finite(std::span<const char> halves) noexcept;

// Where a sentence is: in memory, or in the file.
struct Place {
    const char *memory; // null: in the file
    int64_t offset;
    uint32_t bytes;
    uint32_t words;
};

// Sentences that were stored. The file belongs to the caller.
class Sentences {
  public:
    explicit Sentences(std::span<const Place> places) : places_(places) {}
    size_t size() const noexcept { return places_.size(); }
    const Place &place(size_t i) const noexcept { return places_[i]; }
    // Valid until the next call with the same scratch. Throws encoder::Error(kIo).
    Sentence read(size_t i, int file, std::vector<char> &scratch) const;
    // The vectors alone; `scratch` has place(i).bytes, aligned to 4 bytes.
    std::span<const kernels::Half> vectors(size_t i, int file, char *scratch) const;

  private:
    const char *load(const Place &place, int file, char *scratch) const;

    std::span<const Place> places_;
};

// The finish of the generator splitmix64 (Steele, Lea & Flood 2014), which steps by
// 0x9e3779b97f4a7c15.
inline uint64_t mixed_bits(uint64_t z) noexcept
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

// A random order of n things that depends on the seed alone.
void shuffle(std::span<uint32_t> order, uint64_t seed) noexcept;

} // namespace sbert::tagging
