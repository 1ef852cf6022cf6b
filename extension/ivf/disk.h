// sbert_ivf on disk: page kinds, structs and where they lie on pages. Explicit widths, reserved
// bytes zero, the host's byte order. README.md has the picture and the order of locks.
#pragma once

#include "encoder/kernels/binary_codes.h"
#include "extension/ann/stopping.h"
#include "extension/pg.h"
#include "extension/storage/record.h"

namespace sbert::ivf {

inline constexpr uint32 kMagic = 0x53495631; // "SIV1"
inline constexpr uint16 kVersion = 2;
inline constexpr BlockNumber kMetaPage = 0;
inline constexpr uint32 kNone = 0xFFFFFFFF; // no block, no row
// With fewer rows an index is one list. An index that grows so large gets so many lists.
inline constexpr uint64 kTrainedRows = 4096;
inline constexpr uint32 kFirstLists = 128;

enum PageKind : uint16 {
    kPageMeta = 1,
    kPageDirectory = 2,
    kPageList = 3,
    kPageRow = 4,
    // 5 was never written
    kPageOrigin = 6
};

// Block 0.
struct MetaPage {
    uint32 magic;
    uint16 version;
    uint16 metric;      // ann::Metric
    uint32 dimensions;  // d
    uint16 rerank_bits; // 4, 8, or 32: the vector itself
    uint16 reserved0;
    uint64 rotation_seed;
    uint32 lists;      // entries of the directory; 1 at least
    uint32 generation; // raised when a list's centroid, head or the number of lists changes
    uint32 directory_first, directory_last; // page chain
    uint32 free_block;           // on the first page with free blocks (free_blocks.h), or kNone
    uint32 row_page;             // where inserts search a free slot first, or kNone
    uint32 target_recall_millis; // storage parameter at build
    uint32 trained_lists;        // wanted when k-means made them; 1: not yet
    uint64 trained_rows;         // rows at that time or at the build
    uint64 measured_rows;        // rows when `rule` was measured, 0: default rule
    uint64 rows;                 // live rows as of the last build or vacuum
    uint64 inserted;             // rows added since, counted roughly by the block
    float mean_residual2;        // mean |x - c|^2 of the training: drift is measured against it
    uint32 origin;               // first page of the origin (origin.h), or kNone: no row came yet
    ann::StopRule rule;
};
static_assert(sizeof(MetaPage) % 8 == 0 && sizeof(MetaPage) < 1024);

// An entry of the directory; followed by d centroid elements in bfloat16. Entries fill the pages of
// the directory's chain one after another; entry i of the index is list i. Never removed. The chain
// is PageTrailer::next; where an entry spans pages, from its first page to the next one's first.
struct ListEntry {
    uint32 head;  // first block of the chain, or kNone
    uint32 epoch; // raised when the chain is replaced
    uint32 rows;  // roughly: entries of the chain
    float norm2;  // |c|^2 of the rounded centroid
};
static_assert(sizeof(ListEntry) == 16);

// A block of a list: slots for 16 rows. Followed by block_code_bytes(d) bytes of codes. Blocks lie
// in slots of list pages; block id = page * slots a page + slot. A block larger than a page spans
// pages.
inline constexpr int kBlockSlots = 16;
static_assert(kBlockSlots == kernels::kBlockRows);
struct ListBlock {
    uint32 list;  // whose it is; kNone: free
    uint32 epoch; // of the list, when the block was linked
    uint32 next;  // of the chain, or kNone
    uint16 used;  // bit i: slot i holds a row
    uint16 reserved;
    float add[kBlockSlots]; // +infinity where the slot is free
    float mul[kBlockSlots];
    uint32 row[kBlockSlots]; // row ids, kNone where free
};
static_assert(sizeof(ListBlock) == 16 + 3 * 64);

enum RowState : uint16 { kRowFree = 0, kRowLive = 1, kRowDead = 2 };

// A row, once: followed by its codes (4 or 8 bits) or, as floats, its vector as it was given (32).
// Rows lie in slots of row pages; row id = page * slots a page + slot.
struct Row {
    ItemPointerData tid; // 6 bytes
    uint16 state;        // RowState
    float low, step;     // kernels::ScalarRange; 0 with 32 bits
    float error;         // infinite: nothing is certain of what the operators say of this row
};
static_assert(sizeof(Row) == 20 && offsetof(Row, state) == 6);

// How records lie on pages: follows from d and rerank_bits.
struct Shape {
    uint32 d;
    uint16 rerank_bits;
    RecordShape entry, block, row, origin;
};
Shape shape_of(uint32 d, uint16 rerank_bits);
static_assert(kMaxSpan * kPagePayload >= 16000 * sizeof(float) + sizeof(Row));

inline ListEntry *entry_at(Page page, const Shape &shape, uint32 list)
{
    return reinterpret_cast<ListEntry *>(record_at(page, shape.entry, list));
}
inline BlockNumber block_page(const Shape &shape, uint32 id)
{
    return record_page(shape.block, id);
}
inline ListBlock *block_at(Page page, const Shape &shape, uint32 id)
{
    return reinterpret_cast<ListBlock *>(record_at(page, shape.block, id));
}
inline uint8 *block_codes(ListBlock *block) { return reinterpret_cast<uint8 *>(block + 1); }
inline bool is_used(const ListBlock *block, int slot) { return (block->used >> slot & 1) != 0; }
inline const uint8 *block_codes(const ListBlock *block)
{
    return reinterpret_cast<const uint8 *>(block + 1);
}
inline BlockNumber row_page(const Shape &shape, uint32 id) { return record_page(shape.row, id); }
inline Row *row_at(Page page, const Shape &shape, uint32 id)
{
    return reinterpret_cast<Row *>(record_at(page, shape.row, id));
}

} // namespace sbert::ivf
