#include <cmath>
#include <cstring>

#include "extension/functions/json_option.h"

#include "extension/functions/json_object.h"

namespace sbert {

void refuse_option(const char *name, const char *wanted)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("invalid value for the option \"%s\"", name),
                    errdetail("It takes %s.", wanted)));
    pg_unreachable();
}

double option_number(const char *name, const JsonbValue *value, double least, double most,
                     const char *wanted)
{
    if (value->type != jbvNumeric)
        refuse_option(name, wanted);
    const double number =
        DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(value->val.numeric)));
    if (!(number >= least && number <= most))
        refuse_option(name, wanted);
    return number;
}

int option_integer(const char *name, const JsonbValue *value, int least, int most,
                   const char *wanted)
{
    const double number = option_number(name, value, least, most, wanted);
    if (number != std::floor(number))
        refuse_option(name, wanted);
    return static_cast<int>(number);
}

char *option_string(const char *name, const JsonbValue *value, const char *wanted)
{
    if (value->type != jbvString)
        refuse_option(name, wanted);
    return pnstrdup(value->val.string.val, static_cast<Size>(value->val.string.len));
}

bool option_refuses_nulls(const char *name, const JsonbValue *value)
{
    const char *wanted = "\"skip\" or \"error\"";
    const char *word = option_string(name, value, wanted);
    if (std::strcmp(word, "skip") != 0 && std::strcmp(word, "error") != 0)
        refuse_option(name, wanted);
    return word[0] == 'e';
}

Jsonb *option_added(Jsonb *json, const char *name, JsonbValue value)
{
    JsonbValue scratch;
    if (JB_ROOT_IS_OBJECT(json) &&
        getKeyJsonValueFromContainer(&json->root, name, static_cast<int>(std::strlen(name)),
                                     &scratch) != nullptr)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("\"%s\" is given twice, as an argument and as an option", name)));
    JsonObject option;
    option.put(name, value);
    return DatumGetJsonbP(
        DirectFunctionCall2(jsonb_concat, JsonbPGetDatum(json), JsonbPGetDatum(option.finish())));
}

} // namespace sbert
