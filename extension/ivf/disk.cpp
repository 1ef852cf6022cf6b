#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/scalar_codes.h"
#include "extension/pg.h"

#include "extension/ivf/disk.h"

namespace sbert::ivf {

Shape shape_of(uint32 d, uint16 rerank_bits)
{
    Shape shape = {};
    shape.d = d;
    shape.rerank_bits = rerank_bits;
    shape.entry = record_shape(kPageDirectory, sizeof(ListEntry) + d * sizeof(uint16));
    shape.block = record_shape(kPageList, sizeof(ListBlock) + kernels::block_code_bytes(d));
    shape.row = record_shape(kPageRow, sizeof(Row) + kernels::scalar_code_bytes(d, rerank_bits));
    shape.origin = record_shape(kPageOrigin, d * sizeof(float));
    shape.origin.per_page = 1; // there is one
    return shape;
}

} // namespace sbert::ivf
