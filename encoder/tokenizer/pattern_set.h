// A set of strings, and the longest of them that begins at a place. Units are bytes or code points:
// what the caller feeds. A sorted array narrowed unit by unit: no pattern costs a search more than
// its own length times log(patterns). Not a search through a text: callers try every place (added
// tokens are few and rarely begin alike).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbert::encoder {

class PatternSet {
  public:
    // Of equal patterns the one added first counts. Empty patterns never match.
    void add(std::vector<uint32_t> units, size_t value);
    void finish(); // call once, after the last add()

    bool empty() const { return patterns_.empty(); }
    size_t longest() const { return longest_; } // units of the longest pattern

    struct Pattern {
        std::vector<uint32_t> units;
        size_t value;
    };

    // Follows the text from one place. Feed units until feed() says that no longer pattern can
    // match.
    class Cursor {
      public:
        explicit Cursor(const PatternSet &set);
        bool feed(uint32_t unit);
        bool matched() const { return length_ != 0; }
        size_t length() const { return length_; } // units of the longest match so far
        size_t value() const { return value_; }

      private:
        const Pattern *low_; // the patterns that agree with the units fed so far, and are longer
        const Pattern *high_;
        size_t depth_ = 0;
        size_t length_ = 0;
        size_t value_ = 0;
    };

  private:
    std::vector<Pattern> patterns_; // sorted by units
    size_t longest_ = 0;
};

} // namespace sbert::encoder
