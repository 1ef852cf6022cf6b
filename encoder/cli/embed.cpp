// `sbert embed`: one text a line in; {"embedding":[...],"tokens":n,"truncated":false} a line out,
// or a NumPy file.
#include <charconv>
#include <cstdio>
#include <optional>

#include "encoder/cli/commands.h"
#include "encoder/cli/lines.h"
#include "encoder/cli/npy.h"
#include "encoder/cli/progress.h"

namespace sbert::cli {

namespace {

// Texts read before they are encoded together.
constexpr size_t kBlock = 256;

std::string to_json(std::span<const float> row, const encoder::TextInfo &info)
{
    std::string out = "{\"embedding\":[";
    for (size_t i = 0; i < row.size(); i++) {
        char number[32]; // the shortest form that reads back the same
        const auto end = std::to_chars(number, number + sizeof(number), row[i]).ptr;
        out += i != 0 ? "," : "";
        out.append(number, end);
    }
    return out + "],\"tokens\":" + std::to_string(info.tokens) +
           ",\"truncated\":" + (info.truncated ? "true}" : "false}");
}

} // namespace

void embed_command(Words words)
{
    const Options options(words, {0, {"model", "places", "npy", "prompt"}, {}});
    const auto model = open_encoder(options);
    const std::string prompt = prompt_of(options, *model);
    const size_t D = model->dimensions();
    std::optional<NpyWriter> npy;
    if (const std::string path = options.value("npy"); !path.empty())
        npy.emplace(path, D);
    LineReader reader(stdin);
    Progress progress;
    uint64_t done = 0, truncated = 0;
    for (auto lines = reader.next_block(kBlock); !lines.empty(); lines = reader.next_block(kBlock))
    {
        const std::vector<std::string_view> texts(lines.begin(), lines.end());
        std::vector<float> rows(texts.size() * D);
        std::vector<encoder::TextInfo> info(texts.size());
        model->encode(texts, prompt, {}, rows.data(), D, info);
        for (size_t i = 0; i < texts.size(); i++) {
            truncated += info[i].truncated;
            if (!npy)
                std::puts(to_json({&rows[i * D], D}, info[i]).c_str());
        }
        if (npy)
            npy->write(rows);
        progress.count("texts", done += texts.size());
    }
    if (npy)
        npy->finish();
    if (truncated != 0)
        std::fprintf(stderr, "sbert: %llu of %llu texts were cut to %d tokens\n",
                     static_cast<unsigned long long>(truncated),
                     static_cast<unsigned long long>(done), model->spec().max_tokens);
}

} // namespace sbert::cli
