// What models with a head give: scores of labels for texts, pairs and tokens; weights of words.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "encoder/state.h"
#include "encoder/windows.h"

namespace sbert::encoder {

namespace {

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

// In place; in double, so that many labels' sum is exact to rounding.
void softmax(float *scores, size_t n)
{
    const float largest = *std::max_element(scores, scores + n);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += std::exp(static_cast<double>(scores[i]) - largest);
    for (size_t i = 0; i < n; i++)
        scores[i] = static_cast<float>(std::exp(static_cast<double>(scores[i]) - largest) / sum);
}

void to_scores(ScoreFunction function, float *row, size_t n)
{
    if (function == ScoreFunction::kSigmoid)
        std::transform(row, row + n, row, sigmoid);
    else if (function == ScoreFunction::kSoftmax)
        softmax(row, n);
}

// The words that weigh something; at most `limit` of them, the heaviest, if it is not 0.
void to_sparse(const float *row, size_t n, size_t limit, SparseRow &out)
{
    out.ids.clear();
    out.weights.clear();
    for (size_t i = 0; i < n; i++)
        if (row[i] != 0)
            out.ids.push_back(static_cast<int32_t>(i));
    if (limit != 0 && limit < out.ids.size()) {
        std::stable_sort(out.ids.begin(), out.ids.end(),
                         [row](int32_t a, int32_t b) { return row[a] > row[b]; });
        out.ids.resize(limit);
        std::sort(out.ids.begin(), out.ids.end());
    }
    for (const int32_t id : out.ids)
        out.weights.push_back(row[id]);
}

} // namespace

size_t Encoder::predict(std::span<const std::string_view> texts,
                        std::span<const std::string_view> seconds, StopFlag stop, float *out,
                        std::span<TextInfo> info)
{
    State &s = *state_;
    const HeadSpec &head = spec().head;
    const size_t labels = dimensions();
    s.sentence.types.clear();
    const auto read = [&](size_t b) {
        if (seconds.empty())
            tokenize(texts[b], {}, Dropped::kIgnore, stop, s.sentence.tokens);
        else {
            check_file();
            encode_pair(s.tokenizer, *head.pair, texts[b], seconds[b],
                        static_cast<uint32_t>(spec().max_tokens), stop, s.sentence, s.second);
        }
        info[b] = info_of(s.sentence.tokens);
    };
    return in_passes(texts.size(), stop, read, [&](size_t first) {
        const size_t count = s.packing.sentences();
        take_rows(0, stop, out + first * labels, labels);
        for (size_t b = 0; b < count; b++)
            to_scores(head.function, out + (first + b) * labels, labels);
    });
}

void Encoder::predict_tokens(std::span<const std::string_view> texts, StopFlag stop,
                             std::vector<TokenScores> &out)
{
    State &s = *state_;
    const size_t labels = dimensions();
    const PostProcessing &post = spec().tokenizer.post_processing;
    const size_t before = post.prefix.size();
    const size_t size = static_cast<size_t>(spec().max_tokens) - before - post.suffix.size();
    struct Part {
        size_t text;
        Window window;
    };
    std::vector<Part> parts;
    out.assign(texts.size(), {});
    for (size_t b = 0; b < texts.size(); b++) {
        check_file();
        s.tokenizer.encode_alone(texts[b], UINT32_MAX, Dropped::kIgnore, stop, s.second);
        out[b].tokens = s.second.tokens;
        out[b].scores.resize(out[b].tokens.size() * labels);
        for (const Window &window : windows_of(out[b].tokens, size))
            parts.push_back({b, window});
    }
    s.sentence.types.clear();
    const auto read = [&](size_t p) {
        const auto &[text, window] = parts[p];
        std::vector<Token> &tokens = s.sentence.tokens.tokens;
        tokens.clear();
        for (const SpecialId &special : post.prefix)
            tokens.push_back({special.id, 0, 0});
        tokens.insert(tokens.end(), out[text].tokens.begin() + static_cast<ptrdiff_t>(window.first),
                      out[text].tokens.begin() + static_cast<ptrdiff_t>(window.last));
        for (const SpecialId &special : post.suffix)
            tokens.push_back({special.id, 0, 0});
    };
    const auto take = [&](size_t first) {
        check_finite(s.rows.row(0), s.rows.rows() * labels);
        for (size_t i = 0; i < s.packing.sentences(); i++) {
            const auto &[text, window] = parts[first + i];
            for (size_t t = window.from; t < window.to; t++) {
                float *row = out[text].scores.data() + t * labels;
                std::copy_n(s.rows.row(s.packing.offsets[i] + before + t - window.first), labels,
                            row);
                to_scores(spec().head.function, row, labels);
            }
        }
        s.keep_larger();
    };
    size_t done = 0;
    while (done < parts.size())
        done += in_passes(
            parts.size() - done, stop, [&, done](size_t p) { read(done + p); },
            [&, done](size_t first) { take(done + first); });
}

size_t Encoder::encode_sparse(std::span<const std::string_view> texts, std::string_view prompt,
                              StopFlag stop, std::span<SparseRow> out, std::span<TextInfo> info)
{
    State &s = *state_;
    s.sentence.types.clear();
    const auto read = [&](size_t b) {
        tokenize(texts[b], prompt, Dropped::kIgnore, stop, s.sentence.tokens);
        info[b] = info_of(s.sentence.tokens);
    };
    return in_passes(texts.size(), stop, read, [&](size_t first) {
        s.sparse->run(s.rows, s.packing.offsets, stop, s.sparse_scratch, s.spare);
        check_finite(s.spare.row(0), s.spare.rows() * s.spare.width());
        for (size_t b = 0; b < s.spare.rows(); b++)
            to_sparse(s.spare.row(b), s.spare.width(), static_cast<size_t>(spec().head.max_active),
                      out[first + b]);
    });
}

} // namespace sbert::encoder
