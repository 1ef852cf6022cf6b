#include "extension/tagging/mix_learner.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/half_rows.h"
#include "encoder/kernels/linear.h"
#include "encoder/kernels/rows.h"

namespace sbert::tagging {

namespace {

constexpr size_t kBatchWords = 128;
constexpr size_t kEpochs = 8;
constexpr float kRate = 0.003f, kDecay = 0.05f;
// A direction in which the states hardly differ is not blown up.
constexpr double kLeastSpread = 1e-4;

} // namespace

MixLearner::MixLearner(Sentences sample, size_t width, std::vector<uint32_t> layers, size_t mixes,
                       size_t tags)
    : sample_(sample), L_(layers.size()), C_(width), M_(mixes), K_(tags), order_(sample.size()),
      sum_(L_ * C_), squares_(L_ * C_), weights_(K_ * M_ * C_ + K_ + M_ * L_),
      adam_(weights_.size())
{
    projection_.width = static_cast<uint32_t>(C_);
    projection_.layers = std::move(layers);
    std::iota(order_.begin(), order_.end(), 0u);
    // Each mix begins with the layers of its own part of the encoder.
    float *mix = &weights_[K_ * M_ * C_ + K_];
    for (size_t m = 0; m < M_; m++)
        for (size_t l = 0; l < L_; l++) {
            const double middle =
                (static_cast<double>(m) + 0.5) * static_cast<double>(L_) / static_cast<double>(M_);
            const double away = std::fabs(static_cast<double>(l) + 0.5 - middle);
            mix[m * L_ + l] = static_cast<float>(
                std::exp(-away * static_cast<double>(M_) / static_cast<double>(L_)));
        }
    projection_.mix.assign(mix, mix + M_ * L_);
}

// Loads the next sentences until a batch is full, without words that have no states. Returns the
// number of words.
size_t MixLearner::load(int file)
{
    states_.clear();
    tags_.clear();
    while (next_ < order_.size() && tags_.size() < kBatchWords) {
        const Sentence sentence = sample_.read(order_[next_++], file, scratch_);
        const size_t at = states_.size();
        states_.resize(at + sentence.vectors.size());
        kernels::halves_to_floats(sentence.vectors.data(), &states_[at], sentence.vectors.size());
        size_t to = at;
        for (size_t w = 0; w < sentence.words(); w++) {
            const float *from = &states_[at + w * L_ * C_];
            if (std::isnan(from[0]))
                continue;
            std::copy_n(from, L_ * C_, &states_[to]);
            to += L_ * C_;
            tags_.push_back(sentence.tags[w]);
        }
        states_.resize(to);
    }
    return tags_.size();
}

void MixLearner::add_moments(size_t n)
{
    words_ += n;
    for (size_t w = 0; w < n; w++)
        for (size_t i = 0; i < L_ * C_; i++) {
            const auto x = static_cast<double>(states_[w * L_ * C_ + i]);
            sum_[i] += x;
            squares_[i] += x * x;
        }
}

void MixLearner::finish_moments()
{
    projection_.centre.assign(L_ * C_, 0);
    projection_.scale.assign(L_ * C_, 1);
    const auto n = static_cast<double>(std::max<size_t>(words_, 1));
    for (size_t i = 0; i < L_ * C_; i++) {
        const double mean = sum_[i] / n;
        const double spread = std::sqrt(std::max(0.0, squares_[i] / n - mean * mean));
        projection_.centre[i] = static_cast<float>(mean);
        projection_.scale[i] = static_cast<float>(1 / std::max(spread, kLeastSpread));
    }
}

// mixed = the states, normal, under the present mix; the states become normal in place.
void MixLearner::mix_rows(size_t n)
{
    const float *mix = &weights_[K_ * M_ * C_ + K_];
    mixed_.assign(n * M_ * C_, 0);
    for (size_t w = 0; w < n; w++)
        for (size_t l = 0; l < L_; l++) {
            float *state = &states_[(w * L_ + l) * C_];
            for (size_t j = 0; j < C_; j++)
                state[j] =
                    (state[j] - projection_.centre[l * C_ + j]) * projection_.scale[l * C_ + j];
            for (size_t m = 0; m < M_; m++)
                kernels::add_scaled(&mixed_[(w * M_ + m) * C_], state, mix[m * L_ + l], C_);
        }
}

// One step on a batch: the gradients of the softmax for the weights, the biases and the mix.
void MixLearner::learn(size_t n)
{
    const size_t D = M_ * C_;
    // kernels::softmax() wants rows of whole panels.
    const size_t pitch = kernels::panel_count(K_) * kernels::kPanelWidth;
    mix_rows(n);
    errors_.resize(n * pitch);
    panels_.resize(std::max({kernels::packed_floats(K_, D), kernels::packed_floats(D, K_),
                             kernels::packed_floats(D, n)}));
    kernels::pack_panels(weights_.data(), D, K_, D, panels_.data());
    kernels::linear(mixed_.data(), D, n, D, panels_.data(), &weights_[K_ * D], K_, errors_.data(),
                    pitch);
    kernels::softmax(errors_.data(), n, K_, pitch, 1);
    for (size_t w = 0; w < n; w++)
        errors_[w * pitch + tags_[w]] -= 1;
    kernels::scale(errors_.data(), 1 / static_cast<float>(n), n * pitch);

    gradient_.assign(weights_.size(), 0);
    back_.resize(n * D);
    kernels::pack_panels_transposed(weights_.data(), D, D, K_, panels_.data());
    kernels::linear(errors_.data(), pitch, n, K_, panels_.data(), nullptr, D, back_.data(), D);
    float *mix = &gradient_[K_ * D + K_];
    for (size_t w = 0; w < n; w++)
        for (size_t m = 0; m < M_; m++)
            for (size_t l = 0; l < L_; l++)
                mix[m * L_ + l] += kernels::inner_product(&back_[(w * M_ + m) * C_],
                                                          &states_[(w * L_ + l) * C_], C_);
    turned_.resize(K_ * n);
    for (size_t w = 0; w < n; w++)
        for (size_t k = 0; k < K_; k++) {
            turned_[k * n + w] = errors_[w * pitch + k];
            gradient_[K_ * D + k] += errors_[w * pitch + k];
        }
    kernels::pack_panels_transposed(mixed_.data(), D, D, n, panels_.data());
    kernels::linear(turned_.data(), n, K_, n, panels_.data(), nullptr, D, gradient_.data(), D);

    const double left = 1 - static_cast<double>(epoch_ * order_.size() + next_) /
                                static_cast<double>(kEpochs * order_.size());
    adam_.begin_step(kRate * static_cast<float>(left), 0);
    adam_.update(&weights_[K_ * D], &gradient_[K_ * D], K_ * D, K_ + M_ * L_);
    adam_.begin_step(kRate * static_cast<float>(left), kDecay);
    adam_.update(weights_.data(), gradient_.data(), 0, K_ * D);
}

// The mixes are scaled so that vectors have the spread 1, whatever the learning rate has made of
// them.
void MixLearner::finish()
{
    const float *mix = &weights_[K_ * M_ * C_ + K_];
    projection_.mix.assign(mix, mix + M_ * L_);
    for (size_t m = 0; m < M_; m++) {
        const float length = std::sqrt(kernels::inner_product(mix + m * L_, mix + m * L_, L_));
        kernels::scale(&projection_.mix[m * L_], 1 / std::max(length, 1e-6f), L_);
    }
}

bool MixLearner::advance(int file, encoder::StopFlag stop)
{
    while (phase_ != Phase::kDone && !stop.pause()) {
        stop.check();
        const size_t n = load(file);
        if (n > 0 && phase_ == Phase::kMoments)
            add_moments(n);
        else if (n > 0)
            learn(n);
        if (next_ < order_.size())
            continue;
        next_ = 0;
        if (phase_ == Phase::kMoments) {
            finish_moments();
            phase_ = M_ == 0 ? Phase::kDone : Phase::kMix;
        } else if (++epoch_ == kEpochs) {
            finish();
            phase_ = Phase::kDone;
        } else
            shuffle(order_, epoch_);
    }
    return phase_ != Phase::kDone;
}

} // namespace sbert::tagging
