// Tokenizers without a tokenizer.json: the vocabulary files of the older classes, and what the
// classes build around them; what is wrong with a file is told with the file's name and the place.
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/tokenizer/legacy_files.h"
#include "encoder/import/tokenizer/tokenizer.h"
#include "encoder/tokenizer/tokenizer.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

using Ids = std::vector<int32_t>;

Ids ids(TokenizerFile file, std::string_view text)
{
    const TokenizerTables tables = build_tables(std::move(file.source));
    const Tokenizer tokenizer(std::move(file.spec), tables.view());
    Encoding encoding;
    tokenizer.encode(text, 100, Dropped::kIgnore, {}, encoding);
    Ids out;
    for (const Token &token : encoding.tokens)
        out.push_back(token.id);
    return out;
}

// A folder with files of a tokenizer.
class components_files : public testing::Test {
  protected:
    void write(const std::string &name, const std::string &text)
    {
        tests::write_file(folder_ / name, text);
    }
    void write_class(const std::string &name, const std::string &settings = "")
    {
        write("tokenizer_config.json", R"({"tokenizer_class":")" + name + "\"" + settings + "}");
    }
    Ids read(std::string_view text, int64_t rows = 100)
    {
        DirectoryTokenizer tokenizer = read_tokenizer(folder_.path(), rows);
        return ids(std::move(tokenizer.file), text);
    }
    // Expects an error that names all of `parts`.
    void refuse(std::initializer_list<std::string> parts, int64_t rows = 100)
    {
        try {
            read_tokenizer(folder_.path(), rows);
            ADD_FAILURE() << "no error for " << *parts.begin();
        } catch (const Error &error) {
            for (const std::string &part : parts)
                EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
                    << error.what() << " lacks " << part;
        }
    }

    void write_roberta(const std::string &merges = "#version: 0.2\na b\n\xc4\xa0 ab\n")
    {
        write_class("RobertaTokenizer");
        write("vocab.json", R"({"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"a":4,"b":5,"ab":6,
            "\u0120":7,"\u0120ab":8,"<mask>":9})");
        write("merges.txt", merges);
    }

    tests::TempDir folder_;
};

TEST_F(components_files, Roberta)
{
    write_roberta();
    EXPECT_EQ(read("ab ab <mask>"), (Ids{0, 6, 8, 7, 9, 2}));
    write_class("RobertaTokenizer", R"(,"add_prefix_space":true)");
    EXPECT_EQ(read("ab ab"), (Ids{0, 8, 8, 2}));
    write("special_tokens_map.json", R"({"mask_token":{"content":"<mask>","lstrip":true},
        "cls_token":"<mask>"})");
    EXPECT_EQ(read("ab <mask>"), (Ids{9, 8, 9, 2}));
}

TEST_F(components_files, RobertaFaults)
{
    write_roberta("#version: 0.2\na b\na c\n");
    refuse({"merges.txt", "line 3", "\"c\""});
    write_roberta("ab\n");
    refuse({"merges.txt", "line 1", "two tokens"});
    write_roberta("a  b\n");
    refuse({"merges.txt", "line 1", "two tokens"});
    write_roberta(" b\n");
    refuse({"merges.txt", "line 1", "merges nothing"});
    write_roberta("b a\n");
    refuse({"merges.txt", "line 1", "\"ba\""});
    std::string many;
    for (int i = 0; i < 1000000; ++i)
        many += "a b\n";
    write_roberta(many);
    refuse({"merges.txt", "1000000 merges"});
    write_roberta();
    refuse({"vocab.json", "\"<mask>\"", "between 0 and 8"}, 9);
    write("vocab.json", R"({"<s>":0,"a":0})");
    refuse({"vocab.json", "\"a\"", "another token"});
    write("vocab.json", R"({"<s>":0,"</s>":5})"); // <pad> and others go into the hole's stead
    write("merges.txt", "");
    EXPECT_EQ(read("x"), (Ids{0, 5}));
    std::filesystem::remove(folder_ / "merges.txt");
    refuse({"merges.txt", "RobertaTokenizer"});
}

TEST_F(components_files, Settings)
{
    write_roberta();
    write_class("RobertaTokenizer", R"(,"truncation_side":"left")");
    refuse({"tokenizer_config.json", "truncation_side"});
    write_class("RobertaTokenizer", R"(,"split_special_tokens":true)");
    refuse({"tokenizer_config.json", "split_special_tokens"});
    write_class("RobertaTokenizer", R"(,"image_token":"<i>")");
    refuse({"tokenizer_config.json", "image_token"});
    write_class("RobertaTokenizer", R"(,"auto_map":{"AutoTokenizer":["own.Tokenizer",null]})");
    refuse({"tokenizer_config.json", "Python code"});
    write_class("LlamaTokenizer");
    refuse({"tokenizer_config.json", "LlamaTokenizer"});
    write_class("PreTrainedTokenizerFast");
    refuse({"tokenizer.json", "PreTrainedTokenizer"});
    write_class("AlbertTokenizer");
    write("tokenizer.pkl", "x");
    refuse({"spiece.model", "AlbertTokenizer"});
    write_class("RobertaTokenizer", R"(,"added_tokens_decoder":{"11":{"content":"x"}})");
    refuse({"tokenizer_config.json", "\"x\"", "11"});
}

// Fields of protobuf: a key, a length, the bytes.
std::string field(int number, const std::string &bytes)
{
    return std::string() + static_cast<char>(number << 3 | 2) + static_cast<char>(bytes.size()) +
           bytes;
}
std::string piece(const std::string &text, float score, char type)
{
    std::string bytes = field(1, text) + static_cast<char>(2 << 3 | 5);
    bytes.append(reinterpret_cast<const char *>(&score), sizeof score);
    return field(1, bytes + static_cast<char>(3 << 3) + type);
}
const std::string kSpace = "\xe2\x96\x81";

TEST_F(components_files, XlmRoberta)
{
    const std::string bytes = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3) +
                              piece(kSpace + "a", -1, 1) + piece("b", -2, 1);
    write_class("XLMRobertaTokenizer");
    write("sentencepiece.bpe.model", bytes);
    EXPECT_EQ(read("ab  a<mask>x "), (Ids{0, 4, 5, 4, 6, 3, 2}));
    write_class("XLMRobertaTokenizer", R"(,"add_prefix_space":false)");
    EXPECT_EQ(read("b"), (Ids{0, 5, 2}));
    refuse({"sentencepiece.bpe.model", "7 tokens", "6 rows"}, 6);
}

TEST_F(components_files, Albert)
{
    write_class("AlbertTokenizer");
    write("spiece.model", piece("<pad>", 0, 3) + piece("<unk>", 0, 2) + piece("[CLS]", 0, 3) +
                              piece("[SEP]", 0, 3) + piece("[MASK]", 0, 4) +
                              piece(kSpace + "a", -1, 1) + piece("\"", -2, 1));
    EXPECT_EQ(read("\xc3\x81``\xce\xb2 [MASK]"), (Ids{2, 5, 6, 1, 4, 3}));
}

TEST_F(components_files, SentencePieceFaults)
{
    const std::string head = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3);
    const std::string bytes = head + piece("a", -1, 1) + piece("b", -2, 1);
    const std::string name = "sentencepiece.bpe.model";
    write_class("XLMRobertaTokenizer");
    for (size_t cut = 1; cut < bytes.size(); ++cut) { // whole pieces are left, or an error
        try {
            EXPECT_LT(parse_sentencepiece(bytes.substr(0, cut), name, 10).pieces.size(), 5u);
        } catch (const Error &) {
        }
    }
    write(name, bytes.substr(0, bytes.size() - 1));
    refuse({name, "cut short"});
    write(name, head + piece("a", -1, 1) + piece("a", -2, 1));
    refuse({name, "\"a\"", "twice"});
    write(name, head + piece("\xff", 0, 2));
    refuse({name, "UTF-8"});
    write(name, head + piece("a", 0, 9));
    refuse({name, "unknown type 9"});
    write(name, "");
    refuse({name});
    write(name, bytes + field(2, std::string("\x18\x02", 2))); // model_type: BPE
    refuse({name, "unigram"});
    write(name, bytes + field(3, field(2, std::string("\x08\0\0\0\xff\xff\xff\xff\0\0\0\0x", 13))));
    refuse({name, "precompiled_charsmap"});
    write(name, bytes + field(3, field(2, "\xff\xff")));
    refuse({name, "precompiled_charsmap"});
}

} // namespace
} // namespace sbert::encoder
