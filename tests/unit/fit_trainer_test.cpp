// Whole trainings: what they find, that they repeat to the bit, wherever rows lie and however often
// they are interrupted.
#include "extension/fit/trainer.h"

#include <cstdio>
#include <memory>
#include <unistd.h>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "fit_rows.h"

namespace sbert::fit {
namespace {

Plan plan_of(const Shape &shape, int folds)
{
    return {{10, 1, 0.1, 0.01}, folds, false, 1000, {std::vector<float>(shape.labels, 1), {}}};
}

Fitted train(Rows &rows, const Plan &plan, int file = -1)
{
    Trainer trainer(rows.shape, rows.blocks, plan);
    int steps = 0;
    while (trainer.advance(file, {}))
        EXPECT_LT(steps++, 100000);
    return trainer.fitted();
}

void expect_same(const Fitted &a, const Fitted &b)
{
    EXPECT_EQ(a.weights, b.weights);
    EXPECT_EQ(a.intercepts, b.intercepts);
    EXPECT_EQ(a.temperature, b.temperature);
    EXPECT_EQ(a.thresholds, b.thresholds);
    EXPECT_EQ(a.penalty, b.penalty);
    EXPECT_EQ(a.overall.accuracy(), b.overall.accuracy());
}

TEST(FitTrainer, LearnsWhatThereIs)
{
    Rows rows = make_rows({6, 3, false}, 600, 30, 5);
    const Fitted fitted = train(rows, plan_of(rows.shape, 5));
    EXPECT_TRUE(fitted.measured);
    EXPECT_EQ(fitted.overall.rows(), 600);
    EXPECT_EQ(fitted.quality[kNewRow].rows(), 600);
    EXPECT_EQ(fitted.quality[kOldRow].rows(), 0);
    EXPECT_GT(fitted.overall.accuracy(), 0.6); // one row in three by chance
    EXPECT_LT(fitted.overall.log_loss(), 0.95);
    ASSERT_GE(fitted.path.size(), 2u);
    double best = 1e9, chosen = 0;
    for (const PenaltyLoss &step : fitted.path) {
        best = std::min(best, step.log_loss);
        chosen = step.penalty == fitted.penalty ? step.log_loss : chosen;
    }
    EXPECT_LE(chosen, best * 1.003);
}

TEST(FitTrainer, LearnsSets)
{
    Rows rows = make_rows({6, 3, true}, 600, 30, 5);
    const Fitted fitted = train(rows, plan_of(rows.shape, 5));
    ASSERT_EQ(fitted.thresholds.size(), 3u);
    EXPECT_GT(fitted.overall.macro_f1(), 0.6);
}

TEST(FitTrainer, HoldoutMeasuresOneFold)
{
    Rows rows = make_rows({6, 3, false}, 600, 30, 5);
    Plan plan = plan_of(rows.shape, 5);
    plan.holdout = true;
    EXPECT_EQ(train(rows, plan).overall.rows(), 120);
}

TEST(FitTrainer, WithoutFoldsNothingIsMeasured)
{
    Rows rows = make_rows({6, 3, false}, 90, 30, 1);
    const Fitted fitted = train(rows, plan_of(rows.shape, 0));
    EXPECT_FALSE(fitted.measured);
    EXPECT_EQ(fitted.penalty, 10);
    EXPECT_EQ(fitted.temperature, 1);
    EXPECT_EQ(fitted.weights.size(), 18u);
}

// Vectors in another unit are the same vectors.
TEST(FitTrainer, TheUnitOfVectorsDoesNotMatter)
{
    Rows rows = make_rows({6, 3, false}, 300, 30, 5), large = rows;
    for (size_t i = 0; i < 300; i++)
        for (size_t d = 0; d < 6; d++)
            large.row(i)[d] = rows.row(i)[d] * 1024;
    for (size_t b = 0; b < large.blocks.size(); b++)
        large.blocks[b].rows = large.floats.data() + (rows.blocks[b].rows - rows.floats.data());
    const Fitted one = train(rows, plan_of(rows.shape, 5)),
                 other = train(large, plan_of(rows.shape, 5));
    EXPECT_EQ(one.penalty, other.penalty);
    for (size_t i = 0; i < one.weights.size(); i++)
        EXPECT_NEAR(one.weights[i], other.weights[i] * 1024, 1e-4);
}

TEST(FitTrainer, RowsInAFileAreTheSame)
{
    Rows rows = make_rows({6, 3, false}, 300, 30, 5);
    const Fitted in_memory = train(rows, plan_of(rows.shape, 5));
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::tmpfile(), std::fclose);
    ASSERT_TRUE(file);
    ASSERT_EQ(std::fwrite(rows.floats.data(), sizeof(float), rows.floats.size(), file.get()),
              rows.floats.size());
    std::fflush(file.get());
    for (size_t b = 0; b < rows.blocks.size(); b += 2) {
        rows.blocks[b].offset =
            (rows.blocks[b].rows - rows.floats.data()) * static_cast<int64_t>(sizeof(float));
        rows.blocks[b].rows = nullptr;
    }
    expect_same(train(rows, plan_of(rows.shape, 5), fileno(file.get())), in_memory);
    // ... and an error where the file ends too soon
    ASSERT_EQ(ftruncate(fileno(file.get()), 100), 0);
    EXPECT_THROW(train(rows, plan_of(rows.shape, 5), fileno(file.get())), encoder::Error);
}

// A stop flag that is raised at every second call: each step is tried again until it comes through.
TEST(FitTrainer, GoesOnAfterInterruptions)
{
    for (const bool sets : {false, true}) {
        Rows rows = make_rows({6, 3, sets}, 300, 30, 5);
        const Fitted whole = train(rows, plan_of(rows.shape, 5));
        Trainer trainer(rows.shape, rows.blocks, plan_of(rows.shape, 5));
        volatile sig_atomic_t raised = 1;
        int interruptions = 0;
        for (bool more = true; more;) {
            try {
                more = trainer.advance(-1, encoder::StopFlag(&raised));
                raised = 1;
            } catch (const encoder::Error &) {
                interruptions++;
                raised = 0;
            }
        }
        EXPECT_GT(interruptions, 20);
        expect_same(trainer.fitted(), whole);
    }
}

} // namespace
} // namespace sbert::fit
