// The steps of a tokenizer of BERT's family, and what they do with single characters: what the
// short cut (bert_stream.h) goes by.
#pragma once

#include <array>
#include <cstdint>

#include "encoder/tokenizer/added_splitter.h"
#include "encoder/tokenizer/normalizers.h"
#include "encoder/tokenizer/spec.h"

namespace sbert::encoder {

// What the tokenizer does with a byte outside of any token that is searched for in the text.
enum class ByteKind : uint8_t {
    kWord,
    kSpace,
    kPunctuation,
    kRemoved,
    kOther // not ASCII, or an added token may begin with it: a matter of the components
};

// The steps of a tokenizer of the family, made ready to run.
class BertSteps {
  public:
    // Whether a specification is of the family.
    static bool serve(const TokenizerSpec &spec);

    // REQUIRES: serve(spec); all outlive the object.
    BertSteps(const TokenizerSpec &spec, const Normalizers &normalizers,
              const AddedSplitter &original, const AddedSplitter &normalized);

    // Whether the normalizer treats what comes before a character as if the text ended there.
    bool is_starter(uint32_t code) const;
    // Whether the normalizer makes nothing of a character.
    bool is_deleted(uint32_t code) const;

    const BertNormalizer &bert;
    const Normalizers &normalizers;
    const AddedSplitter &original;
    const AddedSplitter &normalized;
    const uint32_t max_word_chars;
    std::array<ByteKind, 256> kinds;
    std::array<char, 128> lower; // what an ASCII character becomes

  private:
    ByteKind kind_of(uint32_t code) const;
};

} // namespace sbert::encoder
