#include "extension/fit/objective.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/activation.h"
#include "encoder/kernels/distance.h"
#include "encoder/kernels/linear.h"
#include "encoder/kernels/rows.h"

namespace sbert::fit {
namespace {

// Smaller probabilities count as this one. So the loss of a row is at most 87, but its gradient is
// not limited.
constexpr float kLeastProbability = 1e-38f;

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

size_t rounded_up(size_t n) { return kernels::panel_count(n) * kernels::kPanelWidth; }

// -log of the product of n probabilities. Summing logarithms would cost an order of magnitude more.
double log_loss(const float *probabilities, size_t n)
{
    // 1e-38 to the 8th power is still a double.
    constexpr size_t kFactors = 8;
    double loss = 0;
    for (size_t i = 0; i < n; i += kFactors) {
        double product = 1;
        for (size_t j = i; j < std::min(n, i + kFactors); j++)
            product *= static_cast<double>(std::max(probabilities[j], kLeastProbability));
        loss -= std::log(product);
    }
    return loss;
}

} // namespace

// ---- units -------------------------------------------------------------------------------------

Units units_of(const Shape &shape, std::span<const Block> blocks, BlockReader &reader,
               encoder::StopFlag stop)
{
    const auto D = static_cast<Eigen::Index>(shape.dimensions);
    double squares = 0, rows = 0;
    Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(D);
    for (const Block &block : blocks) {
        stop.check();
        const float *first = reader.read(block);
        for (size_t i = 0; i < block.count; i++) {
            const Eigen::Map<const Eigen::RowVectorXf> row(first + i * shape.stride(), D);
            sum += row.cast<double>();
            squares += row.cast<double>().squaredNorm();
        }
        rows += block.count;
    }
    if (squares == 0)
        return {1, sum}; // all vectors are zero, so only the intercepts are learned
    const double length = std::sqrt(squares / rows);
    if (length < 1e-15 || length > 1e15)
        throw encoder::Error(encoder::ErrorCode::kLimit,
                             "vectors of too " + std::string(length < 1 ? "small" : "great") +
                                 " a length to learn from",
                             "Normalize them first.");
    return {1 / length, sum / (rows * length)};
}

// ---- scorer ------------------------------------------------------------------------------------

Scorer::Scorer(const Shape &shape)
    : shape_(shape), width_(rounded_up(shape.labels)), weights_(shape.labels * shape.dimensions),
      panels_(kernels::packed_floats(shape.labels, shape.dimensions)), intercepts_(shape.labels),
      logits_(shape.block_rows() * width_)
{
}

size_t Scorer::bytes(const Shape &shape) noexcept
{
    const size_t width = rounded_up(shape.labels);
    return sizeof(float) * (2 * width * shape.dimensions + width + shape.block_rows() * width);
}

void Scorer::set(const Eigen::VectorXd &parameters, const Units &units)
{
    const auto K = static_cast<Eigen::Index>(shape_.labels);
    const auto D = static_cast<Eigen::Index>(shape_.dimensions);
    const Eigen::Map<const Matrix> w(parameters.data(), K, D);
    Eigen::Map<Eigen::VectorXf>(weights_.data(), K * D) =
        (parameters.head(K * D) * units.scale).cast<float>();
    Eigen::Map<Eigen::VectorXf>(intercepts_.data(), K) =
        (parameters.tail(K) - w * units.mean.transpose()).cast<float>();
    kernels::pack_panels(weights_.data(), shape_.dimensions, shape_.labels, shape_.dimensions,
                         panels_.data());
}

float *Scorer::logits(const float *rows, size_t n)
{
    kernels::linear(rows, shape_.stride(), n, shape_.dimensions, panels_.data(), intercepts_.data(),
                    shape_.labels, logits_.data(), width_);
    return logits_.data();
}

// ---- objective ---------------------------------------------------------------------------------

Objective::Objective(const Shape &shape, std::span<const Block> blocks, BlockReader &reader,
                     const LabelWeights &weights, const Units &units)
    : shape_(shape), blocks_(blocks), reader_(reader), label_weights_(weights), units_(units),
      scorer_(shape), turned_(shape.labels * shape.block_rows()),
      panels_(kernels::packed_floats(shape.dimensions, shape.block_rows())),
      product_(shape.labels * shape.dimensions),
      sums_(static_cast<Eigen::Index>(parameter_count(shape)))
{
}

size_t Objective::bytes(const Shape &shape) noexcept
{
    return Scorer::bytes(shape) + sizeof(double) * parameter_count(shape) +
           sizeof(float) * (shape.labels * (shape.block_rows() + shape.dimensions) +
                            kernels::packed_floats(shape.dimensions, shape.block_rows()) +
                            shape.block_rows() * shape.stride());
}

void Objective::leave_out(int fold, double penalty)
{
    fold_ = fold;
    penalty_ = penalty;
}

double Objective::operator()(const Eigen::VectorXd &parameters, Eigen::VectorXd &gradient,
                             encoder::StopFlag stop)
{
    scorer_.set(parameters, units_);
    sums_.setZero();
    total_weight_ = 0;
    double loss = 0;
    for (const Block &block : blocks_) {
        stop.check();
        if (block.fold != fold_)
            loss += add_block(reader_.read(block), block.count);
    }
    const auto K = static_cast<Eigen::Index>(shape_.labels);
    const auto n = static_cast<Eigen::Index>(shape_.labels * shape_.dimensions);
    loss += penalty_ / 2 * parameters.head(n).squaredNorm();
    gradient.head(n) = sums_.head(n) * units_.scale + penalty_ * parameters.head(n);
    gradient.tail(K) = sums_.tail(K);
    Eigen::Map<Matrix>(gradient.data(), K, n / K) -= sums_.tail(K) * units_.mean;
    gradient /= total_weight_;
    if (!std::isfinite(loss) || !gradient.allFinite())
        throw encoder::Error(encoder::ErrorCode::kLimit,
                             "a sum of the training is out of the range of single precision",
                             "Vectors of very different lengths cannot be learned from together.");
    return loss / total_weight_;
}

double Objective::add_block(const float *rows, size_t n)
{
    float *logits = scorer_.logits(rows, n);
    for (size_t i = 0; i < n; i++)
        total_weight_ += static_cast<double>(rows[i * shape_.stride() + shape_.weight_at()]);
    const double loss =
        shape_.multilabel ? one_vs_rest(rows, n, logits) : multinomial(rows, n, logits);
    add_gradient(rows, n, logits);
    return loss;
}

// This function and the next turn logits into errors, which are the derivatives of the loss.
double Objective::multinomial(const float *rows, size_t n, float *logits)
{
    const size_t width = scorer_.width();
    kernels::softmax(logits, n, shape_.labels, width, 1);
    double loss = 0;
    for (size_t i = 0; i < n; i++) {
        const float *row = rows + i * shape_.stride();
        const size_t label = word_at(row, shape_.labels_at());
        float *p = logits + i * width;
        const float weight = row[shape_.weight_at()] * label_weights_.with[label];
        loss += static_cast<double>(weight) * log_loss(p + label, 1);
        p[label] -= 1;
        if (weight != 1)
            kernels::scale(p, weight, shape_.labels);
    }
    return loss;
}

double Objective::one_vs_rest(const float *rows, size_t n, float *logits)
{
    const size_t width = scorer_.width(), K = shape_.labels;
    const bool weighted = !label_weights_.without.empty();
    double loss = 0;
    for (size_t i = 0; i < n; i++) {
        const float *row = rows + i * shape_.stride();
        float *p = logits + i * width;
        // For each label this is the probability of the truth, which avoids cancellation near 0
        // and 1.
        for (size_t k = 0; k < K; k++)
            p[k] = has_label(shape_, row, k) ? p[k] : -p[k];
        kernels::sigmoid(p, K);
        double row_loss = weighted ? 0 : log_loss(p, K);
        for (size_t k = 0; k < K; k++) {
            const bool with = has_label(shape_, row, k);
            const float weight =
                weighted ? (with ? label_weights_.with[k] : label_weights_.without[k]) : 1;
            if (weighted)
                row_loss += static_cast<double>(weight) * log_loss(p + k, 1);
            p[k] = (with ? p[k] - 1 : 1 - p[k]) * weight;
        }
        const float weight = row[shape_.weight_at()];
        loss += static_cast<double>(weight) * row_loss;
        if (weight != 1)
            kernels::scale(p, weight, K);
    }
    return loss;
}

// sums += errors^T rows. The rows are the weights of this product, and the transposed errors its
// rows.
void Objective::add_gradient(const float *rows, size_t n, const float *errors)
{
    const size_t width = scorer_.width(), K = shape_.labels, D = shape_.dimensions;
    const size_t pitch = shape_.block_rows();
    // The errors of this number of rows stay in the first-level cache.
    constexpr size_t kTile = 16;
    for (size_t first = 0; first < n; first += kTile)
        for (size_t k = 0; k < K; k++)
            for (size_t i = first; i < std::min(n, first + kTile); i++)
                turned_[k * pitch + i] = errors[i * width + k];
    kernels::pack_panels_transposed(rows, shape_.stride(), D, n, panels_.data());
    kernels::linear(turned_.data(), pitch, K, n, panels_.data(), nullptr, D, product_.data(), D);
    const auto parameters = static_cast<Eigen::Index>(K * D);
    sums_.head(parameters) +=
        Eigen::Map<const Eigen::VectorXf>(product_.data(), parameters).cast<double>();
    for (size_t k = 0; k < K; k++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += static_cast<double>(turned_[k * pitch + i]);
        sums_[parameters + static_cast<Eigen::Index>(k)] += sum;
    }
}

} // namespace sbert::fit
