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

void import_command(Words words)
{
    const Options options(words, {1, {"name", "out", "places", "precision"}, {"force"}});
    const std::string path = target_file(options);
    const encoder::Precision precision = precision_of(options);
    encoder::ImportResult result;
    {
        Progress progress;
        result = encoder::import_directory(
            options.argument(0), path,
            options.has("force") ? Overwrite::kForce : Overwrite::kRefuse, precision,
            [&](const char *stage, uint64_t done, uint64_t total) {
                progress.show(stage, done, total);
            });
    }
    for (const std::string &note : result.notes)
        std::fprintf(stderr, "sbert: note: %s\n", note.c_str());
    const char *what = result.written == Written::kNew        ? "installed"
                       : result.written == Written::kReplaced ? "replaced"
                                                              : "already there";
    std::printf("%s: %s, %s, %d dimensions, %d tokens, %.1f MB, fingerprint %s\n", what,
                path.c_str(), encoder::name_of(result.spec.precision).data(),
                result.spec.dimensions, result.spec.max_tokens,
                static_cast<double>(result.bytes) / 1e6,
                encoder::to_hex(result.fingerprint).c_str());
}

} // namespace sbert::cli
