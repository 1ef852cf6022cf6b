#include "encoder/import/json_file.h"

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

void unsupported(const JsonValue &file, const std::string &what, const std::string &hint)
{
    throw Error(ErrorCode::kModelUnsupported, in_quotes(file.source()) + ": " + what, hint);
}

void invalid_file(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "invalid model file " + in_quotes(source) + ": " + what);
}

} // namespace sbert::encoder
