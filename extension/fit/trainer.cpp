#include "extension/fit/trainer.h"

#include <cmath>

namespace sbert::fit {
namespace {

// A fit ends when the largest element of the gradient is this share of that of the first gradient,
// or when five iterations reduce the loss by less than the second share. With more iterations of
// the folds' fits, the losses on rows left out no longer change. The last fit comes close to the
// minimum, so that it hardly depends on the path taken.
constexpr Tolerance kFoldTolerance = {1e-3, 2e-3};
constexpr Tolerance kLastTolerance = {1e-4, 1e-4};

// A weaker penalty is used if it reduces the loss by more than this share. Otherwise the search
// ends.
constexpr double kLeastGain = 2e-3;

// The number of rows left out that suffices to distinguish one penalty from the next.
constexpr uint64_t kSearchRows = 2000;

} // namespace

Trainer::Trainer(const Shape &shape, std::span<const Block> blocks, Plan plan)
    : shape_(shape), blocks_(blocks), reader_(shape), plan_(std::move(plan))
{
}

size_t Trainer::bytes(const Shape &shape, int folds) noexcept
{
    const size_t n = parameter_count(shape);
    return Objective::bytes(shape) + Scorer::bytes(shape) + Minimizer::bytes(n) +
           2 * static_cast<size_t>(folds) * n * sizeof(double) +
           sizeof(float) * shape.block_rows() * (shape.stride() + 4 * (shape.labels + 32)) +
           (shape.multilabel ? 2 * ThresholdSearch::bytes(shape) : 0);
}

bool Trainer::advance(int file, encoder::StopFlag stop)
{
    reader_.set_file(file);
    switch (phase_) {
    case Phase::kPrepare:
        prepare(stop);
        break;
    case Phase::kSearch:
        search(stop);
        break;
    case Phase::kFolds:
        fit_other_folds(stop);
        break;
    case Phase::kTemperature:
    case Phase::kThresholds:
    case Phase::kMeasure:
        measure(stop);
        break;
    case Phase::kFit:
        fit(stop);
        break;
    case Phase::kDone:
        break;
    }
    return phase_ != Phase::kDone;
}

void Trainer::prepare(encoder::StopFlag stop)
{
    units_ = units_of(shape_, blocks_, reader_, stop);
    objective_.emplace(shape_, blocks_, reader_, plan_.label_weights, units_);
    scorer_.emplace(shape_);
    const auto n = static_cast<Eigen::Index>(parameter_count(shape_));
    Eigen::VectorXd zeros = Eigen::VectorXd::Zero(n), gradient(n);
    objective_->leave_out(-1, 0);
    loss_ = (*objective_)(zeros, gradient, stop);
    first_gradient_ = gradient.lpNorm<Eigen::Infinity>();
    fitted_.penalty = plan_.penalties.front();
    if (plan_.folds >= 2) {
        searched_ = folds_to_search();
        fits_.assign(static_cast<size_t>(searched_), zeros);
        phase_ = Phase::kSearch;
    } else {
        best_.assign(1, zeros);
        phase_ = Phase::kFit;
    }
}

// Runs one iteration of the fit to all rows except those of a fold. Returns true when it is
// finished.
bool Trainer::fit_step(int without, const Eigen::VectorXd &start, encoder::StopFlag stop)
{
    if (!minimizer_) {
        minimizer_.emplace(start);
        fit_iterations_ = 0;
    }
    const Tolerance &tolerance = phase_ == Phase::kFit ? kLastTolerance : kFoldTolerance;
    objective_->leave_out(without,
                          phase_ == Phase::kSearch ? plan_.penalties[penalty_] : fitted_.penalty);
    const bool done = minimizer_->step(
        [&](const Eigen::VectorXd &x, Eigen::VectorXd &gradient) {
            return (*objective_)(x, gradient, stop);
        },
        {tolerance.gradient * first_gradient_, tolerance.decrease});
    loss_ = minimizer_->value();
    fitted_.iterations++;
    return done || ++fit_iterations_ >= plan_.max_iterations;
}

// Calls see(rows, n, logits) for the blocks of a fold.
template <class See>
void Trainer::look(int fold, const Eigen::VectorXd &parameters, encoder::StopFlag stop, See see)
{
    scorer_->set(parameters, units_);
    for (const Block &block : blocks_) {
        stop.check();
        if (block.fold != fold)
            continue;
        const float *rows = reader_.read(block);
        see(rows, size_t{block.count}, scorer_->logits(rows, block.count));
    }
}

// ---- search ------------------------------------------------------------------------------------

// The number of folds that have kSearchRows rows together.
int Trainer::folds_to_search() const noexcept
{
    uint64_t rows = 0;
    int folds = 0;
    while (folds < folds_used() && rows < kSearchRows) {
        for (const Block &block : blocks_)
            rows += block.fold == folds ? block.count : 0;
        folds++;
    }
    return folds;
}

void Trainer::search(encoder::StopFlag stop)
{
    auto &fit = fits_[static_cast<size_t>(fold_)];
    if (!fit_step(fold_, fit, stop))
        return;
    // This is a copy, so that an interrupted pass leaves no trace.
    TemperatureSearch held_out = held_out_;
    look(fold_, minimizer_->x(), stop, [&](const float *rows, size_t n, const float *logits) {
        held_out.add(shape_, rows, n, logits, scorer_->width());
    });
    held_out_ = std::move(held_out);
    fit = minimizer_->x();
    minimizer_.reset();
    if (++fold_ == searched_)
        end_penalty();
}

// The loss falls and then rises as penalties become weaker. It is the loss at the best temperature.
// Otherwise a weak penalty would win only because its scores are sharper, which the temperature
// corrects anyway.
void Trainer::end_penalty()
{
    const double loss = held_out_.best_loss();
    fitted_.path.push_back({plan_.penalties[penalty_], loss});
    const bool better = best_.empty() || loss < best_loss_ * (1 - kLeastGain);
    if (better) {
        best_loss_ = loss;
        fitted_.penalty = plan_.penalties[penalty_];
        best_ = fits_;
    }
    fold_ = 0;
    held_out_ = {};
    penalty_++;
    if (!better || penalty_ == plan_.penalties.size())
        end_search();
}

void Trainer::end_search()
{
    const auto n = static_cast<Eigen::Index>(parameter_count(shape_));
    best_.resize(static_cast<size_t>(folds_used()), Eigen::VectorXd::Zero(n));
    fold_ = searched_ < folds_used() ? searched_ : 0;
    phase_ = searched_ < folds_used() ? Phase::kFolds : Phase::kTemperature;
}

// These fits start from zero. The fit of another fold is no start, because it saw the rows left
// out.
void Trainer::fit_other_folds(encoder::StopFlag stop)
{
    auto &fit = best_[static_cast<size_t>(fold_)];
    if (!fit_step(fold_, fit, stop))
        return;
    fit = minimizer_->x();
    minimizer_.reset();
    if (++fold_ < folds_used())
        return;
    fold_ = 0;
    phase_ = Phase::kTemperature;
}

// ---- measure -----------------------------------------------------------------------------------

void Trainer::measure(encoder::StopFlag stop)
{
    const size_t width = scorer_->width();
    // This is a copy, so that an interrupted pass leaves no trace.
    Sums sums = sums_;
    look(fold_, best_[static_cast<size_t>(fold_)], stop,
         [&](const float *rows, size_t n, float *logits) {
             if (phase_ == Phase::kTemperature) {
                 sums.temperature.add(shape_, rows, n, logits, width);
                 return;
             }
             scores_of_logits(shape_, logits, n, width, fitted_.temperature);
             if (phase_ == Phase::kThresholds) {
                 sums.thresholds->add(rows, n, logits, width);
                 return;
             }
             for (size_t i = 0; i < n; i++) {
                 const float *row = rows + i * shape_.stride();
                 const float *scores = logits + i * width;
                 sums.overall.add(shape_, row, scores, fitted_.thresholds);
                 sums.quality[word_at(row, shape_.origin_at())].add(shape_, row, scores,
                                                                    fitted_.thresholds);
             }
         });
    sums_ = std::move(sums);
    if (++fold_ == folds_used())
        end_looks();
}

void Trainer::end_looks()
{
    fold_ = 0;
    if (phase_ == Phase::kTemperature) {
        fitted_.temperature = sums_.temperature.best();
        if (shape_.multilabel)
            sums_.thresholds.emplace(shape_);
        sums_.quality.fill(Quality(shape_));
        sums_.overall = Quality(shape_);
        phase_ = shape_.multilabel ? Phase::kThresholds : Phase::kMeasure;
    } else if (phase_ == Phase::kThresholds) {
        fitted_.thresholds = sums_.thresholds->best();
        phase_ = Phase::kMeasure;
    } else {
        fitted_.quality = sums_.quality;
        fitted_.overall = sums_.overall;
        fitted_.measured = true;
        phase_ = Phase::kFit;
    }
}

// ---- fit ---------------------------------------------------------------------------------------

void Trainer::fit(encoder::StopFlag stop)
{
    Eigen::VectorXd start = best_.front();
    for (size_t i = 1; i < best_.size(); i++)
        start += best_[i];
    start /= static_cast<double>(best_.size());
    if (!fit_step(-1, start, stop))
        return;
    scorer_->set(minimizer_->x(), units_);
    fitted_.weights = scorer_->weights();
    fitted_.intercepts = scorer_->intercepts();
    if (shape_.multilabel && fitted_.thresholds.empty())
        fitted_.thresholds.assign(shape_.labels, 0.5f);
    phase_ = Phase::kDone;
}

} // namespace sbert::fit
