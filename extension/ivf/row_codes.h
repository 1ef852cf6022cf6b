// A row's records made of its prepared vector: what build, insert and the replacing of a chain
// write. Nothing here can fail or allocates.
#pragma once

#include "extension/ann/metric.h"
#include "extension/ann/residual_code.h"
#include "extension/ivf/disk.h"

namespace sbert::ivf {

// The operators sum squares in float, which must neither overflow nor lose their small terms: of a
// vector with another |x|^2 no bound of what they return is certain, and an infinite error says so.
inline bool operators_can_tell(float norm2) { return norm2 > 1e-26f && norm2 < 1e30f; }

// The record of a row: header and codes (or the vector itself), zeros behind.
//   given  (d) the vector as it was given: read with 32 bits alone
//   x      (d) as prepare_row() made it; norm2 as it said
//   record shape->row.bytes
void fill_row(const Shape *shape, const float *given, const float *x, float norm2, ItemPointer tid,
              char *record);

// The code of a row in a list, outside of a block: row_code_bytes(d) bytes.
Size row_code_bytes(uint32 d);
//   x, centroid  (d), the centroid as rounded;  residual (d) out: x - centroid
//   block_codes  scratch: kernels::block_code_bytes(d)
ann::RowFactors code_row(ann::Metric metric, uint32 d, const float *x, const float *centroid,
                         float *residual, uint8 *block_codes, uint8 *code);

// The header of a block without any row; its codes stay as they are.
void clear_block(ListBlock *block, uint32 list, uint32 epoch, uint32 next);

// Slots of a block.
void take_code(uint32 d, const uint8 *block_codes, int slot, uint8 *code);
void put_code(uint32 d, const uint8 *code, int slot, uint8 *block_codes);
// Everything but the code.
void put_factors(ann::RowFactors factors, uint32 row, int slot, ListBlock *block);
void clear_slot(ListBlock *block, int slot);

} // namespace sbert::ivf
