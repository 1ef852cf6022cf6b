// The weights of a model directory: see weights.h.
#include "encoder/model/weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

namespace {

constexpr size_t kMaxIndexBytes = 64u << 20;

[[noreturn]] void fail(const std::string &file, const std::string &tensor, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                "\"" + file + "\": tensor \"" + printable(tensor) + "\" " + what);
}

// The name without the wrapper's prefix, and in today's spelling.
std::string canonical_name(std::string_view name)
{
    constexpr std::string_view kPrefix = "bert.";
    if (name.starts_with(kPrefix))
        name.remove_prefix(kPrefix.size());
    // Conversions from the first TensorFlow checkpoints kept that library's names of a layer norm's
    // parameters.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kOld = {
        {{"LayerNorm.gamma", "weight"}, {"LayerNorm.beta", "bias"}}};
    for (const auto &[old, today] : kOld) {
        if (name.ends_with(old)) {
            name.remove_suffix(old.size() - std::string_view("LayerNorm.").size());
            return std::string(name) + std::string(today);
        }
    }
    return std::string(name);
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
    JsonDocument document(read_text_file(index_path, kMaxIndexBytes), index_path, kMaxIndexBytes);
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

void Weights::add_folder(const std::string &folder, const std::string &prefix)
{
    std::string single = folder + "/model.safetensors";
    std::string index = single + ".index.json";
    last_folder_ = folder;
    if (is_regular_file(single)) {
        add_file(single, prefix);
    } else if (is_regular_file(index)) {
        for (const std::string &file : shard_files(index))
            add_file(folder + "/" + file, prefix);
    } else {
        fail_without_weights(folder);
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry &a, const Entry &b) { return a.name < b.name; });
    for (size_t i = 1; i < entries_.size(); ++i) {
        if (entries_[i].name == entries_[i - 1].name)
            fail(entries_[i].file, entries_[i].name, "is there twice");
    }
}

void Weights::add_file(const std::string &path, const std::string &prefix)
{
    files_.emplace_back(path, Owner::kAny);
    for (SafeTensor &tensor : parse_safetensors(files_.back().bytes(), path)) {
        std::string name =
            prefix.empty() ? canonical_name(tensor.name) : prefix + "." + tensor.name;
        entries_.push_back({std::move(tensor), std::move(name), path});
    }
}

const Weights::Entry *Weights::find(const std::string &name) const
{
    auto found = std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const Entry &entry, const std::string &key) { return entry.name < key; });
    return found != entries_.end() && found->name == name ? &*found : nullptr;
}

int64_t Weights::rows(const std::string &name) const
{
    const Entry *entry = find(name);
    if (entry == nullptr)
        fail(last_folder_, name, "is missing");
    constexpr int64_t kMaxRows = 1 << 24;
    const std::vector<int64_t> &shape = entry->tensor.shape;
    if (shape.size() != 2 || shape[0] < 1 || shape[0] > kMaxRows)
        fail(entry->file, name, "has shape " + shape_text(shape) + ", which is no matrix");
    return shape[0];
}

Tensor Weights::convert(const Entry &entry)
{
    Tensor tensor;
    tensor.name = entry.name;
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
        const Entry *entry = find(needed.name);
        if (entry == nullptr)
            fail(entries_.empty() ? last_folder_ : entries_.front().file, needed.name,
                 "is missing");
        if (entry->tensor.shape != needed.shape)
            fail(entry->file, needed.name,
                 "has shape " + shape_text(entry->tensor.shape) + " where " +
                     shape_text(needed.shape) + " is needed");
        tensors.push_back(convert(*entry));
    }
    return tensors;
}

} // namespace sbert::encoder
