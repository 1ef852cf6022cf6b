// Distances of bits, compiled once for each of Highway's instruction sets. From SSE4 on there is
// POPCNT. With it, counting word by word is faster than by vectors for rows of up to a few hundred
// bytes, and codes of sentences are such rows.
//
// AVX-512's VPOPCNTDQ counts eight words at once, but Highway has it in a separate target, AVX3_DL.
// That target must be requested (HWY_WANT_AVX3_DL), and highway_targets.cpp would have to detect
// it. We have no machine to test and measure it.
#include "encoder/kernels/bit_distance.h"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/bit_distance.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {

struct Word {
    uint64_t a, b;
};

HWY_INLINE Word load_word(const uint8_t *a, const uint8_t *b)
{
    Word word;
    std::memcpy(&word.a, a, 8);
    std::memcpy(&word.b, b, 8);
    return word;
}

// The last `rest` < 8 bytes of rows of `bytes` bytes, in a word filled up with zeros.
HWY_INLINE Word load_rest(const uint8_t *a, const uint8_t *b, size_t bytes, size_t rest)
{
    Word word = {0, 0};
    // This loads a whole word and shifts out the bytes that were counted already.
    if (bytes >= 8) {
        word = load_word(a + bytes - 8, b + bytes - 8);
        const size_t counted = 8 * (8 - rest);
        if constexpr (std::endian::native == std::endian::little)
            return {word.a >> counted, word.b >> counted};
        return {word.a << counted, word.b << counted};
    }
    for (size_t i = 0; i < rest; i++) {
        word.a = word.a << 8 | a[i];
        word.b = word.b << 8 | b[i];
    }
    return word;
}

// Calls add(word, n) for all words. n = 0 ... 3 names the partial sum, so that additions do not
// wait for one another.
template <class Add>
HWY_INLINE void for_words(const uint8_t *a, const uint8_t *b, size_t bytes, Add add)
{
    size_t i = 0;
    for (; i + 32 <= bytes; i += 32)
        for (size_t n = 0; n < 4; n++)
            add(load_word(a + i + 8 * n, b + i + 8 * n), n);
    for (; i + 8 <= bytes; i += 8)
        add(load_word(a + i, b + i), 0);
    if (i < bytes)
        add(load_rest(a, b, bytes, bytes - i), 1);
}

uint64_t count_different(const uint8_t *a, const uint8_t *b, size_t bytes)
{
    uint64_t sums[4] = {};
    for_words(a, b, bytes,
              [&sums](Word w, size_t n) HWY_ATTR { sums[n] += hwy::PopCount(w.a ^ w.b); });
    return sums[0] + sums[1] + sums[2] + sums[3];
}

// Writes two counts: the bits of a and b, and the bits of a or b.
void count_common(const uint8_t *a, const uint8_t *b, size_t bytes, uint64_t *counts)
{
    uint64_t both[4] = {}, any[4] = {};
    for_words(a, b, bytes, [&both, &any](Word w, size_t n) HWY_ATTR {
        both[n] += hwy::PopCount(w.a & w.b);
        any[n] += hwy::PopCount(w.a | w.b);
    });
    counts[0] = both[0] + both[1] + both[2] + both[3];
    counts[1] = any[0] + any[1] + any[2] + any[3];
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(count_different);
HWY_EXPORT(count_common);

uint64_t hamming(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept
{
    return HWY_DYNAMIC_DISPATCH(count_different)(a, b, bytes);
}

double jaccard(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept
{
    uint64_t counts[2];
    HWY_DYNAMIC_DISPATCH(count_common)(a, b, bytes, counts);
    if (counts[0] == 0)
        return 1;
    return 1 - static_cast<double>(counts[0]) / static_cast<double>(counts[1]);
}

} // namespace sbert::kernels
#endif
