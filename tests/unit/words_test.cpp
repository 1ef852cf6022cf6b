// Windows of words, and the tokens and states of words by a tiny model.
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/encoder.h"
#include "encoder/import/import.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

WordTokens words_of(const std::vector<uint32_t> &counts)
{
    WordTokens words;
    words.first.push_back(0);
    for (const uint32_t count : counts)
        words.first.push_back(words.first.back() + count);
    words.ids.resize(words.first.back());
    std::iota(words.ids.begin(), words.ids.end(), 1000);
    return words;
}

using Windows = std::vector<WordWindow>;

Windows cut(const WordTokens &words, uint32_t begin, uint32_t end, uint32_t room)
{
    Windows windows;
    cut_windows(words, begin, end, room, windows);
    return windows;
}

TEST(Words, ContextIsTakenEvenlyWhileThereIsRoom)
{
    const WordTokens words = words_of({1, 1, 1, 1, 1, 1, 1, 1, 1});
    EXPECT_EQ(cut(words, 4, 5, 100), (Windows{{0, 9, 4, 5}}));
    EXPECT_EQ(cut(words, 4, 5, 5), (Windows{{2, 7, 4, 5}}));
    EXPECT_EQ(cut(words, 0, 2, 4), (Windows{{0, 4, 0, 2}}));
    EXPECT_EQ(cut(words, 7, 9, 4), (Windows{{5, 9, 7, 9}}));
    EXPECT_EQ(cut(words, 3, 3, 4), Windows{});
    // A long neighbour does not fit, the other side does.
    EXPECT_EQ(cut(words_of({1, 1, 9, 1, 1, 1}), 3, 4, 4), (Windows{{3, 6, 3, 4}}));
}

TEST(Words, LongTextsAreCutIntoOverlappingWindows)
{
    const WordTokens words = words_of(std::vector<uint32_t>(20, 1));
    EXPECT_EQ(cut(words, 0, 20, 8), (Windows{{0, 8, 0, 7}, {6, 14, 7, 13}, {12, 20, 13, 20}}));
    EXPECT_EQ(cut(words_of({2, 50, 2}), 0, 3, 8),
              (Windows{{0, 1, 0, 1}, {1, 2, 1, 2}, {2, 3, 2, 3}}));
}

TEST(Words, EachWordIsKeptOnceWhateverTheLengths)
{
    std::mt19937 random(3);
    for (int turn = 0; turn < 2000; turn++) {
        std::vector<uint32_t> counts(random() % 40 + 1);
        for (uint32_t &count : counts)
            count = random() % 12 == 0 ? random() % 30 : random() % 4;
        const WordTokens words = words_of(counts);
        const uint32_t room = random() % 20 + 1;
        uint32_t next = 0;
        for (const WordWindow &window : cut(words, 0, static_cast<uint32_t>(counts.size()), room)) {
            ASSERT_EQ(window.keep_begin, next);
            ASSERT_LE(window.keep_begin, window.keep_end);
            ASSERT_LE(window.begin, window.keep_begin);
            ASSERT_GE(window.end, window.keep_end);
            ASSERT_TRUE(window.end - window.begin == 1 ||
                        words.first[window.end] - words.first[window.begin] <= room);
            next = window.keep_end;
        }
        ASSERT_EQ(next, counts.size());
    }
}

TEST(Words, ASequenceHasThePlacesOfFirstTokens)
{
    PostProcessing specials;
    specials.prefix = {{101, 0}};
    specials.suffix = {{102, 0}};
    WordSequence sequence;
    window_sequence(words_of({1, 2, 0, 1}), {0, 4, 1, 4}, specials, 8, sequence);
    EXPECT_EQ(sequence.ids, (std::vector<int32_t>{101, 1000, 1001, 1002, 1003, 102}));
    EXPECT_EQ(sequence.places, (std::vector<uint32_t>{2, kNoToken, 4}));
    window_sequence(words_of({9}), {0, 1, 0, 1}, specials, 3, sequence);
    EXPECT_EQ(sequence.ids, (std::vector<int32_t>{101, 1000, 1001, 1002, 102}));
}

class WordStates : public ::testing::Test {
  protected:
    WordStates()
    {
        tests::write_tiny_model(dir / "model");
        import_directory(dir / "model", dir / "tiny.sbert", Overwrite::kRefuse);
        encoder = Encoder::open(dir / "tiny.sbert", Owner::kAny);
    }

    std::vector<float> states(const std::vector<std::vector<int32_t>> &sequences,
                              const std::vector<uint32_t> &layers)
    {
        const size_t C = encoder->hidden_width();
        size_t rows = 0;
        std::vector<std::vector<uint32_t>> wanted;
        for (const auto &ids : sequences) {
            wanted.emplace_back(ids.size());
            std::iota(wanted.back().begin(), wanted.back().end(), 0u);
            rows += ids.size();
        }
        std::vector<float> out(rows * layers.size() * C);
        std::vector<LayerRequest> requests;
        float *next = out.data();
        for (size_t b = 0; b < sequences.size(); b++) {
            requests.push_back({sequences[b], wanted[b], next});
            next += sequences[b].size() * layers.size() * C;
        }
        EXPECT_EQ(encoder->encode_layers(requests, layers, {}), sequences.size());
        return out;
    }

    tests::TempDir dir;
    std::unique_ptr<Encoder> encoder;
};

TEST_F(WordStates, TheLastLayerIsThatOfTheTokensOfATextAndItsNeighboursChangeNoBit)
{
    Encoding tokens;
    std::vector<float> whole;
    encoder->encode_tokens("cat cat unknown cat", {}, {}, tokens, whole);
    std::vector<int32_t> ids;
    for (const Token &token : tokens.tokens)
        ids.push_back(token.id);
    const uint32_t last = encoder->layer_count() - 1;
    const std::vector<float> alone = states({ids}, {last});
    ASSERT_EQ(alone.size(), whole.size());
    EXPECT_EQ(std::memcmp(alone.data(), whole.data(), whole.size() * sizeof(float)), 0);
    encoder->set_memory(1);
    const std::vector<float> twice = states({ids, ids, ids}, {last});
    EXPECT_EQ(std::memcmp(&twice[alone.size()], alone.data(), alone.size() * sizeof(float)), 0);
}

TEST_F(WordStates, LayersStandBesideEachOtherAndTheFirstSeesNoNeighbour)
{
    const uint32_t n = encoder->layer_count();
    ASSERT_GE(n, 2u);
    std::vector<uint32_t> all(n);
    std::iota(all.begin(), all.end(), 0u);
    const std::vector<int32_t> ids = {2, 5, 6, 3}, other = {2, 5, 7, 3};
    const std::vector<float> both = states({ids}, all), last = states({ids}, {n - 1});
    const std::vector<float> changed = states({other}, all);
    const size_t C = encoder->hidden_width();
    for (size_t row = 0; row < ids.size(); row++)
        EXPECT_EQ(std::memcmp(&both[(row * n + n - 1) * C], &last[row * C], C * sizeof(float)), 0);
    EXPECT_EQ(std::memcmp(&both[n * C], &changed[n * C], C * sizeof(float)), 0);
    EXPECT_NE(std::memcmp(&both[(n + 1) * C], &changed[(n + 1) * C], C * sizeof(float)), 0);
}

TEST_F(WordStates, TokensOfWordsAreThoseOfEachWordAlone)
{
    const std::vector<std::string_view> words = {"cat", "", "unknown", "cat,cat"};
    WordTokens tokens;
    encoder->tokenize_words(words, {}, tokens);
    ASSERT_EQ(tokens.words(), words.size());
    EXPECT_EQ(tokens.count(1), 0u);
    for (size_t w = 0; w < words.size(); w++) {
        Encoding alone;
        encoder->tokenize(words[w], {}, Dropped::kIgnore, {}, alone);
        ASSERT_EQ(alone.tokens.size(), tokens.count(w) + 2);
        for (uint32_t i = 0; i < tokens.count(w); i++)
            EXPECT_EQ(tokens.ids[tokens.first[w] + i], alone.tokens[i + 1].id);
    }
}

} // namespace
} // namespace sbert::encoder
