// Ends of sentences and words by ICU, and the sentences of texts that are longer than a window.
#include <algorithm>

#include <gtest/gtest.h>

#include "extension/chunks/sentence_reader.h"
#include "tests/unit/chunks_sample.h"

namespace sbert {

using tests::repeat;
using Strings = std::vector<std::string>;

namespace {

std::vector<Sentence> read(std::string_view text, const char *locale = "und")
{
    Breaks breaks(locale);
    SentenceReader reader(breaks, text, {});
    std::vector<Sentence> sentences;
    for (Sentence sentence; reader.peek(sentence); reader.move(sentence))
        sentences.push_back(sentence);
    return sentences;
}

Strings sentences(std::string_view text, const char *locale = "und")
{
    Strings bodies;
    for (const Sentence &sentence : read(text, locale))
        bodies.emplace_back(text.substr(sentence.begin, sentence.end - sentence.begin));
    return bodies;
}

// The sentences as ICU finds them in the whole text at once, without those of white space alone.
Strings sentences_at_once(std::string_view text)
{
    std::vector<uint32_t> ends;
    Breaks("und").find(Level::kSentence, text, ends);
    ends.push_back(static_cast<uint32_t>(text.size()));
    Strings bodies;
    size_t at = 0;
    for (const uint32_t next : ends) {
        const size_t begin = trim_begin(text, at, next), end = trim_end(text, begin, next);
        if (begin < end)
            bodies.emplace_back(text.substr(begin, end - begin));
        at = next;
    }
    return bodies;
}

Strings words(std::string_view text)
{
    std::vector<uint32_t> places;
    Breaks("und").find(Level::kWord, text, places);
    places.push_back(static_cast<uint32_t>(text.size()));
    Strings words;
    size_t at = 0;
    for (const uint32_t place : places) {
        words.emplace_back(text.substr(at, place - at));
        at = place;
    }
    return words;
}

} // namespace

TEST(Sentences, EndWhereIcuSays)
{
    EXPECT_EQ(sentences("  Hello there. How are you?\n\n Fine, 3.5 of 4.\tEnd "),
              (Strings{"Hello there.", "How are you?", "Fine, 3.5 of 4.", "End"}));
    EXPECT_EQ(sentences("第一句。第二句！"), (Strings{"第一句。", "第二句！"}));
    EXPECT_EQ(sentences("one\r\ntwo\r\n\r\nthree"), (Strings{"one", "two", "three"}));
    EXPECT_EQ(sentences(" \n "), Strings{});
    EXPECT_EQ(sentences(""), Strings{});
}

TEST(Sentences, FollowALocale)
{
    const std::string_view greek = "Τι κάνεις; Καλά.";
    EXPECT_EQ(sentences(greek).size(), 1U);
    EXPECT_EQ(sentences(greek, "el").size(), 2U);
    const std::string_view english = "Here is Mr. Smith. He is late.";
    EXPECT_EQ(sentences(english, "en").size(), 3U);
    EXPECT_EQ(sentences(english, "en-u-ss-standard").size(), 2U);
}

TEST(Sentences, KnowLocales)
{
    for (const char *locale : {"", "und", "en", "en_GB", "en-GB", "de@ss=standard", "zh-Hant-TW"})
        EXPECT_TRUE(is_known_locale(locale)) << locale;
    for (const char *locale : {"xx", "klingon", "C", "en--GB", "no such", "\xff"})
        EXPECT_FALSE(is_known_locale(locale)) << locale;
    EXPECT_FALSE(is_known_locale(repeat("en_", 1000).c_str()));
}

TEST(Sentences, TellParagraphs)
{
    const auto found = read("A.\nB.\n\nC. D.\r\nE.\r\n \t\r\nF.\xe2\x80\xa9G.\rH.\r\rI.");
    std::string ends;
    for (const Sentence &sentence : found)
        ends += sentence.ends_paragraph ? '|' : '-';
    EXPECT_EQ(ends, "-|--||-||");
}

TEST(Sentences, OfTextsLongerThanAWindow)
{
    const std::string texts[] = {
        repeat("Dr. X went (etc. and so on) to 3.5 places. \"Why?\" he said... ok! ", 9000),
        repeat("一句。二句！三句？", 20000),
        repeat("a line without an end\r\n", 20000),
        repeat("A long one " + std::string(40000, '1') + ". ", 12),
        repeat("A. " + std::string(100000, ' '), 5),
    };
    for (const std::string &text : texts)
        EXPECT_EQ(sentences(text), sentences_at_once(text)) << text.substr(0, 40);
}

TEST(Sentences, LongerThanAWindowAreCutAtWords)
{
    const std::string text = repeat("word ", 100000);
    for (const std::string &sentence : sentences(text)) {
        EXPECT_LE(sentence.size(), kMaxSentence);
        EXPECT_TRUE(sentence.starts_with("word") && sentence.ends_with("word"));
    }
    const std::string letters(300000, 'x');
    std::string all;
    for (const std::string &sentence : sentences(letters))
        all += sentence;
    EXPECT_EQ(all, letters);
}

TEST(Words, StayWhole)
{
    EXPECT_EQ(words("don't stop: \"a/b\" 3.5%  (end)."),
              (Strings{"don't ", "stop: ", "\"a/b\" ", "3.5%  ", "(end)."}));
    EXPECT_EQ(words("see https://example.com/a?b=c."),
              (Strings{"see ", "https://example.com/a?b=c."}));
    EXPECT_EQ(words("我们，今天「北京」。"), (Strings{"我们，", "今天", "「北京」。"}));
    EXPECT_EQ(words("ภาษาไทย"), (Strings{"ภาษา", "ไทย"}));
    EXPECT_EQ(words("나는 학교에 간다"), (Strings{"나는 ", "학교에 ", "간다"}));
}

// Every end of a word or sentence is one of a grapheme cluster.
TEST(Words, NeverEndInsideAGrapheme)
{
    const char *const parts[] = {"a", " ",        ".",  "\n", "\r", "\xcc\x81",    "\xe2\x80\x8d",
                                 "👨", "🏽",     "🇩",  "中", "ก",  "ำ",           "्",
                                 "क", "\xd8\x80", "각", "ᄀ", "!",  "\xef\xb8\x8f"};
    uint32_t state = 1;
    Breaks breaks("und");
    std::vector<uint32_t> places, graphemes;
    for (int round = 0; round < 20000; round++) {
        std::string text;
        for (int i = 0; i < 8; i++) {
            state = state * 1664525 + 1013904223;
            text += parts[(state >> 16) % std::size(parts)];
        }
        breaks.find(Level::kGrapheme, text, graphemes);
        for (const Level level : {Level::kSentence, Level::kWord, Level::kPart}) {
            breaks.find(level, text, places);
            for (const uint32_t place : places)
                EXPECT_TRUE(std::binary_search(graphemes.begin(), graphemes.end(), place))
                    << text << " at " << place;
        }
    }
}

} // namespace sbert
