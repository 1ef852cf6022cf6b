// encoder/import/tokenizer/tokenizer.h, tokenizer.json on any bytes; what it accepts must make a
// vocabulary or be refused by it.
#include "encoder/import/tokenizer/tokenizer.h"
#include "encoder/tokenizer/vocabulary.h"
#include "tests/fuzz/fuzz_input.h"

using namespace sbert;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr int64_t kRows = 4096;
    tests::swallow_refusals([&] {
        encoder::JsonDocument document(tests::as_text(data, size), "fuzz", 1u << 20);
        const auto read = encoder::parse_any_tokenizer(document.root(), kRows);
        encoder::VocabularyTables tables = encoder::build_vocabulary(read.source.tokens);
        encoder::check_vocabulary(tables.view());
    });
    return 0;
}
