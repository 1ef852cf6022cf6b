// Pooling makes one vector per sentence from one vector per token (Reimers & Gurevych 2019,
// section 3, arXiv:1908.10084).
#pragma once

#include <span>
#include <vector>

#include "encoder/model/spec.h"
#include "encoder/nn/rows.h"

namespace sbert::encoder {

//   tokens   (T, C)
//   offsets  (B+1) sentence b owns rows offsets[b] ... offsets[b+1]-1; a sentence without rows
//            gives zeros
//   skip     number of tokens at the beginning of each sentence that do not count: the prompt's
//   out      (B, C * modes), resized: the results of the modes side by side
//
// Formulas are those of sentence-transformers' Pooling. Special tokens count, and there is no
// padding. `weightedmean` weighs a token by its place, counted from 1 and including skipped tokens.
// If no token is left, `cls` is the first of all tokens and the other modes give zeros.
// (sentence-transformers gives minus infinity for `max`, which is no vector.)
void pool(const std::vector<PoolingMode> &modes, const Rows &tokens,
          std::span<const uint32_t> offsets, uint32_t skip, Rows &out);

} // namespace sbert::encoder
