#include "encoder/model/required_tensors.h"

#include <map>
#include <utility>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/model/layout.h"

namespace sbert::encoder {

namespace {

const char kFirstNorm[] = "embeddings.LayerNorm";

constexpr DType kTypes[] = {DType::kF32, DType::kBf16, DType::kI8}; // by Precision

using Names = std::vector<std::string>;

struct Product {
    std::string name;
    int64_t out;
    int64_t in;
    bool bias;
    std::string norm = {}; // the layer norm that feeds it, or empty
    Names parts = {};      // the published products that it joins
    std::string smooth_by = {};
};

class List {
  public:
    explicit List(Precision precision) : dtype_(kTypes[static_cast<size_t>(precision)]) {}

    void add(const std::string &name, std::vector<int64_t> shape, const Names &parts = {})
    {
        tensors_.push_back({.name = name, .shape = std::move(shape), .parts = parts});
    }

    void add_norm(const std::string &name, int64_t width, bool bias)
    {
        add(name + ".weight", {width});
        if (bias)
            add(name + ".bias", {width});
    }

    // A table whose rows are looked up, in the model's precision.
    void add_table(const std::string &name, int64_t rows, int64_t width)
    {
        tensors_.push_back({name, {rows, width}, dtype_, Layout::kRows});
        if (dtype_ == DType::kI8)
            add(name + "_scale", {rows});
    }

    // A product of the transformer, in the model's precision.
    void add_product(const Product &product)
    {
        const std::string &name = product.name;
        tensors_.push_back({name + ".weight",
                            {product.out, product.in},
                            dtype_,
                            Layout::kPanels,
                            product.norm,
                            with_suffix(product.parts, ".weight"),
                            product.smooth_by.empty() ? "" : product.smooth_by + ".weight"});
        if (dtype_ == DType::kI8) {
            add(name + ".weight_scale", {product.out}, with_suffix(product.parts, ".weight_scale"));
            add(name + ".weight_sum", {product.out}, with_suffix(product.parts, ".weight_sum"));
            if (!product.norm.empty())
                add(name + ".smooth", {product.in});
        }
        if (product.bias)
            add(name + ".bias", {product.out}, with_suffix(product.parts, ".bias"));
    }

    void add_f32_weight(const std::string &name, int64_t out, int64_t in)
    {
        tensors_.push_back({name, {out, in}, DType::kF32, Layout::kPanels});
    }

    std::vector<TensorSpec> take() { return std::move(tensors_); }

  private:
    static Names with_suffix(Names names, const char *suffix)
    {
        for (std::string &name : names)
            name += suffix;
        return names;
    }

    DType dtype_;
    std::vector<TensorSpec> tensors_;
};

void add_embeddings(List &list, const TransformerSpec &spec)
{
    const int64_t width = spec.embedding_size != 0 ? spec.embedding_size : spec.hidden_size;
    list.add_table("embeddings.word_embeddings.weight", spec.vocab_size, width);
    if (spec.position_table)
        list.add("embeddings.position_embeddings.weight", {position_rows(spec), width});
    if (spec.type_vocab_size != 0)
        list.add("embeddings.token_type_embeddings.weight", {spec.type_vocab_size, width});
    const char *norm = spec.embedding_norm ? kFirstNorm : "";
    if (spec.embedding_norm)
        list.add_norm(norm, width, spec.norm_bias);
    if (spec.embedding_size != 0)
        list.add_product({"embeddings_project", spec.hidden_size, width, true, norm});
    if (spec.relative_buckets != 0)
        list.add("encoder.relative_attention_bias.weight", {spec.relative_buckets, spec.heads});
}

std::string layer_name(int32_t index) { return "encoder.layer." + std::to_string(index); }

void add_attention(List &list, const TransformerSpec &spec, const std::string &layer,
                   const std::string &norm)
{
    const int64_t width = spec.hidden_size;
    const std::string self = layer + ".attention.self.";
    // Softmax softens a score's error, a value's reaches the result: the smoothing follows it.
    list.add_product({self + "query_key_value",
                      3 * width,
                      width,
                      spec.attention_bias,
                      norm,
                      {self + "query", self + "key", self + "value"},
                      self + "value"});
    list.add_product({layer + ".attention.output.dense", width, width, spec.attention_bias});
    list.add_norm(layer + ".attention.output.LayerNorm", width, spec.norm_bias);
}

// `norm` is the one that feeds the layer, or empty.
void add_layer(List &list, const TransformerSpec &spec, const std::string &layer,
               const std::string &norm)
{
    add_attention(list, spec, layer, norm);
    const int64_t width = spec.hidden_size, inner = spec.intermediate_size;
    const std::string middle = layer + ".attention.output.LayerNorm";
    const std::string up = layer + ".intermediate.";
    if (spec.gated)
        list.add_product({up + "gate_up",
                          2 * inner,
                          width,
                          spec.intermediate_bias,
                          middle,
                          {up + "gate", up + "up"}});
    else
        list.add_product({up + "dense", inner, width, spec.intermediate_bias, middle});
    list.add_product({layer + ".output.dense", width, inner, spec.output_bias});
    list.add_norm(layer + ".output.LayerNorm", width, spec.norm_bias);
}

// Of each layer the norm that feeds it: where it runs several times, the last one that does. What
// widens the embeddings is no norm.
Names feeding_norms(const TransformerSpec &spec)
{
    Names norms(static_cast<size_t>(spec.layers));
    std::string norm = spec.embedding_size != 0 || !spec.embedding_norm ? "" : kFirstNorm;
    for (int32_t layer : layer_order(spec)) {
        norms[static_cast<size_t>(layer)] = norm;
        norm = layer_name(layer) + ".output.LayerNorm";
    }
    return norms;
}

// The pipeline runs once a sentence: f32 costs it nothing.
void add_step(List &list, const Step &step)
{
    if (const auto *dense = std::get_if<DenseStep>(&step)) {
        list.add_f32_weight(dense->prefix + ".linear.weight", dense->out, dense->in);
        if (dense->bias)
            list.add(dense->prefix + ".linear.bias", {dense->out});
    } else if (const auto *norm = std::get_if<LayerNormStep>(&step)) {
        list.add_norm(norm->prefix + ".norm", norm->width, norm->bias);
    }
}

// The product whose outputs are the words of the vocabulary.
void add_decoder(List &list, const ModelSpec &spec)
{
    int64_t width = spec.transformer.hidden_size;
    std::string norm; // that feeds it
    for (const Step &step : spec.pipeline) {
        norm.clear();
        if (const auto *dense = std::get_if<DenseStep>(&step))
            width = dense->out;
        else if (const auto *last = std::get_if<LayerNormStep>(&step))
            norm = last->prefix + ".norm";
    }
    list.add_product({kDecoder, spec.dimensions, width, spec.head.decoder_bias, norm});
}

[[noreturn]] void fail(const std::string &source, const std::string &tensor,
                       const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                in_quotes(source) + ": tensor " + in_quotes(tensor) + " " + what);
}

void check_one(const TensorSpec &needed, const Tensor &tensor, const std::string &source)
{
    if (tensor.shape != needed.shape)
        fail(source, needed.name,
             "has shape " + shape_text(tensor.shape) + " where " + shape_text(needed.shape) +
                 " is needed");
    // Extents passed check_spec(), so the product of two of them fits.
    if (tensor.dtype != needed.dtype || tensor.layout != needed.layout ||
        tensor.bytes != layout_bytes(needed.shape, needed.dtype, needed.layout))
        fail(source, needed.name, "has another size, type or layout than it should");
}

} // namespace

std::vector<TensorSpec> required_tensors(const ModelSpec &spec)
{
    List list(spec.precision);
    add_embeddings(list, spec.transformer);
    const Names norms = feeding_norms(spec.transformer);
    for (int32_t i = 0; i < spec.transformer.layers; ++i)
        add_layer(list, spec.transformer, layer_name(i), norms[static_cast<size_t>(i)]);
    for (const Step &step : spec.pipeline)
        add_step(list, step);
    if (spec.head.kind == HeadKind::kSparse)
        add_decoder(list, spec);
    return list.take();
}

std::vector<TensorSpec> published_tensors(const ModelSpec &spec)
{
    ModelSpec plain = spec;
    plain.precision = Precision::kF32;
    std::vector<TensorSpec> published;
    for (const TensorSpec &packed : required_tensors(plain)) {
        if (packed.parts.empty())
            published.push_back({packed.name, packed.shape});
        std::vector<int64_t> shape = packed.shape;
        for (const std::string &part : packed.parts) {
            shape[0] = packed.shape[0] / static_cast<int64_t>(packed.parts.size());
            published.push_back({part, shape});
        }
    }
    return published;
}

void check_tensors(const ModelSpec &spec, const std::vector<Tensor> &tensors,
                   const std::string &source)
{
    std::map<std::string, const Tensor *> present;
    for (const Tensor &tensor : tensors) {
        if (!present.emplace(tensor.name, &tensor).second)
            fail(source, tensor.name, "is there twice");
    }
    std::vector<TensorSpec> needed = required_tensors(spec);
    for (const TensorSpec &one : needed) {
        auto found = present.find(one.name);
        if (found == present.end())
            fail(source, one.name, "is missing");
        check_one(one, *found->second, source);
    }
    if (present.size() == needed.size())
        return;
    for (const TensorSpec &one : needed)
        present.erase(one.name);
    fail(source, present.begin()->first, "is not part of this architecture");
}

std::string shape_text(const std::vector<int64_t> &shape)
{
    std::string text = "[";
    for (size_t i = 0; i < shape.size(); ++i)
        text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

} // namespace sbert::encoder
