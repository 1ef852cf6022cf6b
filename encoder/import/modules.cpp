// modules.json: see modules.h. The steps' own configurations are read in pipeline.cpp.
#include "encoder/import/modules.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

constexpr std::string_view kPackage = "sentence_transformers.";
constexpr std::array<std::pair<std::string_view, ModuleKind>, 9> kKinds = {{
    {"Transformer", ModuleKind::kTransformer},
    {"MLMTransformer", ModuleKind::kTransformer},
    {"SpladePooling", ModuleKind::kSpladePooling},
    {"StaticEmbedding", ModuleKind::kStaticEmbedding},
    {"Pooling", ModuleKind::kPooling},
    {"Dense", ModuleKind::kDense},
    {"LayerNorm", ModuleKind::kLayerNorm},
    {"Normalize", ModuleKind::kNormalize},
    {"Dropout", ModuleKind::kDropout},
}};

ModuleKind module_kind(const std::string &type, const std::string &source)
{
    std::string where = in_quotes(source) + ": module " + in_quotes(type);
    // The package was rearranged several times, the class names were kept.
    if (!type.starts_with(kPackage))
        throw Error(ErrorCode::kModelUnsupported,
                    where + " is Python code outside of "
                            "sentence-transformers",
                    "Code that comes with a model is never run; use a model of standard modules.");
    std::string_view name = std::string_view(type).substr(type.rfind('.') + 1);
    for (const auto &[known, kind] : kKinds) {
        if (name == known)
            return kind;
    }
    throw Error(ErrorCode::kModelUnsupported, where + " is not supported",
                "Supported are Transformer, MLMTransformer, StaticEmbedding, Pooling, "
                "SpladePooling, Dense, LayerNorm, Normalize and Dropout.");
}

// Inside the directory as it is written; symbolic links are the administrator's own.
bool stays_inside(std::string_view path)
{
    if (path.starts_with('/') || path.find('\0') != path.npos || path.find('\\') != path.npos)
        return false;
    while (!path.empty()) {
        size_t slash = path.find('/');
        if (path.substr(0, slash) == "..")
            return false;
        path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
    }
    return true;
}

} // namespace

std::vector<ModuleEntry> parse_modules(const JsonValue &modules)
{
    constexpr size_t kMaxModules = 64;
    modules.require_array();
    if (modules.size() == 0 || modules.size() > kMaxModules)
        modules.fail("must list between 1 and " + std::to_string(kMaxModules) + " modules");
    std::vector<ModuleEntry> entries;
    modules.for_each_element([&](const JsonValue &module) {
        std::string type = module.at("type").string();
        std::string path = module.string_or("path", "");
        if (!stays_inside(path))
            module.at("path").fail("leaves the model's directory");
        ModuleKind kind = module_kind(type, modules.source());
        const bool embeds =
            kind == ModuleKind::kTransformer || kind == ModuleKind::kStaticEmbedding;
        if (embeds != entries.empty())
            module.fail("must be a Transformer or StaticEmbedding if and only if it is the first");
        entries.push_back({kind, std::move(path), std::move(type)});
    });
    return entries;
}

std::vector<ModuleEntry> default_modules()
{
    return {{ModuleKind::kTransformer, "", "Transformer"}, {ModuleKind::kPooling, "", "Pooling"}};
}

} // namespace sbert::encoder
