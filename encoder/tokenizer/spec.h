// What tokenizer.json says of a tokenizer, as data: the components by the names they have there.
//
// Filled by import/tokenizer/tokenizer.h. A Sequence of components is flattened: the library runs
// one after the other, so a sequence of sequences is one list. Nothing here computes; the
// vocabulary and the other big tables are in tables.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sbert::encoder {

// A token that is found in the text before normalisation, or after it by its own normalised content
// (tokenizer.json, "added_tokens").
struct AddedToken {
    int32_t id = 0;
    std::string content;
    bool single_word = false;
    bool lstrip = false;
    bool rstrip = false;
    bool normalized = false;
    bool special = false;
};

// Limits of a specification that keep the work for a stretch of text short, so that a stop is seen
// in time: the search for the pieces of a word may take the square of its length, that for an added
// token its length at each place.
inline constexpr uint32_t kMaxWordChars = 1000;
inline constexpr size_t kMaxAddedTokenBytes = 1000;

// What Split and Replace search for.
struct Pattern {
    bool regex = false; // else the text itself
    std::string text;   // UTF-8
};

// What becomes of the matches of a splitting pattern.
enum class Behavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

// ---- normalizers --------------------------------------------------------------------------------

struct BertNormalizer {
    bool clean_text = true;
    bool handle_chinese_chars = true;
    bool strip_accents = true; // null in the file has been resolved to the value of `lowercase`
    bool lowercase = true;

    bool operator==(const BertNormalizer &) const = default;
};
enum class UnicodeForm { kNfc, kNfd, kNfkc, kNfkd };
struct Lowercase {};
struct Strip {
    bool left = true;
    bool right = true;
};
struct StripAccents {};
struct Nmt {};
struct Precompiled {
    uint32_t charsmap = 0; // its place among the tables' charsmaps
};
struct Replace {
    Pattern pattern;
    std::string content;
};
struct Prepend {
    std::string text;
};
struct ByteLevelNormalizer {};

using NormalizerSpec = std::variant<BertNormalizer, UnicodeForm, Lowercase, Strip, StripAccents,
                                    Nmt, Precompiled, Replace, Prepend, ByteLevelNormalizer>;

// ---- pre-tokenizers -----------------------------------------------------------------------------

struct BertPreTokenizer {};
struct ByteLevel {
    bool add_prefix_space = true;
    bool use_regex = true;
};
enum class PrependScheme { kFirst, kNever, kAlways };
struct Metaspace {
    uint32_t replacement = 0x2581;
    PrependScheme prepend_scheme = PrependScheme::kAlways;
    bool split = true;
};
struct Whitespace {};
struct WhitespaceSplit {};
struct Split {
    Pattern pattern;
    Behavior behavior = Behavior::kIsolated;
    bool invert = false;
};
struct Punctuation {
    Behavior behavior = Behavior::kIsolated;
};
struct Digits {
    bool individual_digits = false;
};
struct CharDelimiterSplit {
    uint32_t delimiter = ' ';
};
struct UnicodeScripts {};
struct FixedLength {
    uint32_t length = 5; // > 0
};

using PreTokenizerSpec =
    std::variant<BertPreTokenizer, ByteLevel, Metaspace, Whitespace, WhitespaceSplit, Split,
                 Punctuation, Digits, CharDelimiterSplit, UnicodeScripts, FixedLength>;

// ---- models -------------------------------------------------------------------------------------

// The token of what the vocabulary cannot say. A name that the vocabulary lacks is legal as long as
// no text needs it; then it is an error.
struct Unknown {
    bool named = false;        // the file names one
    std::optional<int32_t> id; // its id, if the vocabulary has it
};

struct WordPieceModel {
    Unknown unknown;
    std::string continuing_subword_prefix = "##";
    uint32_t max_input_chars_per_word = 100;
};
struct BpeModel {
    Unknown unknown;
    std::string continuing_subword_prefix;
    std::string end_of_word_suffix;
    bool fuse_unk = false;
    bool byte_fallback = false;
    bool ignore_merges = false;
};
struct UnigramModel {
    Unknown unknown;
    bool byte_fallback = false;
};
struct WordLevelModel {
    Unknown unknown;
};

using TokenModelSpec = std::variant<WordPieceModel, BpeModel, UnigramModel, WordLevelModel>;

// ---- post-processors ----------------------------------------------------------------------------

// For a single text. Any legal sequence of post-processors comes down to special tokens before and
// after the text, and to offsets that are trimmed.
struct SpecialId {
    int32_t id = 0;
    uint32_t type_id = 0;
};
// White space at the ends of a token does not count as its place (trim_offsets).
struct TrimOffsets {
    bool add_prefix_space = true;  // one space at the beginning of the text is not the text's own
    bool first_is_special = false; // special tokens stand before the text already
};
struct PostProcessing {
    std::vector<TrimOffsets> trims; // one after the other
    std::vector<SpecialId> prefix;
    std::vector<SpecialId> suffix;
    uint32_t text_type_id = 0;
};

// The special tokens around two texts, and the token types of either.
struct PairTemplate {
    std::vector<SpecialId> prefix, middle, suffix;
    uint32_t first_type_id = 0, second_type_id = 0;
};

struct TokenizerSpec {
    // BertNormalizer, BertPreTokenizer and WordPiece, with token type 0 alone, where packed files
    // have the short form of BERT's family: a flat list of fields (model/spec_fields.h), and no
    // table but the vocabulary, which holds the added tokens too.
    bool bert_family = false;
    std::vector<NormalizerSpec> normalizers;
    std::vector<PreTokenizerSpec> pre_tokenizers;
    TokenModelSpec model;
    PostProcessing post_processing;
    std::vector<AddedToken> added_tokens;
};

// What a tokenizer of BERT's family begins with: the defaults, and the id of the unknown token.
inline TokenizerSpec bert_spec(int32_t unknown)
{
    TokenizerSpec spec;
    spec.bert_family = true;
    spec.normalizers = {BertNormalizer{}};
    spec.pre_tokenizers = {BertPreTokenizer{}};
    spec.model = WordPieceModel{.unknown = {true, unknown}};
    return spec;
}

} // namespace sbert::encoder
