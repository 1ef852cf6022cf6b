// The index as a backend remembers it: one chunk in rd_amcache, made from the metapage and the
// directory. Its centroids are 8-bit panels, because a search multiplies with all of them.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/linear_int8.h"
#include "encoder/kernels/rotation.h"
#include "extension/pg.h"

#include "extension/ivf/centroid.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/options.h"

namespace sbert::ivf {
namespace {

constexpr Size kAlignment = 64;

template <class T>
T *at(Cache *cache, Size offset)
{
    return const_cast<T *>(cache_at<T>(cache, offset));
}

// Room for `n` of T behind what is there.
template <class T>
Size place(Size *end, Size n)
{
    const Size offset = TYPEALIGN(kAlignment, *end);
    *end = add_size(offset, mul_size(n, sizeof(T)));
    return offset;
}

uint32 directory_pages(const Cache *cache)
{
    return (cache->lists + cache->shape.entries_per_page - 1) / cache->shape.entries_per_page;
}

// The places of all parts; returns the bytes of the whole chunk. Offsets count from a start that is
// aligned only as palloc aligns, so the panels are moved by up to kAlignment once that is known:
// align_panels().
Size lay_out(Cache *cache)
{
    const uint32 lists = cache->lists, d = cache->shape.d;
    Size end = sizeof(Cache);
    cache->panels = place<int8>(&end, kernels::packed_int8(lists, d) + kAlignment);
    cache->signs = place<uint32>(&end, kernels::rotation_words(d));
    // The product reads these by whole panels.
    const Size padded = kernels::panel_count(lists) * kernels::kPanelWidth;
    cache->scale = place<float>(&end, padded);
    cache->sum = place<float>(&end, padded);
    cache->norm2 = place<float>(&end, padded);
    cache->heads = place<uint32>(&end, lists);
    cache->epochs = place<uint32>(&end, lists);
    cache->pages = place<BlockNumber>(&end, directory_pages(cache));
    return end;
}

void align_panels(Cache *cache)
{
    const char *panels = reinterpret_cast<const char *>(cache) + cache->panels;
    cache->panels += reinterpret_cast<const char *>(TYPEALIGN(kAlignment, panels)) - panels;
}

Cache *make_cache(Relation index, const MetaPage *meta)
{
    Cache head = {};
    head.generation = meta->generation;
    head.metric = static_cast<ann::Metric>(meta->metric);
    head.shape = shape_of(meta->dimensions, meta->refine_bits);
    head.lists = meta->lists;
    head.rule = meta->rule;
    head.target_recall = options_of(index)->target_recall;
    head.rows = meta->rows + meta->inserted;
    const Size bytes = lay_out(&head);
    auto *cache = static_cast<Cache *>(
        MemoryContextAllocExtended(CurrentMemoryContext, bytes, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
    *cache = head;
    align_panels(cache);
    kernels::make_rotation(meta->rotation_seed, head.shape.d, at<uint32>(cache, head.signs));
    return cache;
}

// A centroid in 8 bits.
void set_panel(Cache *cache, uint32 list, const float *c)
{
    const uint32 d = cache->shape.d;
    float largest = 0;
    for (uint32 i = 0; i < d; i++)
        largest = std::max(largest, std::fabs(c[i]));
    const float scale = largest / 127;
    int8 *panels = at<int8>(cache, cache->panels);
    int32 sum = 0;
    for (uint32 i = 0; i < d && scale > 0; i++) {
        const auto w = static_cast<int8>(std::lrintf(c[i] / scale));
        panels[kernels::index_int8(d, list, i)] = w;
        sum += w;
    }
    at<float>(cache, cache->scale)[list] = scale;
    at<float>(cache, cache->sum)[list] = static_cast<float>(sum);
}

void take_entry(Cache *cache, uint32 list, const char *record, float *c)
{
    const auto *entry = reinterpret_cast<const ListEntry *>(record);
    at<uint32>(cache, cache->heads)[list] = entry->head;
    at<uint32>(cache, cache->epochs)[list] = entry->epoch;
    at<float>(cache, cache->norm2)[list] = entry->norm2;
    decode_centroid(reinterpret_cast<const uint16 *>(entry + 1), cache->shape.d, c);
    set_panel(cache, list, c);
}

// A record that begins on the page `first`, which is locked and stays so; the others come and go.
void gather_entry(Relation index, const Shape *shape, PageView first, BlockNumber blkno,
                  char *record)
{
    memcpy(record, page_payload(first.page), std::min<Size>(shape->entry_bytes, kPagePayload));
    for (uint32 i = 1; i < shape->entry_span; i++) {
        const PageView view = page_read(index, MAIN_FORKNUM, blkno + i, kPageDirectory, nullptr);
        memcpy(record + i * kPagePayload, page_payload(view.page),
               std::min<Size>(shape->entry_bytes - i * kPagePayload, kPagePayload));
        page_done(view);
    }
}

// Reads the whole directory. False when its chain is shorter than the metapage said.
bool take_directory(Relation index, BlockNumber blkno, Cache *cache)
{
    const Shape *shape = &cache->shape;
    auto *c = static_cast<float *>(palloc(shape->d * sizeof(float)));
    auto *record = static_cast<char *>(palloc(shape->entry_bytes));
    uint32 list = 0;
    for (uint32 page = 0; list < cache->lists && BlockNumberIsValid(blkno); page++) {
        CHECK_FOR_INTERRUPTS();
        at<BlockNumber>(cache, cache->pages)[page] = blkno;
        const PageView view = page_read(index, MAIN_FORKNUM, blkno, kPageDirectory, nullptr);
        for (uint32 i = 0; i < shape->entries_per_page && list < cache->lists; i++, list++) {
            const char *entry = page_payload(view.page) + Size{i} * shape->entry_bytes;
            if (shape->entry_span > 1)
                gather_entry(index, shape, view, blkno, record);
            take_entry(cache, list, shape->entry_span > 1 ? record : entry, c);
        }
        blkno = page_trailer(view.page)->next;
        page_done(view);
    }
    pfree(record);
    pfree(c);
    return list == cache->lists;
}

// Made until the directory held still meanwhile.
Cache *load(Relation index)
{
    MetaPage meta = read_metapage(index);
    for (;;) {
        Cache *cache = make_cache(index, &meta);
        const bool whole = take_directory(index, meta.directory_first, cache);
        meta = read_metapage(index);
        if (meta.generation == cache->generation && whole)
            return cache;
        if (meta.generation == cache->generation)
            ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                            errmsg("index \"%s\" has a directory that ends early",
                                   RelationGetRelationName(index)),
                            errhint("Please REINDEX it.")));
        pfree(cache);
        CHECK_FOR_INTERRUPTS();
    }
}

// A copy in the relation's context: an error while the cache was read must not leave half of it
// there.
Cache *keep(Relation index, const Cache *cache)
{
    Cache head = *cache;
    const Size bytes = lay_out(&head); // the offsets before the panels were aligned
    auto *kept = static_cast<Cache *>(
        MemoryContextAllocExtended(index->rd_indexcxt, bytes, MCXT_ALLOC_HUGE));
    memcpy(kept, cache, bytes);
    kept->panels = head.panels;
    align_panels(kept);
    memcpy(at<int8>(kept, kept->panels), cache_at<int8>(cache, cache->panels),
           kernels::packed_int8(head.lists, head.shape.d));
    return kept;
}

// The generation and nothing else: this is read several times a search.
uint32 current_generation(Relation index)
{
    const PageView view = page_read(index, MAIN_FORKNUM, kMetaPage, kPageMeta, nullptr);
    const uint32 generation = metapage_of(view.page)->generation;
    page_done(view);
    return generation;
}

} // namespace

const Cache *cache_get(Relation index)
{
    auto *cache = static_cast<Cache *>(index->rd_amcache);
    if (cache != nullptr && cache->generation == current_generation(index))
        return cache;
    Cache *fresh = load(index);
    if (index->rd_amcache != nullptr)
        pfree(index->rd_amcache);
    index->rd_amcache = nullptr;
    index->rd_amcache = keep(index, fresh);
    pfree(fresh);
    return static_cast<Cache *>(index->rd_amcache);
}

Size list_scratch_bytes(uint32 d) { return kernels::quantized_stride(d) + 2 * kAlignment; }

void centroid_products(const Cache *cache, const float *q, void *scratch, float *dot)
{
    const uint32 d = cache->shape.d;
    auto *bytes = reinterpret_cast<uint8 *>(TYPEALIGN(kAlignment, scratch));
    float scale;
    int32 zero;
    const kernels::QuantizedRows row = {bytes, &scale, &zero};
    const kernels::Int8Weights weights = {cache_at<int8_t>(cache, cache->panels),
                                          cache_at<float>(cache, cache->scale),
                                          cache_at<float>(cache, cache->sum),
                                          nullptr,
                                          nullptr,
                                          cache->lists,
                                          d};
    kernels::quantize_rows(q, d, 1, d, nullptr, row);
    kernels::linear_int8(row, 1, weights, dot, cache->lists);
}

ListEntry list_entry(Relation index, const Cache *cache, uint32 list, float *c)
{
    const Shape *shape = &cache->shape;
    const BlockNumber blkno =
        cache_at<BlockNumber>(cache, cache->pages)[list / shape->entries_per_page];
    auto *record = static_cast<char *>(palloc(shape->entry_bytes));
    const PageView view = page_read(index, MAIN_FORKNUM, blkno, kPageDirectory, nullptr);
    if (shape->entry_span > 1)
        gather_entry(index, shape, view, blkno, record);
    else
        memcpy(record,
               page_payload(view.page) + Size{list % shape->entries_per_page} * shape->entry_bytes,
               shape->entry_bytes);
    page_done(view);
    const ListEntry entry = *reinterpret_cast<const ListEntry *>(record);
    decode_centroid(reinterpret_cast<const uint16 *>(record + sizeof(ListEntry)), shape->d, c);
    pfree(record);
    return entry;
}

} // namespace sbert::ivf
