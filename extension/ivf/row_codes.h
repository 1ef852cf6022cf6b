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
//   record shape->row_bytes
void fill_row(const Shape *shape, const float *given, const float *x, float norm2, ItemPointer tid,
              char *record);

// A block of the list without any row.   record: shape->block_bytes
void init_block(const Shape *shape, uint32 list, uint32 epoch, uint32 next, char *record);

// A row's place in a block.
//   x, centroid  (d), the centroid as rounded;  scratch (d)
//   codes        of the block
void fill_slot(const Shape *shape, ann::Metric metric, const float *x, const float *centroid,
               float *scratch, uint32 row, int slot, ListBlock *block);
void clear_slot(ListBlock *block, int slot);

// The same by parts: the code of one row outside of a block, row_code_bytes(d) bytes.
Size row_code_bytes(uint32 d);
void take_code(const Shape *shape, const uint8 *codes, int slot, uint8 *code);
void put_code(const Shape *shape, const uint8 *code, int slot, uint8 *codes);
void put_slot(const Shape *shape, ann::RowFactors factors, const uint8 *code, uint32 row, int slot,
              ListBlock *block);

inline uint8 *block_codes(ListBlock *block) { return reinterpret_cast<uint8 *>(block + 1); }

} // namespace sbert::ivf
