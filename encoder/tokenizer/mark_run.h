// A run of combining marks in canonical order, in bounded memory. (Unicode Standard, section 3.11,
// D109: canonical ordering; the alignment of reordered marks is that of the `tokenizers` library)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/tokenizer/chunk_reader.h"
#include "encoder/tokenizer/normalizer.h"

namespace sbert::encoder {

// Where a run begins: the source character that owns its first parts, and the parts themselves. A
// run at the very beginning of a chunk, or after a character that is not decomposed, has no parts:
// it begins at byte `at`.
struct MarkRun {
    size_t at;             // the first byte that is not yet decomposed
    const uint32_t *parts; // combining parts of the character before `at`
    uint32_t part_count;
    uint32_t begin; // bytes of that character
    uint32_t end;
    bool clean_text; // whether removed characters are looked through
};

// Appends to `out` the marks of the run that strip_accents leaves, in canonical order and not yet
// lower-cased: the first `kept` and the last. Returns the first byte after the run. Linear in the
// run's length, which is walked up to four times; memory for min(survivors, kept + 1) characters.
// Throws Error: kInvalidText, kInterrupted.
size_t read_mark_run(ChunkReader &reader, const MarkRun &run, size_t kept,
                     std::vector<NormalChar> &out);

} // namespace sbert::encoder
