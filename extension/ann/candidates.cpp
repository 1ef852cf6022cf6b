#include "extension/ann/candidates.h"

#include <algorithm>
#include <limits>

namespace sbert::ann {

size_t keep_below(Candidate *candidates, size_t n, float threshold) noexcept
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        candidates[kept] = candidates[i];
        kept += candidates[i].optimistic < threshold;
    }
    return kept;
}

void nearest_first(Candidate *candidates, size_t n, size_t count) noexcept
{
    if (count < n)
        std::nth_element(candidates, candidates + count, candidates + n,
                         [](const Candidate &a, const Candidate &b) { return a.key < b.key; });
}

size_t sort_by_row(Candidate *candidates, size_t n) noexcept
{
    if (n == 0)
        return 0;
    std::sort(candidates, candidates + n,
              [](const Candidate &a, const Candidate &b) { return a.row < b.row; });
    size_t last = 0;
    for (size_t i = 1; i < n; i++) {
        if (candidates[i].row != candidates[last].row) {
            candidates[++last] = candidates[i];
            continue;
        }
        candidates[last].optimistic =
            std::min(candidates[last].optimistic, candidates[i].optimistic);
        candidates[last].key = std::min(candidates[last].key, candidates[i].key);
        candidates[last].probe = std::min(candidates[last].probe, candidates[i].probe);
    }
    return last + 1;
}

size_t drop_seen(Candidate *candidates, size_t n, const Candidate *seen, size_t n_seen) noexcept
{
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        while (at < n_seen && seen[at].row < candidates[i].row)
            at++;
        if (at == n_seen || seen[at].row != candidates[i].row)
            candidates[kept++] = candidates[i];
    }
    return kept;
}

float kth_smallest(float *keys, size_t n, size_t k) noexcept
{
    if (k == 0 || k > n)
        return std::numeric_limits<float>::infinity();
    std::nth_element(keys, keys + k - 1, keys + n);
    return keys[k - 1];
}

} // namespace sbert::ann
