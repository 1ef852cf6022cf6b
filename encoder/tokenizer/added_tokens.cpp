// Sorting the added tokens into the two sets of patterns.
#include "encoder/tokenizer/added_tokens.h"

#include <algorithm>

#include "encoder/tokenizer/chunk_reader.h"
#include "encoder/tokenizer/normalizer.h"

namespace sbert::encoder {

AddedTokens::AddedTokens(const TokenizerSpec &spec) : tokens_(spec.added_tokens)
{
    std::stable_partition(tokens_.begin(), tokens_.end(),
                          [](const AddedToken &token) { return token.special; });
    for (size_t i = 0; i < tokens_.size(); ++i) {
        const AddedToken &token = tokens_[i];
        if (token.content.empty())
            continue;
        if (token.normalized) {
            add_normalized(spec, i);
            continue;
        }
        std::vector<uint32_t> units;
        for (const char byte : token.content)
            units.push_back(static_cast<uint8_t>(byte));
        raw_.add(std::move(units), i);
        first_byte_[static_cast<uint8_t>(token.content[0])] = true;
        any_raw_lstrip_ = any_raw_lstrip_ || token.lstrip;
    }
    raw_.finish();
    normalized_.finish();
}

void AddedTokens::add_normalized(const TokenizerSpec &spec, size_t index)
{
    const Normalizer normalizer(spec, SIZE_MAX - 1);
    const AddedTokens none;
    const std::string &content = tokens_[index].content;
    ChunkReader reader(none, content, StopFlag());
    std::vector<NormalChar> chars;
    for (size_t at = 0; !reader.at_end(at);)
        at = normalizer.read(reader, at, chars);
    std::vector<uint32_t> units;
    for (const NormalChar &c : chars)
        units.push_back(c.code);
    normalized_.add(std::move(units), index);
}

} // namespace sbert::encoder
