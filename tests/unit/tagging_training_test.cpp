// Fitting: the same sentences give the same bits, the projection finds the layer that tells, and
// stored bytes are checked.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "extension/tagging/mix_learner.h"
#include "extension/tagging/predictor.h"
#include "extension/tagging/raw_sentence.h"
#include "extension/tagging/trainer.h"

namespace sbert::tagging {
namespace {

// Sentences in which layer 1 of 3 tells the tag, and the other layers are noise.
class TaggingTraining : public ::testing::Test {
  protected:
    static constexpr size_t C = 8, L = 3, kWords = 6;

    TaggingTraining()
    {
        for (int s = 0; s < 200; s++) {
            std::vector<uint16_t> sequence(kWords);
            if (s % 2 == 0) {
                const auto first = static_cast<uint32_t>(random() % 5);
                const Span span = {first, first + 1, 0};
                tags.write({&span, 1}, sequence);
            }
            std::vector<float> states(kWords * L * C), layer(kWords * C);
            for (float &x : states)
                x = std::normal_distribution<float>()(random);
            for (size_t t = 0; t < kWords; t++) {
                states[(t * L + 1) * C] = sequence[t] != 0 ? 2.0f : -2.0f;
                states[(t * L + 1) * C + 1] = sequence[t] == 1 ? 2.0f : -2.0f;
                std::copy_n(&states[(t * L + 1) * C], C, &layer[t * C]);
            }
            std::vector<uint32_t> first(kWords + 1);
            std::iota(first.begin(), first.end(), 0u);
            std::vector<uint32_t> features(kWords, static_cast<uint32_t>(s % 3));
            put(sequence, {}, std::vector<uint32_t>(kWords + 1), states, sampled);
            put(sequence, features, first, layer, stored);
        }
        for (const auto &bytes : sampled)
            sample.push_back({bytes.data(), 0, static_cast<uint32_t>(bytes.size()), kWords});
        for (const auto &bytes : stored)
            places.push_back({bytes.data(), 0, static_cast<uint32_t>(bytes.size()), kWords});
    }

    static void put(const std::vector<uint16_t> &sequence, const std::vector<uint32_t> &features,
                    const std::vector<uint32_t> &first, const std::vector<float> &vectors,
                    std::vector<std::vector<char>> &out)
    {
        out.emplace_back();
        append_sentence(sequence, features, first, vectors, out.back());
    }

    Weights train(const Plan &plan)
    {
        std::vector<uint32_t> order(places.size());
        std::iota(order.begin(), order.end(), 0u);
        Trainer trainer(Sentences(places), order, tags, C, 3, plan);
        while (trainer.advance(-1, {}))
            continue;
        EXPECT_LT(trainer.loss(), 0.2);
        return trainer.weights();
    }

    std::mt19937 random{11};
    const TagSet tags{Scheme::kBioes, {"X"}};
    std::vector<std::vector<char>> sampled, stored;
    std::vector<Place> sample, places;
};

TEST_F(TaggingTraining, TheMixIsThatOfTheLayerThatTells)
{
    MixLearner learner(Sentences(sample), C, {0, 1, 2}, 1, tags.size());
    while (learner.advance(-1, {}))
        continue;
    const Projection &projection = learner.projection();
    ASSERT_EQ(projection.mix.size(), L);
    EXPECT_GT(std::fabs(projection.mix[1]), std::fabs(projection.mix[0]));
    EXPECT_GT(std::fabs(projection.mix[1]), std::fabs(projection.mix[2]));
    MixLearner concatenated(Sentences(sample), C, {0, 1, 2}, 0, tags.size());
    while (concatenated.advance(-1, {}))
        continue;
    EXPECT_EQ(concatenated.projection().dimensions(), L * C);
}

TEST_F(TaggingTraining, BothLossesLearnAndTheSameSentencesGiveTheSameBits)
{
    for (const Loss loss : {Loss::kChain, Loss::kSoftmax}) {
        Plan plan;
        plan.loss = loss;
        plan.epochs = 20;
        plan.batch_words = 32;
        plan.dense_rate = 0.02f;
        const Weights weights = train(plan), again = train(plan);
        EXPECT_EQ(weights.dense, again.dense);
        EXPECT_EQ(weights.sparse, again.sparse);
        EXPECT_EQ(weights.chain.pairs, again.chain.pairs);
        Predictor predictor(weights, tags, C);
        Assessment assessment;
        assessment.which.resize(places.size());
        std::iota(assessment.which.begin(), assessment.which.end(), 0u);
        EXPECT_FALSE(assess(Sentences(places), -1, tags, tags, predictor, assessment, {}));
        EXPECT_EQ(assessment.counts.back().true_ones, 100);
        EXPECT_GT(assessment.counts.back().f1(), 0.97);
        EXPECT_EQ(assessment.words, 1200);
    }
}

TEST_F(TaggingTraining, EachStrengthLearnsInItsOwnWay)
{
    std::vector<Weights> all;
    for (const Strength strength : {Strength::kLight, Strength::kMedium, Strength::kStrong}) {
        Plan plan;
        plan.epochs = 20;
        plan.batch_words = 32;
        plan.dense_rate = 0.02f;
        plan = with_strength(plan, strength);
        std::vector<uint32_t> order(places.size());
        std::iota(order.begin(), order.end(), 0u);
        Trainer trainer(Sentences(places), order, tags, C, 3, plan);
        while (trainer.advance(-1, {}))
            continue;
        all.push_back(trainer.weights());
        Predictor predictor(all.back(), tags, C);
        Assessment assessment;
        assessment.which = order;
        assess(Sentences(places), -1, tags, tags, predictor, assessment, {});
        EXPECT_GT(assessment.counts.back().f1(), 0.9);
    }
    EXPECT_NE(all[0].dense, all[1].dense);
    EXPECT_NE(all[1].dense, all[2].dense);
}

TaggerModel some_model(size_t tags)
{
    TaggerModel model;
    model.projection.width = 2;
    model.projection.layers = {0, 3};
    model.projection.mix = {0.5f, 1};
    model.projection.centre = model.projection.scale = {1, 2, 3, 4};
    model.weights.bias.assign(tags, 1);
    model.weights.dense.assign(kSides * tags * 2, 0.25f);
    model.weights.chain = ChainWeights(tags);
    model.features = {5, 9};
    model.weights.sparse.assign(2 * tags, -0.5f);
    model.context = true;
    return model;
}

TEST(TaggerBytes, ComeBackAsTheyWere)
{
    const TaggerModel model = some_model(5);
    const std::vector<char> bytes = encode_model(model, 5);
    const TaggerModel read = decode_model(bytes, 5);
    EXPECT_EQ(read.projection.layers, model.projection.layers);
    EXPECT_EQ(read.projection.mix, model.projection.mix);
    EXPECT_EQ(read.weights.dense, model.weights.dense);
    EXPECT_EQ(read.weights.sparse, model.weights.sparse);
    EXPECT_EQ(read.features, model.features);
    EXPECT_TRUE(read.context);
    EXPECT_EQ(encode_model(read, 5), bytes);
}

TEST(TaggerBytes, AreCheckedToTheLast)
{
    const std::vector<char> bytes = encode_model(some_model(5), 5);
    EXPECT_THROW(decode_model(bytes, 9), encoder::Error);
    for (size_t n = 0; n < bytes.size(); n++)
        EXPECT_THROW(decode_model({bytes.data(), n}, 5), encoder::Error) << n;
    std::vector<char> longer = bytes;
    longer.push_back(0);
    EXPECT_THROW(decode_model(longer, 5), encoder::Error);
    TaggerModel model = some_model(5);
    model.weights.dense[3] = NAN;
    EXPECT_THROW(decode_model(encode_model(model, 5), 5), encoder::Error);
    model = some_model(5);
    model.features = {9, 9};
    EXPECT_THROW(decode_model(encode_model(model, 5), 5), encoder::Error);
    model = some_model(5);
    model.projection.layers = {3, 0};
    EXPECT_THROW(decode_model(encode_model(model, 5), 5), encoder::Error);
}

TEST(RawSentences, ComeBackAndSortByTheirContents)
{
    RawSentence sentence;
    sentence.words = {"a", "bc"};
    sentence.tags = {"O", "B-X"};
    sentence.before = {"x"};
    sentence.vectors = {"1234", 4};
    sentence.row = 7;
    sentence.origin = Origin::kOld;
    std::vector<char> bytes, other;
    write_raw(sentence, bytes);
    RawSentence read;
    read_raw(bytes, read);
    EXPECT_EQ(read.words, sentence.words);
    EXPECT_EQ(read.tags, sentence.tags);
    EXPECT_EQ(read.before, sentence.before);
    EXPECT_TRUE(read.behind.empty());
    EXPECT_EQ(read.row, 7);
    EXPECT_EQ(read.origin, Origin::kOld);
    EXPECT_EQ(read.vectors.size(), 4u);
    sentence.row = 8;
    write_raw(sentence, other);
    EXPECT_EQ(std::memcmp(bytes.data(), other.data(), 8), 0);
    sentence.tags[0] = "B-X";
    write_raw(sentence, other);
    EXPECT_NE(std::memcmp(bytes.data(), other.data(), 8), 0);
}

} // namespace
} // namespace sbert::tagging
