// Text to token ids, exactly as the `tokenizers` library does it (WordPiece family).
//
// This file is the interface between text/ and the rest of the encoder. A Tokenizer owns nothing: it looks into
// tables that live in a mapped model file (encoder/model/packed.h) or in a VocabularyTables of the importer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"

namespace sbert::encoder {

// One piece of text. `begin` and `end` are byte offsets into the original text (end exclusive); special tokens that
// the post-processor adds have begin == end == 0.
struct Token {
    int32_t id;
    uint32_t begin;
    uint32_t end;
};

// A token that is found in the text before normalisation (tokenizer.json, "added_tokens").
struct AddedToken {
    int32_t id = 0;
    std::string content;
    bool single_word = false;
    bool lstrip = false;
    bool rstrip = false;
    bool normalized = false;
    bool special = false;
};

// Everything but the vocabulary. Field names are those of tokenizer.json.
struct TokenizerSpec {
    bool clean_text = true;
    bool handle_chinese_chars = true;
    bool strip_accents = true; // null in the file has been resolved to the value of `lowercase`
    bool lowercase = true;
    uint32_t max_input_chars_per_word = 100; // characters, of the normalised word
    std::string continuing_subword_prefix = "##";
    int32_t unk_id = 100;
    std::vector<AddedToken> added_tokens;
    std::vector<int32_t> prefix_ids; // what the post-processor puts before the text: [CLS]
    std::vector<int32_t> suffix_ids; // and after it: [SEP]
};

// A vocabulary as flat arrays that can be used as they lie in a file. See vocabulary.h for building and checking.
struct VocabularyView {
    std::span<const char> bytes;       // all tokens, one after another
    std::span<const uint32_t> offsets; // (V+1) token i is bytes[offsets[i] .. offsets[i+1])
    std::span<const uint32_t> slots;   // open-addressing hash table, a power of two; id + 1, or 0 for empty
};

struct Encoding {
    std::vector<Token> tokens; // prefix, text, suffix; never more than the limit
    uint64_t dropped = 0;      // tokens of the text beyond the limit; only counted under Dropped::kCount
    bool truncated = false;
};

// Whether the rest of a cut text is still tokenised to count what was dropped.
enum class Dropped { kIgnore, kCount };

class Tokenizer {
  public:
    // REQUIRES: `vocabulary` has passed check_vocabulary() and outlives the tokenizer.
    Tokenizer(const TokenizerSpec &spec, VocabularyView vocabulary);

    // Tokenises `text` into at most `max_tokens` tokens, prefix and suffix included, cutting the text's end.
    // `out` is overwritten; its capacity is reused. Work stops soon after the limit unless the rest is to be counted.
    // Throws Error: kInvalidText (not UTF-8), kInterrupted; std::bad_alloc.
    void encode(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                Encoding &out) const;

    // The token's text as stored in the vocabulary; empty for an id outside of it.
    std::string_view token(int32_t id) const noexcept;
    int32_t vocabulary_size() const noexcept;

  private:
    TokenizerSpec spec_;
    VocabularyView vocabulary_;
};

} // namespace sbert::encoder
