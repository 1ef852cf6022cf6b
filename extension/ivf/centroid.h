// Centroids as they lie in the directory: bfloat16.
#pragma once

#include <bit>

#include "extension/pg.h"

#include "extension/ann/metric.h"
#include "extension/ivf/disk.h"

namespace sbert::ivf {

// To nearest even. REQUIRES a finite value.
inline uint16 centroid_element(float value)
{
    const auto bits = std::bit_cast<uint32>(value);
    return static_cast<uint16>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

inline float centroid_value(uint16 element)
{
    return std::bit_cast<float>(static_cast<uint32>(element) << 16);
}

inline void decode_centroid(const uint16 *elements, uint32 d, float *c)
{
    for (uint32 i = 0; i < d; i++)
        c[i] = centroid_value(elements[i]);
}

// Rounds in place what is to be a centroid, so that codes and estimates agree with what is stored.
inline void round_centroid(uint32 d, float *c)
{
    for (uint32 i = 0; i < d; i++)
        c[i] = centroid_value(centroid_element(c[i]));
}

inline float centroid_norm2(const float *c, uint32 d)
{
    return static_cast<float>(ann::sum_of_squares(c, d));
}

// Writes the whole record of an entry, zeros behind.
//   c  (shape->d) rounded;  record  shape->entry.bytes
inline void fill_entry(const Shape *shape, uint32 head, uint32 epoch, uint32 rows, const float *c,
                       char *record)
{
    memset(record, 0, shape->entry.bytes);
    auto *entry = reinterpret_cast<ListEntry *>(record);
    *entry = {head, epoch, rows, centroid_norm2(c, shape->d)};
    auto *elements = reinterpret_cast<uint16 *>(entry + 1);
    for (uint32 i = 0; i < shape->d; i++)
        elements[i] = centroid_element(c[i]);
}

} // namespace sbert::ivf
