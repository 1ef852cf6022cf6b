// sbert_ivf on disk: page kinds and structs, nothing else. Explicit widths, reserved bytes zero,
// the host's byte order. README.md has the picture and the order of locks.
#pragma once

#include "extension/ann/stopping.h"
#include "extension/pg.h"
#include "extension/storage/page.h"

namespace sbert::ivf {

inline constexpr uint32 kMagic = 0x53495631; // "SIV1"
inline constexpr uint16 kVersion = 2;
inline constexpr BlockNumber kMetaPage = 0;
inline constexpr uint32 kNone = 0xFFFFFFFF; // no block, no row

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
    uint16 refine_bits; // 4, 8, or 32: the vector itself
    uint16 reserved0;
    uint64 rotation_seed;
    uint32 lists;      // entries of the directory; 1 at least
    uint32 generation; // raised when a list's centroid, head or the number of lists changes
    uint32 directory_first, directory_last; // page chain
    uint32 free_block;           // on the first page with free blocks (free_blocks.h), or kNone
    uint32 row_page;             // where inserts look for a free row first, or kNone
    uint32 target_recall_millis; // storage parameter at build
    uint32 trained_lists;        // wanted when the training ran; 1: not trained yet
    uint64 trained_rows;         // rows at the last training or build
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

// A block of a list: 16 rows. Followed by block_code_bytes(d) bytes of codes. Blocks lie in slots
// of list pages; block id = page * slots a page + slot. A block larger than a page spans pages.
struct ListBlock {
    uint32 list;  // whose it is; kNone: free
    uint32 epoch; // of the list, when the block was linked
    uint32 next;  // of the chain, or kNone
    uint16 used;  // bit i: slot i holds a row
    uint16 reserved;
    float add[16]; // +infinity where the slot is free
    float mul[16];
    uint32 row[16]; // row ids, kNone where free
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

// Sizes that follow from d and refine_bits; kept with the cached index.
struct Shape {
    uint32 d;
    uint16 refine_bits;
    uint32 entry_bytes, entries_per_page, entry_span; // span: pages of one record, per_page 1 then
    uint32 block_bytes, blocks_per_page, block_span;
    uint32 row_bytes, rows_per_page, row_span;
    uint32 origin_bytes, origin_span;
};
Shape shape_of(uint32 d, uint16 refine_bits);

} // namespace sbert::ivf
