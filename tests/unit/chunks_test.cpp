// Chunks: what holds for any text, and where texts are cut.
#include <gtest/gtest.h>

#include "encoder/error.h"
#include "tests/unit/chunks_sample.h"

namespace sbert {

using tests::bodies;
using tests::chunks_of;
using tests::fault_of;
using tests::repeat;
using tests::RuleTokens;
using Strings = std::vector<std::string>;

namespace {

RuleTokens words(RuleTokens::Rule::kWords);
RuleTokens bytes(RuleTokens::Rule::kBytes);

Strings cut(std::string_view text, size_t tokens, ChunkBorder by = ChunkBorder::kSentence,
            size_t overlap = 0)
{
    const ChunkOptions options = {tokens, overlap, by};
    const std::vector<Chunk> chunks = chunks_of(text, words, options);
    EXPECT_EQ(fault_of(text, chunks, words, options), "");
    return bodies(text, chunks);
}

const char *const kHostile[] = {
    "",
    " \t\r\n",
    "one",
    "One two. Three four! Five?\r\n\r\nSix seven.\r\nEight\r\n\r\n\r\nnine.",
    "no end of a sentence at all and it goes on and on without any mark that would end it",
    "https://example.com/a/very/long/path?with=many&query=parameters#and-a-fragment",
    "第一句很长很长很长。第二句！第三句？「引号」里的话。",
    "ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอนหรือวรรณยุกต์",
    "👨‍👩‍👧‍👦👨‍👩‍👧‍👦 "
    "👩🏽‍🚀🇩🇪🇫🇷🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "Cafe\xcc\x81 nai\xcc\x88ve. E\xcc\x81t\xcc\x81.",
    "a\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87 b",
    "\xe2\x80\x89thin\xe2\x80\x89spaces\xc2\xa0here\xe3\x80\x80",
    "क्षत्रिय हिन्दी में। दूसरा वाक्य।",
    "\x01\x02 \x7f.\x03",
    "\xef\xbb\xbf"
    "After a mark. Of byte order.",
    "....... ...... !!!! ???",
    "\xff\xfe not UTF-8 \xc3",
};

} // namespace

TEST(Chunks, HoldForAnyText)
{
    for (const char *text : kHostile)
        for (const auto by : {ChunkBorder::kWord, ChunkBorder::kSentence, ChunkBorder::kParagraph})
            for (RuleTokens *model : {&words, &bytes})
                for (const size_t tokens : {6, 7, 10, 20, 100})
                    for (const size_t overlap : {0, 1, 4, 5}) {
                        const ChunkOptions options = {tokens, overlap, by};
                        SCOPED_TRACE(std::string(text) + " in " + std::to_string(tokens) + ", " +
                                     std::to_string(overlap));
                        const auto chunks = chunks_of(text, *model, options);
                        EXPECT_EQ(fault_of(text, chunks, *model, options), "");
                    }
}

TEST(Chunks, TakeWholeSentences)
{
    const std::string_view text = "One two. Three four. Five six seven. Eight.";
    EXPECT_EQ(cut(text, 8), (Strings{"One two. Three four.", "Five six seven. Eight."}));
    EXPECT_EQ(cut(text, 7), (Strings{"One two.", "Three four.", "Five six seven.", "Eight."}));
    EXPECT_EQ(cut(text, 100), (Strings{std::string(text)}));
}

TEST(Chunks, EndWithParagraphsWhereTheyAreHalfFull)
{
    const std::string_view text = "A b c. D e.\n\nF g. H i.\r\n \r\nJ k.";
    EXPECT_EQ(cut(text, 13, ChunkBorder::kParagraph),
              (Strings{"A b c. D e.", "F g. H i.\r\n \r\nJ k."}));
    EXPECT_EQ(cut(text, 13, ChunkBorder::kSentence),
              (Strings{"A b c. D e.\n\nF g.", "H i.\r\n \r\nJ k."}));
    // A title alone is no chunk.
    EXPECT_EQ(cut("Title\n\nA b c d e. F g h.", 10, ChunkBorder::kParagraph),
              (Strings{"Title\n\nA b c d e.", "F g h."}));
    // One line end ends a sentence, not a paragraph; a paragraph separator does.
    EXPECT_EQ(cut("a b c\nd e f\xe2\x80\xa9g h i", 11, ChunkBorder::kParagraph),
              (Strings{"a b c\nd e f", "g h i"}));
}

TEST(Chunks, CutALongSentenceAtWords)
{
    const std::string_view text = "Short one. A b c d e f-g h.";
    EXPECT_EQ(cut(text, 6), (Strings{"Short one.", "A b c d", "e f-g", "h."}));
    EXPECT_EQ(cut(text, 6, ChunkBorder::kWord), (Strings{"Short one. A", "b c d e", "f-g", "h."}));
}

TEST(Chunks, CutALongWordAtItsPartsAndThenInside)
{
    EXPECT_EQ(cut("see a/b/c/d now", 6), (Strings{"see", "a/b/", "c/d now"}));
    // Each of these characters is three tokens, and ICU's dictionary has two words.
    EXPECT_EQ(cut("中国人民", 8), (Strings{"中国", "人民"}));
    EXPECT_EQ(cut("中国人民", 6), (Strings{"中", "国", "人", "民"}));
}

TEST(Chunks, NeverCutAGraphemeThatFits)
{
    const std::string family = "👨‍👩‍👧"; // 18 bytes
    EXPECT_EQ(cut(family + family, 25), (Strings{family, family}));
    const std::string flag = "🇩🇪"; // 8 bytes
    EXPECT_EQ(cut(flag + flag + flag, 20), (Strings{flag + flag, flag}));
    const std::string accent = "e\xcc\x81"; // 3 tokens
    EXPECT_EQ(cut("x" + accent + accent, 6), (Strings{"xe\xcc\x81", accent}));
}

TEST(Chunks, CutAGraphemeThatDoesNotFit)
{
    EXPECT_EQ(cut("🇩🇪", 6), (Strings{"🇩", "🇪"}));
    const ChunkOptions options = {5, 0, ChunkBorder::kSentence};
    EXPECT_THROW(chunks_of("🇩🇪", words, options), encoder::Error);
}

TEST(Chunks, OverlapByWholeSentences)
{
    const std::string_view text = "A b. C d. E f. G h.";
    EXPECT_EQ(cut(text, 8, ChunkBorder::kSentence, 3),
              (Strings{"A b. C d.", "C d. E f.", "E f. G h."}));
    EXPECT_EQ(cut(text, 8, ChunkBorder::kSentence, 2), (Strings{"A b. C d.", "E f. G h."}));
    EXPECT_EQ(cut("a b c d e f", 6, ChunkBorder::kWord, 2), (Strings{"a b c d", "c d e f"}));
    // Of a sentence that was cut words are repeated.
    EXPECT_EQ(cut("a b c d e f", 6, ChunkBorder::kSentence, 2), (Strings{"a b c d", "c d e f"}));
}

TEST(Chunks, GiveUpAnOverlapThatLeavesNoRoom)
{
    EXPECT_EQ(cut("A b. C d e f g.", 8, ChunkBorder::kSentence, 7),
              (Strings{"A b.", "C d e f g."}));
}

TEST(Chunks, AreBoundedInBytesToo)
{
    const std::string text = "a " + std::string(3 * kMaxChunk, ' ') + "b";
    EXPECT_EQ(cut(text, 100), (Strings{"a", "b"}));
    for (const std::string &body : cut(repeat("x", 5 * kMaxChunk / 2), 100))
        EXPECT_LE(body.size(), kMaxChunk);
}

TEST(Chunks, CountWhiteSpaceThatHasTokens)
{
    const std::string text = "A." + repeat("\n", 1000) + "B. C." + repeat(" ", 1000) + "D";
    const ChunkOptions options = {8, 3, ChunkBorder::kSentence};
    const auto chunks = chunks_of(text, bytes, options);
    EXPECT_EQ(fault_of(text, chunks, bytes, options), "");
    EXPECT_EQ(bodies(text, chunks), (Strings{"A.", "B. C.", "D"}));
}

TEST(Chunks, OfLargeTexts)
{
    const std::string texts[] = {
        repeat("A sentence of some words, with a comma. ", 20000),
        repeat("no end ", 60000),
        repeat("中文是汉语的书面形式", 10000),
        repeat("ภาษาไทยเป็นภาษา", 6000),
        repeat("x\xcc\x81\xcc\x82", 60000),
        repeat("👨‍👩‍👧", 20000),
        repeat("\r\n", 200000) + "end",
    };
    for (const std::string &text : texts)
        for (const auto by : {ChunkBorder::kWord, ChunkBorder::kParagraph}) {
            const ChunkOptions options = {256, 30, by};
            const auto chunks = chunks_of(text, words, options);
            EXPECT_EQ(fault_of(text, chunks, words, options), "") << text.substr(0, 20);
        }
}

TEST(Chunks, AreStopped)
{
    const volatile sig_atomic_t set = 1;
    Breaks breaks("und");
    const encoder::StopFlag stop(&set);
    Chunker chunker("A b. C d.", words, breaks, {8, 0, ChunkBorder::kSentence}, stop);
    Chunk chunk;
    EXPECT_THROW(chunker.next(chunk), encoder::Error);
}

TEST(Chunks, GoOnWhereTheyWereStopped)
{
    volatile sig_atomic_t set = 0;
    const std::string text = repeat("A sentence of some words. ", 20000);
    Breaks breaks("und");
    const ChunkOptions options = {256, 0, ChunkBorder::kSentence};
    Chunker chunker(text, words, breaks, options, encoder::StopFlag(&set));
    std::vector<Chunk> chunks;
    for (Chunk chunk;;) {
        // A stopped call leaves everything as it was, or does not notice.
        set = 1;
        bool stopped = false;
        try {
            if (!chunker.next(chunk))
                break;
            chunks.push_back(chunk);
        } catch (const encoder::Error &) {
            stopped = true;
        }
        set = 0;
        if (stopped) {
            ASSERT_TRUE(chunker.next(chunk));
            chunks.push_back(chunk);
        }
    }
    EXPECT_EQ(bodies(text, chunks), bodies(text, chunks_of(text, words, options)));
}

} // namespace sbert
