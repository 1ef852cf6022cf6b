// A precompiled charsmap of SentencePiece: a double-array trie over UTF-8 keys, whose values are
// places among NUL-ended replacements. (https://github.com/google/sentencepiece, normalizer.cc;
// Yata et al., "Darts-clone")
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbert::encoder {

// As it may lie in a file. A lookup never reads past the spans, whatever they hold.
struct CharsmapView {
    std::span<const uint32_t> units;
    std::span<const char> replacements;
};

struct Charsmap {
    std::vector<uint32_t> units;
    std::vector<char> replacements;
    CharsmapView view() const { return {units, replacements}; }
};

inline constexpr size_t kMaxCharsmapBytes = 64u << 20;

// Reads the binary form: the trie's size in bytes as u32, the trie, the replacements. Throws
// Error(kModelInvalid) when a path through the trie leaves it, or a value does not lead to UTF-8.
Charsmap parse_charsmap(std::string_view bytes);

// What takes the place of `key`, or nullopt when it stays. As the library has it, that of the
// shortest prefix of `key` that is in the map.
std::optional<std::string_view> charsmap_find(const CharsmapView &map,
                                              std::string_view key) noexcept;

} // namespace sbert::encoder
