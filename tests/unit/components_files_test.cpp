// Tokenizers without a tokenizer.json: RoBERTa's two files, and a SentencePiece model.
#include <cstring>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/model/components_files.h"
#include "encoder/text/components/components_tokenizer.h"

namespace sbert::encoder {
namespace {

std::vector<int32_t> ids(ComponentsFile file, std::string_view text)
{
    const components::ComponentsTables tables = build_components(std::move(file.source));
    const components::ComponentsTokenizer tokenizer(std::move(file.spec), tables.view());
    Encoding encoding;
    tokenizer.encode(text, 100, Dropped::kIgnore, {}, encoding);
    std::vector<int32_t> out;
    for (const Token &token : encoding.tokens)
        out.push_back(token.id);
    return out;
}

using Ids = std::vector<int32_t>;

TEST(components_files, Roberta)
{
    const std::string text = R"({"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"a":4,"b":5,"ab":6,
        "\u0120":7,"\u0120ab":8,"<mask>":9})";
    const JsonDocument vocab(text, "vocab.json", text.size());
    const auto read = [&](std::string_view merges) {
        return roberta_components(vocab.root(), merges, "merges.txt", false, 10);
    };
    EXPECT_EQ(ids(read("#version: 0.2\na b\n\xc4\xa0 ab\n"), "ab ab <mask>"), (Ids{0, 6, 8, 9, 2}));
    EXPECT_THROW(read("a c\n"), Error);
    EXPECT_THROW(read("ab\n"), Error);
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

TEST(components_files, XlmRoberta)
{
    const std::string bytes = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3) +
                              piece("\xe2\x96\x81"
                                    "a",
                                    -1, 1) +
                              piece("b", -2, 1);
    const auto read = [&](std::string_view file) {
        return parse_sentencepiece(file, "spiece.model", 10);
    };
    const SentencePieceFile file = read(bytes);
    ASSERT_EQ(file.pieces.size(), 5u);
    EXPECT_EQ(file.pieces[3].score, -1);
    EXPECT_EQ(ids(xlm_roberta_components(file, "spiece.model", 7), "ab  a<mask>x "),
              (Ids{0, 4, 5, 4, 6, 3, 2}));
    EXPECT_THROW(xlm_roberta_components(file, "spiece.model", 6), Error);
    for (size_t cut = 1; cut < bytes.size(); ++cut) { // whole pieces are left, or an error
        try {
            EXPECT_LT(read(bytes.substr(0, cut)).pieces.size(), 5u);
        } catch (const Error &) {
        }
    }
    EXPECT_THROW(read(piece("\xff", 0, 2)), Error);
    EXPECT_THROW(read(piece("a", 0, 9)), Error);
    EXPECT_THROW(read(""), Error);
}

} // namespace
} // namespace sbert::encoder
