#include "extension/ann/kmeans.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "extension/ann/lloyd.h"
#include "extension/ann/nearest.h"

namespace sbert::ann {
namespace {

constexpr int kRounds = 8;          // of one level
constexpr int kGroupRounds = 8;     // of the groups
constexpr int kSplitRounds = 6;     // within a group
constexpr int kFinalRounds = 2;     // over all lists
constexpr size_t kRowsAGroup = 256; // of the sample, to find the groups

Groups find_groups(const RowSubset &all, size_t count, Random *random, encoder::StopFlag stop)
{
    std::vector<uint32_t> some(std::min(all.rows, count * kRowsAGroup));
    for (size_t i = 0; i < some.size(); i++)
        some[i] = static_cast<uint32_t>(all.rows * i / some.size());
    const RowSubset sample = {all.x, some.data(), some.size(), all.d};
    std::vector<float> centers = random_rows(sample, std::min(count, sample.rows), random);
    lloyd(sample, kGroupRounds, random, stop, &centers);

    return group_rows(all, centers, stop);
}

// Lists of group g: its share of the rows, rounded so that all shares add up.
size_t share(const Groups &groups, size_t g, size_t lists)
{
    const size_t from = groups.from[g], to = groups.from[g + 1], rows = groups.rows.size();
    if (from == to)
        return 0;
    const size_t share = lists * to / rows - lists * from / rows;
    return std::clamp<size_t>(share, 1, to - from);
}

std::vector<float> split_groups(const RowSubset &all, size_t lists, Random *random,
                                encoder::StopFlag stop)
{
    const auto count = static_cast<size_t>(std::sqrt(static_cast<double>(lists)));
    const Groups groups = find_groups(all, count, random, stop);
    std::vector<float> centroids;
    centroids.reserve((lists + count) * all.d);
    for (size_t g = 0; g + 1 < groups.from.size(); g++) {
        const RowSubset rows = {all.x, groups.rows.data() + groups.from[g],
                                groups.from[g + 1] - groups.from[g], all.d};
        const size_t wanted = share(groups, g, lists);
        if (wanted == 0)
            continue;
        std::vector<float> part = random_rows(rows, wanted, random);
        lloyd(rows, kSplitRounds, random, stop, &part);
        centroids.insert(centroids.end(), part.begin(), part.end());
    }
    return centroids;
}

size_t lists_that_fit(const KMeansInput &t)
{
    size_t lists = std::min(t.lists, t.rows);
    while (lists > 1 && kmeans_bytes(lists, t.rows, t.d) > t.memory)
        lists -= std::max<size_t>(lists / 16, 1);
    return lists;
}

} // namespace

std::vector<float> kmeans(const KMeansInput &input, encoder::StopFlag stop)
{
    const size_t lists = lists_that_fit(input);
    if (lists == 0)
        return {};
    const RowSubset all = {input.sample, nullptr, input.rows, input.d};
    Random random(input.seed);
    const bool one_level = lists <= kExactLists;
    std::vector<float> centroids =
        one_level ? random_rows(all, lists, &random) : split_groups(all, lists, &random, stop);
    lloyd(all, one_level ? kRounds : kFinalRounds, &random, stop, &centroids);
    return centroids;
}

size_t kmeans_bytes(size_t lists, size_t rows, size_t d)
{
    const size_t row_numbers = lists <= kExactLists ? 0 : 2 * rows * sizeof(uint32_t);
    return (lists + lists / 16) * d * sizeof(float) + row_numbers + (size_t{1} << 16) +
           NearestLists::bytes_for(lists, d, NearestLists::Keep::kNearest);
}

size_t lists_for(double rows)
{
    return std::max<size_t>(1, static_cast<size_t>(std::min(6 * std::sqrt(rows), rows / 32)));
}

size_t sample_rows_for(size_t lists) { return 32 * lists; }

} // namespace sbert::ann
