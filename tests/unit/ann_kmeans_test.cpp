// k-means and the assignment of rows to lists, against comparing everything with everything.
#include "extension/ann/kmeans.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/kernels/distance.h"

namespace sbert::ann {
namespace {

constexpr size_t kPlenty = size_t{1} << 30;

// Rows around `centers` points.
std::vector<float> clustered(size_t rows, size_t d, size_t centers, uint32_t seed)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> center(centers * d), out(rows * d);
    for (float &x : center)
        x = normal(generator);
    for (size_t i = 0; i < rows; i++) {
        const float *c = &center[generator() % centers * d];
        for (size_t k = 0; k < d; k++)
            out[i * d + k] = c[k] + 0.4f * normal(generator);
    }
    return out;
}

KMeansInput training_of(const std::vector<float> &sample, size_t d, size_t lists)
{
    return {sample.data(), sample.size() / d, d, lists, 7, kPlenty};
}

struct Nearest {
    uint32_t list;
    double distance2;
};

Nearest exact_nearest(const float *x, const std::vector<float> &centroids, size_t d)
{
    Nearest best = {0, std::numeric_limits<double>::infinity()};
    for (size_t c = 0; c < centroids.size() / d; c++) {
        const double distance2 = kernels::l2_squared_reference(x, &centroids[c * d], d);
        if (distance2 < best.distance2)
            best = {static_cast<uint32_t>(c), distance2};
    }
    return best;
}

double mean_distance2(const std::vector<float> &rows, const std::vector<float> &centroids, size_t d)
{
    double sum = 0;
    for (size_t i = 0; i < rows.size() / d; i++)
        sum += exact_nearest(&rows[i * d], centroids, d).distance2;
    return sum / static_cast<double>(rows.size() / d);
}

bool all_finite(const std::vector<float> &values)
{
    return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

TEST(KMeans, FindsClustersInOneLevel)
{
    const size_t d = 24;
    const std::vector<float> rows = clustered(3000, d, 20, 1);
    const std::vector<float> centroids = kmeans(training_of(rows, d, 40), {});
    EXPECT_EQ(centroids.size(), 40 * d);
    // What is left is the noise around the clusters: 0.16 a dimension.
    EXPECT_LT(mean_distance2(rows, centroids, d), 0.16 * d * 1.5);
}

TEST(KMeans, TwoLevelsAreAboutAsGoodAsOne)
{
    const size_t d = 20, lists = kExactLists + 100;
    const std::vector<float> rows = clustered(12000, d, 300, 2);
    const std::vector<float> two = kmeans(training_of(rows, d, lists), {});
    const std::vector<float> one = kmeans(training_of(rows, d, kExactLists), {});
    EXPECT_GE(two.size(), (lists - lists / 50) * d);
    EXPECT_LE(two.size(), lists * d);
    EXPECT_LT(mean_distance2(rows, two, d), 1.05 * mean_distance2(rows, one, d));
}

TEST(KMeans, IsTheSameEachTime)
{
    const size_t d = 8;
    const std::vector<float> rows = clustered(4000, d, 50, 3);
    for (size_t lists : {size_t{30}, kExactLists + 50})
        EXPECT_EQ(kmeans(training_of(rows, d, lists), {}), kmeans(training_of(rows, d, lists), {}));
}

TEST(KMeans, EqualRowsMakeOneList)
{
    for (size_t rows : {1u, 2u, 300u, 5000u}) {
        for (float value : {0.0f, 1.0f, -1e-20f, 1e15f}) {
            const std::vector<float> sample(rows * 5, value);
            for (size_t lists : {size_t{1}, size_t{7}, kExactLists + 1}) {
                const std::vector<float> centroids = kmeans(training_of(sample, 5, lists), {});
                ASSERT_EQ(centroids.size(), 5u) << rows << " " << value << " " << lists;
                EXPECT_NEAR(centroids[0], value, std::abs(value) * 1e-4);
            }
        }
    }
}

TEST(KMeans, FewDifferentRowsMakeNoMoreLists)
{
    const size_t d = 6;
    std::vector<float> sample;
    for (size_t i = 0; i < 4000; i++)
        for (size_t k = 0; k < d; k++)
            sample.push_back(k == i % 5 ? 1.0f : 0.0f);
    for (size_t lists : {size_t{3}, size_t{64}, kExactLists + 200}) {
        const std::vector<float> centroids = kmeans(training_of(sample, d, lists), {});
        EXPECT_LE(centroids.size(), std::min<size_t>(lists, 5) * d) << lists;
        EXPECT_GE(centroids.size(), d);
        EXPECT_TRUE(all_finite(centroids));
    }
}

TEST(KMeans, FewerRowsThanLists)
{
    const size_t d = 16;
    const std::vector<float> rows = clustered(500, d, 500, 4);
    const std::vector<float> centroids = kmeans(training_of(rows, d, 5000), {});
    EXPECT_LE(centroids.size(), 500 * d);
    EXPECT_GE(centroids.size(), 400 * d);
    EXPECT_TRUE(kmeans(training_of({}, d, 10), {}).empty());
}

TEST(KMeans, ALopsidedSampleLeavesNoListEmpty)
{
    // Nine tenths of the rows are one and the same.
    const size_t d = 12;
    std::vector<float> rows = clustered(3000, d, 100, 5);
    for (size_t i = 0; i < 3000; i++)
        if (i % 10 != 0)
            std::copy(rows.begin(), rows.begin() + d, rows.begin() + i * d);
    const std::vector<float> centroids = kmeans(training_of(rows, d, 100), {});
    std::set<uint32_t> used;
    for (size_t i = 0; i < 3000; i++)
        used.insert(exact_nearest(&rows[i * d], centroids, d).list);
    EXPECT_GE(centroids.size(), 50 * d);
    EXPECT_GE(used.size() + 3, centroids.size() / d);
}

TEST(KMeans, LittleMemoryMakesFewerLists)
{
    const size_t d = 64;
    const std::vector<float> rows = clustered(2000, d, 100, 6);
    KMeansInput training = training_of(rows, d, 600);
    training.memory = 1 << 19;
    const std::vector<float> centroids = kmeans(training, {});
    EXPECT_GE(centroids.size(), d);
    EXPECT_LT(centroids.size(), 600 * d);
    EXPECT_LE(kmeans_bytes(1000, 20000, d), kmeans_bytes(2000, 20000, d));
}

TEST(KMeans, StopsWhenAsked)
{
    const std::vector<float> rows = clustered(2000, 8, 10, 7);
    volatile sig_atomic_t stop = 1;
    EXPECT_THROW(kmeans(training_of(rows, 8, 20), encoder::StopFlag(&stop)), encoder::Error);
    EXPECT_THROW(kmeans(training_of(rows, 8, kExactLists + 20), encoder::StopFlag(&stop)),
                 encoder::Error);
}

TEST(KMeans, AWideRow)
{
    const size_t d = 5000;
    const std::vector<float> rows = clustered(60, d, 3, 8);
    const std::vector<float> centroids = kmeans(training_of(rows, d, 4), {});
    EXPECT_GE(centroids.size(), 3 * d);
    EXPECT_LE(centroids.size(), 4 * d);
    EXPECT_EQ(centroids.size() % d, 0u);
    // 0.16 d around their own centers; two centers lie 2 d apart.
    EXPECT_LT(mean_distance2(rows, centroids, d), 0.17 * d);
}

TEST(Sizes, GrowWithTheTable)
{
    EXPECT_EQ(lists_for(0), 1u);
    size_t last = 1;
    for (double rows : {1.0, 100.0, 1e4, 1e5, 1e6, 1e8}) {
        EXPECT_GE(lists_for(rows), last);
        last = lists_for(rows);
        EXPECT_LE(static_cast<double>(last), std::max(1.0, rows / 32));
        EXPECT_GE(sample_rows_for(last), last);
    }
}

struct Assigned {
    std::vector<uint32_t> first, second;
};

Assigned assign_all(const std::vector<float> &rows, const std::vector<float> &centroids, size_t d,
                    size_t compared = 0)
{
    Assigner assigner(centroids.data(), centroids.size() / d, d, {}, compared);
    Assigned out = {std::vector<uint32_t>(rows.size() / d), std::vector<uint32_t>(rows.size() / d)};
    assigner.assign(rows.data(), rows.size() / d, out.first.data(), out.second.data());
    return out;
}

// The loss of a second list, in double.
double soar_loss(const float *x, const float *first, const float *second, size_t d)
{
    double distance2 = 0, along = 0, residual2 = 0;
    for (size_t k = 0; k < d; k++) {
        const double r = double(x[k]) - first[k], s = double(x[k]) - second[k];
        distance2 += s * s;
        along += s * r;
        residual2 += r * r;
    }
    return residual2 > 0 ? distance2 + along * along / residual2 : distance2;
}

TEST(Assigner, FindsTheNearestAndTheLeastLoss)
{
    const size_t d = 13;
    for (size_t lists : {2u, 3u, 31u, 60u}) {
        const std::vector<float> rows = clustered(700, d, 50, 9);
        const std::vector<float> centroids = clustered(lists, d, 50, 9);
        const Assigned found = assign_all(rows, centroids, d);
        for (size_t i = 0; i < 700; i++) {
            const float *x = &rows[i * d];
            const Nearest nearest = exact_nearest(x, centroids, d);
            ASSERT_LE(kernels::l2_squared_reference(x, &centroids[found.first[i] * d], d),
                      nearest.distance2 * 1.0001 + 1e-5);
            const float *first = &centroids[found.first[i] * d];
            double least = std::numeric_limits<double>::infinity();
            for (size_t c = 0; c < lists; c++)
                if (c != found.first[i])
                    least = std::min(least, soar_loss(x, first, &centroids[c * d], d));
            ASSERT_NE(found.first[i], found.second[i]);
            ASSERT_LE(soar_loss(x, first, &centroids[found.second[i] * d], d),
                      least * 1.001 + 1e-5);
        }
    }
}

TEST(Assigner, GroupsLoseFewRows)
{
    const size_t d = 16, lists = 900, rows = 2000;
    const std::vector<float> x = clustered(rows, d, 200, 10);
    const std::vector<float> centroids = clustered(lists, d, 200, 10);
    const Assigned few = assign_all(x, centroids, d), all = assign_all(x, centroids, d, lists);
    size_t same = 0, both = 0;
    for (size_t i = 0; i < rows; i++) {
        ASSERT_LT(few.first[i], lists);
        ASSERT_LT(few.second[i], lists);
        ASSERT_NE(few.first[i], few.second[i]);
        ASSERT_EQ(all.first[i], exact_nearest(&x[i * d], centroids, d).list);
        same += few.first[i] == all.first[i];
        both += few.first[i] == all.first[i] && few.second[i] == all.second[i];
    }
    EXPECT_GE(same, rows * 98 / 100);
    EXPECT_GE(both, rows * 90 / 100);
}

TEST(Assigner, ARowDoesNotDependOnItsBlock)
{
    const size_t d = 16, lists = 600;
    const std::vector<float> x = clustered(300, d, 40, 11), centroids = clustered(lists, d, 40, 11);
    Assigner assigner(centroids.data(), lists, d);
    std::vector<uint32_t> first(300), second(300);
    assigner.assign(x.data(), 300, first.data(), second.data());
    for (size_t i = 0; i < 300; i++) {
        uint32_t a, b;
        assigner.assign(&x[i * d], 1, &a, &b);
        ASSERT_EQ(a, first[i]);
        ASSERT_EQ(b, second[i]);
    }
    assigner.assign(x.data(), 0, nullptr, nullptr);
}

TEST(Assigner, TakesOneListEqualListsAndRowsOnTheirCentroid)
{
    const std::vector<float> rows = {1, 2, 0, 0};
    const Assigned one = assign_all(rows, {5, 5}, 2);
    EXPECT_EQ(one.first, (std::vector<uint32_t>{0, 0}));
    EXPECT_EQ(one.second, (std::vector<uint32_t>{0, 0}));
    for (size_t lists : {size_t{2}, size_t{65}, kExactLists + 300}) {
        const std::vector<float> same(lists * 2, 1.0f);
        const Assigned equal = assign_all({1, 1, 7, -3}, same, 2);
        for (size_t i = 0; i < 2; i++) {
            EXPECT_LT(equal.first[i], lists);
            EXPECT_LT(equal.second[i], lists);
            EXPECT_NE(equal.first[i], equal.second[i]);
        }
    }
}

TEST(Assigner, NumbersTooLargeToSquareStayWithinTheLists)
{
    const std::vector<float> centroids = {1e30f, 0, 0, 1e30f, 1, 1};
    const Assigned found = assign_all({1e30f, 1e30f, -1e30f, 1e30f}, centroids, 2);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_LT(found.first[i], 3u);
        EXPECT_LT(found.second[i], 3u);
        EXPECT_NE(found.first[i], found.second[i]);
    }
}

} // namespace
} // namespace sbert::ann
