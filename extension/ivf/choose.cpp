// See the header. Products with all centroids are wrong by the rounding to 8 bits, so the best
// kCandidates by them are compared again by the directory's centroids.
#include <algorithm>
#include <limits>

#include "encoder/kernels/distance.h"
#include "extension/pg.h"

#include "extension/ivf/choose.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kCandidates = 6;

// What a list costs the row; smaller is better. For the first list |x - c|^2 - |x|^2, for the
// second also <x - c, r>^2 / |r|^2 with r = x - first.
struct Loss {
    const float *first; // centroid, or null
    double r2, along;   // |r|^2, <x, r>

    // dot = <x, c>, first_dot = <first, c>
    double operator()(double dot, double first_dot, double norm2) const
    {
        const double distance = norm2 - 2 * dot;
        if (r2 <= 0)
            return distance;
        const double parallel = along - dot + first_dot;
        return distance + parallel * parallel / r2;
    }
};

Loss second_loss(const float *x, const float *first, uint32 d)
{
    const double xx = kernels::inner_product(x, x, d), xc = kernels::inner_product(x, first, d);
    return {first, kernels::l2_squared(x, first, d), xx - xc};
}

// The lists of the smallest losses but `except`. Returns how many.
uint32 smallest(const float *losses, uint32 lists, uint32 except, uint32 *best)
{
    uint32 n = 0;
    for (uint32 list = 0; list < lists; list++) {
        if (list == except || (n == kCandidates && losses[list] >= losses[best[n - 1]]))
            continue;
        uint32 at = n < kCandidates ? n++ : n - 1;
        for (; at > 0 && losses[best[at - 1]] > losses[list]; at--)
            best[at] = best[at - 1];
        best[at] = list;
    }
    return n;
}

// The candidate of the smallest loss; `centroid` (d) its own.
uint32 best_of(Relation index, const Cache *cache, const float *x, const Loss &loss,
               const uint32 *candidates, uint32 n, float *centroid)
{
    const uint32 d = cache->shape.d;
    double least = std::numeric_limits<double>::infinity();
    uint32 best = candidates[0];
    for (uint32 i = 0; i < n; i++) {
        const ListEntry entry = list_entry(index, cache, candidates[i], centroid);
        const double first_dot =
            loss.first == nullptr ? 0 : kernels::inner_product(loss.first, centroid, d);
        const double value = loss(kernels::inner_product(x, centroid, d), first_dot, entry.norm2);
        if (value < least) {
            least = value;
            best = candidates[i];
        }
    }
    list_entry(index, cache, best, centroid);
    return best;
}

} // namespace

void choice_start(Choice *choice, uint32 d)
{
    for (float *&buffer : choice->centroid)
        buffer = static_cast<float *>(palloc(d * sizeof(float)));
}

void choose_lists(Relation index, const Cache *cache, const float *x, Choice *choice)
{
    const uint32 lists = cache->lists, d = cache->shape.d;
    const float *norm2 = cache_at<float>(cache, cache->norm2);
    choice->copies = lists > 1 ? 2 : 1;
    choice->list[0] = 0;
    if (lists == 1) {
        list_entry(index, cache, 0, choice->centroid[0]);
        return;
    }
    void *scratch = palloc(list_scratch_bytes(d));
    auto *dot = static_cast<float *>(palloc(lists * sizeof(float)));
    auto *first_dot = static_cast<float *>(palloc(lists * sizeof(float)));
    auto *losses = static_cast<float *>(palloc(lists * sizeof(float)));
    uint32 candidates[kCandidates];

    Loss loss = {nullptr, 0, 0};
    centroid_products(cache, x, scratch, dot);
    for (uint32 i = 0; i < lists; i++)
        losses[i] = static_cast<float>(loss(dot[i], 0, norm2[i]));
    uint32 n = smallest(losses, lists, kNone, candidates);
    choice->list[0] = best_of(index, cache, x, loss, candidates, n, choice->centroid[0]);

    loss = second_loss(x, choice->centroid[0], d);
    centroid_products(cache, choice->centroid[0], scratch, first_dot);
    for (uint32 i = 0; i < lists; i++)
        losses[i] = static_cast<float>(loss(dot[i], first_dot[i], norm2[i]));
    n = smallest(losses, lists, choice->list[0], candidates);
    choice->list[1] = best_of(index, cache, x, loss, candidates, n, choice->centroid[1]);
    for (void *scrap : {scratch, static_cast<void *>(dot), static_cast<void *>(first_dot),
                        static_cast<void *>(losses)})
        pfree(scrap);
}

} // namespace sbert::ivf
