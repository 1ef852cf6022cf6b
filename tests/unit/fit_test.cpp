// The parts of a training: the objective's gradient, the minimizer, temperature, thresholds,
// quality.
#include "extension/fit/objective.h"

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "extension/fit/assessment.h"
#include "extension/fit/calibration.h"
#include "extension/fit/minimizer.h"
#include "fit_rows.h"

namespace sbert::fit {
namespace {

LabelWeights plain_weights(const Shape &shape)
{
    return {std::vector<float>(shape.labels, 1.0f), {}};
}

// ---- objective ---------------------------------------------------------------------------------

void expect_gradient(const Shape &shape, const LabelWeights &weights)
{
    Rows rows = make_rows(shape, 90, 20, 3);
    rows.row(4)[shape.weight_at()] = 2.5f;
    BlockReader reader(shape);
    const Units units = units_of(shape, rows.blocks, reader, {});
    Objective objective(shape, rows.blocks, reader, weights, units);
    objective.leave_out(1, 0.7);
    const auto n = static_cast<Eigen::Index>(parameter_count(shape));
    Eigen::VectorXd x(n), gradient(n), scratch(n);
    for (Eigen::Index i = 0; i < n; i++)
        x[i] = 0.3 * std::sin(static_cast<double>(i));
    objective(x, gradient, {});
    for (Eigen::Index i = 0; i < n; i++) {
        constexpr double kStep = 1e-2; // logits are in single precision
        Eigen::VectorXd up = x, down = x;
        up[i] += kStep;
        down[i] -= kStep;
        const double slope =
            (objective(up, scratch, {}) - objective(down, scratch, {})) / 2 / kStep;
        EXPECT_NEAR(gradient[i], slope, 2e-4) << i;
    }
}

TEST(FitObjective, GradientIsTheDerivative)
{
    const Shape shape = {5, 3, false};
    expect_gradient(shape, plain_weights(shape));
    expect_gradient(shape, {{1, 4, 0.5f}, {}});
}

TEST(FitObjective, GradientOfSetsIsTheDerivative)
{
    const Shape shape = {5, 3, true};
    expect_gradient(shape, plain_weights(shape));
    expect_gradient(shape, {{1, 4, 0.5f}, {2, 1, 1}});
}

// A row with the weight 3 is three rows.
TEST(FitObjective, WeightsAreCopies)
{
    const Shape shape = {5, 3, false};
    Rows copies = make_rows(shape, 30, 30, 1), weighted = make_rows(shape, 28, 28, 1);
    for (size_t i = 28; i < 30; i++)
        std::copy_n(copies.row(3), shape.stride(), copies.row(i));
    weighted.row(3)[shape.weight_at()] = 3;
    const LabelWeights weights = plain_weights(shape);
    const Units units = {1, Eigen::RowVectorXd::Zero(5)};
    const Eigen::VectorXd x = Eigen::VectorXd::Constant(18, 0.1);
    Eigen::VectorXd first(18), second(18);
    BlockReader reader(shape);
    Objective a(shape, copies.blocks, reader, weights, units);
    Objective b(shape, weighted.blocks, reader, weights, units);
    EXPECT_NEAR(a(x, first, {}), b(x, second, {}), 1e-6);
    EXPECT_LT((first - second).lpNorm<Eigen::Infinity>(), 1e-6);
}

TEST(FitObjective, RefusesWhatSinglePrecisionCannotHold)
{
    const Shape shape = {2, 2, false};
    Rows rows = make_rows(shape, 10, 10, 1);
    for (size_t i = 0; i < 10; i++)
        rows.row(i)[0] = 1e30f;
    BlockReader reader(shape);
    EXPECT_THROW(units_of(shape, rows.blocks, reader, {}), encoder::Error);
}

// ---- minimizer ---------------------------------------------------------------------------------

// Curved 1 and 1000 times as much in its two directions; the minimum is (1, -2).
double valley(const Eigen::VectorXd &x, Eigen::VectorXd &gradient)
{
    const double a = x[0] - 1, b = x[1] + 2;
    gradient[0] = a;
    gradient[1] = 1000 * b;
    return a * a / 2 + 500 * b * b;
}

TEST(FitMinimizer, FindsTheMinimum)
{
    Minimizer minimizer(Eigen::VectorXd::Zero(2));
    int steps = 1;
    while (!minimizer.step(valley, {1e-8, 0}))
        ASSERT_LT(steps++, 100);
    EXPECT_NEAR(minimizer.x()[0], 1, 1e-7);
    EXPECT_NEAR(minimizer.x()[1], -2, 1e-7);
}

TEST(FitMinimizer, GoesOnAfterAnInterruption)
{
    Minimizer whole(Eigen::VectorXd::Zero(2)), broken(Eigen::VectorXd::Zero(2));
    int calls = 0, next_break = 2, breaks = 0; // ever rarer, so that each step comes through
    const Function breaking = [&](const Eigen::VectorXd &x, Eigen::VectorXd &gradient) {
        if (++calls == next_break) {
            next_break += 2 + breaks++;
            throw encoder::Error(encoder::ErrorCode::kInterrupted, "interrupted");
        }
        return valley(x, gradient);
    };
    for (int step = 0; step < 4; step++) {
        whole.step(valley, {0, 0});
        for (bool done = false; !done;) {
            try {
                broken.step(breaking, {0, 0});
                done = true;
            } catch (const encoder::Error &) {
            }
        }
        EXPECT_EQ(whole.x(), broken.x()) << step;
    }
    EXPECT_GT(breaks, 2);
}

// ---- calibration -------------------------------------------------------------------------------

// Labels drawn, without a generator, as often as the scores of temperature 2 say.
TEST(FitCalibration, FindsTheTemperature)
{
    const Shape shape = {1, 2, false};
    const size_t n = 4000;
    std::vector<float> rows(n * shape.stride()), logits(n * 32);
    for (size_t i = 0; i < n; i++) {
        const float logit = static_cast<float>(i % 40) / 4 - 5;
        logits[i * 32] = logit;
        const double score = 1 / (1 + std::exp(-logit / 2));
        const bool first = static_cast<double>(i / 40) + 0.5 < score * n / 40;
        set_word_at(&rows[i * shape.stride()], shape.labels_at(), first ? 0 : 1);
    }
    TemperatureSearch search;
    EXPECT_EQ(search.best(), 1);
    for (size_t i = 0; i < n; i += 500)
        search.add(shape, &rows[i * shape.stride()], 500, &logits[i * 32], 32);
    EXPECT_NEAR(search.best(), 2, 0.05);
}

// A few rows that were all right do not make certainty.
TEST(FitCalibration, FewRowsSayLittle)
{
    const Shape shape = {1, 2, false};
    std::vector<float> rows(6 * shape.stride()), logits(6 * 32);
    for (size_t i = 0; i < 6; i++)
        logits[i * 32] = 2;
    TemperatureSearch search;
    search.add(shape, rows.data(), 6, logits.data(), 32);
    EXPECT_GT(search.best(), 0.6);
    EXPECT_LT(search.best(), 1);
}

TEST(FitCalibration, ThresholdOfTheBestF1)
{
    const Shape shape = {1, 2, true};
    const size_t n = 200;
    std::vector<float> rows(n * shape.stride()), scores(n * 32);
    for (size_t i = 0; i < n; i++) {
        scores[i * 32] = static_cast<float>(i) / n;
        const bool with = i > 150 ? i % 5 != 0 : i % 10 == 0;
        set_word_at(&rows[i * shape.stride()], shape.labels_at(), with);
    }
    ThresholdSearch search(shape);
    search.add(rows.data(), n, scores.data(), 32);
    double best = 0, at_best = 0;
    for (size_t t = 0; t < n; t++) {
        double hits = 0, given = 0, all = 0;
        for (size_t i = 0; i < n; i++) {
            const bool with = has_label(shape, &rows[i * shape.stride()], 0);
            hits += with && i >= t;
            given += i >= t;
            all += with;
        }
        if (2 * hits / (given + all) > best) {
            best = 2 * hits / (given + all);
            at_best = static_cast<double>(t) / n;
        }
    }
    const std::vector<float> thresholds = search.best();
    EXPECT_NEAR(thresholds[0], at_best, 0.0051);
    EXPECT_EQ(thresholds[1], 0.5f); // no row has it
}

TEST(FitCalibration, ScoresOfFarLogits)
{
    const Shape shape = {1, 2, true};
    std::vector<float> logits(32);
    logits[0] = -900;
    logits[1] = 900;
    scores_of_logits(shape, logits.data(), 1, 32, 0.125);
    EXPECT_NEAR(logits[0], 0, 1e-30);
    EXPECT_EQ(logits[1], 1);
}

// ---- quality -----------------------------------------------------------------------------------

TEST(FitQuality, OfLabels)
{
    const Shape shape = {1, 4, false};
    std::vector<float> row(shape.stride());
    Quality quality(shape);
    EXPECT_EQ(quality.macro_f1(), 0);
    const auto add = [&](uint32_t truth, std::vector<float> scores) {
        set_word_at(row.data(), shape.labels_at(), truth);
        quality.add(shape, row.data(), scores.data(), {});
    };
    add(0, {0.5f, 0.25f, 0.25f, 0});
    add(0, {0.25f, 0.5f, 0.25f, 0});
    add(1, {0.25f, 0.5f, 0.25f, 0});
    add(1, {0.25f, 0.5f, 0.25f, 0});
    EXPECT_EQ(quality.rows(), 4);
    EXPECT_EQ(quality.accuracy(), 0.75);
    // f1 of 0: 2/3, of 1: 4/5; nobody has or gets the others
    EXPECT_NEAR(quality.macro_f1(), (2.0 / 3 + 0.8) / 2, 1e-12);
    EXPECT_NEAR(quality.log_loss(), (3 * std::log(2) + std::log(4)) / 4, 1e-6);
    EXPECT_NEAR(quality.calibration_error(), 0.25, 1e-12); // 0.5 was said, 0.75 was right
}

TEST(FitAssessment, UnknownLabelsAreWrong)
{
    // The classifier knows two of the rows' three labels, and the other way round.
    const Shape shape = {5, 3, false};
    Rows rows = make_rows(shape, 40, 16, 1);
    const std::vector<float> intercepts = {0, 50};
    const std::vector<uint32_t> place = {2, 0};
    const std::vector<float> panels(32 * 5);
    const Finished always_first = {panels.data(), intercepts, nullptr, 1, place};
    const Quality quality = assess(shape, rows.blocks, -1, always_first, kNewRow, {});
    size_t zeros = 0;
    for (size_t i = 0; i < 40; i++)
        zeros += label_of(i, 3) == 0;
    EXPECT_EQ(quality.rows(), 40);
    EXPECT_NEAR(quality.accuracy(), static_cast<double>(zeros) / 40, 1e-12);
    EXPECT_EQ(assess(shape, rows.blocks, -1, always_first, kOldRow, {}).rows(), 0);
}

} // namespace
} // namespace sbert::fit
