// Converts texts for the encoder, and reports those that were cut.
#pragma once

#include <string_view>

#include "encoder/encoder.h"
#include "extension/pg.h"

namespace sbert {

// The bytes of a text datum in UTF-8. They are those of the datum itself if the database is UTF-8
// and the datum is not compressed, otherwise a copy in the current memory context. Raises an SQL
// error if the text cannot be converted.
std::string_view utf8_of(text *input);

// Reports a text that was cut as sbert.truncation says: by an error, by one warning per statement,
// or not at all.
void report_truncation(const encoder::TextInfo &info, const char *model);

// Whether the database's encoding has all characters of UTF-8 `bytes`.
bool encoding_has(std::string_view bytes);

// A C string of UTF-8 `bytes` as a text datum in the database's encoding.
text *text_of_utf8(std::string_view bytes);

} // namespace sbert
