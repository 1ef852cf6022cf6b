// What "near" means, and the one number that orders rows by it.
//
// Every metric has a key, smaller is nearer, that needs no square root:
//   L2             |q - x|^2
//   cosine         |q - x|^2 over unit vectors, twice the cosine distance
//   inner product  -<q, x>
#pragma once

#include <cstdint>

namespace sbert::ann {

enum class Metric : uint16_t { kL2 = 1, kInnerProduct = 2, kCosine = 3 };

} // namespace sbert::ann
