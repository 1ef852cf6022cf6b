// Residual and activation behind every product: bit for bit what separate steps give, on every
// instruction set.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/kernels/activation.h"
#include "encoder/kernels/linear_bf16.h"
#include "encoder/kernels/linear_int8.h"
#include "tests/unit/each_isa.h"
#include "tests/unit/random_floats.h"

namespace sbert::kernels {
namespace {

using test::random_floats;

struct Free {
    void operator()(void *p) const { std::free(p); }
};

std::unique_ptr<void, Free> zeros(size_t bytes)
{
    const size_t whole = bytes / 64 * 64 + 64;
    std::unique_ptr<void, Free> p(std::aligned_alloc(64, whole));
    std::memset(p.get(), 0, whole);
    return p;
}

using test::for_each_isa;

// Runs one product into y, whose rows are ldy apart.
using Run = std::function<void(float *y, size_t ldy, const Epilogue &epilogue)>;

// The product alone, then sum and activation by themselves, must give the same bits.
void expect_same_as_steps(const Run &run, size_t rows, size_t N)
{
    const size_t ld = N + 3;
    const std::vector<float> before = random_floats(rows * ld, 9);
    std::vector<float> product(rows * ld);
    run(product.data(), ld, {});
    for (const bool add : {false, true}) {
        for (const auto activate : {static_cast<decltype(&gelu_rows)>(nullptr), &gelu_rows}) {
            std::vector<float> expected = before, y = before;
            for (size_t i = 0; i < rows; i++)
                for (size_t j = i * ld; j < i * ld + N; j++)
                    expected[j] = add ? before[j] + product[j] : product[j];
            for (size_t i = 0; i < rows && activate != nullptr; i++)
                gelu_rows(expected.data() + i * ld, N, 1, N);
            run(y.data(), ld, {add, activate});
            ASSERT_EQ(std::memcmp(y.data(), expected.data(), y.size() * sizeof(float)), 0)
                << rows << " rows, N " << N << ", add " << add << ", activate "
                << (activate != nullptr);
        }
    }
}

void expect_all_products(size_t rows, size_t N, size_t K)
{
    const std::vector<float> x = random_floats(rows * K, 1), w = random_floats(N * K, 2);
    const std::vector<float> bias = random_floats(N, 3), scale(N, 0.01f);
    std::vector<float> panels(packed_floats(N, K)), sum(N);
    pack_panels(w.data(), K, N, K, panels.data());
    const auto bytes16 = zeros(packed_bf16(N, K) * 2), bytes8 = zeros(packed_int8(N, K));
    auto *narrow = static_cast<Bf16 *>(bytes16.get());
    auto *eight = static_cast<int8_t *>(bytes8.get());
    for (size_t n = 0; n < N; n++)
        for (size_t k = 0; k < K; k++) {
            const int code = static_cast<int>(n * 31 + k * 17) % 255 - 127;
            narrow[index_bf16(K, n, k)] = to_bf16(w[n * K + k]);
            eight[index_int8(K, n, k)] = static_cast<int8_t>(code);
            sum[n] += static_cast<float>(code);
        }
    const auto scratch = zeros(rows * (K + 32) * 2), codes = zeros(rows * quantized_stride(K));
    std::vector<float> row_scale(rows);
    std::vector<int32_t> zero(rows);
    const QuantizedRows q = {static_cast<uint8_t *>(codes.get()), row_scale.data(), zero.data()};
    quantize_rows(x.data(), K, rows, K, nullptr, q);
    expect_same_as_steps(
        [&](float *y, size_t ldy, const Epilogue &e) {
            linear(x.data(), K, rows, K, panels.data(), bias.data(), N, y, ldy, e);
        },
        rows, N);
    expect_same_as_steps(
        [&](float *y, size_t ldy, const Epilogue &e) {
            linear_bf16(x.data(), K, rows, K, narrow, bias.data(), N, y, ldy, scratch.get(), e);
        },
        rows, N);
    expect_same_as_steps(
        [&](float *y, size_t ldy, const Epilogue &e) {
            linear_int8(q, rows, {eight, scale.data(), sum.data(), nullptr, bias.data(), N, K}, y,
                        ldy, e);
        },
        rows, N);
}

TEST(Epilogue, EqualsSeparateSteps)
{
    for_each_isa([] {
        for (size_t rows = 1; rows <= 70; rows++)
            expect_all_products(rows, 45, 64);
        for (size_t N = 1; N <= 70; N++)
            expect_all_products(7, N, 33);
        for (const size_t rows : {167, 168, 169, 173, 337})
            expect_all_products(rows, 64, 9);
        expect_all_products(5, 33, 1100); // more than one chunk of 8-bit groups
    });
}

// The greatest codes everywhere: sums that 16 bits cannot hold.
TEST(Epilogue, ExtremeCodesAreExact)
{
    for_each_isa([] {
        const size_t K = 2100, N = 37, rows = 9;
        for (const int code : {-127, 127}) {
            const auto bytes = zeros(packed_int8(N, K)), codes = zeros(rows * quantized_stride(K));
            for (size_t n = 0; n < N; n++)
                for (size_t k = 0; k < K; k++)
                    static_cast<int8_t *>(bytes.get())[index_int8(K, n, k)] =
                        static_cast<int8_t>(code);
            for (size_t i = 0; i < rows; i++)
                std::memset(static_cast<char *>(codes.get()) + i * quantized_stride(K), 255, K);
            const std::vector<float> one(N, 1.0f), sum(N, static_cast<float>(code) * K);
            std::vector<float> scale(rows, 1.0f), y(rows * N);
            std::vector<int32_t> zero(rows, 0);
            linear_int8({static_cast<uint8_t *>(codes.get()), scale.data(), zero.data()}, rows,
                        {static_cast<const int8_t *>(bytes.get()), one.data(), sum.data(), nullptr,
                         nullptr, N, K},
                        y.data(), N);
            for (const float v : y)
                ASSERT_EQ(v, static_cast<float>(255 * code * static_cast<int>(K)));
        }
    });
}

} // namespace
} // namespace sbert::kernels
