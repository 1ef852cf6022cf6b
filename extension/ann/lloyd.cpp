#include "extension/ann/lloyd.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "encoder/kernels/rows.h"
#include "extension/ann/nearest.h"

namespace sbert::ann {
namespace {

using Keep = NearestLists::Keep;

// The rows of a set, a block at a time, side by side.
class Blocks {
  public:
    Blocks(const RowSubset &set, size_t block) : set_(set), block_(block)
    {
        if (set.index != nullptr)
            gathered_.resize(std::min(block, set.rows) * set.d);
    }
    size_t from() const { return from_; }
    size_t rows() const { return rows_; }
    // Rows from() ... from() + rows() - 1, or null.
    const float *next()
    {
        from_ += rows_;
        rows_ = std::min(block_, set_.rows - from_);
        if (rows_ == 0)
            return nullptr;
        if (set_.index == nullptr)
            return set_.x + from_ * set_.d;
        for (size_t i = 0; i < rows_; i++)
            std::memcpy(&gathered_[i * set_.d], set_.row(from_ + i), set_.d * sizeof(float));
        return gathered_.data();
    }

  private:
    RowSubset set_;
    size_t block_, from_ = 0, rows_ = 0;
    std::vector<float> gathered_;
};

// What a round learns of each list.
struct Lists {
    std::vector<uint32_t> rows;
    std::vector<size_t> pick; // one of its rows at random: number in the set
};

// Sums of the rows of each list into `sums` (lists, d).
Lists sum_rows(const RowSubset &set, NearestLists *nearest, Random *random, encoder::StopFlag stop,
               std::vector<float> *sums)
{
    Lists lists = {std::vector<uint32_t>(sums->size() / set.d),
                   std::vector<size_t>(sums->size() / set.d)};
    std::vector<uint32_t> list(nearest->block());
    std::vector<float> score(nearest->block());
    Blocks blocks(set, nearest->block());
    std::fill(sums->begin(), sums->end(), 0.0f);
    while (const float *x = blocks.next()) {
        stop.check();
        nearest->find(x, blocks.rows(), list.data(), score.data());
        for (size_t i = 0; i < blocks.rows(); i++) {
            kernels::add(&(*sums)[list[i] * set.d], x + i * set.d, set.d);
            if (random->below(++lists.rows[list[i]]) == 0)
                lists.pick[list[i]] = blocks.from() + i;
        }
    }
    return lists;
}

void sums_to_means(const Lists &lists, size_t d, std::vector<float> *sums)
{
    for (size_t i = 0; i < lists.rows.size(); i++)
        if (lists.rows[i] > 1)
            kernels::scale(&(*sums)[i * d], 1.0f / static_cast<float>(lists.rows[i]), d);
}

// Each empty list begins again with a row of another, the largest first.
void refill(const RowSubset &set, const Lists &lists, std::vector<float> *centroids)
{
    std::vector<uint32_t> by_size(lists.rows.size());
    std::iota(by_size.begin(), by_size.end(), 0u);
    std::sort(by_size.begin(), by_size.end(), [&](uint32_t a, uint32_t b) {
        return lists.rows[a] != lists.rows[b] ? lists.rows[a] > lists.rows[b] : a < b;
    });
    size_t source = 0;
    for (size_t empty = by_size.size(); empty-- > 0 && lists.rows[by_size[empty]] == 0; source++) {
        if (lists.rows[by_size[source]] < 2)
            return;
        std::memcpy(&(*centroids)[by_size[empty] * set.d], set.row(lists.pick[by_size[source]]),
                    set.d * sizeof(float));
    }
}

void drop_empty(const Lists &lists, size_t d, std::vector<float> *centroids)
{
    size_t kept = 0;
    for (size_t i = 0; i < lists.rows.size(); i++)
        if (lists.rows[i] > 0)
            std::memmove(&(*centroids)[kept++ * d], &(*centroids)[i * d], d * sizeof(float));
    centroids->resize(kept * d);
}

} // namespace

uint64_t Random::next()
{
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

std::vector<float> random_rows(const RowSubset &set, size_t count, Random *random)
{
    std::vector<float> out(count * set.d);
    for (size_t i = 0; i < count; i++) {
        const size_t from = set.rows * i / count, to = set.rows * (i + 1) / count;
        std::memcpy(&out[i * set.d], set.row(from + random->below(to - from)),
                    set.d * sizeof(float));
    }
    return out;
}

Groups group_rows(const RowSubset &set, const std::vector<float> &centroids, encoder::StopFlag stop)
{
    NearestLists nearest(centroids.data(), centroids.size() / set.d, set.d, Keep::kNearest, stop);
    std::vector<uint32_t> group(set.rows);
    std::vector<float> score(nearest.block());
    Blocks blocks(set, nearest.block());
    while (const float *x = blocks.next()) {
        stop.check();
        nearest.find(x, blocks.rows(), &group[blocks.from()], score.data());
    }
    Groups groups;
    groups.from.resize(centroids.size() / set.d + 1);
    for (uint32_t g : group)
        groups.from[g + 1]++;
    std::partial_sum(groups.from.begin(), groups.from.end(), groups.from.begin());
    groups.rows.resize(set.rows);
    std::vector<size_t> next = groups.from;
    for (size_t i = 0; i < set.rows; i++)
        groups.rows[next[group[i]]++] = static_cast<uint32_t>(i);
    return groups;
}

void lloyd(const RowSubset &set, int rounds, Random *random, encoder::StopFlag stop,
           std::vector<float> *centroids)
{
    for (int round = 0; round < rounds; round++) {
        // The panels keep the centroids, so that the new ones can grow where the old ones were.
        NearestLists nearest(centroids->data(), centroids->size() / set.d, set.d, Keep::kNearest,
                             stop);
        const Lists lists = sum_rows(set, &nearest, random, stop, centroids);
        sums_to_means(lists, set.d, centroids);
        if (round + 1 < rounds)
            refill(set, lists, centroids);
        else
            drop_empty(lists, set.d, centroids);
    }
}

} // namespace sbert::ann
