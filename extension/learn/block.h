// Rows to learn from, in blocks: a vector, a weight and labels each. A block lies in memory or in a
// file.
//
// The caller fills them, in an order that does not depend on the order of its source; all sums run
// over blocks and rows in that order, so the same rows give the same classifier to the bit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbert::learn {

inline constexpr size_t kMostBlockRows = 512;
inline constexpr size_t kLeastBlockRows = 32;
inline constexpr size_t kBlockFloats = size_t{512} << 10; // 2 MB

// What all rows have in common.
struct Shape {
    size_t dimensions; // D, of a vector
    size_t labels;     // K, at least 1
    bool multilabel;   // a row has any number of labels, else exactly one

    // Words of a row's labels: its label's number, or a bit for each label.
    size_t label_words() const noexcept { return multilabel ? (labels + 31) / 32 : 1; }
    // Floats of a row: D elements, its weight, its origin, its labels (the last two are integers).
    size_t stride() const noexcept { return dimensions + 2 + label_words(); }
    // Rows of a full block.
    size_t block_rows() const noexcept
    {
        return std::clamp(kBlockFloats / stride(), kLeastBlockRows, kMostBlockRows);
    }
    size_t weight_at() const noexcept { return dimensions; }
    size_t origin_at() const noexcept { return dimensions + 1; }
    size_t labels_at() const noexcept { return dimensions + 2; }
};

// Where a row comes from; quality is told for each.
enum Origin : int32_t { kOldRow, kNewRow };
inline constexpr size_t kOrigins = 2;

// The integers of a row, as they lie.
uint32_t word_at(const float *row, size_t at) noexcept;
void set_word_at(float *row, size_t at, uint32_t word) noexcept;

// Whether a row has a label.
bool has_label(const Shape &shape, const float *row, size_t label) noexcept;

// Rows of one fold.
struct Block {
    const float *rows; // (count, stride), or null: in the file
    int64_t offset;    // there, in bytes
    uint32_t count;    // 1 ... block_rows()
    int32_t fold;
};

// Gives blocks, wherever they lie.
class BlockReader {
  public:
    explicit BlockReader(const Shape &shape);
    // The file of the blocks that are not in memory, the caller's; open until the next call.
    void set_file(int file) noexcept { file_ = file; }
    // The rows of a block, valid until the next call. Throws encoder::Error(kIo).
    const float *read(const Block &block);

  private:
    Shape shape_;
    int file_ = -1;
    std::vector<float> scratch_;
};

} // namespace sbert::learn
