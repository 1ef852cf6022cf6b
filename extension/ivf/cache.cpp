// The index as a backend remembers it: one chunk in rd_amcache, made from the metapage and the
// directory. Its centroids are there twice: in one bit an element, to find the few that may be near
// without reading all, and as they lie in the directory for those few. What is coarser will not do
// for them: an error of a base is one of every row of the list.
#include <algorithm>
#include <cmath>
#include <limits>

#include "encoder/kernels/rotation.h"
#include "extension/ann/residual_code.h"
#include "extension/pg.h"

#include "extension/ivf/centroid.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/options.h"
#include "extension/ivf/origin.h"

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

Size sketch_blocks(uint32 lists)
{
    return (Size{lists} + kernels::kBlockRows - 1) / kernels::kBlockRows;
}

// The places of all parts; returns the bytes of the whole chunk.
Size lay_out(Cache *cache)
{
    const uint32 lists = cache->lists, d = cache->shape.d;
    const Size blocks = sketch_blocks(lists);
    Size end = sizeof(Cache);
    cache->signs = place<uint32>(&end, kernels::rotation_words(d));
    cache->origin = place<float>(&end, d);
    cache->mean = place<float>(&end, d);
    cache->sketch = place<uint8>(&end, blocks * kernels::block_code_bytes(d));
    cache->sketch_add = place<float>(&end, blocks * kernels::kBlockRows);
    cache->sketch_mul = place<float>(&end, blocks * kernels::kBlockRows);
    cache->centroids = place<uint16>(&end, Size{lists} * d);
    cache->norm2 = place<float>(&end, lists);
    cache->heads = place<uint32>(&end, lists);
    cache->epochs = place<uint32>(&end, lists);
    cache->pages = place<BlockNumber>(&end, directory_pages(cache));
    return end;
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
    kernels::make_rotation(meta->rotation_seed, head.shape.d, at<uint32>(cache, head.signs));
    auto *origin = at<float>(cache, head.origin);
    origin_read(index, head.shape, meta, origin);
    cache->has_origin = meta->origin != kNone;
    cache->origin_norm = std::sqrt(sum_of_squares(origin, head.shape.d));
    return cache;
}

void take_entry(Cache *cache, uint32 list, const char *record, float *c)
{
    const auto *entry = reinterpret_cast<const ListEntry *>(record);
    at<uint32>(cache, cache->heads)[list] = entry->head;
    at<uint32>(cache, cache->epochs)[list] = entry->epoch;
    at<float>(cache, cache->norm2)[list] = entry->norm2;
    const uint32 d = cache->shape.d;
    memcpy(at<uint16>(cache, cache->centroids) + Size{list} * d, entry + 1, d * sizeof(uint16));
    decode_centroid(cached_centroid(cache, list), d, c);
    float *mean = at<float>(cache, cache->mean);
    for (uint32 i = 0; i < d; i++)
        mean[i] += c[i] / static_cast<float>(cache->lists);
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

// The 1-bit codes of the centroids' residuals against their mean.
void draw_sketch(Cache *cache)
{
    const uint32 d = cache->shape.d;
    const float *mean = at<float>(cache, cache->mean);
    auto *c = static_cast<float *>(palloc(d * sizeof(float)));
    auto *residual = static_cast<float *>(palloc(d * sizeof(float)));
    for (uint32 list = 0; list < sketch_blocks(cache->lists) * kernels::kBlockRows; list++) {
        ann::RowFactors factors = {std::numeric_limits<float>::infinity(), 0}; // a free slot
        if (list < cache->lists) {
            decode_centroid(cached_centroid(cache, list), d, c);
            factors = ann::residual_factors(cache->metric, c, mean, d, residual);
            kernels::set_row_code(residual, d, list % kernels::kBlockRows,
                                  at<uint8>(cache, cache->sketch) +
                                      list / kernels::kBlockRows * kernels::block_code_bytes(d));
        }
        at<float>(cache, cache->sketch_add)[list] = factors.add;
        at<float>(cache, cache->sketch_mul)[list] = factors.mul;
    }
    pfree(residual);
    pfree(c);
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
        if (meta.generation == cache->generation && whole) {
            draw_sketch(cache);
            return cache;
        }
        if (meta.generation == cache->generation)
            report_damage(index, "has a directory that ends early");
        pfree(cache);
        CHECK_FOR_INTERRUPTS();
    }
}

// A copy in the relation's context: an error while the cache was read must not leave half of it
// there.
Cache *keep(Relation index, const Cache *cache)
{
    Cache head = *cache;
    const Size bytes = lay_out(&head);
    auto *kept = static_cast<Cache *>(
        MemoryContextAllocExtended(index->rd_indexcxt, bytes, MCXT_ALLOC_HUGE));
    memcpy(kept, cache, bytes);
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

void estimate_bases(const Cache *cache, const SketchQuery &query, float *estimates)
{
    const uint32 d = cache->shape.d;
    const auto *mean = cache_at<float>(cache, cache->mean);
    const float base = ann::list_base(cache->metric, query.q, mean, d);
    const auto *codes = cache_at<uint8>(cache, cache->sketch);
    const float *add = cache_at<float>(cache, cache->sketch_add);
    const float *mul = cache_at<float>(cache, cache->sketch_mul);
    for (Size block = 0; block < sketch_blocks(cache->lists); block++) {
        const Size first = block * kernels::kBlockRows;
        uint32 totals[kernels::kBlockRows] = {};
        kernels::add_block_sums(codes + block * kernels::block_code_bytes(d), 0,
                                kernels::code_segments(d), query.table, totals);
        kernels::block_keys(totals, query.lookup, base, add + first, mul + first,
                            estimates + first);
    }
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
