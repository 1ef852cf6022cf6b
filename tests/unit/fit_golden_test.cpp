// Weights equal scikit-learn's at the same penalty: tests/golden/make_fit.py.
#include <string>

#include <gtest/gtest.h>

#include "encoder/model/json.h"
#include "extension/fit/minimizer.h"
#include "extension/fit/objective.h"
#include "file_text.h"
#include "fit_rows.h"

namespace sbert::fit {
namespace {

using encoder::JsonValue;

// To the true minimum, as far as single precision tells it.
Eigen::VectorXd minimum(Objective &objective, const Shape &shape)
{
    Minimizer minimizer(Eigen::VectorXd::Zero(static_cast<Eigen::Index>(parameter_count(shape))));
    const auto f = [&](const Eigen::VectorXd &x, Eigen::VectorXd &gradient) {
        return objective(x, gradient, {});
    };
    for (int step = 0; step < 1000 && !minimizer.step(f, {1e-7, 0}); step++)
        ;
    return minimizer.x();
}

void check_case(const JsonValue &c, size_t n, size_t D)
{
    const auto K = static_cast<size_t>(c.at("labels").number());
    const Shape shape = {D, K, c.at("sets").boolean()};
    Rows rows = make_rows(shape, n, 32, 1);
    LabelWeights weights;
    for (size_t k = 0; k < K; k++)
        weights.with.push_back(static_cast<float>(c.at("with").element(k).number()));
    if (shape.multilabel)
        weights.without.assign(K, 1);
    BlockReader reader(shape);
    const Units units = units_of(shape, rows.blocks, reader, {});
    Objective objective(shape, rows.blocks, reader, weights, units);
    objective.leave_out(-1, c.at("penalty").number());
    Scorer scorer(shape);
    scorer.set(minimum(objective, shape), units);

    double mean = 0; // intercepts of labels that exclude each other may all be moved alike
    for (size_t k = 0; k < K && !shape.multilabel; k++)
        mean += static_cast<double>(scorer.intercepts()[k]) / static_cast<double>(K);
    for (size_t k = 0; k < K; k++) {
        for (size_t d = 0; d < D; d++)
            EXPECT_NEAR(scorer.weights()[k * D + d], c.at("weights").element(k).element(d).number(),
                        5e-4);
        EXPECT_NEAR(static_cast<double>(scorer.intercepts()[k]) - mean,
                    c.at("intercepts").element(k).number(), 5e-4);
    }
}

TEST(FitGolden, WeightsAreScikitLearns)
{
    const std::string text = file_text(SBERT_SOURCE_DIR "/tests/golden/fit.json");
    const encoder::JsonDocument document(text, "fit.json", text.size() + 1);
    const JsonValue cases = document.root().at("cases");
    ASSERT_EQ(cases.size(), 6u);
    for (size_t i = 0; i < cases.size(); i++) {
        SCOPED_TRACE(i);
        check_case(cases.element(i), static_cast<size_t>(document.root().at("rows").number()),
                   static_cast<size_t>(document.root().at("dimensions").number()));
    }
}

} // namespace
} // namespace sbert::fit
