// The course of a training, for a caller that reads rows, stores sentences and serves interrupts
// between the steps (extension/taggers/training.cpp):
//
//   count()                       every sentence as it is read
//   begin()                       when all are read
//   prepare() ... learn_mix() ... project()
//                                 a sample with its states, from which the projection follows
//   prepare() ...                 all other sentences, with their vectors
//   fit() ... assess() ...        without the sentences that are held out, in each strength
//   fit() ...                     all sentences, in the best strength
//   finish()
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "encoder/encoder.h"
#include "extension/tagging/dictionary.h"
#include "extension/tagging/mix_learner.h"
#include "extension/tagging/predictor.h"
#include "extension/tagging/raw_sentence.h"
#include "extension/tagging/trainer.h"

namespace sbert::tagging {

struct Course {
    Plan plan;
    std::vector<uint32_t> layers; // empty: all
    bool concatenate = false;     // the layers stand side by side instead of being mixed
    bool context = false;
    uint8_t least_count = 2; // of a lexical feature
    size_t feature_memory = 0;
};

// A tag that may not stand where it does.
struct IllegalTag {
    int64_t row;
    std::string before, tag; // empty: the beginning, the end
};

class Lesson {
  public:
    explicit Lesson(Course course) : course_(std::move(course)) {}

    // Counts the features of a sentence. Returns its bytes for the sort, valid until the next call.
    // A call that is repeated after an interruption counts once.
    const std::vector<char> &count(const RawSentence &raw, encoder::StopFlag stop);
    // `written` are the tags of the rows. What is learned are BIOES tags of the same types, which
    // tell more of an entity's ends. `given` is the projection of an earlier version, or null.
    void begin(TagSet written, encoder::Encoder *encoder, const Projection *given);

    // Whether the projection is still to be learned, from sentences with states.
    bool sampling() const noexcept { return sampling_; }
    // Writes sentences to bytes(), which the caller stores. Fills illegal() in place of that.
    void prepare(std::span<const std::span<const char>> raws, encoder::StopFlag stop);
    // Returns false when the projection is ready.
    bool learn_mix(Sentences sample, int file, encoder::StopFlag stop);
    // Writes sentences [from, from + n) of the sample to bytes() as all others are.
    void project(Sentences sample, size_t from, size_t n, int file, encoder::StopFlag stop);

    struct Part {
        size_t at, bytes; // of bytes()
        uint32_t words;
        Origin origin;
    };
    const std::vector<char> &bytes() const noexcept { return bytes_; }
    const std::vector<Part> &parts() const noexcept { return parts_; }
    const std::optional<IllegalTag> &illegal() const noexcept { return illegal_; }

    // Begins a fit, and goes on with it. Returns false when it is done.
    void begin_fit(Sentences sentences, std::vector<uint32_t> order, Strength strength);
    bool fit(int file, encoder::StopFlag stop) { return trainer_->advance(file, stop); }
    const Trainer &trainer() const noexcept { return *trainer_; }

    const TagSet &tags() const noexcept { return *tags_; }
    size_t dimensions() const noexcept { return projection_.dimensions(); }
    size_t features() const noexcept { return dictionary_->features().size(); }
    // The weights of an earlier model, by the numbers of this training's features.
    Weights numbered(const TaggerModel &model, size_t tags) const;
    // Writes what was learned to bytes(), as decode_model() reads it. Features whose weights are
    // all nearly zero are left out.
    void finish();
    const Projection &projection() const noexcept { return projection_; }

  private:
    TaggerModel model() const;
    void append(const RawSentence &raw, std::span<const float> vectors, encoder::StopFlag stop);
    bool set_tags(const RawSentence &raw);

    Course course_;
    FeatureCounts counts_;
    uint8_t threshold_ = 0;
    std::optional<TagSet> written_, tags_;
    std::unique_ptr<Dictionary> dictionary_;
    encoder::Encoder *encoder_ = nullptr;
    Projection projection_;
    bool sampling_ = true;
    std::unique_ptr<MixLearner> mix_;
    std::unique_ptr<Trainer> trainer_;

    std::vector<char> bytes_;
    std::vector<Part> parts_;
    std::optional<IllegalTag> illegal_;
    // Of a sentence.
    Features features_;
    std::vector<uint16_t> written_tags_, sentence_tags_;
    std::vector<uint32_t> numbers_, first_;
    std::vector<float> states_, vectors_;
};

} // namespace sbert::tagging
