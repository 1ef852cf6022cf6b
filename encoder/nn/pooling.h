// From one vector per token to one per sentence.                (Reimers & Gurevych 2019, section
// 3, arXiv:1908.10084)
#pragma once

#include <span>
#include <vector>

#include "encoder/model/spec.h"
#include "encoder/nn/rows.h"

namespace sbert::encoder {

//   tokens   (T, C)
//   offsets  (B+1) sentence b owns rows offsets[b] ... offsets[b+1]-1; zeros for one of none
//   skip     tokens at the beginning of each sentence that do not count: a prompt's
//   out      (B, C * modes), resized: the modes' results side by side
//
// Formulas are those of sentence-transformers' Pooling. Special tokens count, padding does not
// exist. `weighted mean` weighs a token by its 1-based place, skipped ones included. Where nothing
// is left, `cls` is the first token of all; the others give zeros (there `max` is minus infinity in
// sentence-transformers, which is no vector).
void pool(const std::vector<PoolingMode> &modes, const Rows &tokens,
          std::span<const uint32_t> offsets, uint32_t skip, Rows &out);

} // namespace sbert::encoder
