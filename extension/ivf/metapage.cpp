#include "extension/ann/metric.h"
#include "extension/pg.h"

#include "extension/ivf/metapage.h"
#include "extension/types/dense.h"

namespace sbert::ivf {
namespace {

bool plausible(const MetaPage *meta)
{
    const bool metric = meta->metric >= static_cast<uint16>(ann::Metric::kL2) &&
                        meta->metric <= static_cast<uint16>(ann::Metric::kCosine);
    const bool bits = meta->rerank_bits == 4 || meta->rerank_bits == 8 || meta->rerank_bits == 32;
    return metric && bits && meta->dimensions >= 1 && meta->dimensions <= kDenseMaxDim &&
           meta->lists >= 1 && meta->directory_first != kNone;
}

// Whether the file is long enough for so many lists: what is made for each of them is not made for
// thousands of millions.
bool has_pages(Relation index, const MetaPage *meta)
{
    const Shape shape = shape_of(meta->dimensions, meta->rerank_bits);
    const uint64 pages = (uint64{meta->lists} - 1) / shape.entry.per_page + 1;
    const uint64 last = pages * shape.entry.span; // behind the metapage
    return last < InvalidBlockNumber &&
           page_exists(index, MAIN_FORKNUM, static_cast<BlockNumber>(last));
}

void check(Relation index, const MetaPage *meta)
{
    if (meta->magic != kMagic)
        report_damage(index, "is not of sbert_ivf");
    if (meta->version != kVersion)
        report_damage(index, "has version %u, not %u", meta->version, kVersion);
    if (!plausible(meta) || !has_pages(index, meta))
        report_damage(index, "has a damaged metapage");
}

} // namespace

MetaPage read_metapage(Relation index)
{
    const PageView view = page_read(index, MAIN_FORKNUM, kMetaPage, kPageMeta, nullptr);
    const MetaPage meta = *metapage_of(view.page);
    page_done(view);
    check(index, &meta);
    return meta;
}

} // namespace sbert::ivf
