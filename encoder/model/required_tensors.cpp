// The tensors that a model needs: see required_tensors.h. Layers as in Devlin et al. 2018
// (arXiv:1810.04805).
#include "encoder/model/required_tensors.h"

#include <map>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/model/layout.h"

namespace sbert::encoder {

namespace {

using List = std::vector<TensorSpec>;

void add_linear(List &list, const std::string &name, int64_t out, int64_t in)
{
    list.push_back({name + ".weight", {out, in}, Layout::kPanels});
    list.push_back({name + ".bias", {out}, Layout::kRows});
}

void add_norm(List &list, const std::string &name, int64_t width)
{
    list.push_back({name + ".weight", {width}, Layout::kRows});
    list.push_back({name + ".bias", {width}, Layout::kRows});
}

void add_embeddings(List &list, const BertSpec &bert)
{
    int64_t width = bert.hidden_size;
    list.push_back({"embeddings.word_embeddings.weight", {bert.vocab_size, width}, Layout::kRows});
    list.push_back(
        {"embeddings.position_embeddings.weight", {bert.max_positions, width}, Layout::kRows});
    list.push_back(
        {"embeddings.token_type_embeddings.weight", {bert.type_vocab_size, width}, Layout::kRows});
    add_norm(list, "embeddings.LayerNorm", width);
}

void add_layer(List &list, const BertSpec &bert, int32_t index)
{
    std::string layer = "encoder.layer." + std::to_string(index);
    int64_t width = bert.hidden_size;
    for (const char *part : {"query", "key", "value"})
        add_linear(list, layer + ".attention.self." + part, width, width);
    add_linear(list, layer + ".attention.output.dense", width, width);
    add_norm(list, layer + ".attention.output.LayerNorm", width);
    add_linear(list, layer + ".intermediate.dense", bert.intermediate_size, width);
    add_linear(list, layer + ".output.dense", width, bert.intermediate_size);
    add_norm(list, layer + ".output.LayerNorm", width);
}

void add_step(List &list, const Step &step)
{
    if (const auto *dense = std::get_if<DenseStep>(&step)) {
        list.push_back(
            {dense->prefix + ".linear.weight", {dense->out, dense->in}, Layout::kPanels});
        if (dense->bias)
            list.push_back({dense->prefix + ".linear.bias", {dense->out}, Layout::kRows});
    } else if (const auto *norm = std::get_if<LayerNormStep>(&step)) {
        add_norm(list, norm->prefix + ".norm", norm->width);
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
    if (tensor.dtype != DType::kF32 || tensor.layout != needed.layout ||
        tensor.bytes != layout_bytes(needed.shape, needed.layout))
        fail(source, needed.name, "has another size or layout than it should");
}

} // namespace

std::vector<TensorSpec> required_tensors(const ModelSpec &spec)
{
    List list;
    add_embeddings(list, spec.transformer);
    for (int32_t i = 0; i < spec.transformer.layers; ++i)
        add_layer(list, spec.transformer, i);
    for (const Step &step : spec.pipeline)
        add_step(list, step);
    return list;
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
