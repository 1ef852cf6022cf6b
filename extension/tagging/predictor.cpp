#include "extension/tagging/predictor.h"

#include <algorithm>

#include "encoder/kernels/half_rows.h"
#include "encoder/kernels/linear.h"
#include "encoder/kernels/rows.h"

namespace sbert::tagging {

static double ratio(int64_t part, int64_t whole) noexcept
{
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double EntityCount::precision() const noexcept { return ratio(right, predicted); }
double EntityCount::recall() const noexcept { return ratio(right, true_ones); }
double EntityCount::f1() const noexcept { return ratio(2 * right, predicted + true_ones); }

Predictor::Predictor(const Weights &weights, const TagSet &tags, size_t dimensions)
    : weights_(weights), tags_(tags), D_(dimensions), chain_(tags),
      panels_(kernels::packed_floats(kSides * tags.size(), dimensions))
{
    kernels::pack_panels(weights.dense.data(), D_, kSides * tags.size(), D_, panels_.data());
}

std::span<const uint16_t> Predictor::predict(const Sentence &sentence, encoder::StopFlag stop)
{
    const size_t n = sentence.words(), K = tags_.size(), rows = kSides * K;
    vectors_.resize(n * D_);
    kernels::halves_to_floats(sentence.vectors.data(), vectors_.data(), n * D_);
    sides_.resize(n * rows);
    kernels::linear(vectors_.data(), D_, n, D_, panels_.data(), nullptr, rows, sides_.data(), rows);
    scores_.resize(n * K);
    for (size_t t = 0; t < n; t++) {
        float *score = &scores_[t * K];
        std::copy_n(weights_.bias.data(), K, score);
        for (uint32_t i = sentence.first[t]; i < sentence.first[t + 1]; i++)
            kernels::add(score, &weights_.sparse[sentence.features[i] * K], K);
    }
    add_sides(sides_.data(), n, K, scores_.data());
    best_.resize(n);
    chain_.set(weights_.chain, stop);
    chain_.best(scores_.data(), best_);
    return best_;
}

bool assess(const Sentences &sentences, int file, const TagSet &truth, const TagSet &tags,
            Predictor &predictor, Assessment &assessment, encoder::StopFlag stop)
{
    const size_t sum = truth.types().size();
    assessment.counts.resize(sum + 1);
    std::vector<char> scratch;
    while (assessment.next < assessment.which.size()) {
        stop.check();
        const Sentence sentence = sentences.read(assessment.which[assessment.next], file, scratch);
        const std::span<const uint16_t> best = predictor.predict(sentence, stop);
        for (size_t t = 0; t < sentence.words(); t++)
            assessment.words_right += tags.name(best[t]) == truth.name(sentence.tags[t]);
        assessment.words += static_cast<int64_t>(sentence.words());
        std::vector<Span> real = truth.spans(sentence.tags);
        const auto count = [&](uint32_t type, int64_t EntityCount::*what) {
            assessment.counts[type].*what += 1;
            assessment.counts[sum].*what += 1;
        };
        for (const Span &span : real)
            count(span.type, &EntityCount::true_ones);
        for (Span span : tags.spans(best)) {
            const auto type =
                std::find(truth.types().begin(), truth.types().end(), tags.types()[span.type]);
            if (type == truth.types().end()) {
                assessment.counts[sum].predicted++;
                continue;
            }
            span.type = static_cast<uint32_t>(type - truth.types().begin());
            count(span.type, &EntityCount::predicted);
            if (std::find(real.begin(), real.end(), span) != real.end())
                count(span.type, &EntityCount::right);
        }
        assessment.next++;
        if (stop.pause())
            break;
    }
    return assessment.next < assessment.which.size();
}

} // namespace sbert::tagging
