// Regular expressions as the library runs them: Oniguruma, its default syntax, UTF-8, no options.
// (https://github.com/kkos/oniguruma)
//
// The time of a search is bounded, and it is left soon after a stop. Oniguruma knows nothing of
// that: where a search takes long, the places where a match may begin are tried one by one. What
// would try more than 100,000 ways and 16 a byte (kMaxRetries at most) at one place, or
// kMaxSearchRetries at all is an error, and so is what needs a deep stack. Characters that an older
// Oniguruma than the library's does not know are to be replaced by stand-ins before (haystack()).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/aligned_text.h"

namespace sbert::encoder {

class Regex {
  public:
    static constexpr unsigned long kMaxRetries = 4'000'000;        // at one place; the library: 10
    static constexpr unsigned long kMaxSearchRetries = 50'000'000; // about a second
    static constexpr unsigned kMaxStack = 4'000'000;               // entries
    static constexpr size_t kMaxPattern = 64 * 1024;               // bytes

    // Throws Error(kModelInvalid) with Oniguruma's message.
    explicit Regex(std::string_view pattern);
    ~Regex();
    Regex(Regex &&) noexcept;
    Regex &operator=(Regex &&) noexcept;

    struct Match {
        size_t begin; // bytes
        size_t end;
    };
    // The first match that begins at `from` or later. Throws Error: kLimit, kInterrupted. REQUIRES:
    // valid UTF-8.
    bool search(std::string_view text, size_t from, StopFlag stop, Match &match) const;

  private:
    bool search_slowly(std::string_view text, size_t from, StopFlag stop, Match &match) const;

    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

// The UTF-8 of characters as a pattern is to see them: as many as there are, some of them others.
void haystack(const Char *chars, size_t count, std::string &out);

} // namespace sbert::encoder
