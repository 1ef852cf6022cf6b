#include <algorithm>

#include "encoder/kernels/binary_codes.h"
#include "extension/pg.h"

#include "extension/ivf/build_assign.h"
#include "extension/ivf/build_write.h"
#include "extension/ivf/centroid.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/options.h"
#include "extension/ivf/origin.h"
#include "extension/ivf/row_codes.h"
#include "extension/storage/page_writer.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kFirstEpoch = 1;

// An entry of a list on its way, followed by the code.
struct CodedEntry {
    uint32 row;
    ann::RowFactors factors;
};

// Where things went, for the directory and the metapage.
struct Written {
    uint32 *heads, *rows; // (lists)
    BlockNumber row_page, directory_first, directory_last, origin;
    uint32 free_block;
};

// ---- rows --------------------------------------------------------------------------------------

void put_entry(const Shape *shape, RecordSort *entries, uint32 list, uint32 row,
               ann::RowFactors factors, const char *code)
{
    const CodedEntry entry = {row, factors};
    char *record = record_sort_scratch(entries);
    memcpy(record, &entry, sizeof(entry));
    memcpy(record + sizeof(entry), code, row_code_bytes(shape->d));
    record_sort_put(entries, list);
}

void write_rows(const Build *build, RecordSort *rows, RecordSort *entries, Written *written)
{
    const Shape *shape = &build->shape;
    const Size code_bytes = row_code_bytes(shape->d);
    PageWriter *writer = page_writer_begin(build->index, MAIN_FORKNUM, shape->row);
    double key;
    while (const char *record = record_sort_get(rows, &key)) {
        const auto list = static_cast<uint32>(key);
        CodedRow row;
        memcpy(&row, record, sizeof(row));
        const char *code = record + sizeof(row);
        uint32 id;
        char *out = page_writer_record(writer, &id);
        memcpy(out, code + 2 * code_bytes, shape->row.bytes);
        put_entry(shape, entries, list, id, row.first_factors, code);
        if (row.second != list)
            put_entry(shape, entries, row.second, id, row.second_factors, code + code_bytes);
    }
    written->row_page = page_writer_end(writer);
}

// ---- lists -------------------------------------------------------------------------------------

struct ListWriter {
    const Shape *shape;
    PageWriter *pages;
    Written *written;
    ListBlock *block; // being filled, or null
    uint32 list;
    int used; // slots of it
};

// The next block of the list: linked behind the one before, or the list's first.
void next_block(ListWriter *w, uint32 list)
{
    const uint32 id = page_writer_next_id(w->pages);
    if (w->block != nullptr && w->list == list)
        w->block->next = id;
    else
        w->written->heads[list] = id;
    uint32 same;
    w->block = reinterpret_cast<ListBlock *>(page_writer_record(w->pages, &same));
    clear_block(w->block, list, kFirstEpoch, kNone);
    w->list = list;
    w->used = 0;
}

void write_entry(ListWriter *w, uint32 list, const char *record)
{
    if (w->block == nullptr || w->list != list || w->used == kBlockSlots)
        next_block(w, list);
    CodedEntry entry;
    memcpy(&entry, record, sizeof(entry));
    put_code(w->shape->d, reinterpret_cast<const uint8 *>(record + sizeof(entry)), w->used,
             block_codes(w->block));
    put_factors(entry.factors, entry.row, w->used++, w->block);
    w->written->rows[list]++;
}

// What is left of the last page: blocks for inserts to come.
void free_rest(ListWriter *w)
{
    w->written->free_block = kNone;
    if (w->block == nullptr)
        return;
    while (page_writer_has_space(w->pages)) {
        uint32 id;
        auto *block = reinterpret_cast<ListBlock *>(page_writer_record(w->pages, &id));
        clear_block(block, kNone, 0, w->written->free_block);
        w->written->free_block = id;
    }
}

void write_lists(const Build *build, RecordSort *entries, Written *written)
{
    const Shape *shape = &build->shape;
    ListWriter w = {shape, nullptr, written, nullptr, 0, 0};
    w.pages = page_writer_begin(build->index, MAIN_FORKNUM, shape->block);
    double list;
    while (const char *record = record_sort_get(entries, &list))
        write_entry(&w, static_cast<uint32>(list), record);
    free_rest(&w);
    page_writer_end(w.pages);
}

// ---- directory and metapage --------------------------------------------------------------------

void write_directory(const Build *build, ForkNumber fork, Written *written)
{
    const Shape *shape = &build->shape;
    PageWriter *writer = page_writer_begin(build->index, fork, shape->entry, true);
    written->directory_first = writer->blkno;
    for (uint32 list = 0; list < build->lists; list++) {
        uint32 id;
        char *record = page_writer_record(writer, &id);
        fill_entry(shape, written->heads[list], kFirstEpoch, written->rows[list],
                   build->centroids + Size{list} * shape->d, record);
    }
    written->directory_last = page_writer_end(writer);
}

MetaPage make_metapage(const Build *build, const Written *written)
{
    MetaPage meta = {};
    meta.magic = kMagic;
    meta.version = kVersion;
    meta.metric = static_cast<uint16>(build->preparation.type->metric);
    meta.dimensions = build->shape.d;
    meta.rerank_bits = build->shape.rerank_bits;
    meta.rotation_seed = build->rotation_seed;
    meta.lists = build->lists;
    meta.generation = 1;
    meta.directory_first = written->directory_first;
    meta.directory_last = written->directory_last;
    meta.free_block = written->free_block;
    meta.origin = written->origin;
    meta.row_page = written->row_page;
    meta.target_recall_millis =
        static_cast<uint32>(options_of(build->index)->target_recall * 1000 + 0.5);
    meta.trained_lists = build->lists;
    meta.trained_rows = static_cast<uint64>(build->sum.index_rows);
    meta.rows = meta.trained_rows;
    if (build->sum.index_rows > 0)
        meta.mean_residual2 = static_cast<float>(build->sum.residual2 / build->sum.index_rows);
    meta.rule = ann::default_rule(build->lists);
    meta.rule.scale = meta.mean_residual2 > 0 ? meta.mean_residual2 : 1;
    return meta;
}

// Block 0 comes first and is filled in last.
void reserve_metapage(Relation index, ForkNumber fork)
{
    Buffer buffer;
    if (RelationGetNumberOfBlocksInFork(index, fork) != 0)
        elog(ERROR, "index \"%s\" already contains data", RelationGetRelationName(index));
    pages_extend(index, fork, 1, &buffer);
    UnlockReleaseBuffer(buffer);
}

void write_metapage(Relation index, ForkNumber fork, const MetaPage *meta)
{
    const Buffer buffer = ReadBufferExtended(index, fork, kMetaPage, RBM_NORMAL, nullptr);
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    const Page page = BufferGetPage(buffer);
    page_init(page, kPageMeta);
    *metapage_of(page) = *meta;
    MarkBufferDirty(buffer);
    UnlockReleaseBuffer(buffer);
}

Written nothing_written(const Build *build)
{
    Written written = {};
    written.heads = allocate<uint32>(build->lists);
    written.rows = allocate_zero<uint32>(build->lists);
    std::fill_n(written.heads, build->lists, kNone);
    written.row_page = kNone;
    written.free_block = written.origin = kNone;
    return written;
}

} // namespace

void write_index(Build *build, RecordSort *rows, Size sort_bytes)
{
    Written written = nothing_written(build);
    reserve_metapage(build->index, MAIN_FORKNUM);
    build_phase(kPhaseWriteRows);
    RecordSort *entries =
        record_sort_begin(sizeof(CodedEntry) + row_code_bytes(build->shape.d), sort_bytes, nullptr);
    write_rows(build, rows, entries, &written);
    build_phase(kPhaseWriteLists);
    record_sort_perform(entries);
    write_lists(build, entries, &written);
    record_sort_end(entries);
    write_directory(build, MAIN_FORKNUM, &written);
    if (build->has_origin || build->sum.index_rows > 0)
        written.origin = origin_write(build->index, build->shape, build->origin);
    const MetaPage meta = make_metapage(build, &written);
    write_metapage(build->index, MAIN_FORKNUM, &meta);
}

void write_empty(Build *build, ForkNumber fork)
{
    Written written = nothing_written(build);
    reserve_metapage(build->index, fork);
    write_directory(build, fork, &written);
    const MetaPage meta = make_metapage(build, &written);
    write_metapage(build->index, fork, &meta);
}

} // namespace sbert::ivf
