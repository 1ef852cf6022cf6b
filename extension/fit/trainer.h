// A training from its rows to a classifier, in steps between which a caller may pause:
//
//   search    for each penalty, from the strongest on, fits without a fold and computes the loss on
//             that fold, until a weaker penalty no longer helps; leaves out further folds if the
//             first ones have enough rows
//   folds     fits without each other fold at the best penalty
//   measure   scores the rows of each fold by the fit without them, chooses the temperature and the
//             thresholds, and measures the quality
//   fit       fits all rows at the best penalty, starting from the mean of the folds' fits
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "extension/fit/block.h"
#include "extension/fit/calibration.h"
#include "extension/fit/minimizer.h"
#include "extension/fit/objective.h"
#include "extension/fit/quality.h"

namespace sbert::fit {

struct Plan {
    std::vector<double> penalties; // strongest first, at least one
    // The number of folds that rows are spread over. With fewer than 2 there is no search and no
    // measurement.
    int folds;
    bool holdout;       // whether only the first fold is left out
    int max_iterations; // of a fit
    LabelWeights label_weights;
};

struct PenaltyLoss {
    double penalty, log_loss; // on rows left out, at the best temperature
};

struct Fitted {
    std::vector<float> weights;    // (K, D)
    std::vector<float> intercepts; // (K)
    double temperature = 1;
    std::vector<float> thresholds; // (K), multilabel only
    double penalty = 0;
    int iterations = 0; // of all fits
    std::vector<PenaltyLoss> path;
    bool measured = false;                 // whether there is a quality
    std::array<Quality, kOrigins> quality; // for each Origin
    Quality overall;
};

class Trainer {
  public:
    enum class Phase {
        kPrepare,
        kSearch,
        kFolds,
        kTemperature,
        kThresholds,
        kMeasure,
        kFit,
        kDone
    };

    // The blocks must outlive the trainer.
    Trainer(const Shape &shape, std::span<const Block> blocks, Plan plan);

    // Runs one iteration of a fit or one pass over a fold. Returns false when the training is
    // finished. Throws encoder::Error: kInterrupted, kIo, kLimit. May be called again after
    // kInterrupted.
    //   file  the file of the blocks that are not in memory, or -1
    bool advance(int file, encoder::StopFlag stop);

    Phase phase() const noexcept { return phase_; }
    size_t penalty_number() const noexcept { return penalty_; } // from 0
    int fold() const noexcept { return fold_; }
    int iterations() const noexcept { return fitted_.iterations; }
    double loss() const noexcept { return loss_; } // of the last iteration

    Fitted &fitted() noexcept { return fitted_; } // complete when the training is finished

    // The bytes that a training takes in addition to its rows.
    static size_t bytes(const Shape &shape, int folds) noexcept;

  private:
    void prepare(encoder::StopFlag stop);
    void search(encoder::StopFlag stop);
    void fit_other_folds(encoder::StopFlag stop);
    void measure(encoder::StopFlag stop);
    void fit(encoder::StopFlag stop);
    bool fit_step(int without, const Eigen::VectorXd &start, encoder::StopFlag stop);
    int folds_used() const noexcept { return plan_.holdout ? 1 : plan_.folds; }
    int folds_to_search() const noexcept;
    void end_search();
    void end_penalty();
    void end_looks();
    template <class See>
    void look(int fold, const Eigen::VectorXd &parameters, encoder::StopFlag stop, See see);

    Shape shape_;
    std::span<const Block> blocks_;
    BlockReader reader_;
    Plan plan_;
    Units units_;
    double first_gradient_ = 1;
    std::optional<Objective> objective_;
    std::optional<Scorer> scorer_;
    std::optional<Minimizer> minimizer_;
    int fit_iterations_ = 0;

    Phase phase_ = Phase::kPrepare;
    size_t penalty_ = 0;
    int fold_ = 0, searched_ = 0; // the current fold, and the number of folds of the search
    double loss_ = 0;
    TemperatureSearch held_out_; // at the current penalty
    double best_loss_ = 0;
    // The fits of the folds at the current and at the best penalty.
    std::vector<Eigen::VectorXd> fits_, best_;
    // The sums of the passes over the folds.
    struct Sums {
        TemperatureSearch temperature;
        std::optional<ThresholdSearch> thresholds;
        std::array<Quality, kOrigins> quality;
        Quality overall;
    } sums_;
    Fitted fitted_;
};

} // namespace sbert::fit
