// The tensors that a model needs: see required_tensors.h. Layers as in Devlin et al. 2018
// (arXiv:1810.04805).
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

class List {
  public:
    explicit List(Precision precision) : dtype_(kTypes[static_cast<size_t>(precision)]) {}

    void add(const std::string &name, std::vector<int64_t> shape, const Names &parts = {})
    {
        tensors_.push_back({.name = name, .shape = std::move(shape), .parts = parts});
    }

    void add_norm(const std::string &name, int64_t width)
    {
        add(name + ".weight", {width});
        add(name + ".bias", {width});
    }

    // A table whose rows are looked up, in the model's precision.
    void add_table(const std::string &name, int64_t rows, int64_t width)
    {
        tensors_.push_back({name, {rows, width}, dtype_, Layout::kRows});
        if (dtype_ == DType::kI8)
            add(name + "_scale", {rows});
    }

    // A product of the transformer, in the model's precision. `norm` is the layer norm that feeds
    // it, or empty; `parts` are the published products that it joins.
    void add_linear(const std::string &name, int64_t out, int64_t in, const std::string &norm,
                    const Names &parts = {})
    {
        tensors_.push_back({name + ".weight",
                            {out, in},
                            dtype_,
                            Layout::kPanels,
                            norm,
                            with_suffix(parts, ".weight")});
        if (dtype_ == DType::kI8) {
            add(name + ".weight_scale", {out}, with_suffix(parts, ".weight_scale"));
            add(name + ".weight_sum", {out}, with_suffix(parts, ".weight_sum"));
            if (!norm.empty())
                add(name + ".smooth", {in});
        }
        add(name + ".bias", {out}, with_suffix(parts, ".bias"));
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

void add_embeddings(List &list, const BertSpec &bert)
{
    int64_t width = bert.hidden_size;
    list.add_table("embeddings.word_embeddings.weight", bert.vocab_size, width);
    list.add("embeddings.position_embeddings.weight", {bert.max_positions, width});
    list.add("embeddings.token_type_embeddings.weight", {bert.type_vocab_size, width});
    list.add_norm(kFirstNorm, width);
}

// Returns the name of its last norm. `norm` is the one before it.
std::string add_layer(List &list, const BertSpec &bert, int32_t index, const std::string &norm)
{
    std::string layer = "encoder.layer." + std::to_string(index);
    std::string middle = layer + ".attention.output.LayerNorm", last = layer + ".output.LayerNorm";
    int64_t width = bert.hidden_size, inner = bert.intermediate_size;
    std::string self = layer + ".attention.self.";
    list.add_linear(self + "query_key_value", 3 * width, width, norm,
                    {self + "query", self + "key", self + "value"});
    list.add_linear(layer + ".attention.output.dense", width, width, "");
    list.add_norm(middle, width);
    list.add_linear(layer + ".intermediate.dense", inner, width, middle);
    list.add_linear(layer + ".output.dense", width, inner, "");
    list.add_norm(last, width);
    return last;
}

// The pipeline runs once a sentence: f32 costs it nothing.
void add_step(List &list, const Step &step)
{
    if (const auto *dense = std::get_if<DenseStep>(&step)) {
        list.add_f32_weight(dense->prefix + ".linear.weight", dense->out, dense->in);
        if (dense->bias)
            list.add(dense->prefix + ".linear.bias", {dense->out});
    } else if (const auto *norm = std::get_if<LayerNormStep>(&step)) {
        list.add_norm(norm->prefix + ".norm", norm->width);
    }
}

[[noreturn]] void fail(const std::string &source, const std::string &tensor,
                       const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                "\"" + printable(source) + "\": tensor \"" + printable(tensor) + "\" " + what);
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
    std::string norm = kFirstNorm;
    for (int32_t i = 0; i < spec.transformer.layers; ++i)
        norm = add_layer(list, spec.transformer, i, norm);
    for (const Step &step : spec.pipeline)
        add_step(list, step);
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
