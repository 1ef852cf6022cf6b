// Reads white space and numbers in the text forms of the vector types, and refuses anything else.
// `type` is the SQL name of the type for the message, `literal` the whole text.
#pragma once

#include "extension/pg.h"

namespace sbert {

// Skips white space, as in PostgreSQL's array literals.
const char *skip_space(const char *p);

// Counts commas, and with them elements.
int64 count_commas(const char *p);

[[noreturn]] void report_syntax(const char *type, const char *literal, const char *detail);

// One number of a literal.
struct LiteralNumber {
    float value;
    const char *begin; // the first character
    const char *end;   // the character after the number
    // Whether the number is too large, so that value is infinite, or too small, so that value is
    // zero or denormal.
    bool out_of_range;
};

// Reads the number at `p`, which must not be white space. Raises an error if there is none.
LiteralNumber read_number(const char *p, const char *type, const char *literal);

[[noreturn]] void report_number_out_of_range(const LiteralNumber &number, const char *type);

} // namespace sbert
