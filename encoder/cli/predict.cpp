// `sbert predict`: one text or pair a line in; what a model with a head says of it out, one JSON
// object a line.
#include <charconv>
#include <cstdio>

#include "encoder/cli/commands.h"
#include "encoder/cli/lines.h"
#include "encoder/cli/progress.h"
#include "encoder/entities.h"
#include "encoder/error.h"
#include "encoder/model/names.h"

namespace sbert::cli {

namespace {

using encoder::Encoder;
using encoder::HeadKind;

// Lines read before they are run together.
constexpr size_t kBlock = 256;

std::string number(float value)
{
    char text[32]; // the shortest form that reads back the same
    return {text, std::to_chars(text, text + sizeof(text), value).ptr};
}

// Both texts of each line, or no second ones where no line has a tab.
struct Inputs {
    std::vector<std::string_view> first, second;
};
Inputs inputs_of(const std::vector<std::string> &lines)
{
    Inputs inputs;
    size_t pairs = 0;
    for (const std::string_view line : lines) {
        const size_t tab = line.find('\t');
        pairs += tab != line.npos;
        inputs.first.push_back(line.substr(0, tab));
        inputs.second.push_back(tab == line.npos ? std::string_view() : line.substr(tab + 1));
    }
    if (pairs == 0)
        inputs.second.clear();
    else if (pairs != lines.size())
        throw UsageError("of some lines only the others have a tab");
    return inputs;
}

void print_scores(Encoder &model, const std::vector<std::string> &lines)
{
    const auto [first, second] = inputs_of(lines);
    const encoder::HeadSpec &head = model.spec().head;
    if (second.empty() ? !head.takes_text : !head.pair)
        throw UsageError(second.empty()
                             ? "the model takes two texts a line, with a tab between them"
                             : "the model takes one text a line, without a tab");
    const size_t labels = model.dimensions();
    std::vector<float> scores(lines.size() * labels);
    std::vector<encoder::TextInfo> info(lines.size());
    model.predict(first, second, {}, scores.data(), info);
    for (size_t b = 0; b < lines.size(); b++) {
        std::string out = "{";
        for (size_t i = 0; i < labels; i++) {
            out += i == 0 ? "" : ",";
            append_json_string(out, head.labels[i]);
            out += ':' + number(scores[b * labels + i]);
        }
        std::puts((out += '}').c_str());
    }
}

void print_entities(Encoder &model, const std::vector<std::string> &lines,
                    encoder::Aggregation aggregation)
{
    const std::vector<std::string_view> texts(lines.begin(), lines.end());
    std::vector<encoder::TokenScores> scores;
    model.predict_tokens(texts, {}, scores);
    for (size_t b = 0; b < texts.size(); b++) {
        std::vector<encoder::Entity> found;
        encoder::find_entities(scores[b], model.spec().head.labels, aggregation, found);
        std::string out = "[";
        for (const encoder::Entity &entity : found) {
            out += out.size() == 1 ? "{\"label\":" : ",{\"label\":";
            append_json_string(out, entity.label);
            append_json_string(out += ",\"text\":",
                               texts[b].substr(entity.begin, entity.end - entity.begin));
            out += ",\"begin\":" + std::to_string(entity.begin) +
                   ",\"end\":" + std::to_string(entity.end) + ",\"score\":" + number(entity.score) +
                   "}";
        }
        std::puts((out += ']').c_str());
    }
}

void print_weights(Encoder &model, const std::vector<std::string> &lines, std::string_view prompt)
{
    const std::vector<std::string_view> texts(lines.begin(), lines.end());
    std::vector<encoder::SparseRow> rows(texts.size());
    std::vector<encoder::TextInfo> info(texts.size());
    model.encode_sparse(texts, prompt, {}, rows, info);
    for (const encoder::SparseRow &row : rows) {
        std::string out = "{";
        for (size_t i = 0; i < row.ids.size(); i++)
            out += (i == 0 ? "\"" : ",\"") + std::to_string(row.ids[i]) +
                   "\":" + number(row.weights[i]);
        std::puts((out += '}').c_str());
    }
}

encoder::Aggregation aggregation_of(const Options &options)
{
    const std::string name = options.value("entities", "simple");
    const auto aggregation = encoder::find_name<encoder::Aggregation>(name);
    if (!aggregation)
        throw UsageError("--entities is none, simple, first, average or max, not " + name);
    return *aggregation;
}

} // namespace

void predict_command(Words words)
{
    const Options options(words, {0, {"model", "places", "prompt", "entities"}, {}});
    const auto model = open_encoder(options);
    const encoder::Aggregation aggregation = aggregation_of(options);
    const std::string prompt = prompt_of(options, *model);
    LineReader reader(stdin);
    Progress progress;
    uint64_t done = 0;
    for (auto lines = reader.next_block(kBlock); !lines.empty(); lines = reader.next_block(kBlock))
    {
        switch (model->spec().head.kind) {
        case HeadKind::kTokens:
            print_entities(*model, lines, aggregation);
            break;
        case HeadKind::kSparse:
            print_weights(*model, lines, prompt);
            break;
        case HeadKind::kSequence:
        case HeadKind::kNone: // which predict() refuses
            print_scores(*model, lines);
            break;
        }
        progress.count("texts", done += lines.size());
    }
}

} // namespace sbert::cli
