// Vectors for the tests of codes: lengths that leave every kind of rest, and values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/unit/random_floats.h"

namespace sbert::test {

inline std::vector<size_t> code_lengths()
{
    std::vector<size_t> lengths;
    for (size_t d = 1; d <= 70; d++)
        lengths.push_back(d);
    for (size_t d : {384, 768, 1024, 1536, 4000, 16000})
        lengths.push_back(d);
    return lengths;
}

// What few elements say: cubes of normal numbers.
inline std::vector<float> spiky_vector(size_t d, uint32_t seed)
{
    std::vector<float> x = random_floats(d, seed);
    for (float &v : x)
        v = v * v * v;
    return x;
}

} // namespace sbert::test
