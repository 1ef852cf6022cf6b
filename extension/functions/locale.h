// The locale of an SQL function that cuts texts.
#pragma once

#include "extension/chunks/breaks.h"
#include "extension/pg.h"

namespace sbert {

// Argument `n`, the name of a locale, in the current memory context. Raises an SQL error if it is
// null or ICU does not know it.
inline const char *locale_arg(FunctionCallInfo fcinfo, int n)
{
    if (PG_ARGISNULL(n))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("locale must not be null"),
                        errhint("\"und\" is the locale of no language.")));
    const char *locale = text_to_cstring(PG_GETARG_TEXT_PP(n));
    if (!is_known_locale(locale))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("locale \"%s\" is not known to ICU", locale),
                        errhint("Name a language such as \"en\" or \"de\", a locale such as "
                                "\"en-GB\", or \"und\" for none.")));
    return locale;
}

} // namespace sbert
