// A tokenizer.json on texts: see tokenize_file.h.
#include "encoder/cli/tokenize_file.h"

#include <cstdio>

#include "encoder/cli/encoding_json.h"
#include "encoder/cli/lines.h"
#include "encoder/model/mapped_file.h"
#include "encoder/model/tokenizer_components.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::cli {

namespace {

using encoder::components::ComponentsTables;

constexpr size_t kMaxFile = 1u << 30;
constexpr int64_t kMaxIds = int64_t{1} << 24;

encoder::ComponentsFile read_file(const std::string &path)
{
    const std::string text = encoder::read_text_file(path, kMaxFile);
    const encoder::JsonDocument document(text, path, kMaxFile);
    return encoder::parse_tokenizer_components(document.root(), kMaxIds);
}

std::string tokenize(const encoder::Tokenizer &tokenizer, const std::string &text,
                     uint32_t max_tokens, bool offsets)
{
    try {
        encoder::Encoding encoding;
        tokenizer.encode(text, max_tokens, encoder::Dropped::kIgnore, {}, encoding);
        return encoding_to_json(
            encoding, [&](int32_t id) { return tokenizer.token(id); }, offsets);
    } catch (const encoder::Error &error) {
        std::string out = "{\"error\":";
        append_json_string(out, error.what());
        return out + "}";
    }
}

} // namespace

void tokenize_with_file(const Options &options)
{
    encoder::ComponentsFile file = read_file(options.required("--tokenizer"));
    const ComponentsTables tables = build_components(std::move(file.source));
    const encoder::Tokenizer tokenizer(std::move(file.spec), tables.view());
    const auto max_tokens = std::stoul(options.value("--max-tokens", "4294967295"));
    LineReader reader(stdin);
    std::string line;
    while (reader.next(line)) {
        if (options.flag("--json")) {
            const encoder::JsonDocument document(line, "line", kMaxFile);
            line = document.root().string();
        }
        const std::string out =
            tokenize(tokenizer, line, static_cast<uint32_t>(max_tokens), options.flag("--offsets"));
        std::puts(out.c_str());
    }
}

} // namespace sbert::cli
