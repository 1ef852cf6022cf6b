#include "extension/fit/block.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "encoder/error.h"

namespace sbert::fit {

uint32_t word_at(const float *row, size_t at) noexcept
{
    uint32_t word;
    std::memcpy(&word, row + at, sizeof(word));
    return word;
}

void set_word_at(float *row, size_t at, uint32_t word) noexcept
{
    std::memcpy(row + at, &word, sizeof(word));
}

bool has_label(const Shape &shape, const float *row, size_t label) noexcept
{
    if (!shape.multilabel)
        return word_at(row, shape.labels_at()) == label;
    return (word_at(row, shape.labels_at() + label / 32) >> label % 32 & 1) != 0;
}

BlockReader::BlockReader(const Shape &shape) : shape_(shape) {}

const float *BlockReader::read(const Block &block)
{
    if (block.rows != nullptr)
        return block.rows;
    scratch_.resize(shape_.block_rows() * shape_.stride());
    auto *bytes = reinterpret_cast<char *>(scratch_.data());
    const size_t wanted = block.count * shape_.stride() * sizeof(float);
    for (size_t done = 0; done < wanted;) {
        const ssize_t got =
            pread(file_, bytes + done, wanted - done, block.offset + static_cast<int64_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw encoder::Error(encoder::ErrorCode::kIo,
                                 "could not read a temporary file of a training", {},
                                 got < 0 ? errno : EIO);
        done += static_cast<size_t>(got);
    }
    return scratch_.data();
}

} // namespace sbert::fit
