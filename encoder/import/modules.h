// modules.json and the configuration of each module after the transformer: the pipeline as data.
// https://sbert.net/docs/package_reference/sentence_transformer/modules.html
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

enum class ModuleKind {
    kTransformer,     // also with its masked LM
    kStaticEmbedding, // rows of a table, and their mean
    kPooling,
    kDense,
    kLayerNorm,
    kNormalize,
    kDropout,
    kSpladePooling // of a sparse encoder, the last module
};

// One line of modules.json.
struct ModuleEntry {
    ModuleKind kind;
    std::string path; // relative folder, "" for the model's own
    std::string type; // as written, for messages
};

// Reads the list in its order. Throws Error: kModelInvalid (a path that leaves the directory, no
// transformer in front); kModelUnsupported (a module that is not one of the kinds above; one from
// outside of sentence-transformers is code).
std::vector<ModuleEntry> parse_modules(const JsonValue &modules);

// What a directory without modules.json is: the transformer, and the mean of its tokens.
std::vector<ModuleEntry> default_modules();

// Gives the parsed config.json of a module's folder, or nullptr where the folder has none.
using ConfigReader = std::function<const JsonDocument *(const ModuleEntry &)>;

struct PipelineSpec {
    std::vector<Step> steps;
    // For each step with weights, in their order: the prefix of its tensors, and the folder that
    // holds them.
    std::vector<std::pair<std::string, std::string>> weights;
};

// Turns the modules after the transformer into steps; a static embedding begins with its mean.
// `width` is the transformer's. Those of a cross-encoder end with a Dense that writes "scores".
// Tensor prefixes are made of the module's place and kind
// ("2_Dense"), so that renaming a folder changes nothing. Throws Error: kModelInvalid,
// kModelUnsupported, naming the module.
enum class Gives { kVectors, kScores };
PipelineSpec build_pipeline(const std::vector<ModuleEntry> &modules, int32_t width, Gives gives,
                            const ConfigReader &config_of);

} // namespace sbert::encoder
