// Tokenizers of components in packed files: their way there and back, and files that lie.
#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/import.h"
#include "encoder/import/tokenizer/tokenizer_json.h"
#include "encoder/model/spec_json.h"
#include "encoder/tokenizer/table_block.h"
#include "encoder/tokenizer/tokenizer.h"
#include "tests/unit/packed_bytes.h"
#include "tests/unit/tiny_components.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

using tests::kMerges;
using tests::kPieces;

// Every component once.
const std::string kAll = R"({"normalizer":{"type":"Sequence","normalizers":[
{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":false,"strip_accents":null,
"lowercase":true},{"type":"NFC"},{"type":"NFD"},{"type":"NFKC"},{"type":"NFKD"},
{"type":"Lowercase"},{"type":"Strip","strip_left":true,"strip_right":false},
{"type":"StripAccents"},{"type":"Nmt"},{"type":"Prepend","prepend":"_"},{"type":"ByteLevel"},
{"type":"Replace","pattern":{"Regex":" +"},"content":" "}]},
"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"BertPreTokenizer"},
{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
{"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":false},
{"type":"Whitespace"},{"type":"WhitespaceSplit"},{"type":"Punctuation","behavior":"Contiguous"},
{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithNext","invert":true},
{"type":"Digits","individual_digits":true},{"type":"CharDelimiterSplit","delimiter":"."},
{"type":"UnicodeScripts"},{"type":"FixedLength","length":3}]},
"added_tokens":[{"id":1,"content":"<s>","lstrip":true,"single_word":true,"rstrip":true,
"normalized":true,"special":false}],
"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":2}},
{"Sequence":{"id":"A","type_id":1}}],"special_tokens":{"<s>":{"id":"<s>","ids":[1]}}},
"model":{"type":"WordPiece","vocab":{"[UNK]":0,"<s>":1},"unk_token":"[UNK]",
"continuing_subword_prefix":"@","max_input_chars_per_word":7}})";

TokenizerFile parse(const std::string &json)
{
    const JsonDocument document(json, "tokenizer.json", json.size());
    return parse_tokenizer_json(document.root(), 100);
}

TEST(components_packed, SpecsGoThereAndBack)
{
    for (const std::string &json : {kMerges, kPieces, kAll}) {
        std::string text = tokenizer_to_json(parse(json).spec);
        const JsonDocument document(text, "packed", text.size());
        EXPECT_EQ(tokenizer_to_json(tokenizer_from_json(document.root())), text);
        text.insert(text.find("\"id\":") + 5, "-1");
        const JsonDocument negative(text, "packed", text.size());
        EXPECT_THROW(tokenizer_from_json(negative.root()), Error) << text;
    }
}

TEST(components_packed, TablesGoThereAndBack)
{
    for (const std::string &json : {kMerges, kPieces}) {
        const TokenizerTables tables = build_tables(parse(json).source);
        const std::vector<std::byte> block = write_table_block(tables.view());
        TokenizerView view = read_table_block(block);
        EXPECT_EQ(write_table_block(view), block);
        EXPECT_EQ(view.min_score, tables.view().min_score);
        for (size_t size = 0; size < block.size(); ++size)
            EXPECT_THROW(read_table_block(std::span(block).first(size)), Error) << size;
        std::vector<std::byte> longer = block;
        longer.resize(block.size() + 8);
        EXPECT_THROW(read_table_block(longer), Error);
        for (size_t count = 0; count < 5; ++count) { // each count, one more and far more
            for (const uint64_t value : {uint64_t{1} << 62, UINT64_MAX, uint64_t{1000}}) {
                std::vector<std::byte> forged = block;
                std::memcpy(forged.data() + 8 * count, &value, sizeof value);
                EXPECT_THROW(read_table_block(forged), Error);
            }
        }
    }
}

// A merge whose result is one of its parts cannot be written in a file of tokens; in forged tables
// it ends all the same, for each merge leaves one symbol less.
TEST(components_packed, CyclicMergesEnd)
{
    TokenizerFile file = parse(kMerges);
    file.source.merges = {{1, 2, 1}, {2, 1, 2}, {1, 1, 1}};
    const TokenizerTables tables = build_tables(std::move(file.source));
    const Tokenizer tokenizer(std::move(file.spec), tables.view());
    Encoding encoding;
    tokenizer.encode("abababbbaaab", 100, Dropped::kCount, {}, encoding);
    EXPECT_LT(encoding.tokens.size(), 14u);
}

// An expression is compiled where a tokenizer is made of the file, before any text.
TEST(components_packed, ExpressionsThatDoNotCompile)
{
    TokenizerFile file = parse(kMerges);
    std::get<Split>(file.spec.pre_tokenizers.at(0)).pattern.text = "a(";
    const TokenizerTables tables = build_tables(std::move(file.source));
    EXPECT_THROW(Tokenizer(std::move(file.spec), tables.view()), Error);
}

class PackedTokenizer : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override
    {
        tests::TinyModel model;
        model.layers = 1;
        tests::write_tiny_model(folder_ / "model", model);
        tests::write_file(folder_ / "model/tokenizer.json", GetParam());
        tests::write_file(folder_ / "model/tokenizer_config.json",
                          R"({"tokenizer_class":"PreTrainedTokenizerFast"})");
        import_directory(folder_ / "model", folder_ / "m.sbert", encoder::Overwrite::kRefuse,
                         Precision::kInt8);
        good_ = tests::read_file(folder_ / "m.sbert");
        std::memcpy(&header_, good_.data(), sizeof header_);
    }
    // What comes of the file with `from` in its metadata replaced by `to`, of the same length.
    std::string forged(const std::string &from, const std::string &to)
    {
        std::string file = good_;
        const size_t at = file.find(from, header_.metadata.offset);
        if (at == file.npos || from.size() != to.size())
            return "no such text: " + from;
        file.replace(at, to.size(), to);
        return tests::try_packed(tests::with_checksum(file)).what;
    }

    tests::TempDir folder_;
    std::string good_;
    PackedHeader header_;
};

TEST_P(PackedTokenizer, DamageIsFound)
{
    ASSERT_EQ(tests::try_packed(good_, tests::Depth::kVerify).what, "");
    const size_t begin = header_.tables.offset;
    ASSERT_NE(begin, 0u);
    for (size_t at = begin; at < begin + header_.tables.bytes; ++at) {
        std::string file = good_;
        file[at] = static_cast<char>(file[at] ^ 0x41);
        EXPECT_NE(tests::try_packed(file, tests::Depth::kVerify).what, "") << at - begin;
    }
    PackedHeader header = header_;
    header.tables = {};
    std::string file = good_;
    std::memcpy(file.data(), &header, sizeof header);
    EXPECT_NE(tests::try_packed(tests::with_checksum(file)).what, "");
}

TEST_P(PackedTokenizer, MetadataThatLies)
{
    const auto names = [](const std::string &what, const std::string &part) {
        EXPECT_NE(what.find(part), std::string::npos) << "found: " << what;
    };
    if (GetParam() == kPieces) {
        names(forged("\"charsmap\":0", "\"charsmap\":9"), "charsmap");
        names(forged("\"id\":0,\"named\"", "\"id\":-,\"named\""), "invalid model file");
    } else {
        names(forged("\"content\":\"<s>\",\"id\":0", "\"content\":\"<s>\",\"id\":-"), "invalid");
        EXPECT_NE(good_.find("\"a+\""), good_.npos);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, PackedTokenizer, testing::Values(kMerges, kPieces));

} // namespace
} // namespace sbert::encoder
