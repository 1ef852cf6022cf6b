// Multi-head self-attention over packed sentences (Vaswani et al. 2017, section 3.2,
// arXiv:1706.03762).
#pragma once

#include "encoder/nn/relative_bias.h"
#include "encoder/nn/rows.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// The scratch for one head of one sentence, reused from call to call. It holds the scores of a
// block of queries at a time, so memory grows with the length of a sentence, not with its square.
struct AttentionScratch {
    Buffer keys;   // panels of K: columns are the sentence's tokens
    Buffer values; // panels of V: columns are the head's features
    Buffer scores; // (block of queries, tokens rounded up to 32)
    Buffer biases; // (2 tokens - 1)

    size_t bytes() const { return keys.bytes() + values.bytes() + scores.bytes() + biases.bytes(); }
};

// The parameters of a layer's attention, without its products.
struct AttentionShape {
    size_t heads;
    // The largest distance at which a token sees another one; 0 for no limit.
    size_t window = 0;
    // Added to the scores; may be null.
    const RelativeBias *bias = nullptr;
};

// The bytes of scratch after a sentence of n tokens in a layer without a window.
size_t attention_bytes(size_t n, size_t D);

// Overwrites the queries with the result. A token attends only to its own sentence, so a sentence's
// rows do not depend on its neighbours. Throws Error(kInterrupted).
//   qkv  (T, 3C)  queries, keys and values of all tokens, side by side; afterwards the first C of a
//                 row are, per head, softmax(Q K^T / sqrt(D) + bias) V over the tokens of its
//                 sentence that the token sees
void self_attention(const Packing &packing, const AttentionShape &shape, StopFlag stop,
                    AttentionScratch &scratch, Rows &qkv);

} // namespace sbert::encoder
