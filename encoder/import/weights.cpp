#include "encoder/import/weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "encoder/error.h"
#include "encoder/import/json_file.h"
#include "encoder/model/json.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

namespace {

// As transformers calls the heads of the architectures that we read.
constexpr std::array<std::string_view, 12> kHeads = {
    "classifier", "cls",     "decoder",         "discriminator_predictions",
    "head",       "lm_head", "pre_classifier",  "predictions",
    "qa_outputs", "score",   "vocab_projector", "vocab_transform"};

[[noreturn]] void fail(const std::string &file, const std::string &tensor, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                "\"" + file + "\": tensor " + in_quotes(tensor) + " " + what);
}

[[noreturn]] void fail_without_weights(const std::string &folder)
{
    for (const char *pickle : {"pytorch_model.bin", "pytorch_model.bin.index.json"}) {
        if (is_regular_file(folder + "/" + pickle))
            throw Error(ErrorCode::kModelUnsupported,
                        "the weights in \"" + folder + "\" are a Python pickle (" + pickle +
                            "), which can execute code and is never read",
                        "Save the model again with safe_serialization=True, which writes "
                        "model.safetensors.");
    }
    throw Error(ErrorCode::kModelInvalid, "\"" + folder + "\" has no model.safetensors");
}

// {"weight_map": {tensor: file}}: each file once, all in the index's own folder.
std::set<std::string> shard_files(const std::string &index_path)
{
    const JsonDocument document = read_json_file(index_path, kMaxListBytes);
    std::set<std::string> files;
    document.root().at("weight_map").for_each_member([&](const std::string &, JsonValue file) {
        const std::string &name = file.string();
        if (name.find('/') != name.npos || !name.ends_with(".safetensors"))
            file.fail("does not name a safetensors file beside the index");
        files.insert(name);
    });
    return files;
}

} // namespace

void Weights::add_transformer(const std::string &folder, const TensorNames &names)
{
    add_folder(folder, [&names](const std::string &published) { return names.of(published); });
}

void Weights::add_module(const std::string &folder, const std::string &prefix)
{
    add_folder(folder, [&prefix](const std::string &published) -> std::vector<std::string> {
        return {prefix + "." + published};
    });
}

void Weights::add_folder(const std::string &folder, const Naming &names_of)
{
    std::string single = folder + "/model.safetensors";
    std::string index = single + ".index.json";
    last_folder_ = folder;
    if (is_regular_file(single)) {
        add_file(single, names_of);
    } else if (is_regular_file(index)) {
        for (const std::string &file : shard_files(index))
            add_file(folder + "/" + file, names_of);
    } else {
        fail_without_weights(folder);
    }
}

// Of a tensor with several names each has equally many rows.
void Weights::add_file(const std::string &path, const Naming &names_of)
{
    files_.emplace_back(path, Owner::kAny);
    for (SafeTensor &tensor : parse_safetensors(files_.back().bytes(), path)) {
        const std::vector<std::string> names = names_of(tensor.name);
        const auto parts = static_cast<int64_t>(names.size());
        if (parts > 1 && (tensor.shape.empty() || tensor.shape[0] % parts != 0))
            fail(path, tensor.name,
                 "cannot be split into " + std::to_string(parts) + " equal parts");
        if (parts > 1)
            tensor.shape[0] /= parts;
        const auto whole = tensor.data;
        const size_t bytes = whole.size() / names.size();
        for (size_t i = 0; i < names.size(); ++i) {
            tensor.data = whole.subspan(i * bytes, bytes);
            add(names[i], {tensor, path});
        }
    }
}

void Weights::add(const std::string &name, Entry entry)
{
    const std::string file = entry.file;
    if (!entries_.emplace(name, std::move(entry)).second)
        fail(file, name, "is there twice");
}

const SafeTensor *Weights::tensor(const std::string &name) const
{
    const auto found = entries_.find(name);
    return found != entries_.end() ? &found->second.tensor : nullptr;
}

void Weights::add_made(const std::string &name, std::vector<int64_t> shape,
                       std::vector<float> values)
{
    const std::vector<float> &kept = converted_.emplace_back(std::move(values));
    add(name, {{name, "F32", std::move(shape), std::as_bytes(std::span(kept))}, last_folder_});
}

void Weights::add_copy(const std::string &name, const std::string &from)
{
    const auto found = entries_.find(from);
    if (found == entries_.end())
        fail(last_folder_, from, "is missing");
    entries_.insert_or_assign(name, found->second);
}

std::vector<std::string> Weights::heads() const
{
    std::set<std::string> found;
    for (const auto &[name, entry] : entries_) {
        const std::string first = entry.tensor.name.substr(0, entry.tensor.name.find('.'));
        if (std::find(kHeads.begin(), kHeads.end(), first) != kHeads.end())
            found.insert(first);
    }
    return {found.begin(), found.end()};
}

int64_t Weights::rows(const std::string &name) const
{
    const auto found = entries_.find(name);
    if (found == entries_.end())
        fail(last_folder_, name, "is missing");
    constexpr int64_t kMaxRows = 1 << 24;
    const std::vector<int64_t> &shape = found->second.tensor.shape;
    if (shape.size() != 2 || shape[0] < 1 || shape[0] > kMaxRows)
        fail(found->second.file, name, "has shape " + shape_text(shape) + ", which is no matrix");
    return shape[0];
}

Tensor Weights::convert(const std::string &name, const Entry &entry)
{
    Tensor tensor;
    tensor.name = name;
    tensor.shape = entry.tensor.shape;
    if (is_plain_f32(entry.tensor)) {
        tensor.data = entry.tensor.data.data();
        tensor.bytes = entry.tensor.data.size();
    } else {
        converted_.push_back(to_f32(entry.tensor, entry.file));
        tensor.data = converted_.back().data();
        tensor.bytes = converted_.back().size() * sizeof(float);
    }
    const float *values = static_cast<const float *>(tensor.data);
    size_t count = tensor.bytes / sizeof(float);
    if (!std::all_of(values, values + count, [](float value) { return std::isfinite(value); }))
        fail(entry.file, entry.tensor.name, "holds NaN or infinity");
    return tensor;
}

std::vector<Tensor> Weights::take(const ModelSpec &spec)
{
    std::vector<Tensor> tensors;
    for (const TensorSpec &needed : published_tensors(spec)) {
        const auto found = entries_.find(needed.name);
        if (found == entries_.end())
            fail(entries_.empty() ? last_folder_ : entries_.begin()->second.file, needed.name,
                 "is missing");
        const auto &[name, entry] = *found;
        if (entry.tensor.shape != needed.shape)
            fail(entry.file, name,
                 "has shape " + shape_text(entry.tensor.shape) + " where " +
                     shape_text(needed.shape) + " is needed");
        tensors.push_back(convert(name, entry));
    }
    return tensors;
}

} // namespace sbert::encoder
