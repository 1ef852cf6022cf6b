// Numbers for tests: the same ones each time.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace sbert::test {

// `n` numbers of a normal distribution.
inline std::vector<float> random_floats(size_t n, unsigned seed, float mean = 0,
                                        float deviation = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(mean, deviation);
    std::vector<float> values(n);
    for (float &v : values)
        v = normal(random);
    return values;
}

} // namespace sbert::test
