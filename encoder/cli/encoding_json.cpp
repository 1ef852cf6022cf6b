// Tokens as JSON: see encoding_json.h.
#include "encoder/cli/encoding_json.h"

#include "encoder/cli/lines.h"

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

} // namespace

std::string encoding_to_json(const Encoding &encoding,
                             const std::function<std::string_view(int32_t)> &text_of, bool offsets)
{
    std::string out = "{";
    append_list(out, "ids", encoding, [&](const Token &t) { out += std::to_string(t.id); });
    append_list(out, "tokens", encoding,
                [&](const Token &t) { append_json_string(out, text_of(t.id)); });
    if (offsets)
        append_list(out, "offsets", encoding, [&](const Token &t) {
            out += '[' + std::to_string(t.begin) + ',' + std::to_string(t.end) + ']';
        });
    return out + "\"truncated\":" + (encoding.truncated ? "true}" : "false}");
}

} // namespace sbert::cli
