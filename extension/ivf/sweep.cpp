// Sweeping: when a round would keep more than memory holds, the lists are taken one by one, all
// rows of each, until the executor stops or every list was swept. What went out before is skipped,
// so that each row goes out once.
#include <algorithm>
#include <limits>

#include "extension/pg.h"

#include "extension/ivf/scan_state.h"

namespace sbert::ivf {
namespace {

bool by_bound(const Hit &a, const Hit &b) { return a.bound < b.bound; }

void more_swept(Scan *scan, uint32 lists)
{
    if (scan->n_swept >= lists)
        return;
    auto *swept =
        static_cast<uint32 *>(MemoryContextAllocZero(scan->context, sizeof(uint32) * lists));
    if (scan->swept != nullptr) {
        memcpy(swept, scan->swept, sizeof(uint32) * scan->n_swept);
        pfree(scan->swept);
    }
    scan->swept = swept;
    scan->n_swept = lists;
}

void sweep_open(Scan *scan)
{
    const uint32 everything = 0;
    search_open(scan->search, &everything, 1);
    more_swept(scan, scan->search->cache->lists);
}

} // namespace

void take_hits(Scan *scan)
{
    Search *s = scan->search;
    for (Size i = 0; i < s->n_hits; i++)
        s->keys[i] = s->hits[i].key;
    std::sort(s->keys, s->keys + s->n_hits);
    std::sort(s->hits, s->hits + s->n_hits, by_bound);
    scan->next = scan->passed = 0;
    scan->last_bound = -std::numeric_limits<float>::infinity();
}

void note_given(Scan *scan)
{
    for (Size i = 0; i < scan->next; i++)
        row_set_add(&scan->given, scan->search->hits[i].row);
    scan->next = 0;
}

// What a list holds of rows
// that came after it was swept is too new to be visible; but a list whose chain was replaced may
// have rows of a list that was not: it is swept again.
bool sweep_list(Scan *scan)
{
    Search *s = scan->search;
    note_given(scan);
    if (scan->n_swept == 0)
        scan->counters.rounds++;
    if (scan->n_swept == 0 || !search_resume(s))
        sweep_open(scan);
    for (;;) {
        const uint32 list = search_take(s);
        if (list == ann::kNoList)
            return false;
        const uint32 epoch = cache_at<uint32>(s->cache, s->cache->epochs)[list];
        if (scan->swept[list] == epoch + 1)
            continue;
        if (search_list(s, list) == kSearchStale) {
            sweep_open(scan);
            continue;
        }
        scan->swept[list] = epoch + 1;
        search_refine_all(s);
        take_hits(scan);
        return true;
    }
}

void sweep_forget(Scan *scan)
{
    if (scan->swept != nullptr)
        pfree(scan->swept);
    scan->swept = nullptr;
    scan->n_swept = 0;
}

} // namespace sbert::ivf
