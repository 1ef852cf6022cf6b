// One row into the index (README: insert). The row and its entries in both lists are one WAL
// record; what lies on further pages of records that span several is written before it and does not
// count yet.
//
// Steps, each of which may find that another process was faster, and then starts again:
//   lists chosen by the cached centroids; Share locks on both; the generation is still the same
//   a block with a free slot in each chain, or an empty one linked
//   a row page with a free slot
//   blocks, row page locked; slots still free; written
#include <algorithm>

#include "encoder/kernels/binary_codes.h"
#include "extension/pg.h"

#include "extension/ivf/chain.h"
#include "extension/ivf/choose.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/origin.h"
#include "extension/ivf/rows.h"
#include "extension/ivf/split.h"
#include "extension/ivf/training_rows.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

// Blocks of a chain that are searched for a free slot, at least: more than a list has that is
// split.
constexpr uint64 kMostSearched = 256;

// An entry to be: of one list.
struct Entry {
    uint32 list;
    ann::RowFactors factors;
    uint8 *code;
    uint32 block;
    uint32 blocks; // of the chain, as far as it was searched, where none had a free slot
    LockedRecord pages;
};

struct Insertion {
    Relation index;
    const TypeSupport *type;
    Shape shape;
    ann::Metric metric;
    float *given, *x; // the vector, and prepared
    char *record;
    Choice choice;
    Entry entries[2]; // lists ascending
    int copies;
    float *scratch;
    uint8 *codes; // scratch: those of a block
};

void make_entries(Insertion *in)
{
    in->copies = in->choice.copies;
    for (int i = 0; i < in->copies; i++) {
        Entry *entry = &in->entries[i];
        entry->list = in->choice.list[i];
        entry->blocks = 0;
        entry->factors = code_row(in->metric, in->shape.d, in->x, in->choice.centroid[i],
                                  in->scratch, in->codes, entry->code);
    }
    if (in->copies == 2 && in->entries[1].list < in->entries[0].list)
        std::swap(in->entries[0], in->entries[1]);
}

void lock_lists(Insertion *in)
{
    for (int i = 0; i < in->copies; i++)
        LockPage(in->index, in->entries[i].list, ShareLock);
}

void unlock_lists(Insertion *in)
{
    for (int i = 0; i < in->copies; i++)
        UnlockPage(in->index, in->entries[i].list, ShareLock);
}

// Chooses the lists and locks them: of the generation that the choice was made by.
void take_lists(Insertion *in)
{
    for (;;) {
        const Cache *cache = cache_get(in->index);
        const uint32 generation = cache->generation;
        choose_lists(cache, in->x, &in->choice);
        make_entries(in);
        lock_lists(in);
        if (cache_get(in->index)->generation == generation)
            return;
        unlock_lists(in);
    }
}

void find_block(Insertion *in, Entry *entry)
{
    for (;;) {
        const Cache *cache = cache_get(in->index);
        const ListEntry header = directory_header(in->index, cache, entry->list);
        const uint64 far = 4 * share_of_list(cache->rows, cache->lists) / kBlockSlots;
        const auto most = static_cast<uint32>(std::max(kMostSearched, far + 1));
        const ChainSearch found =
            chain_find_free_slot(in->index, in->shape, entry->list, header.head, most);
        entry->block = found.block;
        if (found.block != kNone)
            return;
        entry->blocks = found.blocks;
        chain_grow(in->index, cache, entry->list, header, found.second);
    }
}

int free_slot(const LockedRecord &pages, const Shape &shape, uint32 id)
{
    const uint16 used = block_at(BufferGetPage(pages.pages[0]), shape, id)->used;
    return used == 0xFFFF ? -1 : pg_rightmost_one_pos32(~uint32{used});
}

// The pages of both blocks, ascending; entries whose blocks share a page share its lock.
void lock_blocks(Insertion *in)
{
    const RecordShape &shape = in->shape.block;
    Entry *low = &in->entries[0], *high = &in->entries[in->copies - 1];
    if (high->block < low->block)
        std::swap(low, high);
    low->pages = record_lock(in->index, shape, record_page(shape, low->block));
    if (high == low)
        return;
    if (record_page(shape, high->block) == record_page(shape, low->block))
        high->pages = {{low->pages.pages[0]}, 0};
    else
        high->pages = record_lock(in->index, shape, record_page(shape, high->block));
}

void unlock_blocks(Insertion *in)
{
    for (int i = 0; i < in->copies; i++)
        record_unlock(in->entries[i].pages);
}

// The bytes of the row's code that lie on the block's page number `i`, put in their places.
//   part  of the block, on that page
void put_code_part(const Insertion *in, const Entry &entry, int slot, uint32 i, char *part)
{
    const Size from = i * kPagePayload;
    const Size to = from + part_bytes(in->shape.block, i);
    const Size n = row_code_bytes(in->shape.d);
    for (Size byte = 0; byte < n; byte++) {
        const Size at = sizeof(ListBlock) + byte * kBlockSlots + static_cast<Size>(slot);
        if (at >= from && at < to)
            part[at - from] = static_cast<char>(entry.code[byte]);
    }
}

void write_tails(const Insertion *in, const Entry &entry, int slot)
{
    for (uint32 i = 1; i < entry.pages.span; i++) {
        PageEdit edit = edit_begin(in->index);
        put_code_part(in, entry, slot, i, page_payload(edit_page(&edit, entry.pages.pages[i])));
        edit_finish(&edit);
    }
}

void write_entry(const Insertion *in, const Entry &entry, int slot, uint32 row, Page page)
{
    ListBlock *block = block_at(page, in->shape, entry.block);
    put_code_part(in, entry, slot, 0, reinterpret_cast<char *>(block));
    put_factors(entry.factors, row, slot, block);
}

// The id of a slot: 32 bits name four thousand million.
uint32 row_id(Relation index, const Shape &shape, BlockNumber blkno, int slot)
{
    const uint64 id = uint64{blkno} * shape.row.per_page + static_cast<uint64>(slot);
    if (id >= kNone)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("index \"%s\" is full", RelationGetRelationName(index))));
    return static_cast<uint32>(id);
}

// REQUIRES everything locked, and the slots free.
void write_all(const Insertion *in, const int *slots, const LockedRecord &rows, int row_slot)
{
    const Shape &shape = in->shape;
    const uint32 row = row_id(in->index, shape, BufferGetBlockNumber(rows.pages[0]), row_slot);
    for (int i = 0; i < in->copies; i++)
        write_tails(in, in->entries[i], slots[i]);
    record_write_tail(in->index, rows, shape.row, in->record);

    PageEdit edit = edit_begin(in->index);
    Page page = nullptr;
    for (int i = 0; i < in->copies; i++) {
        const Buffer buffer = in->entries[i].pages.pages[0];
        if (i == 0 || buffer != in->entries[0].pages.pages[0])
            page = edit_page(&edit, buffer);
        write_entry(in, in->entries[i], slots[i], row, page);
    }
    page = edit_page(&edit, rows.pages[0]);
    memcpy(row_at(page, shape, row), in->record, part_bytes(shape.row, 0));
    edit_finish(&edit);
}

// False when a slot was taken meanwhile.
bool try_write(Insertion *in, BlockNumber row_page)
{
    int slots[2];
    lock_blocks(in);
    bool free = true;
    for (int i = 0; i < in->copies; i++) {
        slots[i] = free_slot(in->entries[i].pages, in->shape, in->entries[i].block);
        free = free && slots[i] >= 0;
    }
    if (free) {
        const LockedRecord rows = record_lock(in->index, in->shape.row, row_page);
        const int row_slot = rows_free_slot(BufferGetPage(rows.pages[0]), in->shape);
        free = row_slot >= 0;
        if (free)
            write_all(in, slots, rows, row_slot);
        record_unlock(rows);
    }
    unlock_blocks(in);
    return free;
}

// The first row of all is the origin from now on; one that k-means may not see is too far out for
// that, and leaves it at zero.
void set_first_origin(Insertion *in, float norm2)
{
    auto *origin = allocate_zero<float>(in->shape.d);
    if (can_train(norm2))
        row_as_seen(in->type->metric, in->shape.d, in->given, origin);
    origin_set(in->index, in->shape, origin);
    pfree(origin);
}

// The vector, made ready; false for what is not indexed.
bool take_vector(Insertion *in, Datum value, float *norm2)
{
    const Cache *cache = cache_get(in->index);
    in->shape = cache->shape;
    in->metric = cache->metric;
    Preparation preparation = preparation_of(cache, in->type);
    in->given = allocate<float>(in->shape.d);
    in->x = allocate<float>(in->shape.d);
    in->scratch = allocate<float>(in->shape.d);
    read_given(&preparation, value, in->given);
    if (!prepare_row(&preparation, in->given, in->x, norm2))
        return false;
    if (cache->has_origin)
        return true;
    set_first_origin(in, *norm2);
    preparation = preparation_of(cache_get(in->index), in->type);
    return prepare_row(&preparation, in->given, in->x, norm2);
}

bool make_ready(Insertion *in, Datum value, ItemPointer tid)
{
    float norm2;
    if (!take_vector(in, value, &norm2))
        return false;
    in->record = allocate<char>(in->shape.row.bytes);
    fill_row(&in->shape, in->given, in->x, norm2, tid, in->record);
    in->codes = allocate_zero<uint8>(kernels::block_code_bytes(in->shape.d));
    for (Entry &entry : in->entries)
        entry.code = allocate<uint8>(row_code_bytes(in->shape.d));
    choice_start(&in->choice, in->shape.d);
    return true;
}

void insert_row(Insertion *in)
{
    take_lists(in);
    BlockNumber row_page;
    do {
        CHECK_FOR_INTERRUPTS();
        for (int i = 0; i < in->copies; i++)
            find_block(in, &in->entries[i]);
        row_page = rows_page_with_free_slot(in->index, in->shape);
    } while (!try_write(in, row_page));
    unlock_lists(in);
    for (int i = 0; i < in->copies; i++)
        if (in->entries[i].blocks > 0)
            grow_list(in->index, in->entries[i].list, in->entries[i].blocks);
}

} // namespace

extern "C" bool ivf_insert(Relation index, Datum *values, bool *isnull, ItemPointer tid, Relation,
                           IndexUniqueCheck, bool, IndexInfo *)
{
    if (isnull[0])
        return false;
    in_own_context("sbert_ivf insert", [&] {
        Insertion in = {};
        in.index = index;
        in.type = type_support(index);
        // Detoasting may process invalidations: before the cache is fetched.
        const Datum value = PointerGetDatum(PG_DETOAST_DATUM(values[0]));
        if (make_ready(&in, value, tid))
            insert_row(&in);
    });
    return false;
}

} // namespace sbert::ivf
