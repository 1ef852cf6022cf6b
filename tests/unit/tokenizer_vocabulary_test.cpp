// The vocabulary's tables: what is built is found, and no bytes whatever make a checked view
// unsafe.
#include <gtest/gtest.h>

#include <random>

#include "encoder/error.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {
namespace {

TEST(Vocabulary, FindsEveryTokenAndNothingElse)
{
    std::vector<std::string> tokens;
    for (int i = 0; i < 5000; ++i)
        tokens.push_back((i % 2 != 0 ? "##" : "") + std::to_string(i));
    tokens[17] = ""; // a hole
    const VocabularyTables tables = build_vocabulary(tokens);
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (i == 17)
            continue;
        EXPECT_EQ(vocabulary_find(tables.view(), tokens[i]), static_cast<int32_t>(i));
    }
    EXPECT_EQ(vocabulary_find(tables.view(), ""), std::nullopt);
    EXPECT_EQ(vocabulary_find(tables.view(), "##17"), std::nullopt);
    EXPECT_EQ(vocabulary_find(tables.view(), "5000"), std::nullopt);
}

TEST(Vocabulary, FindsATokenInTwoParts)
{
    const VocabularyTables tables = build_vocabulary({"a", "##ing", "##g"});
    const uint64_t hash = vocabulary_hash(kHashSeed, "##ing");
    EXPECT_EQ(vocabulary_find_hashed(tables.view(), hash, "##", "ing"), 1);
    EXPECT_EQ(vocabulary_find_hashed(tables.view(), hash, "##", "inX"), -1);
}

TEST(Vocabulary, RefusesDuplicates)
{
    EXPECT_NO_THROW(build_vocabulary({"a", "", "", "b"}));
    try {
        build_vocabulary({"a", "b", "a"});
        FAIL() << "accepted";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
        EXPECT_NE(std::string(error.what()).find("\"a\""), std::string::npos);
    }
}

TEST(Vocabulary, AnEmptyOneIsUsable)
{
    const VocabularyTables tables = build_vocabulary({});
    EXPECT_EQ(vocabulary_find(tables.view(), "a"), std::nullopt);
}

class HostileView : public ::testing::Test {
  protected:
    VocabularyTables tables_ = build_vocabulary({"alpha", "beta", "##gamma"});
    void expect_refused()
    {
        try {
            check_vocabulary(tables_.view());
            ADD_FAILURE() << "accepted";
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
        }
    }
};

TEST_F(HostileView, WithoutArrays) { EXPECT_THROW(check_vocabulary(VocabularyView{}), Error); }
TEST_F(HostileView, OffsetsThatGoBack)
{
    tables_.offsets[1] = 14;
    expect_refused();
}
TEST_F(HostileView, OffsetsPastTheText)
{
    tables_.offsets.back() += 1;
    expect_refused();
}
TEST_F(HostileView, OffsetsThatDoNotBeginAtZero)
{
    tables_.offsets.front() = 1;
    expect_refused();
}
TEST_F(HostileView, NoOffsets)
{
    tables_.offsets.clear();
    expect_refused();
}
TEST_F(HostileView, SlotsNotAPowerOfTwo)
{
    tables_.slots.push_back(0);
    expect_refused();
}
TEST_F(HostileView, NoSlots)
{
    tables_.slots.clear();
    expect_refused();
}
TEST_F(HostileView, ASlotPastTheLastToken)
{
    tables_.slots[0] = 4;
    expect_refused();
}
TEST_F(HostileView, ASlotWithATagButNoToken)
{
    tables_.slots[0] = 0xAB000000;
    expect_refused();
}
TEST_F(HostileView, NoEmptySlot)
{
    for (uint32_t &slot : tables_.slots)
        slot = slot == 0 ? 1 : slot;
    expect_refused();
}
TEST_F(HostileView, ALongRunAroundTheEnd)
{
    tables_.slots.assign(4096, 0);
    for (size_t i = 0; i <= kLongestRun; ++i)
        tables_.slots[(4096 - 500 + i) % 4096] = 1;
    expect_refused();
    tables_.slots[(4096 - 500) % 4096] = 0; // one shorter is as long as it may be
    EXPECT_NO_THROW(check_vocabulary(tables_.view()));
}

TEST_F(HostileView, RandomBytesAreRefusedOrSafe)
{
    std::mt19937 random(1);
    int accepted = 0;
    for (int round = 0; round < 20000; ++round) {
        VocabularyTables tables = build_vocabulary({"alpha", "beta", "##gamma"});
        for (int i = 0; i < 3; ++i) {
            switch (random() % 3) {
            case 0:
                tables.offsets[random() % tables.offsets.size()] = random() % 20;
                break;
            case 1:
                tables.slots[random() % tables.slots.size()] = random() % 6 << 24 | random() % 6;
                break;
            default:
                tables.bytes[random() % tables.bytes.size()] = static_cast<char>(random());
            }
        }
        try {
            check_vocabulary(tables.view());
        } catch (const Error &) {
            continue;
        }
        ++accepted;
        for (const char *token : {"alpha", "beta", "##gamma", "x"}) {
            const auto id = vocabulary_find(tables.view(), token);
            EXPECT_TRUE(!id || (*id >= 0 && *id < 3));
        }
    }
    EXPECT_GT(accepted, 0);
}

} // namespace
} // namespace sbert::encoder
