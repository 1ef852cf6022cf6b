// Minimises a smooth convex function by L-BFGS, one iteration at a time, so that a caller may do
// other things in between (Nocedal & Wright, Numerical Optimization, algorithm 7.5). The memory of
// past steps and the line search are those of LBFGSpp (https://lbfgspp.statr.me).
#pragma once

#include <functional>
#include <memory>

#include <Eigen/Core>

namespace sbert::fit {

// Returns the value at x and writes the gradient. May throw.
using Function = std::function<double(const Eigen::VectorXd &x, Eigen::VectorXd &gradient)>;

struct Tolerance {
    // The minimum is reached when no element of the gradient is greater than this.
    double gradient;
    // It is also reached when five steps reduce the value by less than this share.
    double decrease;
};

class Minimizer {
  public:
    explicit Minimizer(Eigen::VectorXd start);
    ~Minimizer();

    // Runs one iteration. Returns true if it was the last one, because a tolerance is reached or
    // rounding leaves nothing to gain. An exception of f passes through, and the state stays as it
    // was before the call.
    bool step(const Function &f, const Tolerance &tolerance);

    const Eigen::VectorXd &x() const noexcept;
    double value() const noexcept; // at x; NaN before the first step

    // The bytes for n parameters.
    static size_t bytes(size_t n) noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace sbert::fit
