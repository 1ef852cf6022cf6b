#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "extension/types/literal.h"

namespace sbert {

// isspace() would depend on the locale.
const char *skip_space(const char *p) { return p + strspn(p, " \t\n\r\v\f"); }

int64 count_commas(const char *p)
{
    int64 count = 0;
    for (size_t n = 1; *p != '\0'; p++, n++) {
        count += *p == ',';
        if (n % (1024 * 1024) == 0)
            CHECK_FOR_INTERRUPTS();
    }
    return count;
}

void report_syntax(const char *type, const char *literal, const char *detail)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("invalid input syntax for type %s: \"%s\"", type, literal),
                    detail != nullptr ? errdetail("%s", detail) : 0));
}

// Converts directly to float, like float4in, because a conversion through double would round twice.
// The server keeps LC_NUMERIC at C, so the decimal point is a point.
LiteralNumber read_number(const char *p, const char *type, const char *literal)
{
    char *end = nullptr;
    errno = 0;
    const float value = strtof(p, &end);
    if (end == p)
        report_syntax(type, literal, nullptr);
    return {value, p, end, errno == ERANGE};
}

void report_number_out_of_range(const LiteralNumber &number, const char *type)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("\"%s\" is out of range for type %s",
                           pnstrdup(number.begin, number.end - number.begin), type)));
}

} // namespace sbert
