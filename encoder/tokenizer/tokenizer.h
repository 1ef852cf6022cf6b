// Text to token ids, exactly as the `tokenizers` library does it (WordPiece family).
//
// This file is the interface between text/ and the rest of the encoder. A Tokenizer owns nothing:
// it looks into tables that live in a mapped model file (encoder/model/packed.h) or in a
// VocabularyTables of the importer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"

namespace sbert::encoder {

// One piece of text. `begin` and `end` are byte offsets into the original text (end exclusive);
// special tokens that the post-processor adds have begin == end == 0.
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

// Limits of a TokenizerSpec that keep the work for a stretch of text short, so that a stop is seen
// in time: the search for the pieces of a word may take the square of its length, that for an added
// token its length at each place.
inline constexpr uint32_t kMaxWordChars = 1000;
inline constexpr size_t kMaxAddedTokenBytes = 1000;

// Everything but the vocabulary. Field names are those of tokenizer.json.
struct TokenizerSpec {
    bool clean_text = true;
    bool handle_chinese_chars = true;
    bool strip_accents = true; // null in the file has been resolved to the value of `lowercase`
    bool lowercase = true;
    uint32_t max_input_chars_per_word = 100; // characters, of the normalised word
    std::string continuing_subword_prefix = "##";
    int32_t unk_id = 100;
    std::vector<AddedToken>
        added_tokens; // those that are not in the model's vocabulary must not be in its table
    std::vector<int32_t> prefix_ids; // what the post-processor puts before the text: [CLS]
    std::vector<int32_t> suffix_ids; // and after it: [SEP]
};

// A vocabulary as flat arrays that can be used as they lie in a file. See vocabulary.h for building
// and checking.
struct VocabularyView {
    std::span<const char> bytes;       // all tokens, one after another
    std::span<const uint32_t> offsets; // (V+1) token i is bytes[offsets[i] .. offsets[i+1])
    std::span<const uint32_t>
        slots; // open-addressing hash table, a power of two: 8 bits of hash, 24 of id + 1, or 0
};

struct Encoding {
    std::vector<Token> tokens; // prefix, text, suffix; never more than the limit
    uint64_t dropped = 0; // tokens of the text beyond the limit; only counted under Dropped::kCount
    bool truncated = false;
};

// Whether the rest of a cut text is still tokenised to count what was dropped.
enum class Dropped { kIgnore, kCount };

class Tokenizer {
  public:
    // REQUIRES: `vocabulary` has passed check_vocabulary() and outlives the tokenizer.
    // Throws Error(kInvalidText) when the content of a normalized added token is not UTF-8;
    // std::bad_alloc.
    Tokenizer(const TokenizerSpec &spec, VocabularyView vocabulary);

    // Tokenises `text` into at most `max_tokens` tokens, prefix and suffix included, cutting the
    // text's end. `out` is overwritten; its capacity is reused. Work stops soon after the limit
    // unless the rest is to be counted. Only what is tokenised is checked: the rest of a cut text
    // may hold anything unless it is to be counted. Any thread. Throws Error: kInvalidText (not
    // UTF-8; says where), kInterrupted, kLimit (a text of 4 GB or more, or `max_tokens` below the
    // number of special tokens); std::bad_alloc. Memory does not grow with the text, only with
    // `max_tokens` and max_input_chars_per_word (exception: kept_marks() in tokenizer.cpp).
    void encode(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                Encoding &out) const;

    // The token's text: that of the vocabulary, or else of an added token; empty for an id that
    // none has.
    std::string_view token(int32_t id) const noexcept;
    // One more than the largest id that can be given out (but for prefix, suffix and unk_id, which
    // the spec names).
    int32_t vocabulary_size() const noexcept;

  private:
    struct Derived; // the added tokens and ASCII, prepared for the search; shared between copies
    TokenizerSpec spec_;
    VocabularyView vocabulary_;
    std::shared_ptr<const Derived> derived_;
};

} // namespace sbert::encoder
