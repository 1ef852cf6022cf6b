#include <cstring>

#include "extension/taggers/store.h"

namespace sbert {

SentenceStore *store_begin(MemoryContext context, Size room)
{
    auto *store =
        static_cast<SentenceStore *>(MemoryContextAllocZero(context, sizeof(SentenceStore)));
    store->context =
        AllocSetContextCreate(context, "sentences of a training", ALLOCSET_DEFAULT_SIZES);
    store->room = room;
    store->most = 1024;
    store->places = static_cast<tagging::Place *>(
        MemoryContextAlloc(store->context, sizeof(tagging::Place) * store->most));
    return store;
}

static void write_out(SentenceStore *store, const char *bytes, uint32 length)
{
    if (store->file == 0)
        store->file = OpenTemporaryFile(false);
    errno = 0;
    const auto written = FileWrite(store->file, const_cast<char *>(bytes), static_cast<int>(length),
                                   store->file_bytes, PG_WAIT_EXTENSION);
    if (written < 0 || static_cast<uint32>(written) != length) {
        if (errno == 0)
            errno = ENOSPC;
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not write to a temporary file of a training: %m")));
    }
    store->file_bytes += length;
}

void store_put(SentenceStore *store, const char *bytes, uint32 length, uint32 words)
{
    if (store->n == store->most) {
        store->most *= 2;
        store->places = static_cast<tagging::Place *>(
            repalloc_huge(store->places, sizeof(tagging::Place) * store->most));
    }
    tagging::Place &place = store->places[store->n];
    place = {nullptr, store->file_bytes, length, words};
    if (store->used + length <= store->room) {
        auto *kept = static_cast<char *>(MemoryContextAllocHuge(store->context, length));
        std::memcpy(kept, bytes, length);
        place.memory = kept;
        store->used += length;
    } else
        write_out(store, bytes, length);
    store->n++;
}

int store_file(const SentenceStore *store)
{
    return store->file == 0 ? -1 : FileGetRawDesc(store->file);
}

void store_end(SentenceStore *store)
{
    if (store->file != 0)
        FileClose(store->file);
    store->file = 0;
    MemoryContextDelete(store->context);
}

} // namespace sbert
