#include "extension/ann/assigner.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/rows.h"

namespace sbert::ann {
namespace {

constexpr float kLambda = 1.0f;
// The maxima of kParts interleaved parts of a row's scores: the kTried-th greatest of them is a
// score that at least kTried lists reach, and seldom twice as many.
constexpr size_t kParts = 64;
constexpr size_t kTried = 24;

float score_to_try(const float *scores, size_t count)
{
    if (count <= kParts)
        return -std::numeric_limits<float>::infinity();
    float maxima[kParts];
    std::copy(scores, scores + kParts, maxima);
    for (size_t i = kParts; i < count; i += kParts)
        kernels::maximum(maxima, scores + i, std::min(kParts, count - i));
    std::nth_element(maxima, maxima + (kTried - 1), maxima + kParts, std::greater<>());
    return maxima[kTried - 1];
}

} // namespace

Assigner::Assigner(const float *centroids, size_t lists, size_t d, encoder::StopFlag stop,
                   size_t compared)
    : lists_(lists), d_(d), centroids_(centroids, centroids + lists * d),
      nearest_(centroids, lists, d, NearestLists::Keep::kScores, stop, compared),
      first_scores_(nearest_.block()), residual_(d)
{
}

size_t Assigner::bytes_for(size_t lists, size_t d)
{
    return lists * d * sizeof(float) +
           NearestLists::bytes_for(lists, d, NearestLists::Keep::kScores);
}

void Assigner::assign(const float *x, size_t rows, uint32_t *first, uint32_t *second)
{
    for (size_t from = 0; from < rows; from += nearest_.block()) {
        const size_t count = std::min(nearest_.block(), rows - from);
        const float *block = x + from * d_;
        nearest_.find(block, count, first + from, first_scores_.data());
        for (size_t i = 0; i < count; i++)
            second[from + i] = second_list(block + i * d_, i, first[from + i], first_scores_[i]);
    }
}

uint32_t Assigner::second_list(const float *x, size_t row, uint32_t first, float first_score)
{
    if (lists_ == 1)
        return first;
    const float *c = &centroids_[first * d_];
    for (size_t i = 0; i < d_; i++)
        residual_[i] = x[i] - c[i];
    residual2_ = kernels::inner_product(residual_.data(), residual_.data(), d_);
    along_ = kernels::inner_product(x, residual_.data(), d_);
    const float norm2 = residual2_ + 2 * first_score; // |x|^2

    uint32_t best = first == 0 ? 1 : 0;
    float best_loss = std::numeric_limits<float>::infinity();
    const float least = score_to_try(nearest_.scores(row), nearest_.count(row));
    for (size_t p = 0; p < nearest_.parts(); p++) {
        const NearestLists::Part part = nearest_.part(row, p);
        for (size_t i = 0; i < part.count; i++) {
            if (!(part.scores[i] >= least) || part.lists[i] == first)
                continue;
            const float distance2 = norm2 - 2 * part.scores[i];
            if (distance2 >= best_loss) // and the loss is not less
                continue;
            const float candidate = loss(part.lists[i], distance2);
            if (candidate < best_loss) {
                best_loss = candidate;
                best = part.lists[i];
            }
        }
    }
    return best;
}

float Assigner::loss(uint32_t list, float distance2) const
{
    if (!(residual2_ > 0))
        return distance2;
    const float along =
        along_ - kernels::inner_product(&centroids_[list * d_], residual_.data(), d_);
    return distance2 + kLambda * along * along / residual2_;
}

} // namespace sbert::ann
