#include "extension/fit/minimizer.h"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <typeinfo>

#include <LBFGSpp/Param.h>

#include <LBFGSpp/BFGSMat.h>
#include <LBFGSpp/LineSearchBacktracking.h>

namespace sbert::fit {
namespace {

// The number of steps that are remembered, as in scipy.
constexpr int kMemory = 10;
// The number of steps over which the decrease is measured.
constexpr size_t kWindow = 5;

LBFGSpp::LBFGSParam<double> line_search_parameters()
{
    LBFGSpp::LBFGSParam<double> parameters;
    parameters.m = kMemory;
    parameters.linesearch = LBFGSpp::LBFGS_LINESEARCH_BACKTRACKING_WOLFE;
    return parameters;
}

} // namespace

struct Minimizer::State {
    LBFGSpp::LBFGSParam<double> parameters = line_search_parameters();
    LBFGSpp::BFGSMat<double> history;
    Eigen::VectorXd x, gradient;
    Eigen::VectorXd next, next_gradient, direction;
    double value = std::numeric_limits<double>::quiet_NaN();
    std::array<double, kWindow> values; // before each of the last steps, a ring
    size_t steps = 0;
    bool begun = false;

    void begin(const Function &f)
    {
        value = f(x, gradient);
        history.reset(static_cast<int>(x.size()), kMemory);
        begun = true;
    }
};

Minimizer::Minimizer(Eigen::VectorXd start) : state_(std::make_unique<State>())
{
    State &s = *state_;
    s.x = std::move(start);
    s.gradient.resize(s.x.size());
    s.next.resize(s.x.size());
    s.next_gradient.resize(s.x.size());
    s.direction.resize(s.x.size());
}

Minimizer::~Minimizer() = default;

const Eigen::VectorXd &Minimizer::x() const noexcept { return state_->x; }
double Minimizer::value() const noexcept { return state_->value; }

size_t Minimizer::bytes(size_t n) noexcept { return (2 * kMemory + 8) * n * sizeof(double); }

bool Minimizer::step(const Function &f, const Tolerance &tolerance)
{
    State &s = *state_;
    if (!s.begun)
        s.begin(f);
    if (s.gradient.lpNorm<Eigen::Infinity>() <= tolerance.gradient)
        return true;

    const bool first = s.history.num_corrections() == 0;
    if (first)
        s.direction = -s.gradient;
    else
        s.history.apply_Hv(s.gradient, -1.0, s.direction);
    double step = first ? 1 / s.direction.norm() : 1;
    double value = s.value;
    // The line search starts from the current gradient.
    s.next_gradient = s.gradient;
    try {
        LBFGSpp::LineSearchBacktracking<double>::LineSearch(f, value, s.next, s.next_gradient, step,
                                                            s.direction, s.x, s.parameters);
    } catch (const std::logic_error &) {
        return true; // the direction does not descend, so the gradient is only rounding
    } catch (const std::runtime_error &error) {
        if (typeid(error) != typeid(std::runtime_error))
            throw;   // f has thrown an encoder::Error
        return true; // no step descends
    }

    const Eigen::VectorXd change = s.next - s.x, gradient_change = s.next_gradient - s.gradient;
    double &oldest = s.values[s.steps++ % kWindow];
    const double decrease = oldest - value;
    oldest = s.value;
    s.x.swap(s.next);
    s.gradient.swap(s.next_gradient);
    s.value = value;
    if (s.steps > kWindow && decrease <= tolerance.decrease * std::fabs(value))
        return true;
    // Rounding may hide the curvature of a tiny step.
    if (change.dot(gradient_change) > 0)
        s.history.add_correction(change, gradient_change);
    return false;
}

} // namespace sbert::fit
