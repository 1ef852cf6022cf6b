#include "encoder/import/json_file.h"

#include <algorithm>

#include "encoder/error.h"
#include "encoder/model/mapped_file.h"

namespace sbert::encoder {

JsonDocument read_json_file(const std::string &path, size_t max_bytes)
{
    return {read_text_file(path, max_bytes), path, max_bytes};
}

std::optional<JsonDocument> find_json_file(const std::string &path, size_t max_bytes)
{
    return is_regular_file(path) ? std::optional(read_json_file(path, max_bytes)) : std::nullopt;
}

std::string_view take_line(std::string_view &text)
{
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

void unsupported(const JsonValue &file, const std::string &what, const std::string &hint)
{
    throw Error(ErrorCode::kModelUnsupported, in_quotes(file.source()) + ": " + what, hint);
}

void invalid_file(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "invalid model file " + in_quotes(source) + ": " + what);
}

} // namespace sbert::encoder
