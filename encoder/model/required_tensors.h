// The tensors that a model needs: one list, used by the importer, by the reader of packed files and
// by the fingerprint.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "encoder/model/spec.h"

namespace sbert::encoder {

struct TensorSpec {
    std::string name;
    std::vector<int64_t> shape;
    DType dtype = DType::kF32;
    Layout layout = Layout::kRows; // in the packed file; published tensors are all in rows
    std::string norm = {};         // of a product's weight: the layer norm that feeds it, or empty
    // Where a packed tensor joins several of equal shape: their names. Its rows are theirs, one
    // after another. Empty where it is a tensor by itself.
    std::vector<std::string> parts = {};
    // Part of a product whose weights the factors of smoothing follow; empty for all of them.
    std::string smooth_by = {};
};

// The product behind the pipeline of a sparse encoder.
inline constexpr const char *kDecoder = "head.decoder";

// What a packed file holds, in the order of use; no name twice. Names of the transformer are those
// of BERT in the transformers library, without "bert.", whatever the family (families/): the norm
// behind attention is "attention.output.LayerNorm", the one behind the feed-forward
// "output.LayerNorm", also where they are in front of the next products. Query, key and value of a
// layer are one product, "attention.self.query_key_value" (3C, C), and so are gate and up of a
// gated feed-forward, "intermediate.gate_up" (2I, C), so that their input is read and rounded
// once. In kInt8 there are beside
//   the word table T (V, C)     T_scale (V)       an element's value is scale[row] * element
//   a product's weight W (N, K) W_scale (N)       the same, of the matrix that was smoothed
//                               W_sum (N)         sum of each row's integers
//                               L.smooth (K)      W = L.weight; the activations are multiplied by
//                                                 it. Only where a layer norm feeds the product.
// all of them f32 (kernels/linear_int8.h; narrow.h says how they are made). REQUIRES: `spec` has
// passed check_spec() (check_spec.h), which makes every product of two extents fit 64 bits.
std::vector<TensorSpec> required_tensors(const ModelSpec &spec);

// What a published directory must hold for it: f32, in rows, nothing joined.
std::vector<TensorSpec> published_tensors(const ModelSpec &spec);

// Throws Error(kModelInvalid) naming `source` and the tensor unless `tensors` hold each required
// one once, with its shape, type, layout and size, and nothing else. The values are not looked at.
void check_tensors(const ModelSpec &spec, const std::vector<Tensor> &tensors,
                   const std::string &source);

// "[384, 1536]", for messages.
std::string shape_text(const std::vector<int64_t> &shape);

} // namespace sbert::encoder
