// The bytes of a tagger, which any user may have written into a table: what is read is finite, can
// be used, and is written as the same bytes. And the words of any text: they lie within it, in
// their order, and so do its sentences.
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "encoder/error.h"
#include "extension/tagging/split.h"
#include "extension/tagging/tagger.h"
#include "tests/fuzz/fuzz_input.h"

using namespace sbert;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void use(tagging::TaggerModel model)
{
    const size_t states = model.projection.states(), D = model.projection.dimensions();
    tagging::Tagger tagger(tagging::TagSet(tagging::Scheme::kBio, {"A", "B"}), std::move(model));
    const tagging::TaggerModel &kept = tagger.model();
    const size_t K = tagger.inner_tags().size();
    std::vector<float> vectors(2 * D), scores;
    kept.projection.apply(std::vector<float>(2 * states, 1).data(), 2, vectors.data());
    tagging::Features features;
    const std::vector<std::string_view> words = {"Anna", "lives"};
    tagging::lexical_features(words, {}, features);
    tagging::Scorer(kept, K).score(vectors.data(), features, 2, scores);
    tagging::Chain chain(tagger.inner_tags());
    chain.set(kept.weights.chain, {});
    std::vector<uint16_t> best(2);
    chain.best(scores.data(), best);
    require(!tagger.inner_tags().first_illegal(best));
}

void read_model(std::string_view bytes)
{
    constexpr size_t kTags = tagging::Tagger::model_tags(2);
    try {
        tagging::TaggerModel model = tagging::decode_model(bytes, kTags);
        const std::vector<char> again = tagging::encode_model(model, kTags);
        require(std::string_view(again.data(), again.size()) == bytes);
        use(std::move(model));
    } catch (const encoder::Error &) {
        return;
    }
}

void split(std::string_view text)
{
    std::vector<tagging::WordPlace> words;
    try {
        tagging::split_words(text, {}, words);
    } catch (const encoder::Error &) {
        return;
    }
    uint32_t end = 0;
    for (const tagging::WordPlace &word : words) {
        require(word.begin >= end && word.end > word.begin && word.end <= text.size());
        end = word.end;
    }
    uint32_t before = 0;
    for (const uint32_t sentence : tagging::sentence_ends(text, words)) {
        require(sentence > before);
        before = sentence;
    }
    require(before == words.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    read_model(bytes);
    split(bytes);
    return 0;
}
