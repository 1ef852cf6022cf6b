// The tokenizer on any bytes and any options: what comes out are ids of the vocabulary, places
// within the text in their order, no more tokens than allowed, and the same tokens whether or not
// the dropped ones are counted, and whether or not the text is worked on as a whole.
#include <cstdlib>
#include <string>
#include <vector>

#include "encoder/tokenizer/tokenizer.h"
#include "encoder/tokenizer/vocabulary.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/whole_text.h"

using namespace sbert;

namespace {

constexpr int32_t kUnknown = 1;

const encoder::VocabularyTables &vocabulary()
{
    static const auto *tables = new encoder::VocabularyTables(
        encoder::build_vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "##a", "##b", "ab",
                                   "\xc3\xa9", "##\xcc\x81", "\xe4\xb8\x80", "!"}));
    return *tables;
}

// Options from the first byte, one bit each.
encoder::TokenizerSpec spec_of(uint8_t bits)
{
    encoder::TokenizerSpec spec = encoder::bert_spec(kUnknown);
    spec.normalizers = {encoder::BertNormalizer{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0,
                                                (bits & 8) != 0}};
    spec.post_processing.prefix = {{2}};
    spec.post_processing.suffix = {{3}};
    spec.added_tokens = {{2, "[CLS]", false, false, false, false, true},
                         {3, "[SEP]", (bits & 16) != 0, (bits & 32) != 0, (bits & 64) != 0,
                          (bits & 128) != 0, true}};
    return spec;
}

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void check(const encoder::Tokenizer &tokenizer, const encoder::Encoding &encoding, size_t bytes,
           uint32_t limit)
{
    require(encoding.tokens.size() <= limit);
    uint32_t begin = 0;
    for (size_t i = 1; i + 1 < encoding.tokens.size(); i++) {
        const encoder::Token &token = encoding.tokens[i];
        require(token.id >= 0 && token.id < tokenizer.vocabulary_size());
        require(token.begin >= begin && token.begin <= token.end && token.end <= bytes);
        begin = token.begin;
    }
}

void require_same(const encoder::Encoding &a, const encoder::Encoding &b)
{
    require(a.tokens.size() == b.tokens.size() && a.truncated == b.truncated);
    for (size_t i = 0; i < a.tokens.size(); i++)
        require(a.tokens[i].id == b.tokens[i].id && a.tokens[i].begin == b.tokens[i].begin &&
                a.tokens[i].end == b.tokens[i].end);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const encoder::TokenizerSpec spec = spec_of(data[0]);
    const encoder::Tokenizer tokenizer(spec, {vocabulary().view()});
    const uint32_t limit = 2 + data[1] % 64;
    const std::string_view text = tests::as_text(data + 2, size - 2);
    tests::swallow_refusals([&] {
        encoder::Encoding counted, cut, whole;
        tokenizer.encode(text, limit, encoder::Dropped::kCount, {}, counted);
        tokenizer.encode(text, limit, encoder::Dropped::kIgnore, {}, cut);
        check(tokenizer, counted, text.size(), limit);
        require(counted.truncated == (counted.dropped > 0));
        require_same(counted, cut);
        tests::whole_text_tokenizer(spec, vocabulary().view())
            .encode(text, limit, encoder::Dropped::kIgnore, {}, whole);
        require_same(cut, whole);
    });
    return 0;
}
