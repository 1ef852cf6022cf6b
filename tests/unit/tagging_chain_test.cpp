// Tags and chains: legality, and all sums against the enumeration of all sequences.
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "extension/tagging/chain.h"

namespace sbert::tagging {
namespace {

TEST(TagSet, KnowsWhichTagsMayFollow)
{
    const TagSet bio(Scheme::kBio, {"LOC", "PER"});
    EXPECT_EQ(bio.size(), 5u);
    EXPECT_EQ(bio.name(0), "O");
    EXPECT_EQ(bio.name(4), "I-PER");
    EXPECT_EQ(bio.find(*parse_tag("B-PER")), 3u);
    EXPECT_FALSE(bio.find(*parse_tag("S-PER")).has_value());
    EXPECT_FALSE(bio.find(*parse_tag("B-ORG")).has_value());
    using Tags = std::vector<uint16_t>;
    EXPECT_EQ(bio.first_illegal(Tags{2}), 0u);
    EXPECT_EQ(bio.first_illegal(Tags{0, 3, 2}), 2u);
    EXPECT_EQ(bio.first_illegal(Tags{0, 3, 4, 3, 1}), std::nullopt);
    const TagSet bioes(Scheme::kBioes, {"X"}); // O B I E S
    EXPECT_EQ(bioes.first_illegal(Tags{1}), 1u);
    EXPECT_EQ(bioes.first_illegal(Tags{1, 0}), 1u);
    EXPECT_EQ(bioes.first_illegal(Tags{1, 2, 3, 4, 0}), std::nullopt);
    EXPECT_EQ(bioes.first_illegal(Tags{4, 3}), 1u);
}

TEST(TagSet, ReadsTagsApart)
{
    EXPECT_FALSE(parse_tag("").has_value());
    EXPECT_FALSE(parse_tag("B-").has_value());
    EXPECT_FALSE(parse_tag("o").has_value());
    EXPECT_FALSE(parse_tag("X-PER").has_value());
    EXPECT_FALSE(parse_tag("BPER").has_value());
    EXPECT_EQ(parse_tag("I-a-b")->type, "a-b");
}

void each_sequence(const TagSet &tags, size_t n,
                   const std::function<void(const std::vector<uint16_t> &)> &take)
{
    std::vector<uint16_t> sequence(n, 0);
    for (;;) {
        if (!tags.first_illegal(sequence))
            take(sequence);
        size_t at = 0;
        while (at < n && ++sequence[at] == tags.size())
            sequence[at++] = 0;
        if (at == n)
            return;
    }
}

TEST(TagSet, EntitiesAndTagsAreTheSameInBothSchemes)
{
    for (const Scheme scheme : {Scheme::kBio, Scheme::kBioes}) {
        const TagSet tags(scheme, {"A", "B"});
        each_sequence(tags, 4, [&](const std::vector<uint16_t> &sequence) {
            std::vector<uint16_t> again(sequence.size());
            tags.write(tags.spans(sequence), again);
            EXPECT_EQ(again, sequence);
        });
    }
}

class ChainTest : public ::testing::TestWithParam<Scheme> {
  protected:
    ChainTest() : tags(GetParam(), {"A", "B"}), K(tags.size()), weights(K), scores(n * K)
    {
        for (auto *values : {&weights.pairs, &weights.first, &weights.last, &scores})
            for (float &value : *values)
                value = std::normal_distribution<float>(0, 1.5f)(random);
    }

    double score(const std::vector<uint16_t> &sequence) const
    {
        double sum = static_cast<double>(weights.first[sequence[0]]) +
                     static_cast<double>(weights.last[sequence.back()]);
        for (size_t t = 0; t < n; t++) {
            sum += static_cast<double>(scores[t * K + sequence[t]]);
            if (t > 0)
                sum += static_cast<double>(weights.pairs[sequence[t - 1] * K + sequence[t]]);
        }
        return sum;
    }

    double log_sum() const
    {
        double sum = 0;
        each_sequence(tags, n, [&](const auto &sequence) { sum += std::exp(score(sequence)); });
        return std::log(sum);
    }

    static constexpr size_t n = 4;
    std::mt19937 random{5};
    const TagSet tags;
    const size_t K;
    ChainWeights weights;
    std::vector<float> scores;
};

TEST_P(ChainTest, TheBestSequenceIsThatOfAllLegalOnes)
{
    Chain chain(tags);
    for (int turn = 0; turn < 20; turn++) {
        for (float &value : scores)
            value = std::normal_distribution<float>(0, 2)(random);
        std::vector<uint16_t> best, found(n);
        each_sequence(tags, n, [&](const auto &sequence) {
            if (best.empty() || score(sequence) > score(best))
                best = sequence;
        });
        chain.set(weights, {});
        chain.best(scores.data(), found);
        EXPECT_EQ(found, best);
    }
}

TEST_P(ChainTest, MarginalsAreThoseOfAllLegalSequences)
{
    Chain chain(tags);
    chain.set(weights, {});
    chain.sum(scores.data(), n);
    const double whole = log_sum();
    std::vector<double> marginal(n * K);
    std::vector<std::pair<Span, double>> spans;
    each_sequence(tags, n, [&](const std::vector<uint16_t> &sequence) {
        const double p = std::exp(score(sequence) - whole);
        for (size_t t = 0; t < n; t++)
            marginal[t * K + sequence[t]] += p;
        for (const Span &span : tags.spans(sequence)) {
            const auto found = std::find_if(spans.begin(), spans.end(),
                                            [&](const auto &known) { return known.first == span; });
            if (found == spans.end())
                spans.emplace_back(span, p);
            else
                found->second += p;
        }
    });
    for (size_t t = 0; t < n; t++)
        for (size_t k = 0; k < K; k++)
            EXPECT_NEAR(chain.marginal(t, k), marginal[t * K + k], 1e-9);
    ASSERT_EQ(spans.size(), 2 * (n * (n + 1) / 2));
    for (const auto &[span, p] : spans)
        EXPECT_NEAR(chain.marginal(span), p, 1e-9) << span.first << " " << span.last;
}

TEST_P(ChainTest, TheLossIsTheLogarithmOfTheProbability)
{
    const std::vector<uint16_t> sequence = GetParam() == Scheme::kBio
                                               ? std::vector<uint16_t>{1, 2, 0, 3}
                                               : std::vector<uint16_t>{1, 3, 0, 8};
    ASSERT_FALSE(tags.first_illegal(sequence).has_value());
    Chain chain(tags);
    chain.set(weights, {});
    ChainWeights gradient(K);
    std::vector<float> copy = scores;
    EXPECT_NEAR(chain.loss(copy.data(), sequence, gradient), log_sum() - score(sequence), 1e-5);

    // The gradient against differences of the enumeration.
    const auto slope = [&](float &parameter) {
        constexpr float kStep = 1.0f / 64;
        const float before = parameter;
        parameter = before + kStep;
        const double above = log_sum() - score(sequence);
        parameter = before - kStep;
        const double below = log_sum() - score(sequence);
        parameter = before;
        return (above - below) / (2 * static_cast<double>(kStep));
    };
    for (size_t i = 0; i < n * K; i++)
        EXPECT_NEAR(static_cast<double>(copy[i]), slope(scores[i]), 1e-4);
    for (size_t i = 0; i < K; i++) {
        EXPECT_NEAR(static_cast<double>(gradient.first[i]), slope(weights.first[i]), 1e-4);
        EXPECT_NEAR(static_cast<double>(gradient.last[i]), slope(weights.last[i]), 1e-4);
        for (size_t j = 0; j < K; j++)
            EXPECT_NEAR(static_cast<double>(gradient.pairs[i * K + j]),
                        slope(weights.pairs[i * K + j]), 1e-4);
    }
}

TEST_P(ChainTest, ExtremeScoresGiveFiniteSums)
{
    Chain chain(tags);
    for (float &value : scores)
        value *= 1e6f;
    for (float &value : weights.pairs)
        value *= 1e6f;
    chain.set(weights, {});
    chain.sum(scores.data(), n);
    for (size_t t = 0; t < n; t++) {
        double sum = 0;
        for (size_t k = 0; k < K; k++)
            sum += chain.marginal(t, k);
        EXPECT_NEAR(sum, 1, 1e-9);
    }
    std::vector<uint16_t> found(n);
    chain.best(scores.data(), found);
    EXPECT_FALSE(tags.first_illegal(found).has_value());
}

INSTANTIATE_TEST_SUITE_P(Schemes, ChainTest, testing::Values(Scheme::kBio, Scheme::kBioes),
                         [](const auto &info) {
                             return info.param == Scheme::kBio ? "bio" : "bioes";
                         });

} // namespace
} // namespace sbert::tagging
