// Which lexical features a tagger learns: those that occur often enough, in bounded memory.
//
// A first pass over the sentences counts features in a sketch: a table of counters, in which two
// features may share one. From it follows how often a feature must occur so that all that do fit.
// A second pass numbers those.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sbert::tagging {

class FeatureCounts {
  public:
    FeatureCounts() : counts_(kCells) {}
    void add(std::span<const uint32_t> features) noexcept;
    // The least count, at least `least`, that at most `most` counters have reached.
    uint8_t threshold(uint8_t least, size_t most) const noexcept;
    uint8_t count(uint32_t feature) const noexcept { return counts_[feature % kCells]; }

    static constexpr size_t kCells = size_t{1} << 22; // bytes

  private:
    std::vector<uint8_t> counts_;
};

// Numbers features in the order in which they come.
class Dictionary {
  public:
    static constexpr uint32_t kNone = UINT32_MAX;

    // At most `most` features; further ones get no number.
    explicit Dictionary(size_t most);
    uint32_t add(uint32_t feature);
    uint32_t find(uint32_t feature) const noexcept; // kNone if it has none
    std::span<const uint32_t> features() const noexcept { return features_; }

    static size_t bytes(size_t most) noexcept { return most * 4 * sizeof(uint32_t); }

  private:
    size_t slot(uint32_t feature) const noexcept;

    size_t most_;
    std::vector<uint32_t> features_; // by number
    std::vector<uint32_t> slots_;    // a power of two of numbers + 1, or 0
};

} // namespace sbert::tagging
