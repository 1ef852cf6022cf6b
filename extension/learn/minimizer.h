// A smooth convex function is minimised by L-BFGS, one iteration at a time, so that a caller may do
// other things in between.   (Nocedal & Wright, Numerical Optimization, algorithm 7.5; the memory
// of past steps and the line search are LBFGSpp's, https://lbfgspp.statr.me)
#pragma once

#include <functional>
#include <memory>

#include <Eigen/Core>

namespace sbert::learn {

// The value at x; writes the gradient. May throw.
using Function = std::function<double(const Eigen::VectorXd &x, Eigen::VectorXd &gradient)>;

struct Tolerance {
    double gradient; // done when no element of the gradient is greater
    double decrease; // done when five steps take off less than this share of the value
};

class Minimizer {
  public:
    explicit Minimizer(Eigen::VectorXd start);
    ~Minimizer();

    // One iteration; true when it was the last one: a tolerance is reached, or rounding leaves
    // nothing to gain. What f throws goes through, and the state stays that before the call.
    bool step(const Function &f, const Tolerance &tolerance);

    const Eigen::VectorXd &x() const noexcept;
    double value() const noexcept; // at x; NaN before the first step

    // Bytes for n parameters.
    static size_t bytes(size_t n) noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace sbert::learn
