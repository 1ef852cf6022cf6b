// A bias on attention's scores that depends on the distance between two tokens (Raffel et al. 2020,
// section 2.1, arXiv:1910.10683).
#pragma once

#include <cstddef>

namespace sbert::encoder {

class RelativeBias {
  public:
    // table  (kRelativeBuckets, heads); outlives this object
    RelativeBias(const float *table, size_t heads) : table_(table), heads_(heads) {}

    // Biases of one head for all distances within a sentence of n tokens, times `factor`.
    //   out  (2n - 1)  out[n - 1 + key - query]
    void fill(size_t n, size_t head, float factor, float *out) const;

  private:
    const float *table_;
    size_t heads_;
};

} // namespace sbert::encoder
