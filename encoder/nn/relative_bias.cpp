#include "encoder/nn/relative_bias.h"

#include <algorithm>
#include <cmath>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// One half of the buckets is for keys behind the query, the other for keys in front of it. In each
// half, the first half has one bucket per distance, and the second has ever wider ranges up to 128.
// It computes in f32, as the reference does, because the ranges end at powers of two, where the
// logarithm's last bit decides.
static size_t bucket_of(size_t distance, bool behind)
{
    constexpr size_t kHalf = kRelativeBuckets / 2, kExact = kHalf / 2;
    constexpr float kFurthest = 128;
    const size_t first = behind ? kHalf : 0;
    if (distance < kExact)
        return first + distance;
    const float share = std::log(static_cast<float>(distance) / kExact) /
                        static_cast<float>(std::log(static_cast<double>(kFurthest) / kExact));
    return first + std::min(kHalf - 1, kExact + static_cast<size_t>(share * (kHalf - kExact)));
}

void RelativeBias::fill(size_t n, size_t head, float factor, float *out) const
{
    for (size_t distance = 0; distance < n; distance++) {
        out[n - 1 + distance] = factor * table_[bucket_of(distance, true) * heads_ + head];
        out[n - 1 - distance] = factor * table_[bucket_of(distance, false) * heads_ + head];
    }
}

} // namespace sbert::encoder
