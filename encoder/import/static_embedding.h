// Static embeddings: a text's vector is the mean of its tokens' rows. sentence-transformers'
// StaticEmbedding, and model2vec's models, which it reads too.
// https://huggingface.co/blog/static-embeddings
#pragma once

#include <string>

#include "encoder/import/tokenizer/tokenizer.h"
#include "encoder/import/weights.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// sentence-transformers knows no limit. Here the rows of a text lie in memory at once.
inline constexpr int32_t kStaticMaxTokens = 1 << 15;

// Reads the table of `folder`/model.safetensors into `weights`: "embedding.weight" (V, C), or
// model2vec's "embeddings" (R, C), of which "mapping" (V) tells each token's row, if there is one,
// and "weights" (V) its factor. Throws Error: kModelInvalid, kModelUnsupported, kIo.
TransformerSpec read_static_embedding(const std::string &folder, Weights &weights);

// tokenizer.json as it is, but without the tokens that its post-processor adds.
DirectoryTokenizer read_static_tokenizer(const std::string &folder, int64_t id_limit);

} // namespace sbert::encoder
