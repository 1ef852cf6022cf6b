// Multi-head self-attention over packed sentences.                 (Vaswani et al. 2017,
// section 3.2, arXiv:1706.03762)
#pragma once

#include <vector>

#include "encoder/nn/rows.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Scratch of one head of one sentence; reused from call to call. Scores are held for a block of
// queries at a time, so memory grows with the length of a sentence, not with its square.
struct AttentionScratch {
    std::vector<float> keys;   // panels of K: columns are the sentence's tokens
    std::vector<float> values; // panels of V: columns are the head's features
    std::vector<float> scores; // (block of queries, tokens rounded up to 32)
};

//   qkv   (T, 3C)  queries, keys and values of all tokens, side by side
//   out   (T, C)   resized; per head the softmax(Q K^T / sqrt(D)) V of the sentence that the token
//   belongs to
// A sentence attends to itself alone: its rows do not depend on its neighbours. Throws
// Error(kInterrupted).
void self_attention(const Rows &qkv, const Packing &packing, size_t heads, StopFlag stop,
                    AttentionScratch &scratch, Rows &out);

} // namespace sbert::encoder
