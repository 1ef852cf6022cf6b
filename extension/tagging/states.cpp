#include "extension/tagging/states.h"

#include <algorithm>
#include <limits>

namespace sbert::tagging {

using encoder::LayerRequest;
using encoder::WordSequence;
using encoder::WordTokens;
using encoder::WordWindow;

namespace {

// A window's sequence, and where its words' states go.
struct Task {
    WordSequence sequence;
    std::vector<uint32_t> rows; // places of words that have tokens
    std::vector<float> states;  // (rows, L, C)
    size_t first;               // word, counted over all sentences
};

void append_tasks(encoder::Encoder &encoder, const WordsInContext &sentence, size_t first,
                  encoder::StopFlag stop, std::vector<Task> &tasks)
{
    std::vector<std::string_view> words(sentence.before.begin(), sentence.before.end());
    words.insert(words.end(), sentence.words.begin(), sentence.words.end());
    words.insert(words.end(), sentence.behind.begin(), sentence.behind.end());
    WordTokens tokens;
    encoder.tokenize_words(words, stop, tokens);
    const auto begin = static_cast<uint32_t>(sentence.before.size());
    const auto end = begin + static_cast<uint32_t>(sentence.words.size());
    std::vector<WordWindow> windows;
    cut_windows(tokens, begin, end, encoder.word_room(), windows);
    for (const WordWindow &window : windows) {
        if (window.keep_begin == window.keep_end)
            continue;
        Task &task = tasks.emplace_back();
        window_sequence(tokens, window, encoder.spec().tokenizer.post_processing,
                        encoder.word_room(), task.sequence);
        for (const uint32_t place : task.sequence.places)
            if (place != encoder::kNoToken)
                task.rows.push_back(place);
        task.first = first + window.keep_begin - begin;
    }
}

} // namespace

void read_states(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
                 std::span<const uint32_t> layers, encoder::StopFlag stop,
                 std::vector<float> &states)
{
    const size_t width = layers.size() * encoder.hidden_width();
    std::vector<Task> tasks;
    size_t words = 0;
    for (const WordsInContext &sentence : sentences) {
        append_tasks(encoder, sentence, words, stop, tasks);
        words += sentence.words.size();
    }
    std::vector<LayerRequest> requests;
    for (Task &task : tasks) {
        task.states.resize(task.rows.size() * width);
        requests.push_back({task.sequence.ids, task.rows, task.states.data()});
    }
    for (size_t done = 0; done < requests.size();)
        done += encoder.encode_layers(std::span(requests).subspan(done), layers, stop);
    states.assign(words * width, std::numeric_limits<float>::quiet_NaN());
    for (const Task &task : tasks) {
        const float *from = task.states.data();
        for (size_t i = 0; i < task.sequence.places.size(); i++)
            if (task.sequence.places[i] != encoder::kNoToken) {
                std::copy_n(from, width, &states[(task.first + i) * width]);
                from += width;
            }
    }
}

} // namespace sbert::tagging
