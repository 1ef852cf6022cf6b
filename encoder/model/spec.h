// What a model is, as data: the architecture's sizes, the tokenizer, the pipeline of modules, the
// limits.
//
// model/ fills a ModelSpec from a published directory (directory.h), stores it in the packed file
// and reads it back (packed.h); nn/ builds the layers from it. Nothing here computes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"

namespace sbert::encoder {

enum class Activation { kIdentity, kTanh, kRelu, kGelu, kGeluTanh, kQuickGelu, kSilu, kSigmoid };

// That MPNet has: of distances of either sign 8 exact ones and 8 that widen up to 128 tokens.
inline constexpr int32_t kRelativeBuckets = 32;

// What a product of queries and keys says beside their likeness: RoPE (Su et al. 2021,
// arXiv:2104.09864) turns the first `dims` features of every head by its position.
struct RotarySpec {
    int32_t dims = 0; // 0: none; even, at most a head's width
    double theta = 10000;
    double local_theta = 10000; // of the layers that see a window
    double ntk_factor = 1;      // theta times it, frequencies divided by its power 2 / dims
};

// An encoder of one of the families (families/README.md), as data for nn/transformer. The defaults
// are BERT's; a field that has its default is not written into a packed file, so that a new one
// changes no fingerprint. Tensor names: required_tensors.h.
struct TransformerSpec {
    std::string family = "bert"; // model_type of its config.json
    int32_t vocab_size = 0;
    int32_t hidden_size = 0;
    int32_t layers = 0; // that have weights of their own; none: the embeddings are the result
    int32_t heads = 0;
    int32_t intermediate_size = 0;
    int32_t max_positions = 0; // of a sequence's tokens
    int32_t type_vocab_size = 0;
    float layer_norm_eps = 1e-12f;
    Activation activation = Activation::kGelu;

    // Width of the tables where a product widens their sum to hidden_size; 0: there is none.
    int32_t embedding_size = 0;
    bool position_table = true;
    bool embedding_norm = true; // of the tables' sum
    // Id of the padding token p where the n-th other token of a sequence, from 1, has row p + n of
    // the position table, and p itself row p; -1: the rows are 0, 1, 2 ...
    int32_t position_padding = -1;

    RotarySpec rotary;
    int32_t relative_buckets = 0;      // of distances between tokens, with a bias each; 0: none
    int32_t window = 0;                // tokens to either side that a local layer sees
    std::vector<int32_t> local_layers; // ascending

    // The layers in the order in which they run, where it is not 0, 1, 2 ... once each.
    std::vector<int32_t> layer_order;
    // Post-norm: what a norm gives is what goes on. Pre-norm: the sum goes on as it is, the norm
    // feeds the products alone; the last layer's is then the encoder's final norm.
    bool pre_norm = false;
    bool gated = false; // down(activation(gate x) * up x) in place of down(activation(up x))
    bool norm_bias = true;
    bool attention_bias = true;    // of its four products
    bool intermediate_bias = true; // of the feed-forward's first product
    bool output_bias = true;       // and of its second
};

// Rows of the position table.
inline int32_t position_rows(const TransformerSpec &spec)
{
    return spec.max_positions + spec.position_padding + 1;
}

// The layers in the order in which they run.
inline std::vector<int32_t> layer_order(const TransformerSpec &spec)
{
    std::vector<int32_t> order = spec.layer_order;
    for (int32_t i = 0; spec.layer_order.empty() && i < spec.layers; ++i)
        order.push_back(i);
    return order;
}

enum class PoolingMode { kCls, kMax, kMean, kMeanSqrtLen, kWeightedMean, kLastToken };

// The modules after the transformer, in their order. Each maps rows to rows: before the pooling a
// row is a token, after it a sentence.
struct PoolingStep {
    std::vector<PoolingMode> modes; // concatenated in this order
    bool include_prompt = true;     // false: a prompt's tokens are read, but not pooled
};
// y = activation(x W^T + b); tensors "<prefix>.linear.weight" (out, in), "<prefix>.linear.bias"
struct DenseStep {
    int32_t in = 0;
    int32_t out = 0;
    bool bias = true;
    Activation activation = Activation::kTanh;
    std::string prefix; // of the tensor names, e.g. "2_Dense"
};
struct LayerNormStep { // tensors "<prefix>.norm.weight" and, if `bias`, "<prefix>.norm.bias"
    int32_t width = 0;
    float eps = 1e-5f;
    std::string prefix;
    bool bias = true;
};
struct NormalizeStep {}; // x / max(|x|, 1e-12)
struct TruncateStep {    // the first `width` of a sentence's row
    int32_t width = 0;
};
using Step = std::variant<PoolingStep, DenseStep, LayerNormStep, NormalizeStep, TruncateStep>;

// What the pipeline's results are, in a model that gives no vector of a text: the scores of labels
// for a text or a pair of texts (ForSequenceClassification, CrossEncoder), those for each token
// (ForTokenClassification), or what the words of the vocabulary weigh in a text (ForMaskedLM as
// SPLADE, Formal et al. 2021, arXiv:2109.10086).
enum class HeadKind { kNone, kSequence, kTokens, kSparse };

// What makes scores of a head's outputs: nothing, the sigmoid of each, or their softmax.
enum class ScoreFunction { kIdentity, kSigmoid, kSoftmax };

// How the weights of a word in the tokens of a text become one: log(1 + relu(x)) of the largest, or
// the sum of log(1 + relu(x)).
enum class SparsePooling { kMax, kSum };

struct HeadSpec {
    HeadKind kind = HeadKind::kNone;
    // Of each output. None where there is one output without a name, and for kSparse.
    std::vector<std::string> labels;
    ScoreFunction function = ScoreFunction::kIdentity;
    // Whether it takes a text alone, and whether and how it takes two.
    bool takes_text = true;
    std::optional<PairTemplate> pair;
    // kSparse: tensors "head.decoder.weight" (V, width of the last step), a product of the model's
    // precision, and "head.decoder.bias" (V).
    SparsePooling pooling = SparsePooling::kMax;
    bool second_log = false; // log(1 + log(1 + relu(x)))
    int32_t max_active = 0;  // words that are kept, those of the largest weights; 0: all
    bool decoder_bias = true;
};

// What is put in front of a text, for one of the model's uses (prompts.h).
struct Prompt {
    std::string name;
    std::string text;
};

// In what the transformer's matrices and its word table are stored and multiplied. Everything else
// is f32 in every model: biases, layer norms, the other tables, the pipeline.
enum class Precision : uint8_t { kF32, kBf16, kInt8 };

struct ModelSpec {
    Precision precision = Precision::kF32; // a published directory's is always kF32
    TransformerSpec transformer;
    TokenizerSpec tokenizer;
    // Exactly one PoolingStep, or none where the head has results for each token; widths agree from
    // the transformer to the end.
    std::vector<Step> pipeline;
    HeadSpec head;
    // Limit of a sequence, special tokens included; <= transformer.max_positions.
    int32_t max_tokens = 0;
    // Width of the last step, or of the decoder behind it: of a vector, or the number of outputs.
    int32_t dimensions = 0;
    // What the card recommends: cosine | dot | euclidean | manhattan.
    std::string similarity = "cosine";
    // Ascending by name. "query" and "document" without a text are left out.
    std::vector<Prompt> prompts;
    // Name of the one that a text gets when none is asked for; empty: there is none.
    std::string default_prompt;
};

// What a model's card tells and no result depends on: beside the spec in a packed file, and not in
// the fingerprint.
struct ModelCard {
    std::vector<std::string> languages; // codes or names as the card has them; empty: not told

    bool operator==(const ModelCard &) const = default;
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
    TokenizerView tables; // of the tokenizer
    const std::vector<Tensor> *tensors = nullptr;
    const ModelCard *card = nullptr; // null: an empty one
};

} // namespace sbert::encoder
