// Version differences in how a relation grows are here, because nothing else of the project extends
// one.
#include <algorithm>

#include "extension/storage/page.h"

namespace sbert {
namespace {

[[noreturn]] void report_page(Relation index, BlockNumber blkno, const char *what)
{
    report_damage(index, "%s at block %u", what, blkno);
}

// REQUIRES the buffer's lock; errors release it. A page that a crash left unwritten is all zeros.
void check_page(Relation index, Page page, BlockNumber blkno, uint16 kind)
{
    if (PageIsNew(page)) {
        if (kind != 0)
            report_page(index, blkno, "contains an unexpected zero page");
        return;
    }
    if (PageGetSpecialSize(page) != MAXALIGN(sizeof(PageTrailer)) ||
        page_trailer(page)->magic != kPageMagic)
        report_page(index, blkno, "contains a page that is not of this index");
    if (kind != 0 && page_trailer(page)->kind != kind)
        report_page(index, blkno, "contains a page of another kind than expected");
}

// A page number that came from a damaged page may be any: the server would say that it cannot open
// a file, or extend it.
void check_there(Relation index, ForkNumber fork, BlockNumber blkno)
{
    if (!page_exists(index, fork, blkno))
        report_page(index, blkno, "refers to a page behind its end");
}

// Where this backend found pages last, by a hash of relation and block: a search pins the same few
// thousand pages again and again, and the shared table of buffers costs more than reading what lies
// on them. Nothing depends on an entry being right: the buffer's own tag decides.
constexpr uint32 kRecentPages = 16384;
// A buffer that is found this way does not rise in the clock sweep: now and then the long way is
// taken, so that pages in use stay.
constexpr uint32 kLongWay = 16;
Buffer recent[kRecentPages];

Oid file_of(Relation index)
{
#if PG_VERSION_NUM >= 160000
    return index->rd_locator.relNumber;
#else
    return index->rd_node.relNode;
#endif
}

bool read_recent(Relation index, BlockNumber blkno, Buffer buffer)
{
#if PG_VERSION_NUM >= 160000
    const bool found = ReadRecentBuffer(index->rd_locator, MAIN_FORKNUM, blkno, buffer);
#else
    const bool found = ReadRecentBuffer(index->rd_node, MAIN_FORKNUM, blkno, buffer);
#endif
    if (found) {
        pgstat_count_buffer_read(index);
        pgstat_count_buffer_hit(index);
    }
    return found;
}

// A page of the main fork, pinned. Temporary relations go the long way: a buffer's tag does not say
// whose they are.
Buffer pin_page(Relation index, BlockNumber blkno)
{
    static uint32 reads;
    Buffer *known = &recent[(blkno ^ file_of(index) * 0x9E3779B1u) % kRecentPages];
    const bool local = RelationUsesLocalBuffers(index);
    if (!local && BufferIsValid(*known) && reads++ % kLongWay != 0 &&
        read_recent(index, blkno, *known))
        return *known;
    check_there(index, MAIN_FORKNUM, blkno);
    const Buffer buffer = ReadBuffer(index, blkno);
    if (!local)
        *known = buffer;
    return buffer;
}

// The last page of the fork, pinned and not locked. REQUIRES the relation's extension lock.
Buffer extend_by_one(Relation index, ForkNumber fork)
{
#if PG_VERSION_NUM >= 160000
    // https://github.com/postgres/postgres/commit/31966b151e6ab7a6284deab6e8fe5faddaf2ae4c
    BufferManagerRelation relation = {};
    relation.rel = index;
    return ExtendBufferedRel(relation, fork, nullptr, EB_SKIP_EXTENSION_LOCK);
#else
    return ReadBufferExtended(index, fork, P_NEW, RBM_NORMAL, nullptr);
#endif
}

// A page of zeros after another, without the buffer manager: what it would leave behind where that
// fails is for the end of the transaction to clean up. Here nothing is held but the extension lock.
bool write_zeros(Relation index, BlockNumber first, uint32 n)
{
    constexpr Size kDirectIo = 4096; // the alignment that direct I/O wants
    auto *zeros = reinterpret_cast<char *>(TYPEALIGN(kDirectIo, palloc0(BLCKSZ + kDirectIo)));
    const MemoryContext before = CurrentMemoryContext;
    volatile bool done = true;
    PG_TRY();
    {
        for (uint32 i = 0; i < n; i++)
            smgrextend(RelationGetSmgr(index), MAIN_FORKNUM, first + i, zeros, false);
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(before);
        if (geterrcode() != ERRCODE_DISK_FULL)
            PG_RE_THROW();
        FlushErrorState();
        done = false;
    }
    PG_END_TRY();
    return done;
}

} // namespace

void report_damage(Relation index, const char *what, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, what);
    pg_vsnprintf(text, sizeof(text), what, arguments);
    va_end(arguments);
    ereport(ERROR, (errcode(ERRCODE_INDEX_CORRUPTED),
                    errmsg("index \"%s\" %s", RelationGetRelationName(index), text),
                    errhint("Please REINDEX it.")));
    pg_unreachable();
}

void page_init(Page page, uint16 kind)
{
    PageInit(page, BLCKSZ, sizeof(PageTrailer));
    auto *header = reinterpret_cast<PageHeader>(page);
    header->pd_lower = header->pd_upper;
    PageTrailer *trailer = page_trailer(page);
    trailer->kind = kind;
    trailer->magic = kPageMagic;
    trailer->next = InvalidBlockNumber;
}

// The storage manager's memory of the length may be old, but never too long: a file of an index
// only grows. Only what lies behind it is worth a system call. Of a table, which VACUUM may cut, it
// may be too long: then the server itself says that the block is not there.
bool page_exists(Relation index, ForkNumber fork, BlockNumber blkno)
{
    const BlockNumber known = RelationGetSmgr(index)->smgr_cached_nblocks[fork];
    if (known != InvalidBlockNumber && blkno < known)
        return true;
    return blkno < RelationGetNumberOfBlocksInFork(index, fork);
}

uint32 pages_to_pin(uint32 wanted)
{
    const int share = NBuffers / (MaxBackends + NUM_AUXILIARY_PROCS);
    return std::min(wanted, static_cast<uint32>(std::max(share, 1)));
}

PageView page_read(Relation index, ForkNumber fork, BlockNumber blkno, uint16 kind,
                   BufferAccessStrategy strategy)
{
    if (fork == MAIN_FORKNUM && strategy == nullptr)
        return page_share(index, pin_page(index, blkno), blkno, kind);
    check_there(index, fork, blkno);
    const Buffer buffer = ReadBufferExtended(index, fork, blkno, RBM_NORMAL, strategy);
    return page_share(index, buffer, blkno, kind);
}

Buffer page_pin(Relation index, BlockNumber blkno)
{
    const Buffer buffer = pin_page(index, blkno);
    const char *page = BufferGetPage(buffer);
    __builtin_prefetch(page);
    __builtin_prefetch(page + BLCKSZ - sizeof(PageTrailer));
    return buffer;
}

PageView page_share(Relation index, Buffer pinned, BlockNumber blkno, uint16 kind)
{
    LockBuffer(pinned, BUFFER_LOCK_SHARE);
    const Page page = BufferGetPage(pinned);
    check_page(index, page, blkno, kind);
    return {pinned, page};
}

void page_done(PageView view) { UnlockReleaseBuffer(view.buffer); }

PageEdit edit_begin(Relation index) { return {index, GenericXLogStart(index)}; }

Page edit_page(PageEdit *edit, Buffer buffer)
{
    return GenericXLogRegisterBuffer(edit->state, buffer, 0);
}

Page edit_new_page(PageEdit *edit, Buffer buffer, uint16 kind)
{
    const Page page = GenericXLogRegisterBuffer(edit->state, buffer, GENERIC_XLOG_FULL_IMAGE);
    page_init(page, kind);
    return page;
}

void edit_finish(PageEdit *edit)
{
    GenericXLogFinish(edit->state);
    edit->state = nullptr;
}

Buffer page_lock(Relation index, BlockNumber blkno, uint16 kind, BufferAccessStrategy strategy)
{
    check_there(index, MAIN_FORKNUM, blkno);
    const Buffer buffer = ReadBufferExtended(index, MAIN_FORKNUM, blkno, RBM_NORMAL, strategy);
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    check_page(index, BufferGetPage(buffer), blkno, kind);
    return buffer;
}

bool pages_try_extend(Relation index, uint32 span, Buffer *out)
{
    const bool shared = !RELATION_IS_LOCAL(index);
    if (shared)
        LockRelationForExtension(index, ExclusiveLock);
    const BlockNumber first = RelationGetNumberOfBlocks(index);
    const bool done = write_zeros(index, first, span);
    if (shared)
        UnlockRelationForExtension(index, ExclusiveLock);
    for (uint32 i = 0; done && i < span; i++)
        out[i] = page_lock(index, first + i, 0);
    return done;
}

// The extension lock is held throughout, so that no other page comes between.
void pages_extend(Relation index, ForkNumber fork, uint32 span, Buffer *out)
{
    const bool shared = !RELATION_IS_LOCAL(index);
    if (shared)
        LockRelationForExtension(index, ExclusiveLock);
    for (uint32 i = 0; i < span; i++) {
        out[i] = extend_by_one(index, fork);
        LockBuffer(out[i], BUFFER_LOCK_EXCLUSIVE);
    }
    if (shared)
        UnlockRelationForExtension(index, ExclusiveLock);
}

} // namespace sbert
