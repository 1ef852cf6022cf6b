// `sbert bench`: how fast this build encodes, or only tokenises, the texts on stdin, on one thread
// and without a prompt. A model with a head predicts; of a model for pairs a line is two texts with
// a tab between them.
// Not a comparison with others: bench/encode.sh makes that, with this command for our part.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <numeric>
#include <span>

#include <nlohmann/json.hpp>

#include "encoder/cli/commands.h"
#include "encoder/cli/lines.h"
#include "encoder/entities.h"

namespace sbert::cli {

namespace {

using Clock = std::chrono::steady_clock;
using Texts = std::vector<std::string_view>;

// Caches, page tables and the core's clock settle within this time.
constexpr double kWarmUpSeconds = 0.25;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Of this process, which has one thread: what others do on the core does not count.
double cpu_seconds()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const size_t middle = values.size() / 2;
    return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

size_t count_option(const Options &options, const char *name, const char *otherwise)
{
    const std::string value = options.value(name, otherwise);
    size_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number == 0)
        throw UsageError("--" + std::string(name) + " takes a whole number above 0");
    return number;
}

enum class Stage { kTokenizer, kAll };

// Works on one call's texts; returns their tokens.
using Work = std::function<uint64_t(std::span<const std::string_view>)>;

// All of a text is tokenised, also what the model's limit cuts off: every byte counts.
uint64_t tokenize(const encoder::Encoder &model, std::span<const std::string_view> texts,
                  encoder::Encoding &scratch)
{
    uint64_t tokens = 0;
    for (const std::string_view text : texts) {
        model.tokenize(text, {}, encoder::Dropped::kCount, {}, scratch);
        tokens += scratch.tokens.size() + scratch.dropped;
    }
    return tokens;
}

uint64_t tokens_of(const std::vector<encoder::TextInfo> &info)
{
    return std::accumulate(info.begin(), info.end(), uint64_t{0},
                           [](uint64_t sum, const auto &one) { return sum + one.tokens; });
}

uint64_t predict(encoder::Encoder &model, std::span<const std::string_view> lines)
{
    const bool pairs = !model.spec().head.takes_text;
    std::vector<std::string_view> first, second;
    for (const std::string_view line : lines) {
        const size_t tab = pairs ? std::min(line.find('\t'), line.size()) : line.size();
        first.push_back(line.substr(0, tab));
        if (pairs)
            second.push_back(line.substr(std::min(tab + 1, line.size())));
    }
    std::vector<float> scores(lines.size() * model.dimensions());
    std::vector<encoder::TextInfo> info(lines.size());
    model.predict(first, second, {}, scores.data(), info);
    return tokens_of(info);
}

uint64_t find_entities(encoder::Encoder &model, std::span<const std::string_view> texts)
{
    std::vector<encoder::TokenScores> scores;
    std::vector<encoder::Entity> found;
    model.predict_tokens(texts, {}, scores);
    uint64_t tokens = 0;
    for (const encoder::TokenScores &text : scores) {
        encoder::find_entities(text, model.spec().head.labels, encoder::Aggregation::kSimple,
                               found);
        tokens += text.tokens.size();
    }
    return tokens;
}

uint64_t encode_sparse(encoder::Encoder &model, std::span<const std::string_view> texts)
{
    std::vector<encoder::SparseRow> rows(texts.size());
    std::vector<encoder::TextInfo> info(texts.size());
    model.encode_sparse(texts, {}, {}, rows, info);
    return tokens_of(info);
}

Work work_of(encoder::Encoder &model, Stage stage)
{
    if (stage == Stage::kTokenizer)
        return [&model, scratch = encoder::Encoding()](auto texts) mutable {
            return tokenize(model, texts, scratch);
        };
    switch (model.spec().head.kind) {
    case encoder::HeadKind::kSequence:
        return [&model](auto lines) { return predict(model, lines); };
    case encoder::HeadKind::kTokens:
        return [&model](auto texts) { return find_entities(model, texts); };
    case encoder::HeadKind::kSparse:
        return [&model](auto texts) { return encode_sparse(model, texts); };
    case encoder::HeadKind::kNone:
        break;
    }
    return [&model, rows = std::vector<float>(),
            info = std::vector<encoder::TextInfo>()](auto texts) mutable {
        rows.resize(texts.size() * model.dimensions());
        info.resize(texts.size());
        model.encode(texts, {}, {}, rows.data(), model.dimensions(), info);
        return tokens_of(info);
    };
}

struct Measured {
    uint64_t tokens = 0;         // of one pass
    std::vector<double> seconds; // a pass each
    std::vector<double> cpu_seconds;
};

void warm_up(const Work &work, std::span<const std::string_view> texts, size_t batch)
{
    const auto start = Clock::now();
    for (size_t i = 0; seconds_since(start) < kWarmUpSeconds; i = (i + batch) % texts.size())
        work(texts.subspan(i, std::min(batch, texts.size() - i)));
}

Measured measure(const Work &work, std::span<const std::string_view> texts, size_t batch,
                 size_t repeats)
{
    Measured out;
    for (size_t pass = 0; pass < repeats; pass++) {
        const auto start = Clock::now();
        const double cpu_start = cpu_seconds();
        out.tokens = 0;
        for (size_t i = 0; i < texts.size(); i += batch)
            out.tokens += work(texts.subspan(i, std::min(batch, texts.size() - i)));
        out.seconds.push_back(seconds_since(start));
        out.cpu_seconds.push_back(cpu_seconds() - cpu_start);
    }
    return out;
}

uint64_t bytes_of(const Texts &texts)
{
    uint64_t bytes = 0;
    for (const std::string_view text : texts)
        bytes += text.size();
    return bytes;
}

// Its keys stay in the order in which they are added.
using Json = nlohmann::ordered_json;

void report(const Texts &texts, const Measured &measured, Stage stage, Json &out)
{
    const uint64_t bytes = bytes_of(texts);
    const double seconds = median(measured.seconds);
    out["texts"] = texts.size();
    out["tokens"] = measured.tokens;
    out["bytes"] = bytes;
    out["seconds"] = measured.seconds;
    out["cpu_seconds"] = measured.cpu_seconds;
    out[stage == Stage::kAll ? "sentences_per_second" : "texts_per_second"] =
        static_cast<double>(texts.size()) / seconds;
    out["tokens_per_second"] = static_cast<double>(measured.tokens) / seconds;
    if (stage == Stage::kTokenizer)
        out["megabytes_per_second"] = static_cast<double>(bytes) / seconds / 1e6;
}

} // namespace

void bench_command(Words words)
{
    const Options options(words, {0, {"model", "places", "batch", "repeat"}, {"cold", "tokenize"}});
    const Stage stage = options.has("tokenize") ? Stage::kTokenizer : Stage::kAll;
    const size_t batch = count_option(options, "batch", "1");
    const size_t repeats = count_option(options, "repeat", "3");
    const auto model = open_encoder(options);
    const std::vector<std::string> lines = LineReader(stdin).next_block(SIZE_MAX);
    if (lines.empty())
        throw UsageError("no text on stdin");
    const Texts texts(lines.begin(), lines.end());

    const Work work = work_of(*model, stage);
    if (!options.has("cold"))
        warm_up(work, texts, batch);
    const Measured measured = measure(work, texts, batch, repeats);
    Json out = {{"model", options.value("model", kDefaultModel)}};
    if (stage == Stage::kAll)
        out["batch"] = batch;
    report(texts, measured, stage, out);
    std::puts(out.dump().c_str());
}

} // namespace sbert::cli
