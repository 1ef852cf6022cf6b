// From the states of a word behind several layers of an encoder to the word's vector: each state is
// centred and scaled, then the states are mixed with learned weights, or stand side by side.
//
// The mix is that of ELMo (Peters et al. 2018, arXiv:1802.05365) and of probes of BERT's layers
// (Tenney et al. 2019, arXiv:1905.05950), with numbers in place of their softmax.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbert::tagging {

struct Projection {
    uint32_t width = 0;           // C of a state
    std::vector<uint32_t> layers; // (L) ascending; 0 are the embeddings
    std::vector<float> mix;       // (M, L); empty: side by side
    std::vector<float> centre;    // (L, C)
    std::vector<float> scale;     // (L, C)

    size_t mixes() const noexcept { return mix.size() / layers.size(); }
    size_t states() const noexcept { return layers.size() * width; } // floats of a word's states
    size_t dimensions() const noexcept { return (mix.empty() ? layers.size() : mixes()) * width; }

    // states (n, L, C) to vectors (n, D). A word whose states begin with NaN has none, and the
    // vector zero.
    void apply(const float *states, size_t n, float *vectors) const;
};

} // namespace sbert::tagging
