// Whole texts to tokens with a vocabulary small enough to work every result out by hand.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/tokenizer.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {
namespace {

enum Id : int32_t { kUnk, kCls, kSep, kMask, kUn, kAff, kAble, kA, kComma, kZhong, kE, kAddedId };

class WordPieceTest : public ::testing::Test {
  protected:
    WordPieceTest()
    {
        spec_.post_processing.prefix = {{kCls}};
        spec_.post_processing.suffix = {{kSep}};
        add({.id = kMask, .content = "[MASK]", .special = true});
    }
    void add(const AddedToken &token) { spec_.added_tokens.push_back(token); }
    Encoding encode(std::string_view text, uint32_t limit = 512, Dropped dropped = Dropped::kIgnore)
    {
        Encoding out;
        Tokenizer(spec_, {tables_.view()}).encode(text, limit, dropped, StopFlag(), out);
        return out;
    }
    // The ids between [CLS] and [SEP].
    std::vector<int32_t> ids(std::string_view text)
    {
        const Encoding out = encode(text);
        EXPECT_EQ(out.tokens.front().id, kCls);
        EXPECT_EQ(out.tokens.back().id, kSep);
        std::vector<int32_t> ids;
        for (size_t i = 1; i + 1 < out.tokens.size(); ++i)
            ids.push_back(out.tokens[i].id);
        return ids;
    }
    void expect_span(const Token &token, uint32_t begin, uint32_t end)
    {
        EXPECT_EQ(token.begin, begin);
        EXPECT_EQ(token.end, end);
    }

    VocabularyTables tables_ = build_vocabulary(
        {"[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "a", ",", "\u4e2d", "e"});
    TokenizerSpec spec_ = bert_spec(kUnk);
    BertNormalizer &bert_ = std::get<BertNormalizer>(spec_.normalizers[0]);
    WordPieceModel &model_ = std::get<WordPieceModel>(spec_.model);
};

using Ids = std::vector<int32_t>;

TEST_F(WordPieceTest, TakesTheLongestPieces)
{
    EXPECT_EQ(ids("unaffable"), (Ids{kUn, kAff, kAble}));
    EXPECT_EQ(ids("unaffablex"), (Ids{kUnk}));
    EXPECT_EQ(ids("UNable, \u4e2da"), (Ids{kUn, kAble, kComma, kZhong, kA}));
    EXPECT_EQ(ids(""), (Ids{}));
    EXPECT_EQ(ids("  \t "), (Ids{}));
}

TEST_F(WordPieceTest, AWordOverTheLimitIsUnknown)
{
    model_.max_input_chars_per_word = 9;
    EXPECT_EQ(ids("unaffable"), (Ids{kUn, kAff, kAble}));
    model_.max_input_chars_per_word = 8;
    EXPECT_EQ(ids("unaffable a"), (Ids{kUnk, kA}));
    expect_span(encode(" unaffable a").tokens[1], 1, 10);
}

TEST_F(WordPieceTest, GivesBytesOfTheOriginalText)
{
    const Encoding out = encode("\u00c9 u\u0301n\u200daff, \u4e2d");
    ASSERT_EQ(out.tokens.size(), 7u);
    expect_span(out.tokens[0], 0, 0);
    expect_span(out.tokens[1], 0, 2);   // É
    expect_span(out.tokens[2], 3, 7);   // u, U+0301, n
    expect_span(out.tokens[3], 10, 13); // aff, after the removed joiner
    expect_span(out.tokens[4], 13, 14);
    expect_span(out.tokens[5], 15, 18);
    expect_span(out.tokens[6], 0, 0);
}

TEST_F(WordPieceTest, FindsAddedTokensInTheOriginalText)
{
    EXPECT_EQ(ids("a[MASK]a"), (Ids{kA, kMask, kA}));
    EXPECT_EQ(ids("[mask]"), (Ids{kUnk, kUnk, kUnk})); // not the token: [ mask ]
    add({.id = kAddedId, .content = "A", .single_word = true});
    EXPECT_EQ(ids("A a, A"), (Ids{kAddedId, kA, kComma, kAddedId}));
    EXPECT_EQ(ids("AA"), (Ids{kUnk}));
}

TEST_F(WordPieceTest, AddedTokensStripWhiteSpace)
{
    spec_.added_tokens.clear();
    add({.id = kMask, .content = "[MASK]", .lstrip = true, .rstrip = true});
    const Encoding out = encode("a \u3000[MASK]\t a");
    ASSERT_EQ(out.tokens.size(), 5u);
    expect_span(out.tokens[2], 1, 13);
    expect_span(out.tokens[3], 13, 14);
}

TEST_F(WordPieceTest, FindsNormalizedAddedTokensAfterNormalisation)
{
    add({.id = kAddedId, .content = "Un Able", .lstrip = true, .normalized = true});
    const Encoding out = encode("a  \u00fan ABLE, a");
    ASSERT_EQ(out.tokens.size(), 6u);
    EXPECT_EQ(out.tokens[2].id, kAddedId);
    expect_span(out.tokens[2], 1, 11);
}

TEST_F(WordPieceTest, CutsTheEndOfTheText)
{
    const Encoding fits = encode("a a a", 5);
    EXPECT_FALSE(fits.truncated);
    const Encoding cut = encode("a a unaffable a", 5, Dropped::kCount);
    EXPECT_TRUE(cut.truncated);
    EXPECT_EQ(cut.dropped, 3u);
    ASSERT_EQ(cut.tokens.size(), 5u);
    EXPECT_EQ(cut.tokens[3].id, kUn);
    EXPECT_EQ(cut.tokens[4].id, kSep);
    EXPECT_EQ(encode("a a unaffable a", 5).dropped, 0u);
    EXPECT_EQ(encode("a", 2).tokens.size(), 2u);
    EXPECT_THROW(encode("a", 1), Error);
}

TEST_F(WordPieceTest, LeavesTheRestOfACutTextUnread)
{
    EXPECT_EQ(encode("a a a a \xff", 4).tokens.size(), 4u);
    EXPECT_THROW(encode("a a a a \xff", 4, Dropped::kCount), Error);
}

TEST_F(WordPieceTest, PollsTheFlag)
{
    volatile sig_atomic_t flag = 1;
    const Tokenizer tokenizer(spec_, {tables_.view()});
    Encoding out;
    EXPECT_THROW(tokenizer.encode("a", 8, Dropped::kIgnore, StopFlag(&flag), out), Error);
}

TEST_F(WordPieceTest, AddedTokensAcrossWindowsOfTheReader)
{
    spec_.added_tokens.clear();
    add({.id = kMask, .content = "[MASK]", .lstrip = true});
    for (size_t spaces = 32 * 1024 - 8; spaces < 32 * 1024 + 8; ++spaces) {
        const std::string text = "a" + std::string(spaces, ' ') + "[MASK]a";
        const Encoding out = encode(text);
        ASSERT_EQ(out.tokens.size(), 5u);
        expect_span(out.tokens[2], 1, static_cast<uint32_t>(spaces) + 7);
    }
}

TEST_F(WordPieceTest, TellsTheTextOfATokenById)
{
    add({.id = 99, .content = "extra"});
    const Tokenizer tokenizer(spec_, {tables_.view()});
    EXPECT_EQ(tokenizer.token(kAble), "##able");
    EXPECT_EQ(tokenizer.token(99), "extra");
    EXPECT_EQ(tokenizer.token(98), "");
    EXPECT_EQ(tokenizer.token(-1), "");
    EXPECT_EQ(tokenizer.vocabulary_size(), 100);
}

} // namespace
} // namespace sbert::encoder
