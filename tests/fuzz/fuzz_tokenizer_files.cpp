// A folder of tokenizer files on any bytes: vocabularies without a tokenizer.json, and the settings
// beside them (encoder/import/tokenizer/tokenizer.h). The input is a byte that chooses the class,
// the settings' JSON up to a line feed, and the vocabulary; of two files, the second follows a zero
// byte. What is accepted must make a tokenizer or be refused, and its tokens must be of the
// vocabulary.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "encoder/import/tokenizer/tokenizer.h"
#include "encoder/tokenizer/tokenizer.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/tiny_model.h"

using namespace sbert;
using namespace sbert::encoder;

namespace {

constexpr int64_t kRows = 4096;

struct Class {
    const char *name;
    const char *file;
    const char *second;
};
constexpr std::array<Class, 10> kClasses = {{{"RobertaTokenizer", "vocab.json", "merges.txt"},
                                             {"GPT2Tokenizer", "vocab.json", "merges.txt"},
                                             {"XLMRobertaTokenizer", "sentencepiece.bpe.model", ""},
                                             {"CamembertTokenizer", "sentencepiece.bpe.model", ""},
                                             {"AlbertTokenizer", "spiece.model", ""},
                                             {"XLNetTokenizer", "spiece.model", ""},
                                             {"T5Tokenizer", "spiece.model", ""},
                                             {"MPNetTokenizer", "vocab.txt", ""},
                                             {"BertTokenizer", "vocab.txt", ""},
                                             {"RobertaTokenizer", "tokenizer.json", ""}}};

void encode(TokenizerFile file)
{
    const TokenizerTables tables = build_tables(std::move(file.source));
    const Tokenizer tokenizer(std::move(file.spec), tables.view());
    Encoding encoding;
    tokenizer.encode("a b``\xc3\xa9 <mask> [MASK]  zz", 64, Dropped::kCount, {}, encoding);
    for (const Token &token : encoding.tokens)
        if (token.id < 0 || token.id >= kRows)
            std::abort();
}

void run(const tests::TempDir &folder, const Class &kind, std::string_view input)
{
    const size_t line = std::min(input.find('\n'), input.size());
    // The name of the class comes last; a second one in the settings is a duplicate key, refused.
    const std::string settings = std::string(input.substr(0, line));
    tests::write_file(folder / "tokenizer_config.json",
                      "{\"tokenizer_class\":\"" + std::string(kind.name) + "\"" + settings + "}");
    std::string_view rest = input.substr(std::min(line + 1, input.size()));
    if (*kind.second != '\0') {
        const size_t zero = std::min(rest.find('\0'), rest.size());
        tests::write_file(folder / kind.second,
                          std::string(rest.substr(std::min(zero + 1, rest.size()))));
        rest = rest.substr(0, zero);
    }
    tests::write_file(folder / kind.file, std::string(rest));
    encode(read_tokenizer(folder.path(), kRows).file);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tests::TempDir folder;
    const std::string_view input = tests::as_text(data, size);
    const Class &kind = kClasses[size == 0 ? 0 : data[0] % kClasses.size()];
    tests::swallow_refusals([&] { run(folder, kind, input.substr(size != 0)); });
    for (const Class &other : kClasses)
        for (const char *name : {other.file, other.second})
            if (*name != '\0')
                std::filesystem::remove(folder / name);
    return 0;
}
