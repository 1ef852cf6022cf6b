// The vocabulary as flat arrays: built once by the importer, used as it lies in the mapped model file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "encoder/text/tokenizer.h"

namespace sbert::encoder {

struct VocabularyTables {
    std::vector<char> bytes;
    std::vector<uint32_t> offsets;
    std::vector<uint32_t> slots;
    VocabularyView view() const { return {bytes, offsets, slots}; }
};

// tokens[i] is the text of id i. An empty string stands for an id that no token has (holes are legal in the
// published files). Throws Error(kModelInvalid) on duplicates (of non-empty tokens) and on more than 2^24 tokens.
VocabularyTables build_vocabulary(const std::vector<std::string> &tokens);

// Proves that a view can be used without any further bounds check, whatever bytes it holds. Throws Error(kModelInvalid).
void check_vocabulary(const VocabularyView &view);

// Id of an exact token.
std::optional<int32_t> vocabulary_find(const VocabularyView &view, std::string_view token) noexcept;

} // namespace sbert::encoder
