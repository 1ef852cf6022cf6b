// The vocabulary as flat arrays: built once by the importer, used as it lies in the mapped model
// file.
//
// A slot of the hash table holds the id + 1 in its low 24 bits and 8 bits of the token's hash above
// them, so that a probe that does not match is nearly always known without looking at the token; an
// empty slot is 0. The hash is FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/),
// whose upper half is folded into the position. Linear probing; no unbroken run of filled slots is
// longer than kLongestRun.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbert::encoder {

struct VocabularyView {
    std::span<const char> bytes;       // all tokens, one after another
    std::span<const uint32_t> offsets; // (V+1) token i is bytes[offsets[i] .. offsets[i+1])
    std::span<const uint32_t>
        slots; // open-addressing hash table, a power of two: 8 bits of hash, 24 of id + 1, or 0
};

struct VocabularyTables {
    std::vector<char> bytes;
    std::vector<uint32_t> offsets;
    std::vector<uint32_t> slots;
    VocabularyView view() const { return {bytes, offsets, slots}; }
};

inline constexpr size_t kMaxVocabulary =
    (size_t{1} << 24) - 1;                  // tokens, so that id + 1 fits into 24 bits
inline constexpr size_t kLongestRun = 1024; // what a hostile file may cost a lookup

// tokens[i] is the text of id i. An empty string stands for an id that no token has (holes are
// legal in the published files): it is never found. Throws Error(kModelInvalid) on duplicates (of
// non-empty tokens), on more than kMaxVocabulary tokens or 4 GB of text, and on tokens chosen to
// collide.
VocabularyTables build_vocabulary(const std::vector<std::string> &tokens);

// Proves that a view can be used without any further bounds check, whatever bytes it holds. Throws
// Error(kModelInvalid). O(V + slots), allocates nothing but the error. It does not prove that every
// token is found: that is the checksum's to say.
void check_vocabulary(const VocabularyView &view);

// Of filled slots, counted around the table's end; what is longer than kLongestRun may be told as
// less than it is. REQUIRES: a power of two slots.
size_t longest_run(std::span<const uint32_t> slots) noexcept;

// The text of a token; empty for an id that none has.
std::string_view vocabulary_text(const VocabularyView &view, int32_t id) noexcept;

// Id of an exact token. REQUIRES: `view` has passed check_vocabulary(). The empty token is never
// found.
std::optional<int32_t> vocabulary_find(const VocabularyView &view, std::string_view token) noexcept;

// The hash of `text` when it follows a text whose hash is `seed`: lets a caller hash all prefixes
// in one go.
inline constexpr uint64_t kHashSeed = 0xCBF29CE484222325u;
inline uint64_t vocabulary_hash_byte(uint64_t hash, char byte) noexcept
{
    return (hash ^ static_cast<uint8_t>(byte)) * 0x100000001B3u;
}
uint64_t vocabulary_hash(uint64_t seed, std::string_view text) noexcept;

// Id of the token whose text is `head` followed by `tail`, when the hash of both is known; -1 when
// there is none. REQUIRES: head and tail are not both empty.
int32_t vocabulary_find_hashed(const VocabularyView &view, uint64_t hash, std::string_view head,
                               std::string_view tail) noexcept;

} // namespace sbert::encoder
