#include "extension/tagging/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>

namespace sbert::tagging {

void FeatureCounts::add(std::span<const uint32_t> features) noexcept
{
    for (const uint32_t feature : features) {
        uint8_t &count = counts_[feature % kCells];
        count += count != UINT8_MAX;
    }
}

uint8_t FeatureCounts::threshold(uint8_t least, size_t most) const noexcept
{
    std::array<size_t, 256> cells = {};
    for (const uint8_t count : counts_)
        cells[count]++;
    size_t reached = 0;
    int threshold = UINT8_MAX + 1;
    while (threshold > least && reached + cells[static_cast<size_t>(threshold - 1)] <= most)
        reached += cells[static_cast<size_t>(--threshold)];
    return static_cast<uint8_t>(std::min<int>(threshold, UINT8_MAX));
}

Dictionary::Dictionary(size_t most)
    : most_(most), slots_(std::bit_ceil(2 * std::max<size_t>(most, 1)))
{
}

size_t Dictionary::slot(uint32_t feature) const noexcept
{
    size_t at = feature * uint64_t{0x9e3779b97f4a7c15} >> 32 & (slots_.size() - 1);
    while (slots_[at] != 0 && features_[slots_[at] - 1] != feature)
        at = (at + 1) & (slots_.size() - 1);
    return at;
}

uint32_t Dictionary::find(uint32_t feature) const noexcept { return slots_[slot(feature)] - 1; }

uint32_t Dictionary::add(uint32_t feature)
{
    uint32_t &number = slots_[slot(feature)];
    if (number == 0 && features_.size() < most_) {
        features_.push_back(feature);
        number = static_cast<uint32_t>(features_.size());
    }
    return number - 1;
}

} // namespace sbert::tagging
