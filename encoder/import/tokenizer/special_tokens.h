// The special and added tokens of a tokenizer that a class of the transformers library builds:
// their contents and flags from the files and the class's own defaults, their ids from the
// vocabulary. (transformers 5.23, tokenization_utils_tokenizers.py, TokenizersBackend.__init__)
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/import/tokenizer/tokenizer_config.h"
#include "encoder/import/tokenizer/tokenizer_json.h"

namespace sbert::encoder {

// What special tokens are there for, in the order in which the library adds them.
enum Role { kBos, kEos, kUnk, kSep, kPad, kCls, kMask, kRoles };

// The class's own special tokens; "" for none.
struct RoleDefaults {
    std::array<std::string_view, kRoles> contents;
    bool mask_takes_space = false; // white space before it is the mask's
};

class ClassTokens {
  public:
    // `of_file` are the added tokens of tokenizer.json, `extra` such as have no role and are added
    // last: of the class, unless the settings name others. Throws Error: kModelInvalid;
    // kModelUnsupported on special tokens of a role that the library does not know.
    ClassTokens(const TokenizerSettings &settings, const RoleDefaults &defaults,
                const std::vector<AddedToken> &of_file, std::vector<AddedToken> extra);

    // The token of a role; "" for none.
    std::string content(Role role) const;

    // Appends all of them to `file`, with the ids that its vocabulary has, or else the next from
    // `entries` on, the size of the vocabulary. Those that would be beyond the word table
    // (`id_limit`) are left out: a text that names one is an error there. Throws
    // Error(kModelInvalid) when a file claims another id than the library gives.
    void place(size_t entries, int64_t id_limit, TokenizerFile &file) const;

  private:
    // `normalized` of the token counts when it is written out, else the inverse of `special`.
    struct Token {
        AddedToken token;
        bool normalized_set = false;
        std::optional<int64_t> claimed; // the id that a file gives
    };

    static Token token_of(const JsonValue &value);
    void read_added(const std::vector<AddedToken> &of_file);
    void read_roles(const RoleDefaults &defaults);
    void read_extra(const JsonValue &from, const char *key);
    void refuse_other_roles() const;
    const Token *find_added(std::string_view content) const;
    bool has_role(std::string_view content) const;

    const TokenizerSettings &settings_;
    std::vector<Token> added_;
    std::array<std::optional<Token>, kRoles> roles_;
    std::vector<Token> extra_;
};

} // namespace sbert::encoder
