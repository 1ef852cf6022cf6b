// The configurations of a model directory on any bytes: modules.json, each module's config.json and
// config.json of the transformer; a packed file's metadata; a README.md. The input is split at zero
// bytes: the first part is modules.json, the others serve in turn.
#include <deque>
#include <string>
#include <vector>

#include "encoder/import/card.h"
#include "encoder/import/families/family.h"
#include "encoder/import/families/head.h"
#include "encoder/import/modules.h"
#include "encoder/import/published_scores.h"
#include "encoder/model/prompts.h"
#include "encoder/model/spec_json.h"
#include "tests/fuzz/fuzz_input.h"

using namespace sbert;

namespace {

std::vector<std::string_view> split(std::string_view input)
{
    std::vector<std::string_view> parts;
    while (!input.empty()) {
        size_t end = std::min(input.find('\0'), input.size());
        parts.push_back(input.substr(0, end));
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    return parts;
}

// A head behind the transformer of the same file, as a packed file would hold it.
template <class Read>
void read_head(const encoder::JsonValue &config, Read read)
{
    encoder::head_kind(config);
    encoder::TransformerConfig transformer = encoder::read_transformer_config(config);
    const encoder::PublishedHead head = read(config, transformer.spec, transformer.names);
    encoder::ModelSpec spec;
    spec.transformer = transformer.spec;
    spec.head = head.spec;
    spec.pipeline = head.steps;
    encoder::metadata_from_json(encoder::spec_to_json(spec), "fuzz");
}

void read_scores(const encoder::JsonValue &config)
{
    encoder::HeadSpec head;
    encoder::score_function(encoder::cross_encoder_class(config), 1, "fuzz");
    encoder::read_splade_pooling(config, head);
}

void run(const std::vector<std::string_view> &parts)
{
    std::deque<encoder::JsonDocument> documents;
    for (std::string_view part : parts)
        documents.emplace_back(part, "fuzz", 1u << 20);
    if (documents.empty())
        return;
    tests::swallow_refusals([&] { encoder::read_transformer_config(documents.back().root()); });
    for (const auto read :
         {encoder::read_sequence_head, encoder::read_token_head, encoder::read_masked_lm_head})
        tests::swallow_refusals([&] { read_head(documents.back().root(), read); });
    tests::swallow_refusals([&] { read_scores(documents.back().root()); });
    std::vector<encoder::ModuleEntry> modules = encoder::parse_modules(documents.front().root());
    size_t next = 0;
    encoder::PipelineSpec pipeline =
        encoder::build_pipeline(modules, 8, encoder::Gives::kVectors,
                                [&](const encoder::ModuleEntry &) -> const encoder::JsonDocument * {
                                    return ++next < documents.size() ? &documents[next] : nullptr;
                                });
    encoder::ModelSpec spec;
    spec.pipeline = pipeline.steps;
    encoder::metadata_from_json(encoder::spec_to_json(spec), "fuzz");
}

// A packed file's metadata, and the prompts that it may hold.
void read_stored(std::string_view text)
{
    const encoder::Metadata read = encoder::metadata_from_json(text, "fuzz");
    encoder::document_prompt(read.spec);
    encoder::find_prompt(read.spec, text.substr(0, 20), "fuzz");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tests::swallow_refusals([&] { run(split(tests::as_text(data, size))); });
    tests::swallow_refusals([&] { read_stored(tests::as_text(data, size)); });
    encoder::read_card(tests::as_text(data, size));
    return 0;
}
