// Whole tokenizers from the text of a tokenizer.json, with results worked out by hand, and what is
// refused.
#include <chrono>
#include <csignal>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/tokenizer/tokenizer_json.h"
#include "encoder/tokenizer/regex.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::encoder {
namespace {

constexpr int64_t kIds = 1000;

TokenizerFile parse(const std::string &json)
{
    const JsonDocument document(json, "tokenizer.json", json.size());
    return parse_tokenizer_json(document.root(), kIds);
}

struct Token3 {
    int32_t id;
    uint32_t begin;
    uint32_t end;
    bool operator==(const Token3 &) const = default;
};
using Tokens = std::vector<Token3>;

std::ostream &operator<<(std::ostream &out, const Token3 &token)
{
    return out << token.id << " " << token.begin << "-" << token.end;
}

Tokens tokens(const std::string &json, std::string_view text, uint32_t limit = 100)
{
    TokenizerFile file = parse(json);
    const TokenizerTables tables = build_tables(std::move(file.source));
    const Tokenizer tokenizer(std::move(file.spec), tables.view());
    Encoding encoding;
    tokenizer.encode(text, limit, Dropped::kIgnore, {}, encoding);
    Tokens out;
    for (const Token &token : encoding.tokens)
        out.push_back({token.id, token.begin, token.end});
    return out;
}

std::string refusal(const std::string &json)
{
    try {
        build_tables(parse(json).source);
    } catch (const Error &error) {
        return error.what();
    }
    return "";
}

bool mentions(const std::string &text, std::string_view part)
{
    return text.find(part) != text.npos;
}

const char kBpe[] = R"({"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4,"<unk>":5,"bc":6},
    "merges":["b c","a b",["ab","c"]],"unk_token":"<unk>"})";

std::string with_model(const std::string &model, const std::string &rest = "")
{
    return "{\"version\":\"1.0\",\"model\":" + model + rest + "}";
}

TEST(components_tokenizer, BpeMergesByRankThenFromTheLeft)
{
    // "b c" comes before "a b": a|bc, though abc is in the vocabulary.
    EXPECT_EQ(tokens(with_model(kBpe), "abc"), (Tokens{{0, 0, 1}, {6, 1, 3}}));
    EXPECT_EQ(tokens(with_model(kBpe), "abab"), (Tokens{{3, 0, 2}, {3, 2, 4}}));
    EXPECT_EQ(tokens(with_model(kBpe), "xxa"), (Tokens{{5, 0, 1}, {5, 1, 2}, {0, 2, 3}}));
}

TEST(components_tokenizer, BpeByteFallback)
{
    // U+00E9 as its two bytes, both of the character's place.
    const std::string model = R"({"type":"BPE","vocab":{"a":0,"<0xC3>":1,"<0xA9>":2},"merges":[],
        "byte_fallback":true})";
    EXPECT_EQ(tokens(with_model(model), "a\xc3\xa9"), (Tokens{{0, 0, 1}, {1, 1, 3}, {2, 1, 3}}));
}

TEST(components_tokenizer, UnigramTakesTheBestSum)
{
    // ab|c is -3, a|bc is -4; x and y are one unknown piece.
    const std::string model = R"({"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",-2],
        ["ab",-1],["bc",-2],["c",-2]]})";
    EXPECT_EQ(tokens(with_model(model), "abc"), (Tokens{{2, 0, 2}, {4, 2, 3}}));
    EXPECT_EQ(tokens(with_model(model), "axyc"), (Tokens{{1, 0, 1}, {0, 1, 3}, {4, 3, 4}}));
}

TEST(components_tokenizer, ScoresAreReadAsTheLibraryReadsThem)
{
    const std::string model = R"({"type":"Unigram","vocab":[["a",-4.957441282111657],["b",-10.0],
        ["c",1e-7],["d",-3]]})";
    const auto scores = parse(with_model(model)).source.scores;
    EXPECT_EQ(scores, (std::vector<double>{-4957441282111657 / 1e15, -10, 1 / 1e7, -3}));
}

TEST(components_tokenizer, WordLevelAndWhitespace)
{
    const std::string model =
        R"({"type":"WordLevel","unk_token":"?","vocab":{"?":0,"hi":1,"!":2}})";
    EXPECT_EQ(tokens(with_model(model, R"(,"pre_tokenizer":{"type":"Whitespace"})"), "hi  you!"),
              (Tokens{{1, 0, 2}, {0, 4, 7}, {2, 7, 8}}));
}

TEST(components_tokenizer, ByteLevelAddsASpaceAndTrimsItsOffsets)
{
    // "Gh" with a dotted G is a space and an h.
    const std::string model = R"({"type":"BPE","vocab":{"\u0120":0,"h":1,"i":2,"\u0120h":3},
        "merges":["\u0120 h"]})";
    const std::string parts = R"(,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true,
        "trim_offsets":true},"post_processor":{"type":"ByteLevel","add_prefix_space":true,
        "trim_offsets":true})";
    EXPECT_EQ(tokens(with_model(model, parts), "hi hi"),
              (Tokens{{3, 0, 1}, {2, 1, 2}, {3, 3, 4}, {2, 4, 5}}));
}

TEST(components_tokenizer, MetaspaceAndTemplate)
{
    const std::string model = R"({"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["<s>",0],
        ["\u2581a",-1],["b",-1],["\u2581",-3]]})";
    const std::string parts = R"(,"pre_tokenizer":{"type":"Metaspace","replacement":"\u2581",
        "prepend_scheme":"always"},"post_processor":{"type":"TemplateProcessing","single":[
        {"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
        "pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}})";
    EXPECT_EQ(tokens(with_model(model, parts), "ab a"),
              (Tokens{{1, 0, 0}, {2, 0, 1}, {3, 1, 2}, {2, 2, 4}}));
    EXPECT_EQ(tokens(with_model(model, parts), "ab a", 2), (Tokens{{1, 0, 0}, {2, 0, 1}}));
}

TEST(components_tokenizer, AddedTokens)
{
    const std::string added = R"(,"normalizer":{"type":"Lowercase"},"added_tokens":[
        {"id":7,"content":"<m>","lstrip":true,"normalized":false},
        {"id":8,"content":"BC","normalized":true}])";
    EXPECT_EQ(tokens(with_model(kBpe, added), "a <m>bC"),
              (Tokens{{0, 0, 1}, {7, 1, 5}, {8, 5, 7}}));
}

TEST(components_tokenizer, SplitKeepsWhatTheBehaviorSays)
{
    const auto split = [](const std::string &behavior) {
        const std::string model = R"({"type":"WordLevel","unk_token":"?","vocab":{"?":0}})";
        Tokens found = tokens(
            with_model(model, R"(,"pre_tokenizer":{"type":"Split","pattern":{"String":"-"},"invert":
            false,"behavior":")" + behavior +
                                  "\"}"),
            "a-b--c");
        std::vector<uint32_t> ends;
        for (const Token3 &token : found)
            ends.push_back(token.end);
        return ends;
    };
    using Ends = std::vector<uint32_t>;
    EXPECT_EQ(split("Removed"), (Ends{1, 3, 6}));
    EXPECT_EQ(split("Isolated"), (Ends{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(split("MergedWithPrevious"), (Ends{2, 4, 5, 6}));
    EXPECT_EQ(split("MergedWithNext"), (Ends{1, 3, 4, 6}));
    EXPECT_EQ(split("Contiguous"), (Ends{1, 2, 3, 5, 6}));
}

TEST(components_tokenizer, LongWordIsNotQuadratic)
{
    const std::string text(1 << 19, 'a');
    EXPECT_EQ(tokens(with_model(kBpe), text, 3).size(), 3u);
}

TEST(components_tokenizer, WordOfUnknownPieces)
{
    const std::string model = R"({"type":"WordPiece","unk_token":"?","vocab":{"?":0,"a":1,"##b":2},
        "continuing_subword_prefix":"##","max_input_chars_per_word":3})";
    EXPECT_EQ(tokens(with_model(model), "ab"), (Tokens{{1, 0, 1}, {2, 1, 2}}));
    EXPECT_EQ(tokens(with_model(model), "x"), (Tokens{{0, 0, 1}}));
    EXPECT_EQ(tokens(with_model(model), "ax"), (Tokens{{0, 0, 2}}));
    EXPECT_EQ(tokens(with_model(model), "abbb"), (Tokens{{0, 0, 4}}));
}

TEST(components_tokenizer, TextBeyondTheLimitIsNotCounted)
{
    TokenizerFile file = parse(with_model(kBpe));
    const TokenizerTables tables = build_tables(std::move(file.source));
    const Tokenizer tokenizer(std::move(file.spec), tables.view());
    Encoding encoding;
    EXPECT_THROW(tokenizer.encode(std::string(kMaxText + 1, 'a'), 3, Dropped::kCount, {}, encoding),
                 Error);
}

TEST(components_tokenizer, RegularExpressionsAreBounded)
{
    const Regex regex("x(a|a)*y");
    const std::string text = "x" + std::string(60, 'a') + "zy";
    Regex::Match match;
    EXPECT_THROW(regex.search(text, 0, {}, match), Error);
    EXPECT_THROW(Regex("(a"), Error);
    volatile std::sig_atomic_t flag = 1;
    try {
        regex.search(text, 0, StopFlag(&flag), match);
        ADD_FAILURE() << "no interrupt";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
    }
}

// Many places, each of which takes long but is within the bound: the flag is seen between them.
TEST(components_tokenizer, RegularExpressionsStop)
{
    const Regex regex("a*a*[bc]");
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += std::string(100, 'a') + "x";
    text += "c";
    volatile std::sig_atomic_t flag = 0;
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        flag = 1;
    });
    const std::clock_t began = std::clock();
    Regex::Match match;
    try {
        regex.search(text, 0, StopFlag(&flag), match);
        ADD_FAILURE() << "no interrupt";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
    }
    later.join();
    EXPECT_LT(std::clock() - began, CLOCKS_PER_SEC); // of this process: others do not count
}

// More work than one search of Oniguruma may do, less than the bound: place by place, the same.
TEST(components_tokenizer, RegularExpressionsAreSlowButRight)
{
    const Regex regex("\xc3\xa9?a*a*[bc]");
    Regex::Match match;
    const std::string slow = std::string(300, 'a') + "x";
    ASSERT_TRUE(regex.search(slow + "\xc3\xa9" + "aac", 0, {}, match));
    EXPECT_EQ(match.begin, slow.size());
    EXPECT_EQ(match.end, slow.size() + 5);
    EXPECT_FALSE(regex.search(slow + "\xc3\xa9", 0, {}, match));
}

TEST(components_tokenizer, RefusesAndNames)
{
    const auto part = [](const std::string &rest) { return refusal(with_model(kBpe, rest)); };
    EXPECT_TRUE(mentions(part(R"(,"normalizer":{"type":"Nfq"})"), "unknown component \"Nfq\""));
    EXPECT_TRUE(
        mentions(part(R"(,"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"X"}]})"),
                 "pretokenizers[0]"));
    EXPECT_TRUE(mentions(part(R"(,"post_processor":{"type":"Y"})"), "\"Y\""));
    EXPECT_TRUE(mentions(refusal(with_model(R"({"type":"Z","vocab":{}})")), "\"Z\""));
    EXPECT_TRUE(mentions(part(R"(,"pre_tokenizer":{"type":"Metaspace","replacement":"_",
        "add_prefix_space":false,"prepend_scheme":"first"})"),
                         "add_prefix_space"));
    EXPECT_TRUE(mentions(part(R"(,"added_tokens":[{"id":99,"content":"x"}])"), "id 99"));
    EXPECT_TRUE(mentions(part(R"(,"post_processor":{"type":"BertProcessing","sep":["x",70],
        "cls":["x",0]})"),
                         "sep"));
    EXPECT_TRUE(mentions(part(R"(,"pre_tokenizer":{"type":"FixedLength","length":0})"), "length"));
}

TEST(components_tokenizer, RefusesModels)
{
    const auto model = [](const std::string &rest) {
        return refusal(with_model("{\"type\":\"BPE\"," + rest + "}"));
    };
    EXPECT_TRUE(mentions(model(R"("vocab":{"a":0},"merges":["a a"])"), "\"aa\""));
    EXPECT_TRUE(mentions(model(R"("vocab":{"a":0},"merges":["a "])"), "merges nothing"));
    EXPECT_TRUE(mentions(model(R"("vocab":{"a":0},"merges":["a b c"])"), "merges[0]"));
    EXPECT_TRUE(mentions(model(R"("vocab":{"a":0,"b":0},"merges":[])"), "another token"));
    EXPECT_TRUE(mentions(model(R"("vocab":{"a":1000},"merges":[])"), "999"));
    EXPECT_TRUE(mentions(model(R"("vocab":{"a":0},"merges":[],"dropout":0.1)"), "dropout"));
    EXPECT_TRUE(mentions(refusal(with_model(R"({"type":"Unigram","unk_id":2,"vocab":[["a",0]]})")),
                         "unk_id"));
    EXPECT_TRUE(
        mentions(refusal(with_model(R"({"type":"Unigram","unk_id":0,"vocab":[["a",0],["a",1]]})")),
                 "has the ids"));
}

} // namespace
} // namespace sbert::encoder
