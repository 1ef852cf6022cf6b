// See the header. The lists that are nearest by 1-bit estimates are compared by 8-bit centroids,
// and the best kCandidates of these again by the directory's.
#include <algorithm>
#include <cmath>
#include <limits>

#include "encoder/kernels/distance.h"
#include "extension/pg.h"

#include "extension/ivf/choose.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kCandidates = 6;

// A list that may be the one, and <x, c> by its 8-bit centroid.
struct Near {
    uint32 list;
    float loss, dot;
};

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

bool less(const Near &a, const Near &b) { return a.loss < b.loss; }

// A number that sorts: rows whose squares overflow have none.
float sortable(double loss)
{
    return std::isnan(loss) ? std::numeric_limits<float>::infinity() : static_cast<float>(loss);
}

double sum_of(const float *x, uint32 d)
{
    double sum = 0;
    for (uint32 i = 0; i < d; i++)
        sum += x[i];
    return sum;
}

// The lists nearest to x by the sketch, in `near` (lists). Returns how many.
uint32 nearest_lists(const Cache *cache, const float *x, Near *near)
{
    const uint32 lists = cache->lists, d = cache->shape.d;
    const float *norm2 = cache_at<float>(cache, cache->norm2);
    auto *table = static_cast<uint8 *>(palloc(kernels::lookup_bytes(d) + 64));
    auto *aligned = reinterpret_cast<uint8 *>(TYPEALIGN(64, table));
    auto *estimates = static_cast<float *>(palloc(padded_lists(lists) * sizeof(float)));
    const float x2 = kernels::inner_product(x, x, d);
    const kernels::Lookup lookup = kernels::make_lookup(x, d, aligned);
    estimate_bases(cache, {x, x2, aligned, lookup}, estimates);
    // Under the inner product the base is not the distance that lists are chosen by.
    const bool product = cache->metric == ann::Metric::kInnerProduct;
    for (uint32 list = 0; list < lists; list++)
        near[list] = {list, sortable(product ? norm2[list] + 2 * estimates[list] : estimates[list]),
                      0};
    const uint32 n = std::min(likely_lists(d), lists);
    std::nth_element(near, near + n - 1, near + lists, less);
    const double sum = sum_of(x, d);
    for (uint32 i = 0; i < n; i++)
        near[i].dot = centroid_product(cache, x, sum, near[i].list);
    pfree(estimates);
    pfree(table);
    return n;
}

// Moves the few best to the front. Returns how many.
uint32 keep_best(Near *near, uint32 n)
{
    const uint32 best = std::min(kCandidates, n);
    std::partial_sort(near, near + best, near + n, less);
    return best;
}

uint32 leave_out(Near *near, uint32 n, uint32 list)
{
    for (uint32 i = 0; i < n; i++)
        if (near[i].list == list)
            near[i] = near[--n];
    return n;
}

// The candidate of the smallest loss; `centroid` (d) its own.
uint32 best_of(Relation index, const Cache *cache, const float *x, const Loss &loss,
               const Near *near, uint32 n, float *centroid)
{
    const uint32 d = cache->shape.d;
    double least = std::numeric_limits<double>::infinity();
    uint32 best = near[0].list;
    for (uint32 i = 0; i < n; i++) {
        const ListEntry entry = list_entry(index, cache, near[i].list, centroid);
        const double first_dot =
            loss.first == nullptr ? 0 : kernels::inner_product(loss.first, centroid, d);
        const double value = loss(kernels::inner_product(x, centroid, d), first_dot, entry.norm2);
        if (value < least) {
            least = value;
            best = near[i].list;
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
    auto *near = static_cast<Near *>(palloc(lists * sizeof(Near)));
    uint32 n = nearest_lists(cache, x, near);

    Loss loss = {nullptr, 0, 0};
    for (uint32 i = 0; i < n; i++)
        near[i].loss = sortable(loss(near[i].dot, 0, norm2[near[i].list]));
    choice->list[0] = best_of(index, cache, x, loss, near, keep_best(near, n), choice->centroid[0]);

    const float *first = choice->centroid[0];
    const double first_sum = sum_of(first, d);
    loss = second_loss(x, first, d);
    n = leave_out(near, n, choice->list[0]);
    for (uint32 i = 0; i < n; i++) {
        const float first_dot = centroid_product(cache, first, first_sum, near[i].list);
        near[i].loss = sortable(loss(near[i].dot, first_dot, norm2[near[i].list]));
    }
    choice->list[1] = best_of(index, cache, x, loss, near, keep_best(near, n), choice->centroid[1]);
    pfree(near);
}

} // namespace sbert::ivf
