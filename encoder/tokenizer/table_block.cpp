#include "encoder/tokenizer/table_block.h"

#include <algorithm>
#include <cstdint>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

constexpr size_t kFixedCounts = 5;
constexpr size_t kMaxCharsmaps = 64;

size_t padded(size_t bytes) { return (bytes + 7) / 8 * 8; }

class BlockWriter {
  public:
    template <class Number>
    void add(std::span<const Number> values)
    {
        const auto bytes = std::as_bytes(values);
        block_.insert(block_.end(), bytes.begin(), bytes.end());
        block_.resize(padded(block_.size()));
    }
    std::vector<std::byte> take() { return std::move(block_); }

  private:
    std::vector<std::byte> block_;
};

// Hands out the parts one after another and insists that they lie within the block.
class BlockReader {
  public:
    explicit BlockReader(std::span<const std::byte> block) : block_(block) {}

    template <class Number>
    std::span<const Number> take(uint64_t count)
    {
        const size_t left = block_.size() - at_;
        if (count > left / sizeof(Number) || padded(count * sizeof(Number)) > left)
            throw Error(ErrorCode::kModelInvalid, "invalid tokenizer tables: they are truncated");
        const auto *values = reinterpret_cast<const Number *>(block_.data() + at_);
        at_ += padded(count * sizeof(Number));
        return {values, count};
    }
    void require_end() const
    {
        if (at_ != block_.size())
            throw Error(ErrorCode::kModelInvalid,
                        "invalid tokenizer tables: bytes behind the last");
    }

  private:
    std::span<const std::byte> block_;
    size_t at_ = 0;
};

} // namespace

std::vector<std::byte> write_table_block(const TokenizerView &view)
{
    std::vector<uint64_t> counts = {view.merges.merges.size(), view.merges.slots.size(),
                                    view.pieces.labels.size(), view.scores.size(),
                                    view.charsmaps.size()};
    for (const CharsmapView &map : view.charsmaps) {
        counts.push_back(map.units.size());
        counts.push_back(map.replacements.size());
    }
    BlockWriter writer;
    writer.add(std::span<const uint64_t>(counts));
    writer.add(view.merges.merges);
    writer.add(view.merges.slots);
    writer.add(view.scores);
    writer.add(view.pieces.first);
    writer.add(view.pieces.values);
    for (const CharsmapView &map : view.charsmaps)
        writer.add(map.units);
    for (const CharsmapView &map : view.charsmaps)
        writer.add(map.replacements);
    writer.add(view.pieces.labels);
    return writer.take();
}

TokenizerView read_table_block(std::span<const std::byte> block)
{
    BlockReader reader(block);
    const auto counts = reader.take<uint64_t>(kFixedCounts);
    if (counts[4] > kMaxCharsmaps)
        throw Error(ErrorCode::kModelInvalid, "invalid tokenizer tables: too many charsmaps");
    const auto map_counts = reader.take<uint64_t>(2 * counts[4]);
    TokenizerView view;
    view.merges.merges = reader.take<Merge>(counts[0]);
    view.merges.slots = reader.take<uint32_t>(counts[1]);
    view.scores = reader.take<double>(counts[3]);
    const uint64_t nodes = counts[2];
    view.pieces.first = reader.take<uint32_t>(nodes == 0 ? 0 : nodes + 1);
    view.pieces.values = reader.take<uint32_t>(nodes);
    view.charsmaps.resize(counts[4]);
    for (size_t i = 0; i < view.charsmaps.size(); ++i)
        view.charsmaps[i].units = reader.take<uint32_t>(map_counts[2 * i]);
    for (size_t i = 0; i < view.charsmaps.size(); ++i)
        view.charsmaps[i].replacements = reader.take<char>(map_counts[2 * i + 1]);
    view.pieces.labels = reader.take<uint8_t>(nodes);
    reader.require_end();
    if (!view.scores.empty())
        view.min_score = *std::min_element(view.scores.begin(), view.scores.end());
    return view;
}

} // namespace sbert::encoder
