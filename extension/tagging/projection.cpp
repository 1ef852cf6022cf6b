#include "extension/tagging/projection.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/rows.h"

namespace sbert::tagging {

void Projection::apply(const float *states, size_t n, float *vectors) const
{
    const size_t C = width, L = layers.size(), D = dimensions();
    std::vector<float> normal(C);
    std::fill_n(vectors, n * D, 0.0f);
    for (size_t w = 0; w < n; w++, states += L * C, vectors += D) {
        if (std::isnan(states[0]))
            continue;
        for (size_t l = 0; l < L; l++) {
            const float *state = states + l * C, *c = &centre[l * C], *s = &scale[l * C];
            float *out = mix.empty() ? vectors + l * C : normal.data();
            for (size_t j = 0; j < C; j++)
                out[j] = (state[j] - c[j]) * s[j];
            for (size_t m = 0; m < mixes(); m++)
                kernels::add_scaled(vectors + m * C, normal.data(), mix[m * L + l], C);
        }
    }
}

} // namespace sbert::tagging
