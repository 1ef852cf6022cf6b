// Chunks of any bytes: they cover the text, fit their limit and overlap no further than allowed,
// and the sentences of the text are in order. ICU reads bytes that are not UTF-8 as U+FFFD; the
// server refuses them before.
#include <cstdlib>

#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/chunks_sample.h"

using namespace sbert;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void check_sentences(std::string_view text)
{
    Breaks breaks("und");
    SentenceReader reader(breaks, text, {});
    size_t at = 0;
    for (Sentence sentence; reader.peek(sentence); reader.move(sentence)) {
        require(sentence.begin >= at && sentence.begin < sentence.end &&
                sentence.end <= sentence.next && sentence.next <= text.size());
        at = sentence.next;
    }
    require(trim_begin(text, at, text.size()) == text.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view text = tests::as_text(data + 2, size - 2);
    tests::RuleTokens model((data[0] & 1) != 0 ? tests::RuleTokens::Rule::kBytes
                                               : tests::RuleTokens::Rule::kWords);
    // Four tokens hold any character.
    const size_t tokens = 6 + data[1] % 64;
    const ChunkOptions options = {tokens, size_t{data[0]} / 8 % tokens,
                                  static_cast<ChunkBorder>((data[0] >> 1) % 3)};
    check_sentences(text);
    require(tests::fault_of(text, tests::chunks_of(text, model, options), model, options).empty());
    return 0;
}
