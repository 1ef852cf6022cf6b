// `sbert tokenize`: one text a line in, {"ids":[...],"tokens":[...],"truncated":false} out.
#include <cstdio>

#include "encoder/cli/commands.h"
#include "encoder/cli/encoding_json.h"
#include "encoder/cli/lines.h"
#include "encoder/cli/progress.h"
#include "encoder/cli/tokenize_file.h"

namespace sbert::cli {

void tokenize_command(const Words &words)
{
    const Options options(words,
                          {0,
                           {"--model", "--places", "--prompt", "--tokenizer", "--max-tokens"},
                           {"--offsets", "--json"}});
    if (!options.value("--tokenizer").empty())
        return tokenize_with_file(options);
    const auto model = open_encoder(options);
    const std::string prompt = prompt_of(options, *model);
    LineReader reader(stdin);
    Progress progress;
    encoder::Encoding encoding;
    std::string line;
    for (uint64_t n = 1; reader.next(line); n++) {
        model->tokenize(line, prompt, encoder::Dropped::kIgnore, {}, encoding);
        const std::string out = encoding_to_json(
            encoding, [&](int32_t id) { return model->token(id); }, options.flag("--offsets"));
        std::puts(out.c_str());
        progress.count("texts", n);
    }
}

} // namespace sbert::cli
