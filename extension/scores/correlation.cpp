#include "extension/scores/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sbert::scores {
namespace {

// Replaces one side of each pair by its rank, counted from 1. This sorts the pairs by that side.
void rank_side(Pair *pairs, size_t n, double Pair::*side, const encoder::StopFlag &stop)
{
    sort_stoppable(pairs, n, stop,
                   [side](const Pair &a, const Pair &b) { return a.*side < b.*side; });
    for (size_t begin = 0; begin < n;) {
        size_t end = begin + 1;
        for (; end < n && pairs[end].*side == pairs[begin].*side; end++)
            stop.check_at(end);
        const double rank = static_cast<double>(begin + end + 1) / 2;
        for (; begin < end; begin++) {
            stop.check_at(begin);
            pairs[begin].*side = rank;
        }
    }
}

// A single root is exact if both sums are equal. Two roots do not overflow.
double root_of_product(double a, double b) noexcept
{
    const double product = a * b;
    return std::isnormal(product) ? std::sqrt(product) : std::sqrt(a) * std::sqrt(b);
}

} // namespace

void add_row(PearsonSums &sums, Pair row) noexcept
{
    sums.rows++;
    const double n = static_cast<double>(sums.rows);
    const double dx = row.x - sums.mean_x;
    const double dy = row.y - sums.mean_y;
    sums.mean_x += dx / n;
    sums.mean_y += dy / n;
    sums.xx += dx * (row.x - sums.mean_x);
    sums.yy += dy * (row.y - sums.mean_y);
    sums.xy += dx * (row.y - sums.mean_y);
}

void add_rows(PearsonSums &sums, const PearsonSums &others) noexcept
{
    if (others.rows == 0)
        return;
    const double a = static_cast<double>(sums.rows);
    const double b = static_cast<double>(others.rows);
    const double dx = others.mean_x - sums.mean_x;
    const double dy = others.mean_y - sums.mean_y;
    const double share = b / (a + b);
    sums.rows += others.rows;
    sums.mean_x += dx * share;
    sums.mean_y += dy * share;
    sums.xx += others.xx + dx * dx * a * share;
    sums.yy += others.yy + dy * dy * a * share;
    sums.xy += others.xy + dx * dy * a * share;
}

bool pearson(const PearsonSums &sums, double &result) noexcept
{
    if (!(sums.xx > 0) || !(sums.yy > 0))
        return false;
    if (std::isinf(sums.xx) || std::isinf(sums.yy))
        result = std::numeric_limits<double>::quiet_NaN();
    else
        result = std::clamp(sums.xy / root_of_product(sums.xx, sums.yy), -1.0, 1.0);
    return true;
}

bool spearman(Pair *pairs, size_t n, const encoder::StopFlag &stop, double &result)
{
    rank_side(pairs, n, &Pair::x, stop);
    rank_side(pairs, n, &Pair::y, stop);
    PearsonSums sums = {};
    for (size_t i = 0; i < n; i++) {
        stop.check_at(i);
        add_row(sums, pairs[i]);
    }
    return pearson(sums, result);
}

} // namespace sbert::scores
