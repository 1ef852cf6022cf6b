// What a search keeps, against sorting everything.
#include "extension/ann/candidates.h"
#include "extension/ann/probe_order.h"
#include "extension/ann/top_k.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/random_floats.h"

namespace sbert::ann {
namespace {

using test::random_floats;

constexpr uint32_t kFirst = 112; // lists of the first batch

// Takes all lists, with bases that are as exact as the estimates.
std::vector<uint32_t> take_all(const std::vector<float> &estimates)
{
    const auto lists = static_cast<uint32_t>(estimates.size());
    std::vector<uint64_t> scratch(lists);
    std::vector<uint32_t> taken;
    ProbeOrder order;
    order_start(&order, estimates.data(), scratch.data(), lists, kFirst);
    EXPECT_EQ(order_peek(&order), kNoList);
    do {
        order_next_batch(&order, [&](uint32_t list) { return estimates[list]; });
        while (order_peek(&order) != kNoList) {
            const uint32_t peeked = order_peek(&order);
            taken.push_back(order_take(&order));
            EXPECT_EQ(peeked, taken.back());
        }
        EXPECT_EQ(order_take(&order), kNoList);
    } while (order.size > 0);
    return taken;
}

TEST(ProbeOrder, GivesEveryListOnceByAscendingBase)
{
    for (uint32_t lists : {1u, 2u, 191u, 256u, 257u, 1000u, 4321u}) {
        const std::vector<float> bases = random_floats(lists, lists);
        const std::vector<uint32_t> taken = take_all(bases);
        ASSERT_EQ(taken.size(), lists);
        std::vector<bool> seen(lists);
        float last = -std::numeric_limits<float>::infinity();
        for (const uint32_t list : taken) {
            ASSERT_LT(list, lists);
            ASSERT_FALSE(seen[list]);
            ASSERT_LE(last, bases[list]);
            seen[list] = true;
            last = bases[list];
        }
    }
}

TEST(ProbeOrder, TakesEqualInfiniteAndUndefinedBases)
{
    const float infinity = std::numeric_limits<float>::infinity();
    std::vector<float> bases(1000, 0.0f);
    std::fill(bases.begin() + 600, bases.end(), infinity);
    const std::vector<uint32_t> taken = take_all(bases);
    ASSERT_EQ(taken.size(), 1000u);
    for (size_t i = 0; i < taken.size(); i++)
        ASSERT_EQ(bases[taken[i]] == infinity, i >= 600);

    std::fill(bases.begin() + 100, bases.begin() + 300, std::nanf(""));
    std::vector<uint32_t> sorted = take_all(bases);
    std::sort(sorted.begin(), sorted.end());
    ASSERT_EQ(sorted.size(), 1000u);
    for (uint32_t i = 0; i < 1000; i++)
        ASSERT_EQ(sorted[i], i);
}

// Estimates choose the batch, bases order it.
TEST(ProbeOrder, SortsABatchByItsBases)
{
    const std::vector<float> bases = random_floats(3000, 1), noise = random_floats(3000, 2);
    std::vector<float> estimates(3000);
    for (size_t i = 0; i < 3000; i++)
        estimates[i] = bases[i] + 0.05f * noise[i];
    std::vector<uint64_t> scratch(3000);
    ProbeOrder order;
    order_start(&order, estimates.data(), scratch.data(), 3000, kFirst);
    order_next_batch(&order, [&](uint32_t list) { return bases[list]; });
    ASSERT_GE(order.size, kFirst / 2);
    ASSERT_LE(order.size, 3 * kFirst);
    std::vector<float> sorted = bases;
    std::sort(sorted.begin(), sorted.end());
    for (uint32_t i = 0; i < 40; i++)
        ASSERT_EQ(bases[order_take(&order)], sorted[i]) << i;
}

class TopKOf : public testing::TestWithParam<uint32_t> {};

// Every row comes twice; below kMaxDistinct the threshold is exactly the k-th row's.
TEST_P(TopKOf, TellsTheKthOfDifferentRows)
{
    const uint32_t k = GetParam();
    const std::vector<float> keys = random_floats(6 * k + 8, k);
    std::vector<TopK::Entry> entries(top_k_entries(k));
    TopK top;
    top_k_start(&top, entries.data(), k);
    std::map<uint32_t, float> best;
    for (size_t i = 0; i < keys.size(); i++) {
        const auto row = static_cast<uint32_t>(i * 7 % (keys.size() / 2));
        top_k_offer(&top, keys[i], row);
        const auto [at, fresh] = best.try_emplace(row, keys[i]);
        if (!fresh)
            at->second = std::min(at->second, keys[i]);
    }
    std::vector<float> sorted;
    for (const auto &[row, key] : best)
        sorted.push_back(key);
    std::sort(sorted.begin(), sorted.end());
    if (k <= kMaxDistinct)
        EXPECT_EQ(top_k_threshold(&top), sorted[k - 1]);
    else
        EXPECT_GE(top_k_threshold(&top), sorted[k - 1]);
}

INSTANTIATE_TEST_SUITE_P(Sizes, TopKOf, testing::Values(1, 2, 10, 63, 640, 1024, 1025));

TEST(TopK, OfNothingKeepsEverything)
{
    TopK top;
    top_k_start(&top, nullptr, 0);
    top_k_offer(&top, 1, 1);
    EXPECT_TRUE(std::isinf(top_k_threshold(&top)));
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
    EXPECT_EQ(rows[2].probe, 2u);
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
    const std::vector<float> keys = random_floats(500, 3);
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
