// The Unicode normalization forms, with the alignment that the library gives them.
// (Unicode Standard Annex 15; the tables are those of the library's Unicode version)
#pragma once

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/spec.h"

namespace sbert::encoder {

// Whether a text is in NFD at a glance: nothing in it is to be taken apart or put in order.
bool is_plainly_decomposed(const Chars &text) noexcept;

// Brings `text` into the form, appending to `out`. Linear but for the sorting of a run of combining
// marks. Throws Error(kInterrupted).
void to_unicode_form(UnicodeForm form, const Chars &text, StopFlag stop, Chars &out);

} // namespace sbert::encoder
