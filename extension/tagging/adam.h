// Adam with decoupled weight decay (Kingma & Ba 2015, arXiv:1412.6980; Loshchilov & Hutter 2019,
// arXiv:1711.05101), for parameters of which some rows may have no gradient in a step.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace sbert::tagging {

class Adam {
  public:
    explicit Adam(size_t n = 0) : mean_(n), square_(n) {}

    // Called before the updates of a step.
    //   rate    of learning
    //   decay   the share of rate by which parameters shrink
    void begin_step(float rate, float decay) noexcept
    {
        steps_++;
        const auto steps = static_cast<float>(steps_);
        rate_ = rate * std::sqrt(1 - std::pow(kSecond, steps)) / (1 - std::pow(kFirst, steps));
        shrink_ = 1 - rate * decay;
    }
    // Updates n parameters x, the first of which is number `at`.
    void update(float *x, const float *gradient, size_t at, size_t n) noexcept
    {
        float *m = &mean_[at], *v = &square_[at];
        for (size_t i = 0; i < n; i++) {
            m[i] = kFirst * m[i] + (1 - kFirst) * gradient[i];
            v[i] = kSecond * v[i] + (1 - kSecond) * gradient[i] * gradient[i];
            x[i] = shrink_ * x[i] - rate_ * m[i] / (std::sqrt(v[i]) + kLeast);
        }
    }

    static constexpr size_t kBytes = 2 * sizeof(float); // of a parameter

  private:
    static constexpr float kFirst = 0.9f, kSecond = 0.999f, kLeast = 1e-8f;

    std::vector<float> mean_, square_;
    size_t steps_ = 0;
    float rate_ = 0, shrink_ = 1;
};

} // namespace sbert::tagging
