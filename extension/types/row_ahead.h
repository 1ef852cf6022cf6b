// Brings the next row of a scan into the CPU's caches while the distance of the present one is
// computed: a scan over more rows than the caches hold waits for memory most of its time.
//
// The CPU follows a row by itself, but not from row to row: they lie one before the other, from a
// page's end to its beginning. Which row comes next is a guess from the last ones, and wrong at the
// price of a few useless reads; nothing is asked for where rows come in no such order (an index
// scan), nor for a constant.
#pragma once

#include <cstdint>

#include "extension/pg.h"

namespace sbert {

// What an argument was, call by call. All zeros at first.
class RowAhead {
  public:
    // To be called with the argument as it is stored, before the row is worked on.
    void fetch_next(Datum stored)
    {
        const auto row = static_cast<intptr_t>(stored);
        const intptr_t step = row - last_;
        if (step == 0)
            return;
        last_ = row;
        const char *value = DatumGetPointer(stored);
        if (VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value))
            return; // worked on elsewhere
        const intptr_t bytes = VARSIZE_ANY(value);
        note_step(step, bytes);
        const intptr_t ahead = rows_ == rows_of_page_ ? turn_ : stride_;
        if (ahead < -kFarthest || ahead > kFarthest)
            return;
        const intptr_t next = row + ahead;
        for (intptr_t p = next - kRowHeader; p < next + bytes; p += kCacheLine)
            __builtin_prefetch(reinterpret_cast<const void *>(p)); // any address: it cannot fault
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
    intptr_t stride_;  // from a row to the next of its page
    intptr_t turn_;    // from the last row of a page to the first of the next one
    int rows_;         // of this page, so far
    int rows_of_page_; // that the page before had
};

// For both arguments of a distance. Each place of a query that calls it remembers its own, so that
// a constant is one there.
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
