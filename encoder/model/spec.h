// What a model is, as data: the architecture's sizes, the tokenizer, the pipeline of modules, the
// limits.
//
// model/ fills a ModelSpec from a published directory (directory.h), stores it in the packed file
// and reads it back (packed.h); nn/ builds the layers from it. Nothing here computes.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "encoder/text/tokenizer.h"

namespace sbert::encoder {

enum class Activation { kIdentity, kTanh, kRelu, kGelu, kGeluTanh, kQuickGelu, kSilu, kSigmoid };

// Sizes of a BERT encoder (config.json). Tensor names: FORMATS of the transformers library without
// the "bert." prefix, e.g. "encoder.layer.0.attention.self.query.weight" (out, in).
struct BertSpec {
    int32_t vocab_size = 0;
    int32_t hidden_size = 0;
    int32_t layers = 0;
    int32_t heads = 0;
    int32_t intermediate_size = 0;
    int32_t max_positions = 0; // rows of the position table, from the tensor itself
    int32_t type_vocab_size = 0;
    float layer_norm_eps = 1e-12f;
    Activation activation = Activation::kGelu;
};

enum class PoolingMode { kCls, kMax, kMean, kMeanSqrtLen, kWeightedMean, kLastToken };

// The modules after the transformer, in their order. Each maps rows to rows: before the pooling a
// row is a token, after it a sentence.
struct PoolingStep {
    std::vector<PoolingMode> modes; // concatenated in this order
};
// y = activation(x W^T + b); tensors "<prefix>.linear.weight" (out, in), "<prefix>.linear.bias"
struct DenseStep {
    int32_t in = 0;
    int32_t out = 0;
    bool bias = true;
    Activation activation = Activation::kTanh;
    std::string prefix; // of the tensor names, e.g. "2_Dense"
};
struct LayerNormStep { // tensors "<prefix>.norm.weight", "<prefix>.norm.bias"
    int32_t width = 0;
    float eps = 1e-5f;
    std::string prefix;
};
struct NormalizeStep {}; // x / max(|x|, 1e-12)
using Step = std::variant<PoolingStep, DenseStep, LayerNormStep, NormalizeStep>;

// In what the transformer's matrices and its word table are stored and multiplied. Everything else
// is f32 in every model: biases, layer norms, the other tables, the pipeline.
enum class Precision : uint8_t { kF32, kBf16, kInt8 };

struct ModelSpec {
    Precision precision = Precision::kF32; // a published directory's is always kF32
    BertSpec transformer;
    TokenizerSpec tokenizer;
    // Exactly one PoolingStep; widths agree from the transformer to the end.
    std::vector<Step> pipeline;
    // Limit of a sequence, special tokens included; <= transformer.max_positions.
    int32_t max_tokens = 0;
    // Width of the last step.
    int32_t dimensions = 0;
    // What the card recommends: cosine | dot | euclidean | manhattan.
    std::string similarity = "cosine";
};

// Of one tensor's elements. kBf16: the upper half of an f32, as uint16_t. kI8: int8_t in -127 ...
// 127, to be multiplied by the row's scale, which is a tensor of its own (required_tensors.h).
enum class DType : uint8_t { kF32, kBf16, kI8 };

// How the elements lie: as published (row-major), or packed into panels for the products of their
// type (kernels/linear.h, linear_bf16.h, linear_int8.h).
enum class Layout : uint8_t { kRows, kPanels };

// A tensor somewhere in memory that it does not own. Little-endian; 64-byte aligned in a packed
// file. `bytes` are layout_bytes() (layout.h), panels' padding included.
struct Tensor {
    std::string name;
    DType dtype = DType::kF32;
    std::vector<int64_t> shape;
    const void *data = nullptr;
    size_t bytes = 0;
    Layout layout = Layout::kRows;
};

// Everything that running a model needs. Whoever hands it out says who owns the memory behind it.
struct ModelView {
    const ModelSpec *spec = nullptr;
    VocabularyView vocabulary;
    const std::vector<Tensor> *tensors = nullptr;
};

} // namespace sbert::encoder
