#include <limits>

#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/scalar_codes.h"
#include "extension/pg.h"

#include "extension/ivf/row_codes.h"

namespace sbert::ivf {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

} // namespace

void fill_row(const Shape *shape, const float *given, const float *x, float norm2, ItemPointer tid,
              char *record)
{
    memset(record, 0, shape->row.bytes);
    auto *row = reinterpret_cast<Row *>(record);
    row->tid = *tid;
    row->state = kRowLive;
    kernels::ScalarRange range = {};
    if (shape->rerank_bits == 32)
        memcpy(row + 1, given, shape->d * sizeof(float));
    else
        range = kernels::encode_scalar(x, shape->d, shape->rerank_bits,
                                       reinterpret_cast<uint8 *>(row + 1));
    row->low = range.low;
    row->step = range.step;
    // A vector of zeros is exact, and every sum of its squares is.
    row->error = norm2 == 0 || operators_can_tell(norm2) ? range.error : kInfinity;
}

Size row_code_bytes(uint32 d) { return kernels::code_segments(d) / 2; }

ann::RowFactors code_row(ann::Metric metric, uint32 d, const float *x, const float *centroid,
                         float *residual, uint8 *block_codes, uint8 *code)
{
    const ann::RowFactors factors = ann::residual_factors(metric, x, centroid, d, residual);
    kernels::set_row_code(residual, d, 0, block_codes);
    take_code(d, block_codes, 0, code);
    return factors;
}

void clear_block(ListBlock *block, uint32 list, uint32 epoch, uint32 next)
{
    block->list = list;
    block->epoch = epoch;
    block->next = next;
    block->used = 0;
    block->reserved = 0;
    for (int i = 0; i < kBlockSlots; i++)
        clear_slot(block, i);
}

void take_code(uint32 d, const uint8 *block_codes, int slot, uint8 *code)
{
    for (Size i = 0; i < row_code_bytes(d); i++)
        code[i] = block_codes[i * kBlockSlots + static_cast<Size>(slot)];
}

void put_code(uint32 d, const uint8 *code, int slot, uint8 *block_codes)
{
    for (Size i = 0; i < row_code_bytes(d); i++)
        block_codes[i * kBlockSlots + static_cast<Size>(slot)] = code[i];
}

void put_factors(ann::RowFactors factors, uint32 row, int slot, ListBlock *block)
{
    block->add[slot] = factors.add;
    block->mul[slot] = factors.mul;
    block->row[slot] = row;
    block->used = static_cast<uint16>(block->used | 1u << slot);
}

void clear_slot(ListBlock *block, int slot)
{
    block->used = static_cast<uint16>(block->used & ~(1u << slot));
    block->add[slot] = kInfinity;
    block->mul[slot] = 0;
    block->row[slot] = kNone;
}

} // namespace sbert::ivf
