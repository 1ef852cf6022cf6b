// The files of a published directory, JSON and lines, and how what they say is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "encoder/model/json.h"

namespace sbert::encoder {

inline constexpr size_t kMaxConfigBytes = 16u << 20;
// Of files that list every added token or every tensor.
inline constexpr size_t kMaxListBytes = 64u << 20;
inline constexpr size_t kMaxTokenizerBytes = 256u << 20;

// Throws Error: kIo; kModelInvalid, also when the file is larger than `max_bytes`.
JsonDocument read_json_file(const std::string &path, size_t max_bytes = kMaxConfigBytes);

// The same, nullopt where there is no such file.
std::optional<JsonDocument> find_json_file(const std::string &path,
                                           size_t max_bytes = kMaxConfigBytes);

// Takes the first line off a text, without its end.
std::string_view take_line(std::string_view &text);

// Throws Error(kModelUnsupported): `"SOURCE": WHAT`.
[[noreturn]] void unsupported(const JsonValue &file, const std::string &what,
                              const std::string &hint = {});

// Throws Error(kModelInvalid): `invalid model file "SOURCE": WHAT`.
[[noreturn]] void invalid_file(const std::string &source, const std::string &what);

} // namespace sbert::encoder
