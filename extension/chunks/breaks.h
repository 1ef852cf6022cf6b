// Where a text may be cut: at the ends of sentences, words and grapheme clusters, as ICU finds them
// (Unicode Standard Annex 29; dictionaries for Chinese, Japanese, Thai, Lao, Khmer and Burmese).
//
// The places follow the version of ICU, so what depends on them is STABLE and never in an index.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct UBreakIterator;

namespace sbert {

// From coarse to fine.
enum class Level {
    kSentence,
    // Words as readers see them: between white space, and in scripts without spaces those of the
    // dictionary, with their punctuation.
    kWord,
    // ICU's words, which end at each punctuation mark: the parts of an address or a number.
    kPart,
    kGrapheme,
    kCharacter,
};

// Whether ICU knows the language of `locale`, an ICU or BCP 47 name of a locale such as "de",
// "en_GB" or "el-u-ss-standard". "und" and "" name the root locale. Never throws.
bool is_known_locale(const char *locale) noexcept;

// The iterators of one locale. Each is opened at its first use. One thread at a time.
class Breaks {
  public:
    // REQUIRES: is_known_locale(locale)
    explicit Breaks(std::string locale);
    ~Breaks();

    // Overwrites `out` with the places in `text` where one may cut it at `level`: byte offsets,
    // ascending, without the text's beginning and end, and never within a grapheme cluster (but for
    // kCharacter). White space is part of what it follows. Time
    // and memory grow with the text. Throws std::bad_alloc, and Error(kIo) if ICU's data are
    // missing.
    void find(Level level, std::string_view text, std::vector<uint32_t> &out);

  private:
    struct Close {
        void operator()(UBreakIterator *iterator) const noexcept;
    };
    using Iterator = std::unique_ptr<UBreakIterator, Close>;

    UBreakIterator *iterator(int type);
    void keep_graphemes(std::string_view text, std::vector<uint32_t> &places);

    std::string locale_;
    std::array<Iterator, 4> iterators_; // by ICU's UBreakIteratorType
};

} // namespace sbert
