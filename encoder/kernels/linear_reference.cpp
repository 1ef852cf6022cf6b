// The naive products, with which the tests compare linear.cpp.
#include "encoder/kernels/linear.h"

namespace sbert::kernels {

void linear_reference(const float *x, size_t ldx, size_t rows, size_t K, const float *w,
                      const float *bias, size_t N, float *y, size_t ldy) noexcept
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < N; j++) {
            double sum = bias != nullptr ? bias[j] : 0.0;
            for (size_t k = 0; k < K; k++)
                sum += static_cast<double>(x[i * ldx + k]) * w[j * K + k];
            y[i * ldy + j] = static_cast<float>(sum);
        }
    }
}

} // namespace sbert::kernels
