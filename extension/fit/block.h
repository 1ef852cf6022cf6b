// Rows to learn from, in blocks. A row has a vector, a weight and labels. A block is in memory or
// in a file.
//
// The caller fills the blocks in an order that does not depend on the order of its source. All sums
// go over blocks and rows in that order, so the same rows give the same classifier to the bit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbert::fit {

inline constexpr size_t kMostBlockRows = 512;
inline constexpr size_t kLeastBlockRows = 32;
inline constexpr size_t kBlockFloats = size_t{512} << 10; // 2 MB

// What all rows have in common.
struct Shape {
    size_t dimensions; // D, of a vector
    size_t labels;     // K, at least 1
    bool multilabel;   // whether a row has any number of labels instead of exactly one

    // The number of words for the labels of a row: the number of its label, or a bit for each
    // label.
    size_t label_words() const noexcept { return multilabel ? (labels + 31) / 32 : 1; }
    // The number of floats of a row: D elements, the weight, the origin, the key and the labels.
    // The last three are integers. The key belongs to the caller.
    size_t stride() const noexcept { return dimensions + 3 + label_words(); }
    // The number of rows of a full block.
    size_t block_rows() const noexcept
    {
        return std::clamp(kBlockFloats / stride(), kLeastBlockRows, kMostBlockRows);
    }
    size_t weight_at() const noexcept { return dimensions; }
    size_t origin_at() const noexcept { return dimensions + 1; }
    size_t key_at() const noexcept { return dimensions + 2; }
    size_t labels_at() const noexcept { return dimensions + 3; }
};

// The origin of a row. Quality is reported for each origin.
enum Origin : int32_t { kOldRow, kNewRow };
inline constexpr size_t kOrigins = 2;

// Read and write the integers of a row.
uint32_t word_at(const float *row, size_t at) noexcept;
void set_word_at(float *row, size_t at, uint32_t word) noexcept;

// Whether a row has a label.
bool has_label(const Shape &shape, const float *row, size_t label) noexcept;

// Rows of one fold.
struct Block {
    const float *rows; // (count, stride), or null if the block is in the file
    int64_t offset;    // bytes from the beginning of the file
    uint32_t count;    // 1 ... block_rows()
    int32_t fold;
};

// Reads blocks in memory and in a file.
class BlockReader {
  public:
    explicit BlockReader(const Shape &shape);
    // Sets the file of the blocks that are not in memory. It belongs to the caller and must stay
    // open until the next call.
    void set_file(int file) noexcept { file_ = file; }
    // The rows of a block, valid until the next call. Throws encoder::Error(kIo).
    const float *read(const Block &block);

  private:
    Shape shape_;
    int file_ = -1;
    std::vector<float> scratch_;
};

} // namespace sbert::fit
