// The loss of a linear classifier over rows, with its gradient: multinomial logistic regression, or
// one logistic regression a label (one-vs-rest), all in one product.
//
//   loss = 1/N sum_i w_i l(y_i, W x_i s + b) + penalty/(2N) |W|^2     N the sum of the weights w_i
//
// The intercepts b are not penalised. s, the same for all rows, makes the mean square length of a
// vector 1: a penalty means the same whatever the unit of the vectors. What is minimised over is W
// and b + W m s, m the mean vector: the same minimum, nearer for the solver. Products are in single
// precision by the encoder's kernels, sums over blocks in double.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "encoder/stop_flag.h"
#include "extension/learn/block.h"

namespace sbert::learn {

// Weights of the labels: of a row that has label k, of one that has not (multilabel alone).
struct LabelWeights {
    std::vector<float> with, without; // (K)
};

// The units of the parameters.
struct Units {
    double scale;            // s
    Eigen::RowVectorXd mean; // s m, (D)
};

// Those of these rows. Throws encoder::Error(kLimit) where the vectors are too large or too small
// for single precision.
Units units_of(const Shape &shape, std::span<const Block> blocks, BlockReader &reader,
               encoder::StopFlag stop);

// Parameters in one column: W (K, D) row by row, then b + W m s (K).
inline size_t parameter_count(const Shape &shape) noexcept
{
    return shape.labels * (shape.dimensions + 1);
}

// Weights s W and intercepts b as the kernels take them.
class Scorer {
  public:
    explicit Scorer(const Shape &shape);
    void set(const Eigen::VectorXd &parameters, const Units &units);
    // Logits of n <= block_rows() rows: (n, width()), the columns behind K are not written.
    float *logits(const float *rows, size_t n);
    size_t width() const noexcept { return width_; }
    const std::vector<float> &weights() const noexcept { return weights_; }       // (K, D)
    const std::vector<float> &intercepts() const noexcept { return intercepts_; } // (K)
    static size_t bytes(const Shape &shape) noexcept;

  private:
    Shape shape_;
    size_t width_; // K up to a multiple of 32
    std::vector<float> weights_, panels_, intercepts_, logits_;
};

class Objective {
  public:
    // What it is given outlives it.
    Objective(const Shape &shape, std::span<const Block> blocks, BlockReader &reader,
              const LabelWeights &weights, const Units &units);

    // Rows to come are those outside of `fold`, -1 for all.
    void leave_out(int fold, double penalty);

    // The loss at `parameters`; writes its gradient. Throws encoder::Error: kInterrupted, kIo,
    // kLimit where a sum is not finite.
    double operator()(const Eigen::VectorXd &parameters, Eigen::VectorXd &gradient,
                      encoder::StopFlag stop);

    static size_t bytes(const Shape &shape) noexcept;

  private:
    double add_block(const float *rows, size_t n);
    double multinomial(const float *rows, size_t n, float *logits);
    double one_vs_rest(const float *rows, size_t n, float *logits);
    void add_gradient(const float *rows, size_t n, const float *errors);

    Shape shape_;
    std::span<const Block> blocks_;
    BlockReader &reader_;
    const LabelWeights &label_weights_;
    const Units &units_;
    int fold_ = -1;
    double penalty_ = 0, total_weight_ = 0;
    Scorer scorer_;
    std::vector<float> turned_, panels_, product_; // (K, rows), rows as panels, (K, D)
    Eigen::VectorXd sums_;
};

} // namespace sbert::learn
