// The short cut of BERT's family against the components over the whole text: the same tokens, the
// same places. A step that changes nothing keeps a tokenizer from the short cut.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/tokenizer.h"
#include "tests/unit/whole_text.h"

namespace sbert::encoder {
namespace {

enum Id : int32_t { kUnk, kCls, kSep, kAdded };

const VocabularyTables &vocabulary()
{
    static const VocabularyTables tables =
        build_vocabulary({"[UNK]",  "[CLS]",  "[SEP]",    "[X]",      "a",
                          "b",      "A",      "##a",      "##b",      "##A",
                          "ab",     "e",      "##e",      "\u00e9",   "##\u00e9",
                          "\u4e2d", "\u1100", "##\u1161", "##\u302e", "##\U0001d165",
                          ".",      "[",      "]",        "x",        "##x"});
    return tables;
}

// Options from the bits of a number.
TokenizerSpec spec_of(uint32_t bits)
{
    TokenizerSpec spec = bert_spec(kUnk);
    spec.normalizers = {
        BertNormalizer{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0}};
    std::get<WordPieceModel>(spec.model).max_input_chars_per_word = 8;
    spec.post_processing.prefix = {{kCls}};
    spec.post_processing.suffix = {{kSep}};
    const auto add = [&](const char *content, uint32_t of) {
        AddedToken token;
        token.id = kAdded + static_cast<int32_t>(spec.added_tokens.size());
        token.content = content;
        token.single_word = of & 1;
        token.lstrip = of & 2;
        token.rstrip = of & 4;
        token.normalized = of & 8;
        spec.added_tokens.push_back(token);
    };
    add("[X]", bits >> 4 & 7);
    add("\u00e9\u0301b", bits >> 7 & 7);
    if (bits & 1u << 10)
        add("b A", 8 | (bits >> 11 & 7));
    if (bits & 1u << 14)
        add("\u302e", 8 | (bits >> 15 & 7));
    return spec;
}

Encoding encode(const Tokenizer &tokenizer, std::string_view text, uint32_t limit, Dropped dropped)
{
    Encoding encoding;
    tokenizer.encode(text, limit, dropped, {}, encoding);
    return encoding;
}

void expect_same(const TokenizerSpec &spec, std::string_view text, uint32_t limit = 1u << 20)
{
    const Tokenizer stream(spec, {vocabulary().view()}),
        whole = tests::whole_text_tokenizer(spec, vocabulary().view());
    for (const Dropped dropped : {Dropped::kIgnore, Dropped::kCount}) {
        const Encoding got = encode(stream, text, limit, dropped);
        const Encoding expected = encode(whole, text, limit, dropped);
        ASSERT_EQ(got.tokens.size(), expected.tokens.size()) << text;
        for (size_t i = 0; i < got.tokens.size(); ++i) {
            ASSERT_EQ(got.tokens[i].id, expected.tokens[i].id) << text << " " << i;
            ASSERT_EQ(got.tokens[i].begin, expected.tokens[i].begin) << text << " " << i;
            ASSERT_EQ(got.tokens[i].end, expected.tokens[i].end) << text << " " << i;
        }
        ASSERT_EQ(got.truncated, expected.truncated);
        ASSERT_EQ(got.dropped, expected.dropped);
    }
}

std::string random_text(std::mt19937 &random, size_t parts)
{
    constexpr const char *kParts[] = {"a",
                                      "b",
                                      "A",
                                      "ab",
                                      " ",
                                      "  ",
                                      ".",
                                      "_",
                                      "\t",
                                      "\x01",
                                      "[X]",
                                      "[",
                                      "[X",
                                      "x",
                                      "\u00e9",
                                      "\u00c9",
                                      "\u0301",
                                      "e\u0301",
                                      "\u302e",
                                      "\U0001d165",
                                      "\u0344",
                                      "\u200d",
                                      "\u00a0",
                                      "\u3000",
                                      "\u4e2d",
                                      "\uac00",
                                      "\u0130",
                                      "b A",
                                      "\u00e9\u0301b",
                                      "b \u00c1",
                                      "\u0f73",
                                      "\uff0c",
                                      "aaaaaaaaaaa",
                                      "\u1e69"};
    std::string text;
    for (size_t i = 0; i < parts; ++i)
        text += kParts[random() % std::size(kParts)];
    return text;
}

TEST(BertStream, RandomTexts)
{
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        const TokenizerSpec spec = spec_of(random());
        const std::string text = random_text(random, random() % 24);
        expect_same(spec, text, random() % 4 == 0 ? 2 + random() % 8 : 1u << 20);
        if (HasFatalFailure())
            return;
    }
}

TEST(BertStream, TextsOfManyBlocks)
{
    std::mt19937 random(2);
    for (int round = 0; round < 200; ++round) {
        const std::string text = random_text(random, 20000);
        expect_same(spec_of(random()), text);
        if (HasFatalFailure())
            return;
    }
}

std::string repeated(std::string_view part, size_t times)
{
    std::string text;
    for (size_t i = 0; i < times; ++i)
        text += part;
    return text;
}

TEST(BertStream, LongRunsOfOneKind)
{
    for (const char *part : {"a", "\u00e9", "\u4e2d", "\u0301", "\u302e", "\u200d", " ", "\u3000",
                             ".", "[", "\u302e\U0001d165", "\uac00", "\x01", "[X]", "a\u0301"})
    {
        for (const uint32_t bits : {15u, 15u | 7 << 4, 15u | 1 << 10 | 6 << 11, 8u, 12u | 2 << 4}) {
            const std::string run = repeated(part, 40000);
            expect_same(spec_of(bits), "a" + run + "[X]" + run + "b A" + run + "a");
            if (HasFatalFailure())
                return;
        }
    }
}

// Beyond what is kept of a run of marks, those that are deleted are passed over.
TEST(BertStream, RunsOfMarksAsLongAsTheText)
{
    const Tokenizer tokenizer(spec_of(15), {vocabulary().view()});
    const std::string marks = repeated("\u0301\u0323", 500000);
    const std::string text = "a" + marks + "\u302e" + marks + "\U0001d165" + marks + " b";
    const Encoding got = encode(tokenizer, text, 64, Dropped::kIgnore);
    ASSERT_EQ(got.tokens.size(), 6u); // [CLS] a ##U+1D165 ##U+302E b [SEP]
    EXPECT_EQ(tokenizer.token(got.tokens[1].id), "a");
    EXPECT_EQ(tokenizer.token(got.tokens[2].id), "##\U0001d165");
    EXPECT_EQ(tokenizer.token(got.tokens[3].id), "##\u302e");
    EXPECT_EQ(got.tokens[4].end, text.size());
    const std::string many = "a" + repeated("\u302e", 500000);
    const Encoding unknown = encode(tokenizer, many + " b", 64, Dropped::kIgnore);
    ASSERT_EQ(unknown.tokens.size(), 4u);
    EXPECT_EQ(unknown.tokens[1].id, kUnk);
    EXPECT_EQ(unknown.tokens[1].end, many.size());
}

TEST(BertStream, RefusesInvalidTextWhereItIsRead)
{
    const Tokenizer tokenizer(spec_of(15), {vocabulary().view()});
    for (const char *text : {"\xff", "ab\xc3", "a\u00e9\xed\xa0\x80", "[X\xff", "\u0301\x80"})
        EXPECT_THROW(encode(tokenizer, text, 8, Dropped::kIgnore), Error) << text;
    EXPECT_EQ(encode(tokenizer, "a a a a \xff", 4, Dropped::kIgnore).tokens.size(), 4u);
}

} // namespace
} // namespace sbert::encoder
