// How many records of each kind fit a page, by dimensions.
#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/scalar_codes.h"
#include "extension/pg.h"

#include "extension/ivf/disk.h"

namespace sbert::ivf {
namespace {

// Slots are aligned for 8-byte fields, and so are the codes behind a header.
void divide(Size bytes, uint32 *record, uint32 *per_page, uint32 *span)
{
    const Size aligned = MAXALIGN(bytes);
    *record = static_cast<uint32>(aligned);
    *per_page = aligned <= kPagePayload ? static_cast<uint32>(kPagePayload / aligned) : 1;
    *span = static_cast<uint32>((aligned + kPagePayload - 1) / kPagePayload);
}

} // namespace

Shape shape_of(uint32 d, uint16 refine_bits)
{
    Shape shape = {};
    shape.d = d;
    shape.refine_bits = refine_bits;
    divide(sizeof(ListEntry) + d * sizeof(uint16), &shape.entry_bytes, &shape.entries_per_page,
           &shape.entry_span);
    divide(sizeof(ListBlock) + kernels::block_code_bytes(d), &shape.block_bytes,
           &shape.blocks_per_page, &shape.block_span);
    divide(sizeof(Row) + kernels::scalar_code_bytes(d, refine_bits), &shape.row_bytes,
           &shape.rows_per_page, &shape.row_span);
    uint32 one;
    divide(d * sizeof(float), &shape.origin_bytes, &one, &shape.origin_span);
    return shape;
}

} // namespace sbert::ivf
