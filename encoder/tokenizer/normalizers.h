// The normalizers of tokenizer.json, made ready to run.
#pragma once

#include <variant>
#include <vector>

#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/splitting.h"
#include "encoder/tokenizer/tables.h"

namespace sbert::encoder {

class Normalizers {
  public:
    // Compiles what is to be compiled. REQUIRES: `view` outlives the object. Throws
    // Error(kModelInvalid) on an invalid regular expression or a charsmap that is not there.
    Normalizers(const std::vector<NormalizerSpec> &specs, const TokenizerView &view);

    // Runs all of them over a text, one after the other; `scratch` is overwritten. Throws Error:
    // kLimit, kInterrupted.
    void run(Chars &text, Chars &scratch, StopFlag stop) const;

  private:
    struct Step {
        NormalizerSpec spec;
        std::optional<Searcher> searcher; // of Replace
        std::vector<uint32_t> text;       // Replace's content, what Prepend prepends
        CharsmapView charsmap;            // of Precompiled
    };
    void run_step(const Step &step, Chars &text, Chars &scratch, StopFlag stop) const;

    std::vector<Step> steps_;
};

} // namespace sbert::encoder
