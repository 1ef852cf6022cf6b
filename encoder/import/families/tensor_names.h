// From the names of published tensors to those of required_tensors.h.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbert::encoder {

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

    // The rows of the module `published` are those of `names`, equally many of each.
    void split(const std::string &published, std::vector<std::string> names)
    {
        names_[published] = std::move(names);
    }

    // The names of a tensor's parts; usually there is one. The old "gamma" and "beta" of a layer
    // norm are its weight and bias.
    std::vector<std::string> of(std::string_view tensor) const;

  private:
    std::vector<std::string> prefixes_;
    std::map<std::string, std::vector<std::string>, std::less<>> names_;
};

} // namespace sbert::encoder
