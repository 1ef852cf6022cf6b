// The naive distances of bits, with which the tests compare bit_distance.cpp.
#include "encoder/kernels/bit_distance.h"

namespace sbert::kernels {

namespace {

bool bit(const uint8_t *row, size_t i) { return (row[i / 8] >> (i % 8) & 1) != 0; }

} // namespace

uint64_t hamming_reference(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept
{
    uint64_t sum = 0;
    for (size_t i = 0; i < 8 * bytes; i++)
        sum += bit(a, i) != bit(b, i) ? 1 : 0;
    return sum;
}

double jaccard_reference(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept
{
    uint64_t both = 0, any = 0;
    for (size_t i = 0; i < 8 * bytes; i++) {
        both += bit(a, i) && bit(b, i) ? 1 : 0;
        any += bit(a, i) || bit(b, i) ? 1 : 0;
    }
    return both == 0 ? 1 : 1 - static_cast<double>(both) / static_cast<double>(any);
}

} // namespace sbert::kernels
