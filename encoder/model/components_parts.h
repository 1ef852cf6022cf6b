// The parts of tokenizer.json that tokenizer_components.cpp hands to others: the model, the added
// tokens, the post-processors. Not for anybody else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "encoder/model/tokenizer_components.h"

namespace sbert::encoder {

// Reads the model with its vocabulary; returns how many entries that has, which may be less than
// its highest id + 1. Throws Error(kModelInvalid).
size_t read_components_model(const JsonValue &model, int64_t id_limit, ComponentsFile &file);

// Reads "added_tokens"; `entries` is what read_components_model() has returned.
void read_components_added(const JsonValue &root, int64_t id_limit, size_t entries,
                           ComponentsFile &file);

// Reads the post-processor. REQUIRES: the model and the added tokens have been read.
void read_components_post(const JsonValue &processor, ComponentsFile &file);

// The bytes that base64 stands for (RFC 4648, with padding), or nullopt.
std::optional<std::string> decode_base64(std::string_view text);

} // namespace sbert::encoder
