// From the names of published tensors to those of required_tensors.h.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbert::encoder {

// What a module of a layer is called here. Where there are several names, its rows are those of
// several modules, equally many of each.
struct LayerModule {
    std::string_view published;
    std::string_view names[3] = {};
};

// Speaks of modules: "encoder.layer.0.output.dense" stands for its ".weight" and its ".bias". A
// tensor without a dot in its name stands for itself.
class TensorNames {
  public:
    // A wrapper's name in front of all others, "bert.": cut off where a tensor has it.
    void add_prefix(std::string_view prefix) { prefixes_.emplace_back(prefix); }

    // The module `published` is called `name` here.
    void rename(const std::string &published, const std::string &name)
    {
        names_[published] = {name};
    }

    // The modules of a layer, whose names begin with `published` there; and those of the first
    // `layers`, with the layer's number behind it.
    void rename_layer(const std::string &published, int32_t layer,
                      std::span<const LayerModule> modules);
    void rename_layers(const std::string &published, int32_t layers,
                       std::span<const LayerModule> modules);

    // The names of a tensor's parts; usually there is one. The old "gamma" and "beta" of a layer
    // norm are its weight and bias.
    std::vector<std::string> of(std::string_view tensor) const;

  private:
    std::vector<std::string> prefixes_;
    std::map<std::string, std::vector<std::string>, std::less<>> names_;
};

} // namespace sbert::encoder
