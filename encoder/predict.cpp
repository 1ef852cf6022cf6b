// What models with a head give: scores of labels for texts, pairs and tokens; weights of words.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "encoder/state.h"

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

// The words of a text's tokens. Of one that is longer than half a window each token counts as a
// word, so that windows can be cut in it.
WordTokens words_of(std::span<const Token> tokens, uint32_t room)
{
    WordTokens words;
    for (const Token &token : tokens)
        words.ids.push_back(token.id);
    for (size_t begin = 0, end = 0; begin < tokens.size(); begin = end) {
        while (end < tokens.size() && tokens[end].word == tokens[begin].word)
            end++;
        const size_t step = end - begin <= room / 2 ? end - begin : 1;
        for (size_t t = begin; t < end; t += step)
            words.first.push_back(static_cast<uint32_t>(t));
    }
    words.first.push_back(static_cast<uint32_t>(tokens.size()));
    return words;
}

// A window of one of several texts.
struct Part {
    size_t text;
    WordWindow window;
};

void add_parts(const WordTokens &words, size_t text, uint32_t room, std::vector<Part> &parts)
{
    std::vector<WordWindow> windows;
    cut_windows(words, 0, static_cast<uint32_t>(words.words()), room, windows);
    for (const WordWindow &window : windows)
        parts.push_back({text, window});
}

} // namespace

// in_passes() returns at a pause, for callers that may go on later; here it goes on at once.
void Encoder::in_all_passes(size_t count, StopFlag stop, const Read &read, const Take &take)
{
    for (size_t done = 0; done < count;)
        done += in_passes(
            count - done, stop, [&, done](size_t i) { read(done + i); },
            [&, done](size_t first) { take(done + first); });
}

size_t Encoder::predict(std::span<const std::string_view> texts,
                        std::span<const std::string_view> seconds, StopFlag stop, float *out,
                        std::span<TextInfo> info)
{
    require_head(HeadKind::kSequence);
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

// The sequence of a window is what the layers read next.
void Encoder::read_window(const WordTokens &words, const WordWindow &window)
{
    State &s = *state_;
    window_sequence(words, window, spec().tokenizer.post_processing, word_room(), s.window);
    s.sentence.types.clear();
    s.sentence.tokens.clear();
    for (const int32_t id : s.window.ids)
        s.sentence.tokens.tokens.push_back({id, 0, 0});
}

// The scores of a row of the pass.
void Encoder::take_scores(size_t row, float *out)
{
    std::copy_n(state_->rows.row(row), dimensions(), out);
    check_finite(out, dimensions());
    to_scores(spec().head.function, out, dimensions());
}

void Encoder::predict_tokens(std::span<const std::string_view> texts, StopFlag stop,
                             std::vector<TokenScores> &out)
{
    require_head(HeadKind::kTokens);
    State &s = *state_;
    const size_t labels = dimensions(), before = spec().tokenizer.post_processing.prefix.size();
    std::vector<WordTokens> words(texts.size());
    std::vector<Part> parts;
    out.assign(texts.size(), {});
    for (size_t b = 0; b < texts.size(); b++) {
        check_file();
        s.tokenizer.encode_alone(texts[b], UINT32_MAX, Dropped::kIgnore, stop, s.second);
        out[b].tokens = s.second.tokens;
        out[b].scores.resize(out[b].tokens.size() * labels);
        words[b] = words_of(out[b].tokens, word_room());
        add_parts(words[b], b, word_room(), parts);
    }
    const auto take = [&](size_t first) {
        for (size_t i = 0; i < s.packing.sentences(); i++) {
            const auto &[text, window] = parts[first + i];
            const std::vector<uint32_t> &places = words[text].first;
            const size_t row = s.packing.offsets[i] + before - places[window.begin];
            for (size_t t = places[window.keep_begin]; t < places[window.keep_end]; t++)
                take_scores(row + t, out[text].scores.data() + t * labels);
        }
        s.keep_larger();
    };
    in_all_passes(
        parts.size(), stop, [&](size_t p) { read_window(words[parts[p].text], parts[p].window); },
        take);
}

void Encoder::predict_words(std::span<const std::span<const std::string_view>> texts, StopFlag stop,
                            std::vector<float> &out)
{
    State &s = *state_;
    const size_t labels = dimensions(), before = spec().tokenizer.post_processing.prefix.size();
    std::vector<WordTokens> words(texts.size());
    std::vector<size_t> first_row(texts.size());
    std::vector<Part> parts;
    size_t rows = 0;
    for (size_t b = 0; b < texts.size(); b++) {
        tokenize_words(texts[b], stop, words[b]);
        add_parts(words[b], b, word_room(), parts);
        first_row[b] = rows;
        rows += texts[b].size();
    }
    out.assign(rows * labels, 0);
    const auto take = [&](size_t first) {
        for (size_t i = 0; i < s.packing.sentences(); i++) {
            const auto &[text, window] = parts[first + i];
            const WordTokens &read = words[text];
            const size_t row = s.packing.offsets[i] + before - read.first[window.begin];
            for (uint32_t w = window.keep_begin; w < window.keep_end; w++)
                if (read.count(w) != 0)
                    take_scores(row + read.first[w], out.data() + (first_row[text] + w) * labels);
        }
        s.keep_larger();
    };
    in_all_passes(
        parts.size(), stop, [&](size_t p) { read_window(words[parts[p].text], parts[p].window); },
        take);
}

size_t Encoder::encode_sparse(std::span<const std::string_view> texts, std::string_view prompt,
                              StopFlag stop, std::span<SparseRow> out, std::span<TextInfo> info)
{
    require_head(HeadKind::kSparse);
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
