// Tags sentences of a training by weights whose features are numbered as the sentences' are, and
// counts how many entities come out right.
#pragma once

#include <vector>

#include "extension/tagging/model.h"
#include "extension/tagging/sentence.h"

namespace sbert::tagging {

struct EntityCount {
    int64_t right = 0, predicted = 0, true_ones = 0;

    double precision() const noexcept;
    double recall() const noexcept;
    double f1() const noexcept;
};

class Predictor {
  public:
    // REQUIRES: `weights` and `tags` outlive this object.
    Predictor(const Weights &weights, const TagSet &tags, size_t dimensions);
    // Valid until the next call.
    std::span<const uint16_t> predict(const Sentence &sentence, encoder::StopFlag stop);

  private:
    const Weights &weights_;
    const TagSet &tags_;
    size_t D_;
    Chain chain_;
    std::vector<float> panels_, vectors_, sides_, scores_;
    std::vector<uint16_t> best_;
};

// How many entities of sentences `which` are right, by type and in all: (types + 1), the last is
// the sum. Runs until `stop` asks for a pause; `next` counts the sentences done.
struct Assessment {
    std::vector<uint32_t> which;
    std::vector<EntityCount> counts;
    size_t next = 0;
    int64_t words = 0, words_right = 0;
};
//   truth  the tag set of the sentences. The predictor's may be another; types are compared by name
bool assess(const Sentences &sentences, int file, const TagSet &truth, const TagSet &tags,
            Predictor &predictor, Assessment &assessment, encoder::StopFlag stop);

} // namespace sbert::tagging
