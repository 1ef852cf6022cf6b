#include "extension/tagging/tagger.h"

#include <algorithm>

namespace sbert::tagging {

namespace {

// Sentences whose states are read together have at least this many words, if there are as many.
constexpr size_t kGroupWords = 256;

} // namespace

Tagger::Tagger(TagSet written, TaggerModel model)
    : written_(std::move(written)), tags_(Scheme::kBioes, written_.types()),
      model_(std::move(model)), scorer_(model_, tags_.size()), chain_(tags_)
{
}

bool Tagger::fits(const encoder::Encoder &encoder) const noexcept
{
    return model_.projection.width == encoder.hidden_width() &&
           model_.projection.layers.back() < encoder.layer_count();
}

// Scores the first sentences, one or more, and calls take(sentence) for each; `scores_` are its
// scores (n, K). Returns how many these are.
template <class Take>
size_t Tagger::score(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
                     encoder::StopFlag stop, Take take)
{
    const Projection &projection = model_.projection;
    chain_.set(model_.weights.chain, stop);
    size_t n = 0, words = 0;
    while (n < sentences.size() && words < kGroupWords)
        words += sentences[n++].words.size();
    read_states(encoder, sentences.first(n), projection.layers, stop, states_);
    vectors_.resize(words * projection.dimensions());
    projection.apply(states_.data(), words, vectors_.data());
    const float *vectors = vectors_.data();
    for (const WordsInContext &sentence : sentences.first(n)) {
        lexical_features(sentence.words, stop, features_);
        scorer_.score(vectors, features_, sentence.words.size(), scores_);
        vectors += sentence.words.size() * projection.dimensions();
        take(sentence);
    }
    return n;
}

void Tagger::tag(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
                 encoder::StopFlag stop, std::vector<uint16_t> &best)
{
    best.clear();
    std::vector<WordsInContext> read(sentences.begin(), sentences.end());
    if (!model_.context)
        for (WordsInContext &sentence : read)
            sentence.before = sentence.behind = {};
    const auto take = [&](const WordsInContext &sentence) {
        best_.resize(sentence.words.size());
        if (!best_.empty())
            chain_.best(scores_.data(), best_);
        best_written_.resize(best_.size());
        written_.write(tags_.spans(best_), best_written_);
        best.insert(best.end(), best_written_.begin(), best_written_.end());
    };
    for (size_t done = 0; done < read.size();)
        done += score(encoder, std::span(read).subspan(done), stop, take);
}

void Tagger::begin(std::string_view text, encoder::StopFlag stop)
{
    found_.clear();
    words_.clear();
    sentences_.clear();
    next_ = first_ = 0;
    split_words(text, stop, places_);
    words_.reserve(places_.size());
    for (const WordPlace &place : places_)
        words_.push_back(text.substr(place.begin, place.end - place.begin));
    const std::vector<uint32_t> ends = sentence_ends(text, places_);
    const auto part = [&](size_t from, size_t to) {
        return std::span<const std::string_view>(words_).subspan(from, to - from);
    };
    for (size_t s = 0, from = 0; s < ends.size(); from = ends[s++]) {
        WordsInContext sentence = {{}, part(from, ends[s]), {}};
        if (model_.context) {
            sentence.before = part(s == 0 ? from : s == 1 ? 0 : ends[s - 2], from);
            sentence.behind = part(ends[s], s + 1 < ends.size() ? ends[s + 1] : ends[s]);
        }
        sentences_.push_back(sentence);
    }
}

bool Tagger::find(encoder::Encoder &encoder, encoder::StopFlag stop)
{
    while (next_ < sentences_.size()) {
        // What is found counts when the whole group is done.
        std::vector<FoundEntity> found;
        size_t first = first_;
        next_ +=
            score(encoder, std::span(sentences_).subspan(next_), stop,
                  [&](const WordsInContext &sentence) {
                      const size_t n = sentence.words.size();
                      best_.resize(n);
                      chain_.best(scores_.data(), best_);
                      const std::vector<Span> spans = tags_.spans(best_);
                      if (!spans.empty())
                          chain_.sum(scores_.data(), n);
                      for (const Span &span : spans)
                          found.push_back({span.type, places_[first + span.first].begin,
                                           places_[first + span.last].end, chain_.marginal(span)});
                      first += n;
                  });
        found_.insert(found_.end(), found.begin(), found.end());
        first_ = first;
        if (stop.pause())
            break;
    }
    return next_ < sentences_.size();
}

} // namespace sbert::tagging
