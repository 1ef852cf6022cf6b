// The weights of a model directory as f32 tensors under canonical names.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "encoder/import/families/tensor_names.h"
#include "encoder/import/safetensors.h"
#include "encoder/model/mapped_file.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// Owns mapped safetensors files and, where values had to be converted, copies.
class Weights {
  public:
    // Adds the tensors of `folder`, model.safetensors or the shards of
    // model.safetensors.index.json: those of the transformer under the names that `names` gives
    // them, or those of a module with `prefix` in front of each. Throws Error: kModelInvalid (also
    // for a name that comes twice), kModelUnsupported when there are only weights in a format that
    // can execute code, kIo.
    void add_transformer(const std::string &folder, const TensorNames &names);
    void add_module(const std::string &folder, const std::string &prefix);

    // A tensor of those added, or null.
    const SafeTensor *tensor(const std::string &name) const;
    // Adds one that was computed. Throws Error(kModelInvalid) when there is one of this name.
    void add_made(const std::string &name, std::vector<int64_t> shape, std::vector<float> values);

    // The tensor `name` is now that of `from`, which must be there.
    void add_copy(const std::string &name, const std::string &from);

    // What the files hold of a head, which turns vectors into labels, words or answers: the first
    // parts of its tensors' published names, sorted, each once.
    std::vector<std::string> heads() const;

    // Rows of a matrix; throws Error(kModelInvalid) naming `name` when it is missing or no matrix.
    int64_t rows(const std::string &name) const;

    // Exactly the published_tensors() of `spec` (required_tensors.h) as f32, checked for shape, NaN
    // and infinity; the others are left out. Valid as long as this object. Throws Error:
    // kModelInvalid, kModelUnsupported, naming file and tensor.
    std::vector<Tensor> take(const ModelSpec &spec);

  private:
    struct Entry {
        SafeTensor tensor;
        std::string file;
    };

    using Naming = std::function<std::vector<std::string>(const std::string &published)>;

    void add_folder(const std::string &folder, const Naming &names_of);
    void add_file(const std::string &path, const Naming &names_of);
    void add(const std::string &name, Entry entry);
    Tensor convert(const std::string &name, const Entry &entry);

    std::vector<MappedFile> files_;
    std::map<std::string, Entry> entries_;     // by canonical name
    std::deque<std::vector<float>> converted_; // a deque: its elements never move
    std::string last_folder_;
};

} // namespace sbert::encoder
