// Runs the modules after the transformer, in the order that the model states.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "encoder/model/spec.h"
#include "encoder/nn/parameters.h"
#include "encoder/nn/rows.h"

namespace sbert::encoder {

class Pipeline {
  public:
    // REQUIRES: the memory behind `weights` outlives this object; `steps` have been checked by
    // model/.
    //   hidden_size  width of the transformer's rows
    Pipeline(const std::vector<Step> &steps, size_t hidden_size, const Parameters &parameters);

    // Width of a token's row when it reaches the pooling.
    size_t token_width() const { return token_width_; }

    // The bytes that the steps take for each token, in addition to the transformer's rows.
    size_t token_bytes() const { return token_bytes_; }

    // Runs the steps before the pooling, which see one row per token: all steps where there is no
    // pooling. It changes `rows` in place and uses `spare` as scratch.
    void run_on_tokens(Rows &rows, StopFlag stop, Rows &spare) const;

    // Runs the pooling, which must be there, and the steps after it. `rows` holds tokens before and
    // sentences afterwards.
    //   offsets  (B+1) sentence b owns rows offsets[b] ... offsets[b+1]-1
    //   prompt   number of tokens of the prompt in front of each sentence, which are pooled only if
    //            includes_prompt()
    void run_to_sentences(Rows &rows, std::span<const uint32_t> offsets, uint32_t prompt,
                          StopFlag stop, Rows &spare) const;

    // Whether the pooling uses a prompt's tokens like all others.
    bool includes_prompt() const;

  private:
    struct Dense {
        LinearWeights weights;
        Activation activation;
    };
    struct Norm {
        NormWeights weights;
        float eps;
    };
    using Bound = std::variant<PoolingStep, Dense, Norm, NormalizeStep, TruncateStep>;
    Bound bind(const Step &step, const Parameters &parameters);
    void run_row_wise(const Bound &step, Rows &rows, StopFlag stop, Rows &spare) const;

    std::vector<Bound> steps_;
    size_t pooling_;           // index of the PoolingStep, or the number of steps
    std::vector<float> zeros_; // in place of a norm's bias
    size_t token_width_;
    size_t token_bytes_ = 0;
};

} // namespace sbert::encoder
