#include "extension/tagging/chain.h"

#include <algorithm>
#include <cmath>

namespace sbert::tagging {

// A score this far below the best at its word, and a pair's weight this far from zero, count as if
// they were this far. So no sum of a legal sequence underflows to zero.
static constexpr double kFarthest = 80;
static constexpr float kNever = -1e30f;

Chain::Chain(const TagSet &tags)
    : tags_(tags), K_(tags.size()), pairs_(K_ * K_), first_(K_), last_(K_), reach_(K_), next_(K_)
{
}

static double power(float weight)
{
    return std::exp(std::clamp(static_cast<double>(weight), -kFarthest, kFarthest));
}

void Chain::set(const ChainWeights &weights, encoder::StopFlag stop)
{
    weights_ = &weights;
    stop_ = stop;
    for (size_t i = 0; i < K_; i++) {
        first_[i] = tags_.may_start(i) ? power(weights.first[i]) : 0;
        last_[i] = tags_.may_end(i) ? power(weights.last[i]) : 0;
        for (size_t j = 0; j < K_; j++)
            pairs_[i * K_ + j] = tags_.may_follow(i, j) ? power(weights.pairs[i * K_ + j]) : 0;
    }
}

// Returns the logarithm of the sum over all sequences.
double Chain::forward(const float *scores, size_t n)
{
    emit_.resize(n * K_);
    before_.resize(n * K_);
    behind_.resize(n * K_);
    scale_.resize(n);
    double log_sum = 0;
    for (size_t t = 0; t < n; t++) {
        stop_.check();
        const float *score = scores + t * K_;
        const auto most = static_cast<double>(*std::max_element(score, score + K_));
        double *emit = &emit_[t * K_], *now = &before_[t * K_], sum = 0;
        for (size_t j = 0; j < K_; j++)
            emit[j] = std::exp(std::max(static_cast<double>(score[j]) - most, -kFarthest));
        if (t == 0)
            std::copy(first_.begin(), first_.end(), now);
        else {
            std::fill_n(now, K_, 0.0);
            for (size_t i = 0; i < K_; i++)
                for (size_t j = 0; j < K_; j++)
                    now[j] += before_[(t - 1) * K_ + i] * pairs_[i * K_ + j];
        }
        for (size_t j = 0; j < K_; j++)
            sum += now[j] *= emit[j];
        for (size_t j = 0; j < K_; j++)
            now[j] /= sum;
        scale_[t] = sum;
        log_sum += most + std::log(sum);
    }
    whole_ = 0;
    for (size_t j = 0; j < K_; j++)
        whole_ += before_[(n - 1) * K_ + j] * last_[j];
    return log_sum + std::log(whole_);
}

// behind_[t][i] is such that before_[t][i] * behind_[t][i] is the marginal of i at t.
void Chain::backward(size_t n)
{
    for (size_t i = 0; i < K_; i++)
        behind_[(n - 1) * K_ + i] = last_[i] / whole_;
    std::vector<double> ahead(K_);
    for (size_t t = n - 1; t > 0; t--) {
        stop_.check();
        for (size_t j = 0; j < K_; j++)
            ahead[j] = emit_[t * K_ + j] * behind_[t * K_ + j] / scale_[t];
        for (size_t i = 0; i < K_; i++) {
            double sum = 0;
            for (size_t j = 0; j < K_; j++)
                sum += pairs_[i * K_ + j] * ahead[j];
            behind_[(t - 1) * K_ + i] = sum;
        }
    }
}

void Chain::sum(const float *scores, size_t n)
{
    forward(scores, n);
    backward(n);
}

double Chain::marginal(size_t word, size_t tag) const
{
    return before_[word * K_ + tag] * behind_[word * K_ + tag];
}

double Chain::marginal(const Span &span) const
{
    std::vector<uint16_t> path(span.last + 1);
    tags_.write({&span, 1}, path);
    const size_t n = scale_.size();
    double product = before_[span.first * K_ + path[span.first]];
    for (size_t t = span.first + 1; t <= span.last; t++)
        product *= pairs_[path[t - 1] * K_ + path[t]] * emit_[t * K_ + path[t]] / scale_[t];
    const size_t end = path[span.last];
    if (span.last + 1 == n)
        return product * last_[end] / whole_;
    double rest = 0;
    const size_t t = span.last + 1;
    for (size_t j = 0; j < K_; j++)
        if (tags_.may_start(j))
            rest += pairs_[end * K_ + j] * emit_[t * K_ + j] * behind_[t * K_ + j];
    return std::min(1.0, product * rest / scale_[t]);
}

double Chain::loss(float *scores, std::span<const uint16_t> sequence, ChainWeights &gradient)
{
    const size_t n = sequence.size();
    double loss = forward(scores, n);
    backward(n);
    for (size_t t = 0; t < n; t++) {
        const size_t tag = sequence[t];
        loss -= static_cast<double>(scores[t * K_ + tag]);
        loss -= static_cast<double>(t == 0 ? weights_->first[tag]
                                           : weights_->pairs[sequence[t - 1] * K_ + tag]);
        for (size_t j = 0; j < K_; j++)
            scores[t * K_ + j] = static_cast<float>(marginal(t, j));
        scores[t * K_ + tag] -= 1;
    }
    loss -= static_cast<double>(weights_->last[sequence[n - 1]]);

    std::vector<double> ahead(K_);
    for (size_t t = 1; t < n; t++) {
        stop_.check();
        for (size_t j = 0; j < K_; j++)
            ahead[j] = emit_[t * K_ + j] * behind_[t * K_ + j] / scale_[t];
        const double *now = &before_[(t - 1) * K_];
        for (size_t i = 0; i < K_; i++)
            for (size_t j = 0; j < K_; j++)
                gradient.pairs[i * K_ + j] +=
                    static_cast<float>(now[i] * pairs_[i * K_ + j] * ahead[j]);
        gradient.pairs[sequence[t - 1] * K_ + sequence[t]] -= 1;
    }
    for (size_t j = 0; j < K_; j++) {
        gradient.first[j] += static_cast<float>(marginal(0, j));
        gradient.last[j] += static_cast<float>(marginal(n - 1, j));
    }
    gradient.first[sequence[0]] -= 1;
    gradient.last[sequence[n - 1]] -= 1;
    return loss;
}

// Viterbi's algorithm.
void Chain::best(const float *scores, std::span<uint16_t> sequence)
{
    const size_t n = sequence.size();
    from_.resize(n * K_);
    for (size_t j = 0; j < K_; j++)
        reach_[j] = tags_.may_start(j) ? scores[j] + weights_->first[j] : kNever;
    for (size_t t = 1; t < n; t++) {
        stop_.check();
        for (size_t j = 0; j < K_; j++) {
            float most = 2 * kNever;
            uint16_t from = 0;
            for (size_t i = 0; i < K_; i++) {
                const float pair = pairs_[i * K_ + j] > 0 ? weights_->pairs[i * K_ + j] : kNever;
                if (reach_[i] + pair > most) {
                    most = reach_[i] + pair;
                    from = static_cast<uint16_t>(i);
                }
            }
            next_[j] = std::max(most, kNever) + scores[t * K_ + j];
            from_[t * K_ + j] = from;
        }
        reach_.swap(next_);
    }
    size_t last = 0;
    float most = 2 * kNever;
    for (size_t j = 0; j < K_; j++) {
        const float end = tags_.may_end(j) ? weights_->last[j] : kNever;
        if (reach_[j] + end > most) {
            most = reach_[j] + end;
            last = j;
        }
    }
    for (size_t t = n; t-- > 0;) {
        sequence[t] = static_cast<uint16_t>(last);
        last = from_[t * K_ + last];
    }
}

} // namespace sbert::tagging
