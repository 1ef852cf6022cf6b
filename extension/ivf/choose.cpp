#include <algorithm>
#include <cmath>
#include <limits>

#include "encoder/kernels/distance.h"
#include "extension/pg.h"

#include "extension/ivf/centroid.h"
#include "extension/ivf/choose.h"
#include "extension/ivf/memory.h"

namespace sbert::ivf {
namespace {

// A list that may be the one, by its estimate; then with its loss.
struct Near {
    uint32 list;
    float loss;
};

bool less(const Near &a, const Near &b) { return a.loss < b.loss; }

// A number that sorts: rows whose squares overflow have none.
float sortable(float loss)
{
    return std::isnan(loss) ? std::numeric_limits<float>::infinity() : loss;
}

// The lists nearest to x by their coarse codes, in `near` (lists). Returns how many.
uint32 nearest_lists(const Cache *cache, const float *x, Near *near)
{
    const uint32 lists = cache->lists, d = cache->shape.d;
    const float *norm2 = cache->norm2;
    auto *table = allocate<uint8>(kernels::lookup_bytes(d) + 64);
    auto *aligned = reinterpret_cast<uint8 *>(TYPEALIGN(64, table));
    auto *estimates = allocate<float>(padded_lists(lists));
    const kernels::Lookup lookup = kernels::make_lookup(x, d, aligned);
    estimate_bases(cache, {x, aligned, lookup}, estimates);
    // Under the inner product the base is not the distance that lists are chosen by.
    const bool product = cache->metric == ann::Metric::kInnerProduct;
    for (uint32 list = 0; list < lists; list++)
        near[list] = {list,
                      sortable(product ? norm2[list] + 2 * estimates[list] : estimates[list])};
    const uint32 n = std::min(likely_lists(d), lists);
    std::nth_element(near, near + n - 1, near + lists, less);
    pfree(estimates);
    pfree(table);
    return n;
}

// Replaces the losses by |x - c|^2; the nearest comes to the front.
void take_nearest(const Cache *cache, const float *x, Near *near, uint32 n, float *centroid)
{
    const uint32 d = cache->shape.d;
    for (uint32 i = 0; i < n; i++) {
        near[i].loss =
            sortable(kernels::l2_squared_bf16(x, cached_centroid(cache, near[i].list), d));
    }
    std::iter_swap(near, std::min_element(near, near + n, less));
    decode_centroid(cached_centroid(cache, near[0].list), d, centroid);
}

// What SOAR's second list costs the row: |x - c|^2 + <x - c, r>^2 / |r|^2 with r = x - first.
//   near      without the first; their losses |x - c|^2
//   residual  (d) r;  centroid  (d) out: the second's
uint32 second_list(const Cache *cache, const float *x, const float *residual, const Near *near,
                   uint32 n, float *centroid)
{
    const uint32 d = cache->shape.d;
    const double r2 = kernels::inner_product(residual, residual, d);
    const double along = kernels::inner_product(x, residual, d);
    double least = std::numeric_limits<double>::infinity();
    uint32 best = near[0].list;
    for (uint32 i = 0; i < n; i++) {
        double loss = near[i].loss;
        if (loss >= least)
            continue;
        const uint16 *c = cached_centroid(cache, near[i].list);
        const double parallel = along - kernels::inner_product_bf16(residual, c, d);
        if (r2 > 0)
            loss += parallel * parallel / r2;
        if (loss < least) {
            least = loss;
            best = near[i].list;
        }
    }
    decode_centroid(cached_centroid(cache, best), d, centroid);
    return best;
}

} // namespace

void choice_start(Choice *choice, uint32 d)
{
    for (float *&buffer : choice->centroid)
        buffer = allocate<float>(d);
}

void choose_lists(const Cache *cache, const float *x, Choice *choice)
{
    const uint32 lists = cache->lists, d = cache->shape.d;
    choice->copies = lists > 1 ? 2 : 1;
    choice->list[0] = 0;
    if (lists == 1) {
        decode_centroid(cached_centroid(cache, 0), d, choice->centroid[0]);
        return;
    }
    auto *near = allocate<Near>(lists);
    auto *residual = allocate<float>(d);
    const uint32 n = nearest_lists(cache, x, near);
    take_nearest(cache, x, near, n, choice->centroid[0]);
    choice->list[0] = near[0].list;
    for (uint32 i = 0; i < d; i++)
        residual[i] = x[i] - choice->centroid[0][i];
    choice->list[1] = second_list(cache, x, residual, near + 1, n - 1, choice->centroid[1]);
    pfree(residual);
    pfree(near);
}

} // namespace sbert::ivf
