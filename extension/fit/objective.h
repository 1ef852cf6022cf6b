// The loss of a linear classifier over rows, with its gradient. This is multinomial logistic
// regression, or one logistic regression per label (one-vs-rest), all in one product.
//
//   loss = 1/N sum_i w_i l(y_i, W x_i s + b) + penalty/(2N) |W|^2
//
// N is the sum of the weights w_i. The intercepts b are not penalised. The factor s is the same for
// all rows. It makes the mean square length of a vector 1, so that a penalty means the same
// whatever the scale of the vectors. The parameters are W and b + W m s, where m is the mean
// vector. The minimum is the same as with b, and the solver finds it faster. Products are in single
// precision by the encoder's kernels, sums over blocks in double.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "encoder/stop_flag.h"
#include "extension/fit/block.h"

namespace sbert::fit {

// The weights of the labels: for rows that have label k, and (multilabel only) for rows without it.
struct LabelWeights {
    std::vector<float> with, without; // (K)
};

// The units of the parameters.
struct Units {
    double scale;            // s
    Eigen::RowVectorXd mean; // s m, (D)
};

// The units of these rows. Throws encoder::Error(kLimit) if the vectors are too large or too small
// for single precision.
Units units_of(const Shape &shape, std::span<const Block> blocks, BlockReader &reader,
               encoder::StopFlag stop);

// The number of parameters. They are one column: W (K, D) row by row, then b + W m s (K).
inline size_t parameter_count(const Shape &shape) noexcept
{
    return shape.labels * (shape.dimensions + 1);
}

// Computes logits with the weights s W and the intercepts b, which it stores as the kernels take
// them.
class Scorer {
  public:
    explicit Scorer(const Shape &shape);
    void set(const Eigen::VectorXd &parameters, const Units &units);
    // The logits (n, width()) of n <= block_rows() rows. Columns from K on are not written.
    float *logits(const float *rows, size_t n);
    size_t width() const noexcept { return width_; }
    const std::vector<float> &weights() const noexcept { return weights_; }       // (K, D)
    const std::vector<float> &intercepts() const noexcept { return intercepts_; } // (K)
    static size_t bytes(const Shape &shape) noexcept;

  private:
    Shape shape_;
    size_t width_; // K rounded up to a multiple of 32
    std::vector<float> weights_, panels_, intercepts_, logits_;
};

class Objective {
  public:
    // The arguments must outlive the objective.
    Objective(const Shape &shape, std::span<const Block> blocks, BlockReader &reader,
              const LabelWeights &weights, const Units &units);

    // Leaves out the rows of `fold`, or none if it is -1, and sets the penalty.
    void leave_out(int fold, double penalty);

    // Returns the loss at `parameters` and writes its gradient. Throws encoder::Error:
    // kInterrupted, kIo, and kLimit if a sum is not finite.
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

} // namespace sbert::fit
