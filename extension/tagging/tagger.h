// A tagger that is ready for use: tags the words of sentences, and finds entities in raw text.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "encoder/encoder.h"
#include "extension/tagging/model.h"
#include "extension/tagging/split.h"
#include "extension/tagging/states.h"

namespace sbert::tagging {

// Bytes begin ... end of a text.
struct FoundEntity {
    uint32_t type;
    uint32_t begin, end;
    double score; // the probability that exactly this entity is there
};

class Tagger {
  public:
    // `written` are the tags that it gives; the model's are BIOES tags of the same types.
    Tagger(TagSet written, TaggerModel model);
    static constexpr size_t model_tags(size_t types) noexcept { return 1 + 4 * types; }
    const TagSet &tags() const noexcept { return written_; }
    const TagSet &inner_tags() const noexcept { return tags_; }
    const TaggerModel &model() const noexcept { return model_; }

    // Whether the encoder has the layers and the width of the model.
    bool fits(const encoder::Encoder &encoder) const noexcept;

    // The best tags of all words of all sentences, one after another. Of neighbouring sentences
    // only as much is read as in the training. Throws encoder::Error as Encoder::encode() does.
    void tag(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
             encoder::StopFlag stop, std::vector<uint16_t> &best);

    // Finds the entities of a text, split into words and sentences (split.h), in their order:
    // begins with it, and goes on until `stop` asks for a pause. find() returns false when all are
    // found. If it throws kInterrupted, the sentences that it was at come again.
    // REQUIRES: the text outlives the search.
    void begin(std::string_view text, encoder::StopFlag stop);
    bool find(encoder::Encoder &encoder, encoder::StopFlag stop);
    const std::vector<FoundEntity> &found() const noexcept { return found_; }

  private:
    template <class Take>
    size_t score(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
                 encoder::StopFlag stop, Take take);

    TagSet written_, tags_;
    TaggerModel model_;
    Scorer scorer_;
    Chain chain_;
    std::vector<float> states_, vectors_, scores_;
    std::vector<uint16_t> best_, best_written_;
    Features features_;
    // Of a search: the words of the text, the sentences that are still to come, and their first
    // word.
    std::vector<WordPlace> places_;
    std::vector<std::string_view> words_;
    std::vector<WordsInContext> sentences_;
    size_t next_ = 0, first_ = 0;
    std::vector<FoundEntity> found_;
};

} // namespace sbert::tagging
