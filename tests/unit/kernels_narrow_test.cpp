// Products in bfloat16 and in 8 bits, by every instruction set of the machine: against the naive
// versions, and a row's bits whatever the rows beside it.
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/kernels/linear_bf16.h"
#include "encoder/kernels/linear_int8.h"
#include "tests/unit/each_isa.h"
#include "tests/unit/random_floats.h"

namespace sbert::kernels {
namespace {

using test::for_each_isa;

std::vector<float> random_floats(size_t n, unsigned seed)
{
    return test::random_floats(n, seed, 0.3f, 2);
}

template <class T>
class Aligned {
  public:
    explicit Aligned(size_t n)
        : bytes_((n * sizeof(T) + 127) / 64 * 64),
          data_(static_cast<T *>(std::aligned_alloc(64, bytes_)))
    {
        std::memset(data_, 0, bytes_);
    }
    ~Aligned() { std::free(data_); }
    Aligned(const Aligned &) = delete;
    Aligned &operator=(const Aligned &) = delete;
    T *data() { return data_; }
    const T *data() const { return data_; }
    T &operator[](size_t i) { return data_[i]; }

  private:
    size_t bytes_;
    T *data_;
};

struct Int8Case {
    size_t N, K;
    Aligned<int8_t> panels;
    std::vector<float> scale, sum, smooth, bias;

    Int8Case(size_t N, size_t K)
        : N(N), K(K), panels(packed_int8(N, K)), scale(N, 1.0f), sum(N),
          smooth(random_floats(K, 5)), bias(random_floats(N, 6))
    {
        std::mt19937 random(7);
        for (size_t n = 0; n < N; n++) {
            for (size_t k = 0; k < K; k++) {
                const int w = static_cast<int>(random() % 255) - 127;
                panels[index_int8(K, n, k)] = static_cast<int8_t>(w);
                sum[n] += static_cast<float>(w);
            }
            scale[n] = 0.01f + static_cast<float>(n % 7) * 0.003f;
        }
    }
    Int8Weights weights() const
    {
        return {panels.data(), scale.data(), sum.data(), smooth.data(), bias.data(), N, K};
    }
};

struct Quantized {
    Aligned<uint8_t> q;
    std::vector<float> scale;
    std::vector<int32_t> zero;
    Quantized(size_t rows, size_t K) : q(rows * quantized_stride(K)), scale(rows), zero(rows) {}
    QuantizedRows rows() { return {q.data(), scale.data(), zero.data()}; }
};

void expect_int8_agrees(size_t rows, size_t N, size_t K)
{
    const Int8Case c(N, K);
    const std::vector<float> x = random_floats(rows * K, 8);
    Quantized ours(rows, K), theirs(rows, K);
    quantize_rows(x.data(), K, rows, K, c.smooth.data(), ours.rows());
    quantize_rows_reference(x.data(), K, rows, K, c.smooth.data(), theirs.rows());
    ASSERT_EQ(std::memcmp(ours.q.data(), theirs.q.data(), rows * quantized_stride(K)), 0) << K;
    ASSERT_EQ(ours.scale, theirs.scale);
    ASSERT_EQ(ours.zero, theirs.zero);
    std::vector<float> y(rows * N), expected(rows * N);
    linear_int8(ours.rows(), rows, c.weights(), y.data(), N);
    linear_int8_reference(ours.rows(), rows, c.weights(), expected.data(), N);
    for (size_t i = 0; i < y.size(); i++) // the integers are equal; scaling back rounds
        ASSERT_NEAR(y[i], expected[i], std::fabs(expected[i]) * 1e-6 + 1e-5)
            << rows << " rows, N " << N << ", K " << K << ", element " << i;
}

TEST(Int8, AgreesWithTheReference)
{
    for_each_isa([] {
        for (size_t rows = 1; rows <= 70; rows++)
            expect_int8_agrees(rows, 45, 64);
        for (size_t N = 1; N <= 100; N++)
            expect_int8_agrees(5, N, 128);
        for (size_t K = 1; K <= 70; K++)
            expect_int8_agrees(17, 40, K);
        expect_int8_agrees(33, 96, 1536); // sums beyond 2^24
    });
}

TEST(Int8, LargestSumsAreExact)
{
    for_each_isa([] {
        const size_t K = 4096;
        Int8Case c(32, K);
        for (size_t k = 0; k < K; k++)
            c.panels[index_int8(K, 3, k)] = 127;
        c.sum[3] = 127.0f * K;
        std::fill(c.scale.begin(), c.scale.end(), 1.0f);
        std::fill(c.bias.begin(), c.bias.end(), 0.0f);
        Quantized x(1, K);
        std::memset(x.q.data(), 255, K);
        x.scale[0] = 1.0f;
        x.zero[0] = 1;
        std::vector<float> y(32);
        linear_int8(x.rows(), 1, c.weights(), y.data(), 32);
        EXPECT_EQ(y[3], 254.0f * 127.0f * K);
    });
}

TEST(Int8, ARowOfZerosIsExact)
{
    for_each_isa([] {
        const Int8Case c(40, 20);
        const std::vector<float> x(20, 0.0f);
        Quantized q(1, 20);
        quantize_rows(x.data(), 20, 1, 20, nullptr, q.rows());
        std::vector<float> y(40);
        linear_int8(q.rows(), 1, c.weights(), y.data(), 40);
        EXPECT_EQ(y, c.bias);
    });
}

struct Bf16Case {
    size_t N, K;
    std::vector<float> w, bias;
    Aligned<Bf16> panels;

    Bf16Case(size_t N, size_t K)
        : N(N), K(K), w(random_floats(N * K, 1)), bias(random_floats(N, 2)),
          panels(packed_bf16(N, K))
    {
        for (size_t n = 0; n < N; n++)
            for (size_t k = 0; k < K; k++) {
                const Bf16 narrow = to_bf16(w[n * K + k]);
                panels[index_bf16(K, n, k)] = narrow;
                w[n * K + k] = from_bf16(narrow);
            }
    }
    std::vector<float> run(const std::vector<float> &x, size_t rows) const
    {
        Aligned<char> scratch(rows * (K + 32) * 2);
        std::vector<float> y(rows * N);
        linear_bf16(x.data(), K, rows, K, panels.data(), bias.data(), N, y.data(), N,
                    scratch.data());
        return y;
    }
};

void expect_bf16_agrees(size_t rows, size_t N, size_t K)
{
    const Bf16Case c(N, K);
    std::vector<float> x = random_floats(rows * K, 3);
    for (float &v : x) // exact in bfloat16, so that rounding the rows changes nothing
        v = from_bf16(to_bf16(v));
    std::vector<float> expected(rows * N);
    linear_reference(x.data(), K, rows, K, c.w.data(), c.bias.data(), N, expected.data(), N);
    const std::vector<float> y = c.run(x, rows);
    for (size_t i = 0; i < y.size(); i++)
        ASSERT_NEAR(y[i], expected[i], 3e-6 * static_cast<double>(K + 10))
            << rows << " rows, N " << N << ", K " << K << ", element " << i;
}

TEST(Bf16, AgreesWithTheReference)
{
    for_each_isa([] {
        for (size_t rows = 1; rows <= 70; rows++)
            expect_bf16_agrees(rows, 45, 64);
        for (size_t N = 1; N <= 100; N++)
            expect_bf16_agrees(5, N, 32);
        for (size_t K = 1; K <= 70; K++)
            expect_bf16_agrees(17, 40, K);
    });
}

TEST(Bf16, RoundsToNearestEven)
{
    EXPECT_EQ(from_bf16(to_bf16(1.0f)), 1.0f);
    EXPECT_EQ(to_bf16(std::bit_cast<float>(0x3F808000u)), 0x3F80); // a tie goes to the even one
    EXPECT_EQ(to_bf16(std::bit_cast<float>(0x3F818000u)), 0x3F82);
    EXPECT_EQ(to_bf16(std::bit_cast<float>(0x3F808001u)), 0x3F81);
}

TEST(Narrow, ARowsBitsDoNotDependOnTheOthers)
{
    for_each_isa([] {
        const size_t N = 96, K = 128;
        const std::vector<float> x = random_floats(600 * K, 4);
        const Bf16Case narrow(N, K);
        const Int8Case eight(N, K);
        const std::vector<float> all = narrow.run(x, 600);
        Quantized q(600, K);
        quantize_rows(x.data(), K, 600, K, nullptr, q.rows());
        std::vector<float> all8(600 * N), some8(600 * N);
        linear_int8(q.rows(), 600, eight.weights(), all8.data(), N);
        for (size_t rows = 1; rows <= 600; rows += rows < 70 ? 1 : 53) {
            const std::vector<float> some = narrow.run(x, rows);
            ASSERT_EQ(std::memcmp(some.data(), all.data(), some.size() * sizeof(float)), 0) << rows;
            linear_int8(q.rows(), rows, eight.weights(), some8.data(), N);
            ASSERT_EQ(std::memcmp(some8.data(), all8.data(), rows * N * sizeof(float)), 0) << rows;
        }
    });
}

} // namespace
} // namespace sbert::kernels
