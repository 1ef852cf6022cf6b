// The rotation: orthogonal, spreading, and the same bits on every instruction set.
#include "encoder/kernels/rotation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "encoder/kernels/distance.h"
#include "tests/unit/code_vectors.h"

namespace sbert::kernels {
namespace {

using test::code_lengths;
using test::random_floats;
using test::spiky_vector;

std::vector<uint32_t> rotation_of(uint64_t seed, size_t d)
{
    std::vector<uint32_t> signs(rotation_words(d));
    make_rotation(seed, d, signs.data());
    return signs;
}

class RotationTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(RotationTest);

TEST_P(RotationTest, SameBitsAsReference)
{
    for (size_t d : code_lengths()) {
        const auto signs = rotation_of(d, d);
        std::vector<float> x = random_floats(d, 1), expected = x;
        rotate(signs.data(), d, x.data());
        rotate_reference(signs.data(), d, expected.data());
        EXPECT_EQ(x, expected) << d;
    }
}

TEST_P(RotationTest, KeepsLengthsAndProducts)
{
    for (size_t d : code_lengths()) {
        const auto signs = rotation_of(7, d);
        std::vector<float> x = spiky_vector(d, 1), y = random_floats(d, 2);
        const double norm2 = inner_product_reference(x.data(), x.data(), d);
        const double product = inner_product_reference(x.data(), y.data(), d);
        const double lengths = std::sqrt(norm2 * inner_product_reference(y.data(), y.data(), d));
        rotate(signs.data(), d, x.data());
        rotate(signs.data(), d, y.data());
        EXPECT_NEAR(inner_product_reference(x.data(), x.data(), d) / norm2, 1, 1e-5) << d;
        EXPECT_NEAR(inner_product_reference(x.data(), y.data(), d), product, 1e-5 * lengths) << d;
    }
}

// Every unit vector comes out as even as normal numbers would be: no element keeps a large share.
TEST_P(RotationTest, SpreadsUnitVectors)
{
    for (size_t d : {63, 64, 65, 96, 127, 128, 129, 384, 511, 768, 1024, 1023, 1536}) {
        const auto signs = rotation_of(3, d);
        for (size_t i = 0; i < d; i++) {
            std::vector<float> x(d);
            x[i] = 1;
            rotate(signs.data(), d, x.data());
            float largest = 0;
            for (float v : x)
                largest = std::max(largest, std::abs(v));
            EXPECT_LE(largest * std::sqrt(static_cast<float>(d)), 6) << d << " " << i;
        }
    }
}

// What an index stores depends on it.
TEST(Rotation, SignsOfASeedNeverChange)
{
    EXPECT_EQ(rotation_words(384), 48u);
    EXPECT_EQ(rotation_of(0, 1),
              (std::vector<uint32_t>{0xE220A839u, 0x6E789E6Au, 0x06C45D18u, 0xF88BB8A8u}));
    EXPECT_NE(rotation_of(1, 384), rotation_of(2, 384));
}

} // namespace
} // namespace sbert::kernels
