// Multi-head self-attention over packed sentences.                 (Vaswani et al. 2017,
// section 3.2, arXiv:1706.03762)
#pragma once

#include "encoder/nn/relative_bias.h"
#include "encoder/nn/rows.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Scratch of one head of one sentence; reused from call to call. Scores are held for a block of
// queries at a time, so memory grows with the length of a sentence, not with its square.
struct AttentionScratch {
    Buffer keys;   // panels of K: columns are the sentence's tokens
    Buffer values; // panels of V: columns are the head's features
    Buffer scores; // (block of queries, tokens rounded up to 32)
    Buffer biases; // (2 tokens - 1)

    size_t bytes() const { return keys.bytes() + values.bytes() + scores.bytes() + biases.bytes(); }
};

// What a layer's attention is beside its products.
struct AttentionShape {
    size_t heads;
    size_t window = 0;                  // a token sees those at most so far away; 0: all
    const RelativeBias *bias = nullptr; // added to the scores; null: none
};

// What the scratch holds after a sentence of n tokens in a layer without a window.
size_t attention_bytes(size_t n, size_t D);

// Puts the result in the place of the queries.
//   qkv  (T, 3C)  queries, keys and values of all tokens, side by side; afterwards the first C of a
//                 row are, per head, the softmax(Q K^T / sqrt(D) + bias) V of those tokens of its
//                 sentence that the token sees
// A sentence attends to itself alone: its rows do not depend on its neighbours. Throws
// Error(kInterrupted).
void self_attention(const Packing &packing, const AttentionShape &shape, StopFlag stop,
                    AttentionScratch &scratch, Rows &qkv);

} // namespace sbert::encoder
