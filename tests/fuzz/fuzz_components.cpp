// tokenizer.json and a text, on any bytes: a line of JSON, then the text. What is accepted must
// make a tokenizer or be refused, and its tokens must be of the vocabulary, within the text and the
// limit.
#include <algorithm>
#include <cstdlib>

#include "encoder/import/tokenizer/tokenizer_json.h"
#include "encoder/tokenizer/tokenizer.h"
#include "tests/fuzz/fuzz_input.h"

using namespace sbert;
using namespace sbert::encoder;

namespace {

constexpr int64_t kRows = 4096;
constexpr uint32_t kLimit = 64;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void run(std::string_view json, std::string_view text)
{
    const JsonDocument document(json, "fuzz", 1u << 20);
    TokenizerFile file = parse_tokenizer_json(document.root(), kRows);
    const TokenizerTables tables = build_tables(std::move(file.source));
    const Tokenizer tokenizer(std::move(file.spec), tables.view());
    Encoding counted, cut;
    tokenizer.encode(text, kLimit, Dropped::kCount, {}, counted);
    tokenizer.encode(text, kLimit, Dropped::kIgnore, {}, cut);
    require(counted.tokens.size() <= kLimit && counted.tokens.size() == cut.tokens.size());
    for (size_t i = 0; i < cut.tokens.size(); ++i) {
        require(cut.tokens[i].id >= 0 && cut.tokens[i].id < tokenizer.vocabulary_size());
        require(cut.tokens[i].id == counted.tokens[i].id);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::string_view input = tests::as_text(data, size);
    const size_t line = std::min(input.find('\n'), input.size());
    tests::swallow_refusals(
        [&] { run(input.substr(0, line), input.substr(std::min(line + 1, size))); });
    return 0;
}
