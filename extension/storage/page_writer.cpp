#include <algorithm>

#include "extension/pg.h"

#include "extension/storage/page_writer.h"

namespace sbert {
namespace {

Size payload_bytes(const PageWriter *w) { return Size{w->shape.per_page} * w->shape.bytes; }

void write_page(PageWriter *w, Buffer buffer, uint32 number, BlockNumber next)
{
    if (BufferGetBlockNumber(buffer) != w->blkno + number)
        elog(ERROR, "index \"%s\" was extended while it is built",
             RelationGetRelationName(w->index));
    const Page page = BufferGetPage(buffer);
    page_init(page, w->shape.kind);
    page_trailer(page)->next = next;
    const Size from = number * kPagePayload;
    const Size bytes = std::min(payload_bytes(w) - from, kPagePayload);
    memcpy(page_payload(page), w->payload + from, bytes);
    MarkBufferDirty(buffer);
    UnlockReleaseBuffer(buffer);
}

void write_pages(PageWriter *w, BlockNumber next)
{
    for (uint32 i = 0; i < w->shape.span; i++) {
        CHECK_FOR_INTERRUPTS();
        Buffer buffer;
        pages_extend(w->index, w->fork, 1, &buffer);
        write_page(w, buffer, i, i == 0 ? next : kTailPage);
    }
    w->last = w->blkno;
    w->blkno += w->shape.span;
    w->used = 0;
}

} // namespace

PageWriter *page_writer_begin(Relation index, ForkNumber fork, const RecordShape &shape,
                              bool chained)
{
    auto *w = static_cast<PageWriter *>(palloc0(sizeof(PageWriter)));
    w->index = index;
    w->fork = fork;
    w->shape = shape;
    w->chained = chained;
    w->payload = static_cast<char *>(palloc0(payload_bytes(w)));
    w->blkno = RelationGetNumberOfBlocksInFork(index, fork);
    w->last = InvalidBlockNumber;
    return w;
}

uint32 page_writer_next_id(const PageWriter *w)
{
    if (page_writer_has_space(w))
        return w->blkno * w->shape.per_page + w->used;
    return (w->blkno + w->shape.span) * w->shape.per_page;
}

char *page_writer_record(PageWriter *w, uint32 *id)
{
    if ((uint64{w->blkno} + w->shape.span) * w->shape.per_page + w->used >= UINT32_MAX)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("index \"%s\" is full", RelationGetRelationName(w->index))));
    if (!page_writer_has_space(w)) {
        write_pages(w, w->chained ? w->blkno + w->shape.span : InvalidBlockNumber);
        memset(w->payload, 0, payload_bytes(w));
    }
    *id = page_writer_next_id(w);
    return w->payload + Size{w->used++} * w->shape.bytes;
}

bool page_writer_has_space(const PageWriter *w) { return w->used < w->shape.per_page; }

BlockNumber page_writer_end(PageWriter *w)
{
    if (w->used > 0)
        write_pages(w, InvalidBlockNumber);
    const BlockNumber last = w->last;
    pfree(w->payload);
    pfree(w);
    return last;
}

} // namespace sbert
