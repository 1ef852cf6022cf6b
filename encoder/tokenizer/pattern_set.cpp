// The sorted array behind PatternSet.
#include "encoder/tokenizer/pattern_set.h"

#include <algorithm>
#include <utility>

namespace sbert::encoder {

void PatternSet::add(std::vector<uint32_t> units, size_t value)
{
    if (units.empty())
        return;
    longest_ = std::max(longest_, units.size());
    patterns_.push_back({std::move(units), value});
}

void PatternSet::finish()
{
    std::stable_sort(patterns_.begin(), patterns_.end(),
                     [](const Pattern &a, const Pattern &b) { return a.units < b.units; });
}

PatternSet::Cursor::Cursor(const PatternSet &set)
    : low_(set.patterns_.data()), high_(low_ + set.patterns_.size())
{
}

bool PatternSet::Cursor::feed(uint32_t unit)
{
    const size_t depth = depth_++;
    low_ =
        std::partition_point(low_, high_, [=](const Pattern &p) { return p.units[depth] < unit; });
    high_ =
        std::partition_point(low_, high_, [=](const Pattern &p) { return p.units[depth] == unit; });
    // A pattern that ends here sorts before those that go on.
    for (; low_ != high_ && low_->units.size() == depth_; ++low_) {
        if (length_ != depth_) {
            length_ = depth_;
            value_ = low_->value;
        }
    }
    return low_ != high_;
}

} // namespace sbert::encoder
