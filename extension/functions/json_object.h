// Builds a jsonb object member by member, in the current memory context.
#pragma once

#include <cstring>

#include "extension/pg.h"

namespace sbert {

struct JsonObject {
    JsonbParseState *state = nullptr;

    JsonObject() { pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr); }
    void put(const char *key, JsonbValue value)
    {
        JsonbValue name = string(key);
        pushJsonbValue(&state, WJB_KEY, &name);
        pushJsonbValue(&state, WJB_VALUE, &value);
    }
    Jsonb *finish() { return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)); }

    // `text` is in the database's encoding.
    static JsonbValue string(const char *text)
    {
        JsonbValue value;
        value.type = jbvString;
        value.val.string.val = pstrdup(text);
        value.val.string.len = static_cast<int>(strlen(text));
        return value;
    }
    static JsonbValue number(Datum numeric)
    {
        JsonbValue value;
        value.type = jbvNumeric;
        value.val.numeric = DatumGetNumeric(numeric);
        return value;
    }
    static JsonbValue integer(int64 n)
    {
        return number(DirectFunctionCall1(int8_numeric, Int64GetDatum(n)));
    }
    static JsonbValue real(double x)
    {
        return number(DirectFunctionCall1(float8_numeric, Float8GetDatum(x)));
    }
    static JsonbValue boolean(bool b)
    {
        JsonbValue value;
        value.type = jbvBool;
        value.val.boolean = b;
        return value;
    }
};

} // namespace sbert
