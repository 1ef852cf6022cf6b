// `sbert tokenize`: one text a line in, {"ids":[...],"tokens":[...],"truncated":false} out.
#include <cstdio>

#include "encoder/cli/commands.h"
#include "encoder/cli/lines.h"
#include "encoder/cli/progress.h"

namespace sbert::cli {

using encoder::Encoding;
using encoder::Token;

namespace {

// "name":[ write(token), ... ]
template <class Write>
void append_list(std::string &out, const char *name, const Encoding &encoding, Write write)
{
    out += '"';
    out += name;
    out += "\":[";
    for (size_t i = 0; i < encoding.tokens.size(); i++) {
        if (i != 0)
            out += ',';
        write(encoding.tokens[i]);
    }
    out += "],";
}

std::string to_json(const encoder::Encoder &model, const Encoding &encoding, bool offsets)
{
    std::string out = "{";
    append_list(out, "ids", encoding, [&](const Token &t) { out += std::to_string(t.id); });
    append_list(out, "tokens", encoding,
                [&](const Token &t) { append_json_string(out, model.token(t.id)); });
    if (offsets)
        append_list(out, "offsets", encoding, [&](const Token &t) {
            out += '[' + std::to_string(t.begin) + ',' + std::to_string(t.end) + ']';
        });
    return out + "\"truncated\":" + (encoding.truncated ? "true}" : "false}");
}

} // namespace

void tokenize_command(const Words &words)
{
    const Options options(words, {0, {"--model", "--places"}, {"--offsets"}});
    const auto model = open_encoder(options);
    LineReader reader(stdin);
    Progress progress;
    Encoding encoding;
    std::string line;
    for (uint64_t n = 1; reader.next(line); n++) {
        model->tokenize(line, encoder::Dropped::kIgnore, {}, encoding);
        std::puts(to_json(*model, encoding, options.flag("--offsets")).c_str());
        progress.count("texts", n);
    }
}

} // namespace sbert::cli
