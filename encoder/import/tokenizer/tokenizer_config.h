// What the files beside a vocabulary say about a tokenizer: tokenizer_config.json,
// special_tokens_map.json, added_tokens.json, and config.json where the first names no class.
#pragma once

#include <optional>
#include <string>

#include "encoder/model/json.h"

namespace sbert::encoder {

// The classes of the transformers library that build their tokenizer from its vocabulary, whatever
// components tokenizer.json holds; all others take the file as it is.
enum class TokenizerClass {
    kAsInFile,
    kBert, // and DistilBERT, ELECTRA
    kMpnet,
    kRoberta,
    kGpt2,
    kXlmRoberta,
    kCamembert,
    kAlbert,
    kXlnet,
    kT5
};

class TokenizerSettings {
  public:
    // Files that are not there count as empty. Throws Error: kModelInvalid; kModelUnsupported on
    // code of its own, on a class or a setting that is not honoured; kIo.
    explicit TokenizerSettings(const std::string &folder);

    TokenizerClass kind() const noexcept { return kind_; }
    const std::string &class_name() const noexcept { return name_; }
    JsonValue config() const { return config_.root(); }
    JsonValue special_tokens_map() const { return map_.root(); }
    JsonValue added_tokens() const { return added_.root(); }
    // model_max_length, when it is set to a real limit.
    std::optional<int64_t> max_length() const;

  private:
    void find_class(const std::string &folder);
    void refuse_settings() const;

    JsonDocument config_, map_, added_;
    std::string name_;
    TokenizerClass kind_ = TokenizerClass::kBert;
};

} // namespace sbert::encoder
