#include "encoder/tokenizer/bert_steps.h"

#include <algorithm>

#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

namespace {

const WordPieceModel *word_piece(const TokenizerSpec &spec)
{
    return std::get_if<WordPieceModel>(&spec.model);
}

} // namespace

bool BertSteps::serve(const TokenizerSpec &spec)
{
    return spec.normalizers.size() == 1 && spec.pre_tokenizers.size() == 1 &&
           std::holds_alternative<BertNormalizer>(spec.normalizers[0]) &&
           std::holds_alternative<BertPreTokenizer>(spec.pre_tokenizers[0]) &&
           word_piece(spec) != nullptr &&
           word_piece(spec)->max_input_chars_per_word <= kMaxWordChars;
}

BertSteps::BertSteps(const TokenizerSpec &spec, const Normalizers &some_normalizers,
                     const AddedSplitter &in_original, const AddedSplitter &in_normalized)
    : bert(std::get<BertNormalizer>(spec.normalizers[0])), normalizers(some_normalizers),
      original(in_original), normalized(in_normalized),
      max_word_chars(word_piece(spec)->max_input_chars_per_word)
{
    kinds.fill(ByteKind::kOther);
    for (uint32_t code = 0; code < lower.size(); ++code) {
        const CharProperties &properties = char_properties(code);
        const bool spaced = bert.clean_text && (properties.flags & kSpaced) != 0;
        const int32_t distance = bert.lowercase ? properties.lower : 0;
        lower[code] = spaced ? ' ' : static_cast<char>(static_cast<int32_t>(code) + distance);
        // Tokens in normalised text may begin anywhere, and go on over the ends of words.
        if (normalized.empty() && !original.may_begin(code))
            kinds[code] = kind_of(code);
    }
}

ByteKind BertSteps::kind_of(uint32_t code) const
{
    if (bert.clean_text && has_flag(code, kRemoved))
        return ByteKind::kRemoved;
    const auto after = static_cast<uint32_t>(lower[code]);
    return has_flag(after, kWhitespace)    ? ByteKind::kSpace
           : has_flag(after, kPunctuation) ? ByteKind::kPunctuation
                                           : ByteKind::kWord;
}

bool BertSteps::is_starter(uint32_t code) const
{
    if (!bert.strip_accents)
        return true;
    if (bert.clean_text && has_flag(code, kRemoved))
        return false;
    const auto parts = canonical_parts(code);
    return char_properties(parts.empty() ? code : parts[0]).combining == 0;
}

bool BertSteps::is_deleted(uint32_t code) const
{
    if (bert.clean_text && has_flag(code, kRemoved))
        return true;
    if (!bert.strip_accents)
        return false;
    const auto parts = canonical_parts(code);
    const auto is_mark = [](uint32_t part) { return has_flag(part, kMark); };
    return parts.empty() ? is_mark(code) : std::all_of(parts.begin(), parts.end(), is_mark);
}

} // namespace sbert::encoder
