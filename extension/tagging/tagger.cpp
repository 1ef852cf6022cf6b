#include "extension/tagging/tagger.h"

#include <algorithm>

#include "extension/tagging/split.h"

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

// Calls take(sentence, scores) for each sentence; `scores_` are its scores (n, K).
template <class Take>
void Tagger::score(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
                   encoder::StopFlag stop, Take take)
{
    const Projection &projection = model_.projection;
    chain_.set(model_.weights.chain, stop);
    for (size_t from = 0; from < sentences.size();) {
        size_t to = from, words = 0;
        while (to < sentences.size() && words < kGroupWords)
            words += sentences[to++].words.size();
        const std::span<const WordsInContext> group = sentences.subspan(from, to - from);
        read_states(encoder, group, projection.layers, stop, states_);
        vectors_.resize(words * projection.dimensions());
        projection.apply(states_.data(), words, vectors_.data());
        const float *vectors = vectors_.data();
        for (const WordsInContext &sentence : group) {
            const size_t n = sentence.words.size();
            lexical_features(sentence.words, stop, features_);
            scorer_.score(vectors, features_, n, scores_);
            vectors += n * projection.dimensions();
            take(sentence);
        }
        from = to;
    }
}

void Tagger::tag(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
                 encoder::StopFlag stop, std::vector<uint16_t> &best)
{
    best.clear();
    std::vector<WordsInContext> read(sentences.begin(), sentences.end());
    if (!model_.context)
        for (WordsInContext &sentence : read)
            sentence.before = sentence.behind = {};
    score(encoder, read, stop, [&](const WordsInContext &sentence) {
        best_.resize(sentence.words.size());
        if (!best_.empty())
            chain_.best(scores_.data(), best_);
        best_written_.resize(best_.size());
        written_.write(tags_.spans(best_), best_written_);
        best.insert(best.end(), best_written_.begin(), best_written_.end());
    });
}

void Tagger::find(encoder::Encoder &encoder, std::string_view text, encoder::StopFlag stop)
{
    found_.clear();
    std::vector<WordPlace> places;
    split_words(text, stop, places);
    std::vector<std::string_view> words;
    words.reserve(places.size());
    for (const WordPlace &place : places)
        words.push_back(text.substr(place.begin, place.end - place.begin));
    const std::vector<uint32_t> ends = sentence_ends(text, places);
    std::vector<WordsInContext> sentences;
    const auto part = [&](size_t from, size_t to) {
        return std::span<const std::string_view>(words).subspan(from, to - from);
    };
    for (size_t s = 0, begin = 0; s < ends.size(); begin = ends[s++]) {
        WordsInContext sentence = {{}, part(begin, ends[s]), {}};
        if (model_.context) {
            sentence.before = part(s == 0 ? begin : s == 1 ? 0 : ends[s - 2], begin);
            sentence.behind = part(ends[s], s + 1 < ends.size() ? ends[s + 1] : ends[s]);
        }
        sentences.push_back(sentence);
    }
    size_t first = 0;
    score(encoder, sentences, stop, [&](const WordsInContext &sentence) {
        const size_t n = sentence.words.size();
        best_.resize(n);
        chain_.best(scores_.data(), best_);
        const std::vector<Span> spans = tags_.spans(best_);
        if (!spans.empty())
            chain_.sum(scores_.data(), n);
        for (const Span &span : spans)
            found_.push_back({span.type, places[first + span.first].begin,
                              places[first + span.last].end, chain_.marginal(span)});
        first += n;
    });
}

} // namespace sbert::tagging
