// Sentences of a training, which are kept in memory while there is room, and in a temporary file of
// the server beyond that, so that temp_file_limit applies.
#pragma once

#include "extension/pg.h"
#include "extension/tagging/sentence.h"

namespace sbert {

struct SentenceStore {
    MemoryContext context;
    Size room, used; // bytes of memory
    tagging::Place *places;
    Size n, most;
    File file; // 0: none
    off_t file_bytes;
};

// `room`: how many bytes may stay in memory.
SentenceStore *store_begin(MemoryContext context, Size room);
// Stores sentences that stand one after another: what `places` say of bytes and words. Raises the
// errors of writing to a file.
void store_put(SentenceStore *store, const char *bytes, uint32 length, uint32 words);
// The file for Sentences::read(), or -1. Valid until the server opens another file.
int store_file(const SentenceStore *store);
void store_end(SentenceStore *store);

inline tagging::Sentences store_sentences(const SentenceStore *store)
{
    return tagging::Sentences({store->places, store->n});
}

} // namespace sbert
