// The parts of tokenizer.json that tokenizer_json.cpp hands to others: the model, the added tokens,
// the post-processors. Not for anybody outside of this folder.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "encoder/import/tokenizer/tokenizer_json.h"

namespace sbert::encoder {

// The vocabulary of a file: its tokens by id, and their ids by text.
struct Vocabulary {
    explicit Vocabulary(std::vector<std::string> &some) : tokens(some) { index(); }

    std::vector<std::string> &tokens;
    std::vector<bool> taken;
    size_t entries = 0; // which may be less than the highest id + 1
    std::unordered_map<std::string_view, int32_t> ids;

    // Looks at `tokens`, which must not change any more.
    void index();
    int32_t id(const std::string &token) const; // or -1
};

// Reads {"token": id, ...} into `file`, which must live on unchanged as long as what is returned.
Vocabulary read_vocabulary(const JsonValue &vocab, int64_t id_limit, TokenizerFile &file);

// A token has few ways to be made of two: a list far beyond that is not of this vocabulary. `fail`
// names the place, and must throw.
void check_merge_count(size_t count, const Vocabulary &vocabulary,
                       const std::function<void(const std::string &)> &fail);

// The merge of two tokens; the second loses the prefix of a continuing piece. `fail` names the
// place, and must throw.
Merge resolve_merge(const std::pair<std::string, std::string> &merge, const std::string &prefix,
                    const Vocabulary &vocabulary,
                    const std::function<void(const std::string &)> &fail);

// Reads the model with its vocabulary; returns how many entries that has, which may be less than
// its highest id + 1. Throws Error(kModelInvalid).
size_t read_tokenizer_model(const JsonValue &model, int64_t id_limit, TokenizerFile &file);

// Reads an added token but for its id, which is a field in one file and a key in another. Throws
// Error(kModelInvalid).
AddedToken read_added_token(const JsonValue &entry);

// The id that is the key of an added token, or nullopt where it is no number of at most 9 digits.
std::optional<int64_t> id_of_key(const std::string &key);

// Throws Error(kModelInvalid) unless an added token is of 1 to kMaxAddedTokenBytes bytes.
void check_token_size(const std::string &content, const JsonValue &entry);

// Reads "added_tokens"; `entries` is what read_tokenizer_model() has returned.
void read_added_tokens(const JsonValue &root, int64_t id_limit, size_t entries,
                       TokenizerFile &file);

// Reads the post-processor. REQUIRES: the model and the added tokens have been read.
void read_post_processor(const JsonValue &processor, TokenizerFile &file);

} // namespace sbert::encoder
