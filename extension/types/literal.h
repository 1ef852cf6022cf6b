// What the text forms of the vector types share: white space, numbers, and the refusal of anything
// else. `type` is the SQL name of the type for the message, `literal` the whole text.
#pragma once

namespace sbert {

// Past the white space of PostgreSQL's array literals.
const char *skip_space(const char *p);

[[noreturn]] void report_syntax(const char *type, const char *literal, const char *detail);

// One number of a literal.
struct LiteralNumber {
    float value;
    const char *begin; // its digits, and what follows them
    const char *end;
    bool out_of_range; // beyond float's range, then infinite; or below it, then zero or denormal
};

// The number at `p`, which is no white space; an error where there is none.
LiteralNumber read_number(const char *p, const char *type, const char *literal);

[[noreturn]] void report_number_out_of_range(const LiteralNumber &number, const char *type);

} // namespace sbert
