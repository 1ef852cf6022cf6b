// The options of a training: a JSON object whose values are checked.
//
// Every function raises invalid_parameter_value, with the option's name and what it takes.
#pragma once

#include "extension/pg.h"

namespace sbert {

[[noreturn]] void refuse_option(const char *name, const char *wanted);
double option_number(const char *name, const JsonbValue *value, double least, double most,
                     const char *wanted);
int option_integer(const char *name, const JsonbValue *value, int least, int most,
                   const char *wanted);
char *option_string(const char *name, const JsonbValue *value, const char *wanted);
// Whether the option "nulls" is "error" instead of "skip".
bool option_refuses_nulls(const char *name, const JsonbValue *value);

// Adds {name: value}, which was an argument, to the options. An error if it is there already.
Jsonb *option_added(Jsonb *json, const char *name, JsonbValue value);

} // namespace sbert
