// `sbert import`: a published model directory becomes an installed model.
#include <cstdio>

#include "encoder/cli/commands.h"
#include "encoder/cli/progress.h"
#include "encoder/import/import.h"
#include "encoder/model/names.h"
#include "encoder/model/store.h"

namespace sbert::cli {

using encoder::Overwrite;
using encoder::Written;

static std::string target_file(const Options &options)
{
    const encoder::ModelName name = encoder::parse_model_name(options.required("name"));
    if (!name.fingerprint.empty())
        throw UsageError("--name takes a plain name, without @");
    if (const std::string out = options.value("out"); !out.empty())
        return out;
    return encoder::writable_place(places_of(options)) + "/" + name.name + ".sbert";
}

static encoder::Precision precision_of(const Options &options)
{
    const std::string name = options.value("precision", "f32");
    const auto precision = encoder::find_name<encoder::Precision>(name);
    if (!precision)
        throw UsageError("--precision is f32, bf16 or int8, not " + name);
    return *precision;
}

static encoder::HeadChoice head_of(const Options &options)
{
    const std::string name = options.value("head", "published");
    if (name == "published")
        return encoder::HeadChoice::kPublished;
    if (name == "none")
        return encoder::HeadChoice::kNone;
    if (name != "splade")
        throw UsageError("--head is published, none or splade, not " + name);
    return encoder::HeadChoice::kSplade;
}

// What the model gives: "384 dimensions", "3 labels".
static std::string results_of(const encoder::ModelSpec &spec)
{
    switch (spec.head.kind) {
    case encoder::HeadKind::kNone:
        return std::to_string(spec.dimensions) + " dimensions";
    case encoder::HeadKind::kSequence:
        return std::to_string(spec.dimensions) + " scores of a " +
               (spec.head.takes_text ? "text" : "pair");
    case encoder::HeadKind::kTokens:
        return std::to_string(spec.dimensions) + " scores of a token";
    case encoder::HeadKind::kSparse:
        return std::to_string(spec.dimensions) + " sparse dimensions";
    }
    return {};
}

void import_command(Words words)
{
    const Options options(words, {1, {"head", "name", "out", "places", "precision"}, {"force"}});
    const std::string path = target_file(options);
    const encoder::Precision precision = precision_of(options);
    const encoder::HeadChoice head = head_of(options);
    encoder::ImportResult result;
    {
        Progress progress;
        result = encoder::import_directory(
            options.argument(0), path,
            options.has("force") ? Overwrite::kForce : Overwrite::kRefuse, precision, head,
            [&](const char *stage, uint64_t done, uint64_t total) {
                progress.show(stage, done, total);
            });
    }
    for (const std::string &note : result.notes)
        std::fprintf(stderr, "sbert: note: %s\n", note.c_str());
    const char *what = result.written == Written::kNew        ? "installed"
                       : result.written == Written::kReplaced ? "replaced"
                                                              : "already there";
    std::printf("%s: %s, %s, %s, %d tokens, %.1f MB, fingerprint %s\n", what, path.c_str(),
                encoder::name_of(result.spec.precision).data(), results_of(result.spec).c_str(),
                result.spec.max_tokens, static_cast<double>(result.bytes) / 1e6,
                encoder::to_hex(result.fingerprint).c_str());
}

} // namespace sbert::cli
