// Texts on their way into the encoder, and what is told of them afterwards.
#pragma once

#include <string_view>

#include "encoder/encoder.h"
#include "extension/pg.h"

namespace sbert {

// The bytes of a text datum in UTF-8: the datum's own where the database is UTF-8 and nothing was
// compressed, else a copy in the current memory context. Raises an SQL error where the text cannot
// be converted.
std::string_view utf8_of(text *input);

// Acts on a text that was cut, as sbert.truncation says: an error, one warning a statement, or
// nothing.
void report_truncation(const encoder::TextInfo &info, const char *model);

// Whether the database's encoding has all characters of UTF-8 `bytes`.
bool encoding_has(std::string_view bytes);

// A C string of UTF-8 `bytes` as a text datum in the database's encoding.
text *text_of_utf8(std::string_view bytes);

} // namespace sbert
