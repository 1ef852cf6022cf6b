// Prefetches the next row of a scan while the distance of the current one is computed. A scan over
// more rows than the CPU's caches hold otherwise waits for memory most of the time.
//
// The CPU prefetches within a row by itself, but not the next row, because the rows of a page are
// stored from its end to its beginning. The place of the next row is guessed from the last ones. A
// wrong guess costs a few useless reads. Nothing is prefetched for rows in another order (an index
// scan) or for a constant.
#pragma once

#include <cstdint>

#include "extension/pg.h"

namespace sbert {

// The history of an argument over the calls. It is all zeros at first.
class RowAhead {
  public:
    // Called with the argument as it is stored, before the row is used.
    void fetch_next(Datum stored)
    {
        const auto row = static_cast<intptr_t>(stored);
        const intptr_t step = row - last_;
        if (step == 0)
            return;
        last_ = row;
        const char *value = DatumGetPointer(stored);
        if (VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value))
            return; // the value is used at another place
        const intptr_t bytes = VARSIZE_ANY(value);
        note_step(step, bytes);
        const intptr_t ahead = rows_ == rows_of_page_ ? turn_ : stride_;
        if (ahead < -kFarthest || ahead > kFarthest)
            return;
        const intptr_t next = row + ahead;
        for (intptr_t p = next - kRowHeader; p < next + bytes; p += kCacheLine)
            __builtin_prefetch(reinterpret_cast<const void *>(p)); // cannot fault at any address
    }

  private:
    static constexpr intptr_t kFarthest = 2 * BLCKSZ;
    static constexpr intptr_t kRowHeader = MAXALIGN(SizeofHeapTupleHeader);
    static constexpr intptr_t kCacheLine = 64;

    void note_step(intptr_t step, intptr_t bytes)
    {
        if (-step >= bytes && -step < BLCKSZ) {
            stride_ = step;
            rows_++;
        } else {
            turn_ = step;
            rows_of_page_ = rows_;
            rows_ = 1;
        }
    }

    intptr_t last_;
    intptr_t stride_;  // from a row to the next one of its page
    intptr_t turn_;    // from the last row of a page to the first of the next page
    int rows_;         // number of rows of this page so far
    int rows_of_page_; // number of rows of the previous page
};

// Prefetches for both arguments of a distance. Each place of a query that calls the distance has
// its own history, so that a constant is recognised there.
inline void fetch_next_rows(FunctionCallInfo fcinfo)
{
    FmgrInfo *place = fcinfo->flinfo;
    if (place == nullptr)
        return;
    if (place->fn_extra == nullptr)
        place->fn_extra = MemoryContextAllocZero(place->fn_mcxt, 2 * sizeof(RowAhead));
    auto *ahead = static_cast<RowAhead *>(place->fn_extra);
    ahead[0].fetch_next(PG_GETARG_DATUM(0));
    ahead[1].fetch_next(PG_GETARG_DATUM(1));
}

} // namespace sbert
