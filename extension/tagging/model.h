// A tagger's weights, and the bytes that they are stored as.
//
// The score of tag k at word t is
//   bias[k] + dense[0][k] . x[t-1] + dense[1][k] . x[t] + dense[2][k] . x[t+1]
//           + the sum of sparse[f][k] over the lexical features f of the word,
// where x are the vectors of the words (projection.h), and zero outside of the sentence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "extension/tagging/chain.h"
#include "extension/tagging/lexical.h"
#include "extension/tagging/projection.h"

namespace sbert::tagging {

inline constexpr size_t kSides = 3; // the word before, the word, the word behind

struct Weights {
    std::vector<float> bias;   // (K)
    std::vector<float> dense;  // (3, K, D)
    std::vector<float> sparse; // (F, K)
    ChainWeights chain;
};

struct TaggerModel {
    Projection projection;
    Weights weights;
    std::vector<uint32_t> features; // (F) hashes, ascending
    bool context = false;           // whether neighbouring sentences were read with each
};

// The bytes of a model for `tags` tags.
std::vector<char> encode_model(const TaggerModel &model, size_t tags);

// Reads bytes that anybody may have written. Throws Error(kModelInvalid) with the reason unless
// they are a model for that number of tags, all of whose numbers are finite.
TaggerModel decode_model(std::span<const char> bytes, size_t tags);

// Scores of the words of a sentence, (n, K).
class Scorer {
  public:
    // REQUIRES: `model` outlives this object.
    Scorer(const TaggerModel &model, size_t tags);
    //   vectors  (n, D)
    void score(const float *vectors, const Features &features, size_t n,
               std::vector<float> &scores);

  private:
    const TaggerModel &model_;
    size_t K_, D_;
    std::vector<float> panels_, sides_;
};

// scores[t] += the three sides' products, which are (n, 3, K).
void add_sides(const float *sides, size_t n, size_t tags, float *scores) noexcept;

} // namespace sbert::tagging
