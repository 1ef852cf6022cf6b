// The options of a training: a JSON object whose values are checked.
//
// Every function raises invalid_parameter_value, with the option's name and what it takes.
#pragma once

#include "extension/pg.h"

namespace sbert {

// Calls f(name, value) for each option. `known` lists the names, for the hint.
template <class F>
void for_each_option(Jsonb *json, const char *known, F f)
{
    if (!JB_ROOT_IS_OBJECT(json))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the options must be a JSON object"),
                        errhint("The options are: %s.", known)));
    JsonbIterator *it = JsonbIteratorInit(&json->root);
    JsonbValue key, value;
    JsonbIteratorToken token;
    while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE) {
        if (token != WJB_KEY)
            continue;
        const char *name = pnstrdup(key.val.string.val, static_cast<Size>(key.val.string.len));
        JsonbIteratorNext(&it, &value, true);
        f(name, &value);
    }
}

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
