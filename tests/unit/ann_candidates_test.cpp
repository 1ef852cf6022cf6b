// What a search keeps, against sorting everything.
#include "extension/ann/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace sbert::ann {
namespace {

std::vector<float> normal(size_t n, uint32_t seed)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> distribution;
    std::vector<float> out(n);
    for (float &x : out)
        x = distribution(generator);
    return out;
}

TEST(ListOrder, GivesEveryListOnceByAscendingBase)
{
    for (uint32_t lists : {1u, 2u, 95u, 256u, 257u, 1000u, 4321u}) {
        const std::vector<float> bases = normal(lists, lists);
        std::vector<uint64_t> scratch(lists);
        ListOrder order;
        order_start(&order, bases.data(), scratch.data(), lists);
        std::vector<bool> seen(lists);
        float last = -std::numeric_limits<float>::infinity();
        for (uint32_t i = 0; i < lists; i++) {
            const uint32_t peeked = order_peek(&order);
            const uint32_t list = order_take(&order);
            ASSERT_EQ(peeked, list);
            ASSERT_LT(list, lists);
            ASSERT_FALSE(seen[list]);
            ASSERT_LE(last, bases[list]);
            seen[list] = true;
            last = bases[list];
        }
        EXPECT_EQ(order_peek(&order), kNoList);
        EXPECT_EQ(order_take(&order), kNoList);
    }
}

TEST(ListOrder, TakesEqualAndInfiniteBases)
{
    const float infinity = std::numeric_limits<float>::infinity();
    std::vector<float> bases(1000, 0.0f);
    std::fill(bases.begin() + 600, bases.end(), infinity);
    std::vector<uint64_t> scratch(1000);
    ListOrder order;
    order_start(&order, bases.data(), scratch.data(), 1000);
    uint32_t count = 0;
    for (uint32_t list; (list = order_take(&order)) != kNoList; count++)
        ASSERT_EQ(bases[list] == infinity, count >= 600);
    EXPECT_EQ(count, 1000u);
}

TEST(ListBases, AreTheSharedPartOfTheKey)
{
    const float norm2[] = {1, 4}, dot[] = {0.5f, -1};
    float bases[2];
    list_bases(Metric::kL2, 2, norm2, dot, 2, bases);
    EXPECT_FLOAT_EQ(bases[0], 2);
    EXPECT_FLOAT_EQ(bases[1], 8);
    list_bases(Metric::kInnerProduct, 2, norm2, dot, 2, bases);
    EXPECT_FLOAT_EQ(bases[0], -0.5f);
}

class NearHeapOf : public testing::TestWithParam<uint32_t> {};

// Every row comes twice; below kMaxDistinct the threshold is exactly the k-th row's.
TEST_P(NearHeapOf, TellsTheKthOfDifferentRows)
{
    const uint32_t k = GetParam();
    const std::vector<float> keys = normal(6 * k + 8, k);
    std::vector<NearHeap::Entry> entries(near_entries(k));
    NearHeap heap;
    near_start(&heap, entries.data(), k);
    std::map<uint32_t, float> best;
    for (size_t i = 0; i < keys.size(); i++) {
        const auto row = static_cast<uint32_t>(i * 7 % (keys.size() / 2));
        near_offer(&heap, keys[i], row);
        const auto [at, fresh] = best.try_emplace(row, keys[i]);
        if (!fresh)
            at->second = std::min(at->second, keys[i]);
    }
    std::vector<float> sorted;
    for (const auto &[row, key] : best)
        sorted.push_back(key);
    std::sort(sorted.begin(), sorted.end());
    if (k <= kMaxDistinct)
        EXPECT_EQ(near_threshold(&heap), sorted[k - 1]);
    else
        EXPECT_GE(near_threshold(&heap), sorted[k - 1]);
}

INSTANTIATE_TEST_SUITE_P(Sizes, NearHeapOf, testing::Values(1, 2, 10, 63, 640, 1024, 1025));

TEST(NearHeap, OfNothingKeepsEverything)
{
    NearHeap heap;
    near_start(&heap, nullptr, 0);
    near_offer(&heap, 1, 1);
    EXPECT_TRUE(std::isinf(near_threshold(&heap)));
}

TEST(Candidates, AreSortedByRowOnceEach)
{
    std::vector<Candidate> rows = {{3, 4, 9, 2}, {1, 2, 5, 3}, {0, 1, 9, 4}, {2, 3, 1, 1}};
    ASSERT_EQ(sort_by_row(rows.data(), rows.size()), 3u);
    EXPECT_EQ(rows[0].row, 1u);
    EXPECT_EQ(rows[1].row, 5u);
    EXPECT_EQ(rows[2].row, 9u);
    EXPECT_EQ(rows[2].optimistic, 0);
    EXPECT_EQ(rows[2].key, 1);
    EXPECT_EQ(rows[2].step, 2u);
    EXPECT_EQ(sort_by_row(rows.data(), 0), 0u);
}

TEST(Candidates, SeenRowsAreDropped)
{
    const std::vector<Candidate> seen = {{0, 0, 2, 0}, {0, 0, 5, 0}};
    std::vector<Candidate> rows = {
        {0, 0, 1, 0}, {0, 0, 2, 0}, {0, 0, 4, 0}, {0, 0, 5, 0}, {0, 0, 6, 0}};
    ASSERT_EQ(drop_seen(rows.data(), rows.size(), seen.data(), seen.size()), 3u);
    EXPECT_EQ(rows[0].row, 1u);
    EXPECT_EQ(rows[1].row, 4u);
    EXPECT_EQ(rows[2].row, 6u);
}

TEST(Candidates, BelowAThresholdAndNearestFirst)
{
    const std::vector<float> keys = normal(500, 3);
    std::vector<Candidate> rows;
    for (uint32_t i = 0; i < 500; i++)
        rows.push_back({keys[i] - 1, keys[i], i, 0});
    const size_t kept = keep_below(rows.data(), rows.size(), 0);
    EXPECT_EQ(kept, static_cast<size_t>(std::count_if(keys.begin(), keys.end(),
                                                      [](float x) { return x - 1 < 0; })));
    nearest_first(rows.data(), kept, 64);
    for (size_t i = 64; i < kept; i++)
        for (size_t j = 0; j < 64; j++)
            ASSERT_LE(rows[j].key, rows[i].key);
}

TEST(KthSmallest, IsInfiniteWhenThereAreFewer)
{
    float keys[] = {3, 1, 2};
    EXPECT_EQ(kth_smallest(keys, 3, 2), 2);
    EXPECT_EQ(kth_smallest(keys, 3, 3), 3);
    EXPECT_TRUE(std::isinf(kth_smallest(keys, 3, 4)));
}

} // namespace
} // namespace sbert::ann
