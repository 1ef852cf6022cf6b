// `sbert tokenize`: one text a line in, {"ids":[...],"tokens":[...],"truncated":false} out; by an
// installed model or, with --tokenizer, by a tokenizer.json without one. With --words the words of
// a line are tokenised one by one.
#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "encoder/cli/commands.h"
#include "encoder/cli/lines.h"
#include "encoder/cli/progress.h"
#include "encoder/import/json_file.h"
#include "encoder/import/tokenizer/tokenizer_json.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::cli {

namespace {

using encoder::Encoding;
using encoder::Token;
using encoder::TokenizerTables;

constexpr size_t kMaxFile = 1u << 30;
constexpr int64_t kMaxIds = int64_t{1} << 24;

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

// `text_of` gives the text of an id. With `offsets`, the bytes of each token as
// "offsets":[[b,e],...].
template <class TextOf>
std::string to_json(const Encoding &encoding, bool offsets, const TextOf &text_of)
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

// "name":[ values ]
void append_numbers(std::string &out, const char *name, const auto &values)
{
    out.append("\"").append(name).append("\":[");
    for (size_t i = 0; i < values.size(); i++)
        out.append(i == 0 ? "" : ",").append(std::to_string(values[i]));
    out += ']';
}

// The words of a line, which single spaces separate.
std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    for (size_t from = 0; from < line.size();) {
        const size_t to = std::min(line.find(' ', from), line.size());
        words.push_back(line.substr(from, to - from));
        from = to + 1;
    }
    return words;
}

// {"ids":[...],"first":[...]}: the tokens of a line's words without special ones, and for each word
// the place of its first token.
void tokenize_words(const Options &options)
{
    const auto model = open_encoder(options);
    LineReader reader(stdin);
    encoder::WordTokens tokens;
    std::string line;
    while (reader.next(line)) {
        model->tokenize_words(words_of(line), {}, tokens);
        tokens.first.pop_back();
        std::string out = "{";
        append_numbers(out, "ids", tokens.ids);
        append_numbers(out += ',', "first", tokens.first);
        std::puts((out += '}').c_str());
    }
}

void tokenize_with_model(const Options &options)
{
    const auto model = open_encoder(options);
    const std::string prompt = prompt_of(options, *model);
    LineReader reader(stdin);
    Progress progress;
    Encoding encoding;
    std::string line;
    for (uint64_t n = 1; reader.next(line); n++) {
        model->tokenize(line, prompt, encoder::Dropped::kIgnore, {}, encoding);
        const auto text_of = [&](int32_t id) { return model->token(id); };
        std::puts(to_json(encoding, options.has("offsets"), text_of).c_str());
        progress.count("texts", n);
    }
}

// With --json a line is a JSON string. A text that cannot be tokenised gives {"error":"..."}.
void tokenize_with_file(const Options &options)
{
    const auto document = encoder::read_json_file(options.value("tokenizer"), kMaxFile);
    encoder::TokenizerFile file = encoder::parse_tokenizer_json(document.root(), kMaxIds);
    const TokenizerTables tables = build_tables(std::move(file.source));
    const encoder::Tokenizer tokenizer(std::move(file.spec), tables.view());
    const auto most = static_cast<uint32_t>(std::stoul(options.value("max-tokens", "4294967295")));
    LineReader reader(stdin);
    Encoding encoding;
    std::string line;
    while (reader.next(line)) {
        if (options.has("json"))
            line = encoder::JsonDocument(std::string(line), "line", kMaxFile).root().string();
        std::string out;
        try {
            tokenizer.encode(line, most, encoder::Dropped::kIgnore, {}, encoding);
            const auto text_of = [&](int32_t id) { return tokenizer.token(id); };
            out = to_json(encoding, options.has("offsets"), text_of);
        } catch (const encoder::Error &error) {
            out = "{\"error\":";
            append_json_string(out, error.what());
            out += '}';
        }
        std::puts(out.c_str());
    }
}

} // namespace

void tokenize_command(Words words)
{
    const Options options(words, {0,
                                  {"model", "places", "prompt", "tokenizer", "max-tokens"},
                                  {"offsets", "json", "words"}});
    if (options.has("words"))
        tokenize_words(options);
    else if (options.value("tokenizer").empty())
        tokenize_with_model(options);
    else
        tokenize_with_file(options);
}

} // namespace sbert::cli
