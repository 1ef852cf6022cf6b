#include "extension/tagging/lesson.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "encoder/error.h"
#include "encoder/kernels/half_rows.h"
#include "extension/tagging/states.h"

namespace sbert::tagging {

// A feature counts as unlearned below this weight for every tag.
static constexpr float kLeastWeight = 1e-3f;

const std::vector<char> &Lesson::count(const RawSentence &raw, encoder::StopFlag stop)
{
    // The call may be interrupted here, and nowhere behind.
    lexical_features(raw.words, stop, features_);
    write_raw(raw, bytes_);
    counts_.add(features_.values);
    return bytes_;
}

void Lesson::begin(TagSet written, encoder::Encoder *encoder, const Projection *given)
{
    tags_.emplace(Scheme::kBioes, written.types());
    written_.emplace(std::move(written));
    const size_t each = Trainer::feature_bytes(tags_->size()) + Dictionary::bytes(1);
    const size_t most = std::min<size_t>(course_.feature_memory / each, size_t{1} << 22);
    threshold_ = counts_.threshold(course_.least_count, most);
    dictionary_ = std::make_unique<Dictionary>(most);
    encoder_ = encoder;
    if (course_.layers.empty()) {
        course_.layers.resize(encoder->layer_count());
        std::iota(course_.layers.begin(), course_.layers.end(), 0u);
    }
    sampling_ = given == nullptr;
    if (given != nullptr)
        projection_ = *given;
}

// Fills sentence_tags_. Returns false, and says why in illegal_, if they are not legal.
bool Lesson::set_tags(const RawSentence &raw)
{
    written_tags_.clear();
    // The caller has seen every tag, so each has a number.
    for (const std::string_view tag : raw.tags)
        written_tags_.push_back(static_cast<uint16_t>(*written_->find(*parse_tag(tag))));
    const std::optional<size_t> at = written_->first_illegal(written_tags_);
    if (!at) {
        sentence_tags_.resize(written_tags_.size());
        tags_->write(written_->spans(written_tags_), sentence_tags_);
        return true;
    }
    illegal_ = {raw.row, *at > 0 ? std::string(raw.tags[*at - 1]) : "",
                *at < raw.tags.size() ? std::string(raw.tags[*at]) : ""};
    return false;
}

// Appends a sentence; the vectors may be states.
void Lesson::append(const RawSentence &raw, std::span<const float> vectors, encoder::StopFlag stop)
{
    lexical_features(raw.words, stop, features_);
    numbers_.clear();
    first_.assign(1, 0);
    for (size_t w = 0; w < raw.words.size(); w++) {
        for (uint32_t i = features_.first[w]; i < features_.first[w + 1]; i++) {
            const uint32_t feature = features_.values[i];
            if (counts_.count(feature) < threshold_)
                continue;
            const uint32_t number = dictionary_->add(feature);
            if (number != Dictionary::kNone)
                numbers_.push_back(number);
        }
        first_.push_back(static_cast<uint32_t>(numbers_.size()));
    }
    const size_t at = bytes_.size();
    append_sentence(sentence_tags_, numbers_, first_, vectors, bytes_);
    parts_.push_back({at, bytes_.size() - at, static_cast<uint32_t>(raw.words.size()), raw.origin});
}

void Lesson::prepare(std::span<const std::span<const char>> raws, encoder::StopFlag stop)
{
    bytes_.clear();
    parts_.clear();
    illegal_.reset();
    std::vector<RawSentence> sentences(raws.size());
    std::vector<WordsInContext> unread;
    for (size_t i = 0; i < raws.size(); i++) {
        RawSentence &raw = sentences[i];
        read_raw(raws[i], raw);
        if (!set_tags(raw))
            return;
        if (!raw.vectors.empty())
            continue;
        unread.push_back({{}, raw.words, {}});
        if (course_.context)
            unread.back() = {raw.before, raw.words, raw.behind};
    }
    const std::vector<uint32_t> &layers = sampling_ ? course_.layers : projection_.layers;
    read_states(*encoder_, unread, layers, stop, states_);
    const size_t width = layers.size() * encoder_->hidden_width();
    const float *next = states_.data();
    for (const RawSentence &raw : sentences) {
        const size_t n = raw.words.size();
        set_tags(raw);
        if (!raw.vectors.empty()) {
            // Bytes of a query's row have no alignment.
            std::vector<kernels::Half> halves(raw.vectors.size() / sizeof(kernels::Half));
            std::memcpy(halves.data(), raw.vectors.data(), halves.size() * sizeof(kernels::Half));
            vectors_.resize(halves.size());
            kernels::halves_to_floats(halves.data(), vectors_.data(), halves.size());
            append(raw, vectors_, stop);
            continue;
        }
        if (sampling_)
            append(raw, {next, n * width}, stop);
        else {
            vectors_.resize(n * projection_.dimensions());
            projection_.apply(next, n, vectors_.data());
            append(raw, vectors_, stop);
        }
        next += n * width;
    }
}

bool Lesson::learn_mix(Sentences sample, int file, encoder::StopFlag stop)
{
    if (mix_ == nullptr)
        mix_ = std::make_unique<MixLearner>(sample, encoder_->hidden_width(), course_.layers,
                                            course_.concatenate ? 0 : 1, tags_->size());
    if (mix_->advance(file, stop))
        return true;
    projection_ = mix_->projection();
    mix_.reset();
    sampling_ = false;
    return false;
}

void Lesson::project(Sentences sample, size_t from, size_t n, int file, encoder::StopFlag stop)
{
    bytes_.clear();
    parts_.clear();
    std::vector<char> scratch;
    for (size_t i = from; i < from + n; i++) {
        stop.check();
        const Sentence sentence = sample.read(i, file, scratch);
        states_.resize(sentence.vectors.size());
        kernels::halves_to_floats(sentence.vectors.data(), states_.data(), states_.size());
        vectors_.resize(sentence.words() * projection_.dimensions());
        projection_.apply(states_.data(), sentence.words(), vectors_.data());
        const size_t at = bytes_.size();
        append_sentence(sentence.tags, sentence.features, sentence.first, vectors_, bytes_);
        parts_.push_back(
            {at, bytes_.size() - at, static_cast<uint32_t>(sentence.words()), Origin::kNew});
    }
}

void Lesson::begin_fit(Sentences sentences, std::vector<uint32_t> order, Strength strength)
{
    trainer_.reset();
    trainer_ = std::make_unique<Trainer>(sentences, std::move(order), *tags_, dimensions(),
                                         features(), with_strength(course_.plan, strength));
}

Weights Lesson::numbered(const TaggerModel &model, size_t tags) const
{
    Weights weights = model.weights;
    weights.sparse.assign(features() * tags, 0);
    for (size_t i = 0; i < features(); i++) {
        const uint32_t feature = dictionary_->features()[i];
        const auto found = std::lower_bound(model.features.begin(), model.features.end(), feature);
        if (found != model.features.end() && *found == feature)
            std::copy_n(
                &model.weights.sparse[static_cast<size_t>(found - model.features.begin()) * tags],
                tags, &weights.sparse[i * tags]);
    }
    return weights;
}

TaggerModel Lesson::model() const
{
    const Weights &learned = trainer_->weights();
    const size_t K = tags_->size();
    TaggerModel model;
    model.projection = projection_;
    model.context = course_.context;
    model.weights.bias = learned.bias;
    model.weights.dense = learned.dense;
    model.weights.chain = learned.chain;
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i < features(); i++) {
        const float *row = &learned.sparse[i * K];
        if (std::any_of(row, row + K, [](float w) { return std::fabs(w) > kLeastWeight; }))
            order.push_back(i);
    }
    const std::span<const uint32_t> features = dictionary_->features();
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return features[a] < features[b]; });
    for (const uint32_t i : order) {
        model.features.push_back(features[i]);
        model.weights.sparse.insert(model.weights.sparse.end(), &learned.sparse[i * K],
                                    &learned.sparse[i * K] + K);
    }
    return model;
}

void Lesson::finish() { bytes_ = encode_model(model(), tags_->size()); }

} // namespace sbert::tagging
