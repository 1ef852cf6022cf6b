#include "extension/ann/nearest.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/linear.h"
#include "extension/ann/lloyd.h"

namespace sbert::ann {
namespace {

// Rows of a block: enough that every group's panels, read from the last-level cache, serve a few
// tiles of rows; fewer when rows are long.
size_t block_rows(size_t d) { return d <= 1024 ? 256 : d <= 4096 ? 64 : 32; }

size_t group_count(size_t lists)
{
    return lists <= kExactLists ? 1 : static_cast<size_t>(1.5 * std::sqrt(double(lists)));
}

constexpr int kGroupRounds = 6;
constexpr uint64_t kGroupSeed = 0x6c697374; // groups need not differ between indexes

} // namespace

void center_bias(const float *centroids, size_t lists, size_t d, float *bias)
{
    for (size_t i = 0; i < lists; i++) {
        const float *c = centroids + i * d;
        bias[i] = -kernels::inner_product(c, c, d) / 2;
    }
}

NearestLists::NearestLists(const float *centroids, size_t lists, size_t d, Keep keep,
                           encoder::StopFlag stop, size_t compared)
    : lists_(lists), d_(d), block_(block_rows(d)), keep_(keep)
{
    if (compared == 0)
        compared = kCompared + static_cast<size_t>(kComparedShare * static_cast<double>(lists));
    make_groups(centroids, stop);
    pack(centroids);

    const size_t groups = groups_.size();
    groups_a_row_ = std::clamp<size_t>((compared * groups + lists - 1) / lists, 1, groups);
    std::vector<size_t> sizes;
    for (const Group &group : groups_)
        sizes.push_back(group.count);
    std::sort(sizes.rbegin(), sizes.rend());
    stride_ = std::accumulate(sizes.begin(), sizes.begin() + groups_a_row_, size_t{0});
    products_.resize(block_ * sizes[0]);
    if (keep == Keep::kScores)
        scores_.resize(block_ * stride_);
    visits_.resize(groups);
    chosen_.resize(block_ * groups_a_row_);
    chosen_at_.resize(block_ * groups_a_row_);
    if (groups > 1) {
        gathered_.resize(block_ * d);
        center_scores_.resize(block_ * groups);
    }
}

void NearestLists::make_groups(const float *centroids, encoder::StopFlag stop)
{
    if (group_count(lists_) == 1) {
        order_.resize(lists_);
        std::iota(order_.begin(), order_.end(), 0u);
        groups_ = {{0, lists_, 0}};
        return;
    }
    const RowSubset rows = {centroids, nullptr, lists_, d_};
    Random random(kGroupSeed);
    centers_ = random_rows(rows, group_count(lists_), &random);
    lloyd(rows, kGroupRounds, &random, stop, &centers_);
    Groups groups = group_rows(rows, centers_, stop);
    order_ = std::move(groups.rows);
    // A group without lists takes its centre with it.
    size_t kept = 0;
    for (size_t group = 0; group + 1 < groups.from.size(); group++) {
        const size_t from = groups.from[group], count = groups.from[group + 1] - from;
        if (count == 0)
            continue;
        std::memmove(&centers_[kept++ * d_], &centers_[group * d_], d_ * sizeof(float));
        groups_.push_back({from, count, 0});
    }
    std::vector<float> panels(kernels::packed_floats(kept, d_));
    kernels::pack_panels(centers_.data(), d_, kept, d_, panels.data());
    center_bias_.resize(kept);
    center_bias(centers_.data(), kept, d_, center_bias_.data());
    centers_ = std::move(panels);
}

void NearestLists::pack(const float *centroids)
{
    size_t floats = 0, largest = 0;
    for (Group &group : groups_) {
        group.panels = floats;
        floats += kernels::packed_floats(group.count, d_);
        largest = std::max(largest, group.count);
    }
    panels_.resize(floats);
    bias_.resize(lists_);
    // Groups of one: their lists lie in order already.
    std::vector<float> lists(groups_.size() > 1 ? largest * d_ : 0);
    for (const Group &group : groups_) {
        const float *w = centroids;
        if (groups_.size() > 1) {
            for (size_t i = 0; i < group.count; i++)
                std::memcpy(&lists[i * d_], centroids + order_[group.from + i] * d_,
                            d_ * sizeof(float));
            w = lists.data();
        }
        kernels::pack_panels(w, d_, group.count, d_, &panels_[group.panels]);
        center_bias(w, group.count, d_, &bias_[group.from]);
    }
}

size_t NearestLists::bytes_for(size_t lists, size_t d, Keep keep)
{
    const size_t groups = group_count(lists), block = block_rows(d);
    const size_t padded = lists + groups * kernels::kPanelWidth / 2 + kernels::kPanelWidth;
    const size_t compared =
        groups == 1 ? lists : 2 * (kCompared + static_cast<size_t>(kComparedShare * double(lists)));
    size_t floats = (padded + groups) * d + block * compared;
    if (groups > 1)
        floats += block * (d + 2 * groups) + 4 * (lists / groups + 1) * d;
    if (keep == Keep::kScores)
        floats += block * compared;
    return floats * sizeof(float);
}

void NearestLists::find(const float *x, size_t rows, uint32_t *list, float *score)
{
    std::fill(list, list + rows, order_[0]);
    std::fill(score, score + rows, -std::numeric_limits<float>::infinity());
    choose_groups(x, rows);
    for (uint32_t group = 0; group < groups_.size(); group++)
        compare_with_group(x, group, list, score);
}

void NearestLists::choose_groups(const float *x, size_t rows)
{
    const size_t groups = groups_.size();
    if (groups > 1)
        kernels::linear(x, d_, rows, d_, centers_.data(), center_bias_.data(), groups,
                        center_scores_.data(), groups);
    for (std::vector<Visit> &visits : visits_)
        visits.clear();
    std::vector<uint32_t> by_score(groups);
    for (size_t i = 0; i < rows; i++) {
        // There are none where one group is all.
        const float *scores = groups > 1 ? center_scores_.data() + i * groups : nullptr;
        std::iota(by_score.begin(), by_score.end(), 0u);
        std::nth_element(by_score.begin(), by_score.begin() + (groups_a_row_ - 1), by_score.end(),
                         [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
        size_t at = i * stride_;
        for (size_t j = 0; j < groups_a_row_; j++) {
            const uint32_t group = by_score[j];
            chosen_[i * groups_a_row_ + j] = group;
            chosen_at_[i * groups_a_row_ + j] = at;
            visits_[group].push_back({static_cast<uint32_t>(i), at});
            at += groups_[group].count;
        }
    }
}

// All rows that chose this group, side by side, with its lists.
void NearestLists::compare_with_group(const float *x, uint32_t number, uint32_t *list, float *score)
{
    const Group &group = groups_[number];
    const std::vector<Visit> &visits = visits_[number];
    // One group alone has all rows as they lie.
    for (size_t i = 0; groups_.size() > 1 && i < visits.size(); i++)
        std::memcpy(&gathered_[i * d_], x + visits[i].row * d_, d_ * sizeof(float));
    kernels::linear(groups_.size() > 1 ? gathered_.data() : x, d_, visits.size(), d_,
                    &panels_[group.panels], &bias_[group.from], group.count, products_.data(),
                    group.count);
    for (size_t i = 0; i < visits.size(); i++) {
        const float *scores = &products_[i * group.count];
        const uint32_t row = visits[i].row;
        const float *best = std::max_element(scores, scores + group.count);
        if (*best > score[row]) {
            score[row] = *best;
            list[row] = order_[group.from + static_cast<size_t>(best - scores)];
        }
        if (keep_ == Keep::kScores)
            std::memcpy(&scores_[visits[i].at], scores, group.count * sizeof(float));
    }
}

NearestLists::Part NearestLists::part(size_t row, size_t number) const
{
    const size_t at = row * groups_a_row_ + number;
    const Group &group = groups_[chosen_[at]];
    return {&order_[group.from], &scores_[chosen_at_[at]], group.count};
}

size_t NearestLists::count(size_t row) const
{
    const Part last = part(row, groups_a_row_ - 1);
    return static_cast<size_t>(last.scores + last.count - scores(row));
}

} // namespace sbert::ann
