// Rows that are stretches of a text: their number, their text and their places in it.
#pragma once

#include "extension/functions/characters.h"
#include "extension/functions/input.h"
#include "extension/functions/set.h"

namespace sbert {

// Appends rows (n, body, start_char, end_char) and what follows them. Places count from 1 and
// include both ends, as in substr(text, start_char, end_char - start_char + 1).
class StretchRows {
  public:
    static constexpr int kMaxColumns = 5;

    StretchRows(ReturnSetInfo *set, std::string_view text)
        : set_(set), places_{text},
          row_(AllocSetContextCreate(CurrentMemoryContext, "sbert row", ALLOCSET_DEFAULT_SIZES))
    {
    }

    // Bytes [begin, end) of the text; `begin` does not decrease from row to row. `more` is the
    // fifth column of sets that have one.
    void put(size_t begin, size_t end, Datum more = 0)
    {
        MemoryContext caller = MemoryContextSwitchTo(row_);
        const std::string_view body = places_.text.substr(begin, end - begin);
        const int32 start = places_.move(begin);
        const Datum values[kMaxColumns] = {Int32GetDatum(++n_), PointerGetDatum(text_of_utf8(body)),
                                           Int32GetDatum(start + 1),
                                           Int32GetDatum(start + count_characters(body)), more};
        const bool nulls[kMaxColumns] = {};
        set_put(set_, values, nulls);
        MemoryContextSwitchTo(caller);
        MemoryContextReset(row_);
    }

  private:
    ReturnSetInfo *set_;
    CharacterPlaces places_;
    MemoryContext row_;
    int32 n_ = 0;
};

} // namespace sbert
