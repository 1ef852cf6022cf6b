#include <cmath>
#include <limits>

#include "encoder/kernels/rotation.h"
#include "extension/ann/residual_code.h"
#include "extension/pg.h"

#include "extension/ivf/cache.h"
#include "extension/ivf/centroid.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/options.h"
#include "extension/ivf/origin.h"

namespace sbert::ivf {
namespace {

constexpr Size kAlignment = 64;

// `n` of T behind what is there.
template <class T>
void add_part(const Cache *chunk, Size *end, T **part, Size n)
{
    *end = TYPEALIGN(kAlignment, *end);
    *part = reinterpret_cast<T *>(reinterpret_cast<uintptr_t>(chunk) + *end);
    *end = add_size(*end, mul_size(n, sizeof(T)));
}

// Sets the pointers to all parts; returns the bytes of the whole chunk.
Size lay_out(Cache *cache)
{
    const uint32 lists = cache->lists, d = cache->shape.d;
    const Size padded = padded_lists(lists);
    Size end = sizeof(Cache);
    add_part(cache, &end, &cache->signs, kernels::rotation_words(d));
    add_part(cache, &end, &cache->origin, d);
    add_part(cache, &end, &cache->mean, d);
    add_part(cache, &end, &cache->coarse_codes,
             padded / kernels::kBlockRows * kernels::block_code_bytes(d));
    add_part(cache, &end, &cache->coarse_add, padded);
    add_part(cache, &end, &cache->coarse_mul, padded);
    add_part(cache, &end, &cache->centroids, Size{lists} * d);
    add_part(cache, &end, &cache->norm2, lists);
    add_part(cache, &end, &cache->heads, lists);
    add_part(cache, &end, &cache->epochs, lists);
    add_part(cache, &end, &cache->pages, (lists - 1) / cache->shape.entry.per_page + 1);
    return end;
}

Cache *make_cache(Relation index, const MetaPage *meta)
{
    Cache head = {};
    head.generation = meta->generation;
    head.metric = static_cast<ann::Metric>(meta->metric);
    head.shape = shape_of(meta->dimensions, meta->rerank_bits);
    head.lists = meta->lists;
    head.rule = meta->rule;
    head.target_recall = options_of(index)->target_recall;
    head.rows = rows_now(*meta);
    head.has_origin = meta->origin != kNone;
    auto *cache = reinterpret_cast<Cache *>(allocate_zero<char>(lay_out(&head)));
    *cache = head;
    lay_out(cache);
    kernels::make_rotation(meta->rotation_seed, head.shape.d, cache->signs);
    origin_read(index, head.shape, meta, cache->origin);
    cache->origin_norm = std::sqrt(ann::sum_of_squares(cache->origin, head.shape.d));
    return cache;
}

void take_entry(Cache *cache, uint32 list, const char *record, float *c)
{
    const auto *entry = reinterpret_cast<const ListEntry *>(record);
    cache->heads[list] = entry->head;
    cache->epochs[list] = entry->epoch;
    cache->norm2[list] = entry->norm2;
    const uint32 d = cache->shape.d;
    memcpy(cache->centroids + Size{list} * d, entry + 1, d * sizeof(uint16));
    decode_centroid(cached_centroid(cache, list), d, c);
    for (uint32 i = 0; i < d; i++)
        cache->mean[i] += c[i] / static_cast<float>(cache->lists);
}

// The coarse codes of the centroids' residuals against their mean.
void make_coarse_codes(Cache *cache)
{
    const uint32 d = cache->shape.d;
    auto *c = allocate<float>(d);
    auto *residual = allocate<float>(d);
    for (Size list = 0; list < padded_lists(cache->lists); list++) {
        ann::RowFactors factors = {std::numeric_limits<float>::infinity(), 0}; // a free slot
        if (list < cache->lists) {
            decode_centroid(cached_centroid(cache, static_cast<uint32>(list)), d, c);
            factors = ann::residual_factors(cache->metric, c, cache->mean, d, residual);
            kernels::set_row_code(residual, d, list % kernels::kBlockRows,
                                  cache->coarse_codes +
                                      list / kernels::kBlockRows * kernels::block_code_bytes(d));
        }
        cache->coarse_add[list] = factors.add;
        cache->coarse_mul[list] = factors.mul;
    }
    pfree(residual);
    pfree(c);
}

// Reads the whole directory. False when its chain is shorter than the metapage said.
bool take_directory(Relation index, BlockNumber blkno, Cache *cache)
{
    const RecordShape &shape = cache->shape.entry;
    auto *c = allocate<float>(cache->shape.d);
    auto *record = allocate<char>(Size{shape.bytes} * shape.per_page);
    uint32 list = 0;
    for (uint32 page = 0; list < cache->lists && BlockNumberIsValid(blkno); page++) {
        CHECK_FOR_INTERRUPTS();
        cache->pages[page] = blkno;
        const PageView view = page_read(index, MAIN_FORKNUM, blkno, kPageDirectory, nullptr);
        const BlockNumber next = page_trailer(view.page)->next;
        if (shape.span == 1)
            memcpy(record, page_payload(view.page), Size{shape.bytes} * shape.per_page);
        page_done(view);
        if (shape.span > 1)
            record_read(index, shape, blkno, record);
        for (uint32 i = 0; i < shape.per_page && list < cache->lists; i++)
            take_entry(cache, list++, record + Size{i} * shape.bytes, c);
        blkno = next;
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
            make_coarse_codes(cache);
            return cache;
        }
        if (meta.generation == cache->generation)
            report_damage(index, "has a directory that ends early");
        pfree(cache);
        CHECK_FOR_INTERRUPTS();
    }
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
    // A copy: an error while the cache was read must not leave half of it there.
    const MemoryContext before = MemoryContextSwitchTo(index->rd_indexcxt);
    index->rd_amcache = cache_copy(fresh);
    MemoryContextSwitchTo(before);
    pfree(fresh);
    return static_cast<Cache *>(index->rd_amcache);
}

Cache *cache_copy(const Cache *cache)
{
    Cache head = *cache;
    const Size bytes = lay_out(&head);
    auto *copy = reinterpret_cast<Cache *>(allocate<char>(bytes));
    memcpy(copy, cache, bytes);
    lay_out(copy);
    return copy;
}

void estimate_bases(const Cache *cache, const CoarseQuery &query, float *estimates)
{
    const uint32 d = cache->shape.d;
    const float base = ann::list_base(cache->metric, query.q, cache->mean, d);
    const uint8 *codes = cache->coarse_codes;
    for (Size first = 0; first < cache->lists; first += kernels::kBlockRows) {
        uint32 totals[kernels::kBlockRows] = {};
        kernels::add_block_sums(codes, 0, kernels::code_segments(d), query.table, totals);
        kernels::block_keys(totals, query.lookup, base, cache->coarse_add + first,
                            cache->coarse_mul + first, estimates + first);
        codes += kernels::block_code_bytes(d);
    }
}

} // namespace sbert::ivf
