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
    memset(record, 0, shape->row_bytes);
    auto *row = reinterpret_cast<Row *>(record);
    row->tid = *tid;
    row->state = kRowLive;
    kernels::ScalarRange range = {};
    if (shape->refine_bits == 32)
        memcpy(row + 1, given, shape->d * sizeof(float));
    else
        range = kernels::encode_scalar(x, shape->d, shape->refine_bits,
                                       reinterpret_cast<uint8 *>(row + 1));
    row->low = range.low;
    row->step = range.step;
    // A vector of zeros is exact, and every sum of its squares is.
    row->error = norm2 == 0 || operators_can_tell(norm2) ? range.error : kInfinity;
}

void init_block(const Shape *shape, uint32 list, uint32 epoch, uint32 next, char *record)
{
    memset(record, 0, shape->block_bytes);
    auto *block = reinterpret_cast<ListBlock *>(record);
    block->list = list;
    block->epoch = epoch;
    block->next = next;
    for (int i = 0; i < static_cast<int>(kernels::kBlockRows); i++)
        clear_slot(block, i);
}

void fill_slot(const Shape *shape, ann::Metric metric, const float *x, const float *centroid,
               float *scratch, uint32 row, int slot, ListBlock *block)
{
    const ann::RowFactors factors = ann::residual_factors(metric, x, centroid, shape->d, scratch);
    kernels::set_row_code(scratch, shape->d, static_cast<Size>(slot), block_codes(block));
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

Size row_code_bytes(uint32 d) { return kernels::code_segments(d) / 2; }

void take_code(const Shape *shape, const uint8 *codes, int slot, uint8 *code)
{
    const Size n = row_code_bytes(shape->d);
    for (Size i = 0; i < n; i++)
        code[i] = codes[i * kernels::kBlockRows + static_cast<Size>(slot)];
}

void put_code(const Shape *shape, const uint8 *code, int slot, uint8 *codes)
{
    const Size n = row_code_bytes(shape->d);
    for (Size i = 0; i < n; i++)
        codes[i * kernels::kBlockRows + static_cast<Size>(slot)] = code[i];
}

void put_slot(const Shape *shape, ann::RowFactors factors, const uint8 *code, uint32 row, int slot,
              ListBlock *block)
{
    put_code(shape, code, slot, block_codes(block));
    block->add[slot] = factors.add;
    block->mul[slot] = factors.mul;
    block->row[slot] = row;
    block->used = static_cast<uint16>(block->used | 1u << slot);
}

} // namespace sbert::ivf
