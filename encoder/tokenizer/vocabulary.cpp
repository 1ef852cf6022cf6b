// Building, checking and searching the vocabulary's hash table. The layout is told in vocabulary.h.
#include "encoder/tokenizer/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

constexpr uint32_t kIdMask = 0xFFFFFF;

struct Place {
    size_t slot; // before masking
    uint32_t tag;
};

// FNV's low bits are its best; the fold lets the high ones in, the tag takes bits that the position
// hardly uses.
Place place_of(uint64_t hash)
{
    return {static_cast<size_t>(hash ^ hash >> 32), static_cast<uint32_t>(hash >> 56) << 24};
}

[[noreturn]] void invalid(const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "invalid vocabulary: " + what);
}

// REQUIRES: the id is of the vocabulary.
std::string_view text_of(const VocabularyView &view, uint32_t id)
{
    return {view.bytes.data() + view.offsets[id], view.offsets[id + 1] - view.offsets[id]};
}

void insert(VocabularyTables &tables, uint32_t id)
{
    const VocabularyView view = tables.view();
    const std::string_view token = text_of(view, id);
    const uint64_t hash = vocabulary_hash(kHashSeed, token);
    if (const int32_t other = vocabulary_find_hashed(view, hash, token, {}); other >= 0)
        invalid("token \"" + std::string(token) + "\" has the ids " + std::to_string(other) +
                " and " + std::to_string(id));
    const Place place = place_of(hash);
    const size_t mask = tables.slots.size() - 1;
    size_t at = place.slot & mask;
    while (tables.slots[at] != 0)
        at = (at + 1) & mask;
    tables.slots[at] = place.tag | (id + 1);
}

void check_offsets(const VocabularyView &view)
{
    if (view.offsets.empty() || view.offsets.size() - 1 > kMaxVocabulary)
        invalid(std::to_string(view.offsets.size()) + " offsets");
    if (view.offsets.front() != 0 || view.offsets.back() != view.bytes.size())
        invalid("its offsets do not cover its text");
    for (size_t i = 1; i < view.offsets.size(); ++i) {
        if (view.offsets[i] < view.offsets[i - 1])
            invalid("offset " + std::to_string(i) + " goes back");
    }
}

} // namespace

std::string_view vocabulary_text(const VocabularyView &view, int32_t id) noexcept
{
    const bool known = id >= 0 && static_cast<size_t>(id) + 1 < view.offsets.size();
    return known ? text_of(view, static_cast<uint32_t>(id)) : std::string_view();
}

uint64_t vocabulary_hash(uint64_t seed, std::string_view text) noexcept
{
    for (const char byte : text)
        seed = vocabulary_hash_byte(seed, byte);
    return seed;
}

int32_t vocabulary_find_hashed(const VocabularyView &view, uint64_t hash, std::string_view head,
                               std::string_view tail) noexcept
{
    const Place place = place_of(hash);
    const size_t mask = view.slots.size() - 1;
    const size_t length = head.size() + tail.size();
    for (size_t at = place.slot & mask; view.slots[at] != 0; at = (at + 1) & mask) {
        if ((view.slots[at] & ~kIdMask) != place.tag)
            continue;
        const uint32_t id = (view.slots[at] & kIdMask) - 1;
        const std::string_view token = text_of(view, id);
        if (token.size() == length && token.starts_with(head) && token.ends_with(tail))
            return static_cast<int32_t>(id);
    }
    return -1;
}

std::optional<int32_t> vocabulary_find(const VocabularyView &view, std::string_view token) noexcept
{
    if (token.empty())
        return std::nullopt;
    const int32_t id = vocabulary_find_hashed(view, vocabulary_hash(kHashSeed, token), token, {});
    return id < 0 ? std::nullopt : std::optional<int32_t>(id);
}

VocabularyTables build_vocabulary(const std::vector<std::string> &tokens)
{
    if (tokens.size() > kMaxVocabulary)
        invalid(std::to_string(tokens.size()) + " tokens");
    VocabularyTables tables;
    uint64_t total = 0;
    tables.offsets.reserve(tokens.size() + 1);
    tables.offsets.push_back(0);
    for (const std::string &token : tokens) {
        total += token.size();
        if (total > UINT32_MAX)
            invalid("more than 4 GB of text");
        tables.bytes.insert(tables.bytes.end(), token.begin(), token.end());
        tables.offsets.push_back(static_cast<uint32_t>(total));
    }
    tables.slots.assign(std::bit_ceil(2 * tokens.size() + 1), 0);
    for (uint32_t id = 0; id < tokens.size(); ++id) {
        if (!tokens[id].empty())
            insert(tables, id);
    }
    check_vocabulary(tables.view());
    return tables;
}

void check_vocabulary(const VocabularyView &view)
{
    check_offsets(view);
    if (!std::has_single_bit(view.slots.size()))
        invalid(std::to_string(view.slots.size()) + " slots, which is not a power of two");
    const size_t count = view.offsets.size() - 1;
    // Without branches, which half-filled tables would make unforeseeable: every new backend waits.
    bool has_empty = false, past = false;
    for (const uint32_t slot : view.slots) {
        const uint32_t id_and_one = slot & kIdMask;
        has_empty |= slot == 0;
        past |= id_and_one > count;
        past |= (slot != 0) & (id_and_one == 0);
    }
    if (past)
        invalid("a slot of its hash table points past the last token");
    if (!has_empty)
        invalid("its hash table has no empty slot");
    if (longest_run(view.slots) > kLongestRun)
        invalid("its hash table is too crowded");
}

size_t longest_run(std::span<const uint32_t> slots) noexcept
{
    size_t run = 0, longest = 0;
    for (size_t i = 0; i < slots.size() + kLongestRun + 1; ++i) {
        const size_t filled = slots[i & (slots.size() - 1)] != 0;
        run = (run + 1) & (0 - filled);
        longest = std::max(longest, run);
    }
    return longest;
}

} // namespace sbert::encoder
