// Finding models by name or file; `list`, `inspect` and `verify`.
#include <cinttypes>
#include <cstdio>

#include "encoder/cli/commands.h"
#include "encoder/cli/progress.h"
#include "encoder/model/json.h"
#include "encoder/model/mapped_file.h"
#include "encoder/model/packed.h"
#include "encoder/model/prompts.h"
#include "encoder/model/spec_json.h"
#include "encoder/model/store.h"

#ifndef SBERT_SHARE_DIR // of the server that this build is for (CMake); empty without one
#define SBERT_SHARE_DIR ""
#endif

namespace sbert::cli {

using encoder::Owner;
using encoder::PackedFile;

std::vector<std::string> places_of(const Options &options)
{
    const std::string places = options.value("places");
    if (places.empty())
        return encoder::model_places(SBERT_SHARE_DIR, "");
    std::vector<std::string> folders;
    for (size_t at = 0; at <= places.size();) {
        const size_t colon = std::min(places.find(':', at), places.size());
        folders.push_back(encoder::without_slash(places.substr(at, colon - at)));
        at = colon + 1;
    }
    return folders;
}

static bool is_path(const std::string &model)
{
    return model.find('/') != model.npos || model.ends_with(".sbert");
}

std::string model_file(const Options &options, const std::string &model)
{
    if (is_path(model))
        return model;
    return encoder::open_model(places_of(options), model).path();
}

std::unique_ptr<encoder::Encoder> open_encoder(const Options &options)
{
    const std::string model = options.value("model", kDefaultModel);
    return encoder::Encoder::open(model_file(options, model),
                                  is_path(model) ? Owner::kAny : Owner::kTrusted);
}

std::string prompt_of(const Options &options, const encoder::Encoder &model)
{
    if (!options.has("prompt"))
        return std::string(encoder::default_prompt(model.spec()));
    const std::string wanted = options.value("prompt");
    return std::string(
        encoder::find_prompt(model.spec(), wanted, options.value("model", kDefaultModel)));
}

void list_command(Words words)
{
    const Options options(words, {0, {"places"}, {}});
    for (const auto &entry : encoder::list_models(places_of(options))) {
        if (entry.error.empty())
            std::printf("%s  %d dimensions  %d tokens  %s  %s\n", entry.name.c_str(),
                        entry.dimensions, entry.max_tokens, entry.fingerprint.substr(0, 16).c_str(),
                        entry.path.c_str());
        else
            std::printf("%s  unusable: %s\n", entry.name.c_str(), entry.error.c_str());
    }
}

static std::string languages_of(const PackedFile &file)
{
    std::string list;
    for (const std::string &language : file.card().languages)
        list += " " + language;
    return list.empty() ? " not told" : list;
}

void inspect_command(Words words)
{
    const Options options(words, {1, {"places"}, {}});
    const std::string path = model_file(options, options.argument(0));
    const PackedFile file(path, Owner::kAny);
    std::printf("file         %s\nbytes        %" PRIu64 "\nfingerprint  %s\n", path.c_str(),
                file.bytes(), encoder::to_hex(file.fingerprint()).c_str());
    for (const encoder::Prompt &prompt : file.spec().prompts)
        std::printf("prompt       %s%s: \"%s\"\n", encoder::printable(prompt.name).c_str(),
                    prompt.name == file.spec().default_prompt ? " (default)" : "",
                    encoder::printable(prompt.text).c_str());
    std::printf("languages   %s\n", languages_of(file).c_str());
    std::printf("dimensions   %d\nmax tokens   %d\ntensors      %zu\nspec         %s\n",
                file.spec().dimensions, file.spec().max_tokens, file.view().tensors->size(),
                encoder::spec_to_json(file.spec()).c_str());
}

void verify_command(Words words)
{
    const Options options(words, {1, {"places"}, {}});
    const std::string path = model_file(options, options.argument(0));
    const PackedFile file(path, Owner::kAny);
    Progress progress;
    file.verify([&](uint64_t done, uint64_t total) { progress.show("verifying", done, total); });
    std::printf("%s is intact, fingerprint %s\n", path.c_str(),
                encoder::to_hex(file.fingerprint()).c_str());
}

} // namespace sbert::cli
