// Words and sentences of raw text, and lexical features.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "extension/tagging/dictionary.h"
#include "extension/tagging/lexical.h"
#include "extension/tagging/split.h"

namespace sbert::tagging {
namespace {

std::vector<std::string> words(const std::string &text)
{
    std::vector<WordPlace> places;
    split_words(text, {}, places);
    std::vector<std::string> found;
    for (const WordPlace &place : places)
        found.push_back(text.substr(place.begin, place.end - place.begin));
    return found;
}

std::string joined(const std::string &text)
{
    std::string out;
    for (const std::string &word : words(text))
        out += (out.empty() ? "" : "|") + word;
    return out;
}

TEST(Split, PunctuationStandsApart)
{
    EXPECT_EQ(joined("Hello, world! (Really?)"), "Hello|,|world|!|(|Really|?|)");
    EXPECT_EQ(joined("  a\tb\n"), "a|b");
    EXPECT_EQ(joined(""), "");
    EXPECT_EQ(joined("wait... what -- no!!"), "wait|...|what|--|no|!!");
}

TEST(Split, WhatBelongsToAWordStays)
{
    EXPECT_EQ(joined("1,000.50 at 10:30 on 1996-08-22"), "1,000.50|at|10:30|on|1996-08-22");
    EXPECT_EQ(joined("the U.S. and J. Smith."), "the|U.S.|and|J.|Smith|.");
    EXPECT_EQ(joined("AT&T, al-Qaida, O'Brien"), "AT&T|,|al-Qaida|,|O'Brien");
    EXPECT_EQ(joined("@anna saw #news at http://t.co/x1?a=b."),
              "@anna|saw|#news|at|http://t.co/x1?a=b|.");
}

TEST(Split, EnglishEndingsAreWords)
{
    EXPECT_EQ(joined("Germany's don't they'LL I\xe2\x80\x99m"),
              "Germany|'s|do|n't|they|'LL|I|\xe2\x80\x99m");
}

TEST(Split, OtherScriptsAndSigns)
{
    EXPECT_EQ(joined("\xe4\xb8\xad\xe5\x9b\xbd"), "\xe4\xb8\xad|\xe5\x9b\xbd");
    // A letter with a combining accent, and a family of emoji that a joiner holds together.
    EXPECT_EQ(joined("e\xcc\x81t\xc3\xa9"), "e\xcc\x81t\xc3\xa9");
    EXPECT_EQ(joined("a \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9 b"),
              "a|\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9|b");
    EXPECT_THROW(words("a\xff"), encoder::Error);
}

std::vector<uint32_t> ends(const std::string &text)
{
    std::vector<WordPlace> places;
    split_words(text, {}, places);
    return sentence_ends(text, places);
}

TEST(Split, SentencesEnd)
{
    EXPECT_EQ(ends("Ab bcde. Cd de! \"Ef fg?\" Gh"), (std::vector<uint32_t>{3, 6, 11, 12}));
    EXPECT_EQ(ends("Mr. Smith left"), (std::vector<uint32_t>{4}));
    EXPECT_EQ(ends("one two\n\nthree"), (std::vector<uint32_t>{2, 3}));
    EXPECT_TRUE(ends("").empty());
    std::string many;
    for (size_t i = 0; i < 2 * kLongestSentence + 1; i++)
        many += "w ";
    EXPECT_EQ(ends(many), (std::vector<uint32_t>{400, 800, 801}));
}

Features features(const std::vector<std::string_view> &sentence)
{
    Features found;
    lexical_features(sentence, {}, found);
    return found;
}

std::set<uint32_t> of_word(const Features &all, size_t word)
{
    return {all.values.begin() + all.first[word], all.values.begin() + all.first[word + 1]};
}

size_t common(const std::set<uint32_t> &a, const std::set<uint32_t> &b)
{
    size_t n = 0;
    for (const uint32_t x : a)
        n += b.contains(x);
    return n;
}

TEST(Lexical, ShapesTellCaseAndDigits)
{
    EXPECT_EQ(word_shape("Berlin"), "Xxxx");
    EXPECT_EQ(word_shape("U.S."), "X.X.");
    EXPECT_EQ(word_shape("1996-08"), "ddd-dd");
    EXPECT_EQ(word_shape("\xc3\x89tat"), "Xxxx");
}

TEST(Lexical, AWordHasTheFeaturesOfItsOwnAndItsNeighbours)
{
    const Features a = features({"in", "Berlin", "today"}), b = features({"in", "Berlin", "now"});
    EXPECT_EQ(a.first.size(), 4u);
    EXPECT_EQ(of_word(a, 0).size(), a.first[1]);
    EXPECT_GT(common(of_word(a, 1), of_word(b, 1)), 15u);
    EXPECT_LT(common(of_word(a, 1), of_word(b, 1)), of_word(a, 1).size());
    // Of the word before, fewer features have changed.
    EXPECT_LT(of_word(a, 0).size() - common(of_word(a, 0), of_word(b, 0)),
              of_word(a, 1).size() - common(of_word(a, 1), of_word(b, 1)));
    // "today" and "now" have no affix in common, but their neighbours.
    EXPECT_GT(common(of_word(a, 2), of_word(b, 2)), 3u);
    // A short word has fewer affixes, and a sentence is not its words in another order.
    EXPECT_LT(of_word(features({"a"}), 0).size(), of_word(features({"abcd"}), 0).size());
    EXPECT_NE(features({"a", "b"}).values, features({"b", "a"}).values);
}

TEST(Dictionary, NumbersWhatIsFrequent)
{
    FeatureCounts counts;
    const std::vector<uint32_t> once = {1, 2, 3}, again = {2, 3}, third = {3};
    counts.add(once);
    counts.add(again);
    counts.add(third);
    EXPECT_EQ(counts.threshold(2, 100), 2);
    EXPECT_EQ(counts.threshold(2, 1), 3);
    EXPECT_EQ(counts.threshold(1, 100), 1);
    Dictionary dictionary(2);
    EXPECT_EQ(dictionary.add(77), 0u);
    EXPECT_EQ(dictionary.add(5), 1u);
    EXPECT_EQ(dictionary.add(77), 0u);
    EXPECT_EQ(dictionary.add(6), Dictionary::kNone);
    EXPECT_EQ(dictionary.find(5), 1u);
    EXPECT_EQ(dictionary.find(6), Dictionary::kNone);
}

} // namespace
} // namespace sbert::tagging
