#include "encoder/import/families/tensor_names.h"

namespace sbert::encoder {

namespace {

// Conversions from the first TensorFlow checkpoints kept that library's names of a layer norm's
// parameters.
std::string_view todays_spelling(std::string_view module, std::string_view parameter)
{
    if (!module.ends_with("LayerNorm"))
        return parameter;
    return parameter == "gamma" ? "weight" : parameter == "beta" ? "bias" : parameter;
}

} // namespace

void TensorNames::rename_layer(const std::string &published, int32_t layer,
                               std::span<const LayerModule> modules)
{
    const std::string ours = "encoder.layer." + std::to_string(layer) + ".";
    for (const LayerModule &module : modules) {
        std::vector<std::string> &names = names_[published + std::string(module.published)];
        names.clear();
        for (const std::string_view name : module.names)
            if (!name.empty())
                names.push_back(ours + std::string(name));
    }
}

void TensorNames::rename_layers(const std::string &published, int32_t layers,
                                std::span<const LayerModule> modules)
{
    for (int32_t i = 0; i < layers; ++i)
        rename_layer(published + std::to_string(i) + ".", i, modules);
}

std::vector<std::string> TensorNames::of(std::string_view tensor) const
{
    for (const std::string &prefix : prefixes_) {
        if (tensor.starts_with(prefix)) {
            tensor.remove_prefix(prefix.size());
            break;
        }
    }
    const size_t dot = tensor.rfind('.');
    if (dot == tensor.npos) {
        const auto found = names_.find(tensor);
        return found != names_.end() ? found->second : std::vector{std::string(tensor)};
    }
    const std::string_view module = tensor.substr(0, dot);
    const std::string parameter(todays_spelling(module, tensor.substr(dot + 1)));
    const auto found = names_.find(module);
    if (found == names_.end())
        return {std::string(module) + "." + parameter};
    std::vector<std::string> names;
    for (const std::string &name : found->second)
        names.push_back(name + "." + parameter);
    return names;
}

} // namespace sbert::encoder
