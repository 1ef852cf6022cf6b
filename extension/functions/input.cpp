// Converts encodings and reports truncation.
#include "extension/functions/input.h"

#include <cstring>

#include "extension/guc.h"

namespace sbert {

std::string_view utf8_of(text *input)
{
    const char *bytes = VARDATA_ANY(input);
    const int length = static_cast<int>(VARSIZE_ANY_EXHDR(input));
    const char *utf8 = pg_server_to_any(bytes, length, PG_UTF8);
    return {utf8, utf8 == bytes ? static_cast<size_t>(length) : std::strlen(utf8)};
}

bool encoding_has(std::string_view bytes)
{
    const int encoding = GetDatabaseEncoding();
    if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
        return true;
    const Oid conversion = FindDefaultConversionProc(PG_UTF8, encoding);
    if (!OidIsValid(conversion))
        return false;
    const int length = static_cast<int>(bytes.size()), room = length * MAX_CONVERSION_GROWTH + 1;
    auto *from = reinterpret_cast<unsigned char *>(pnstrdup(bytes.data(), bytes.size()));
    auto *to = static_cast<unsigned char *>(palloc(static_cast<Size>(room)));
    return pg_do_encoding_conversion_buf(conversion, PG_UTF8, encoding, from, length, to, room,
                                         true) == length;
}

text *text_of_utf8(std::string_view bytes)
{
    char *server = pg_any_to_server(bytes.data(), static_cast<int>(bytes.size()), PG_UTF8);
    if (server == bytes.data())
        return cstring_to_text_with_len(server, static_cast<int>(bytes.size()));
    return cstring_to_text(server);
}

void report_truncation(const encoder::TextInfo &info, const char *model)
{
    // The last statement that got a warning.
    static TimestampTz warned_statement;
    if (!info.truncated || truncation() == Truncation::kSilent)
        return;
    const bool refuse = truncation() == Truncation::kError;
    const TimestampTz statement = GetCurrentStatementStartTimestamp();
    if (!refuse && warned_statement == statement)
        return;
    warned_statement = statement;
    if (refuse)
        ereport(ERROR,
                (errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
                 errmsg("text is longer than the %u tokens that model \"%s\" reads", info.tokens,
                        model),
                 errhint("Split the text, or set sbert.truncation to \"warn\" or \"silent\" to "
                         "use its beginning.")));
    ereport(WARNING,
            (errcode(ERRCODE_WARNING_STRING_DATA_RIGHT_TRUNCATION),
             errmsg("text was cut to the %u tokens that model \"%s\" reads", info.tokens, model),
             errhint("Split the text, or set sbert.truncation to \"silent\" or \"error\".")));
}

} // namespace sbert
