// What the tests of chunks share: models made of rules, hostile texts, and what holds for the
// chunks of any text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extension/chunks/chunker.h"
#include "extension/chunks/white_space.h"

namespace sbert::tests {

// A model that adds two tokens, and whose tokens are words of ASCII and all other bytes, or all
// bytes, white space too.
class RuleTokens : public TokenReader {
  public:
    enum class Rule { kWords, kBytes };
    explicit RuleTokens(Rule rule) : rule_(rule) {}

    void find_tokens(std::string_view text, std::vector<uint32_t> &out) override
    {
        out.clear();
        bool in_word = false;
        for (size_t i = 0; i < text.size(); i++) {
            const auto byte = static_cast<unsigned char>(text[i]);
            const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
            const bool blank = byte <= ' ';
            if (rule_ == Rule::kBytes || (!blank && !(letter && in_word)))
                out.push_back(0);
            if (rule_ == Rule::kBytes || !blank)
                out.back() = static_cast<uint32_t>(i) + 1;
            in_word = letter;
        }
    }

    size_t count_tokens(std::string_view text) override
    {
        std::vector<uint32_t> tokens;
        find_tokens(text, tokens);
        return tokens.size() + 2;
    }

  private:
    Rule rule_;
};

inline std::vector<Chunk> chunks_of(std::string_view text, TokenReader &model, ChunkOptions options)
{
    Breaks breaks("und");
    Chunker chunker(text, model, breaks, options, {});
    std::vector<Chunk> chunks;
    for (Chunk chunk; chunker.next(chunk);)
        chunks.push_back(chunk);
    return chunks;
}

inline std::vector<std::string> bodies(std::string_view text, const std::vector<Chunk> &chunks)
{
    std::vector<std::string> bodies;
    for (const Chunk &chunk : chunks)
        bodies.emplace_back(text.substr(chunk.begin, chunk.end - chunk.begin));
    return bodies;
}

// What is wrong with the chunks of a text, or an empty string.
inline std::string fault_of(std::string_view text, const std::vector<Chunk> &chunks,
                            TokenReader &model, const ChunkOptions &options)
{
    size_t covered = 0;
    for (size_t i = 0; i < chunks.size(); i++) {
        const Chunk &chunk = chunks[i];
        const std::string_view body = text.substr(chunk.begin, chunk.end - chunk.begin);
        const std::string which = "chunk " + std::to_string(i) + " ";
        if (chunk.begin >= chunk.end || chunk.end > text.size())
            return which + "is empty or beyond the text";
        if (trim_begin(body, 0, body.size()) != 0 || trim_end(body, 0, body.size()) != body.size())
            return which + "has white space around it";
        if (chunk.tokens != model.count_tokens(body) || chunk.tokens > options.tokens)
            return which + "has other tokens, or too many";
        if (chunk.end <= covered || (i > 0 && chunk.begin <= chunks[i - 1].begin))
            return which + "brings nothing new";
        if (chunk.begin < covered &&
            model.count_tokens(text.substr(chunk.begin, covered - chunk.begin)) >
                options.overlap + model.count_tokens({}))
            return which + "overlaps too far";
        if (chunk.begin > covered && trim_begin(text, covered, chunk.begin) != chunk.begin)
            return which + "leaves text out";
        covered = chunk.end;
    }
    return trim_begin(text, covered, text.size()) == text.size() ? "" : "the end is left out";
}

inline std::string repeat(std::string_view part, size_t times)
{
    std::string text;
    text.reserve(part.size() * times);
    for (size_t i = 0; i < times; i++)
        text += part;
    return text;
}

} // namespace sbert::tests
