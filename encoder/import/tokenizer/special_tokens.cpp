#include "encoder/import/tokenizer/special_tokens.h"

#include <algorithm>
#include <unordered_map>

#include "encoder/error.h"
#include "encoder/import/json_file.h"
#include "encoder/import/tokenizer/json_parts.h"

namespace sbert::encoder {

namespace {

constexpr std::array<const char *, kRoles> kRoleNames = {
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"};

} // namespace

ClassTokens::ClassTokens(const TokenizerSettings &settings, const RoleDefaults &defaults,
                         const std::vector<AddedToken> &of_file, std::vector<AddedToken> extra)
    : settings_(settings)
{
    for (AddedToken &token : extra)
        extra_.push_back({std::move(token), true, {}});
    refuse_other_roles();
    read_roles(defaults);
    read_added(of_file);
    // A role's token that is among the added ones is that one, flags and all.
    for (auto &role : roles_) {
        if (role)
            if (const Token *known = find_added(role->token.content))
                role = *known;
    }
    if (!settings.config().find("added_tokens_decoder"))
        read_extra(settings.special_tokens_map(), "additional_special_tokens");
    read_extra(settings.config(), "additional_special_tokens");
    read_extra(settings.config(), "extra_special_tokens");
}

// A string, or an object with flags.
ClassTokens::Token ClassTokens::token_of(const JsonValue &value)
{
    Token out;
    if (value.is_string()) {
        out.token = {.content = value.string(), .special = true};
        check_token_size(out.token.content, value);
    } else {
        out.token = read_added_token(value);
        out.normalized_set = value.find_set("normalized").has_value();
    }
    return out;
}

// added_tokens_decoder speaks for itself; older directories have the other files in its place.
void ClassTokens::read_added(const std::vector<AddedToken> &of_file)
{
    if (const auto decoder = settings_.config().find("added_tokens_decoder")) {
        decoder->for_each_member([&](const std::string &key, const JsonValue &entry) {
            added_.push_back(token_of(entry.require_object()));
            added_.back().claimed = id_of_key(key);
            if (!added_.back().claimed)
                entry.fail("has no id for its key");
        });
    } else {
        settings_.added_tokens().for_each_member(
            [&](const std::string &content, const JsonValue &value) {
                added_.push_back({{.content = content, .special = has_role(content)},
                                  false,
                                  value.integer(0, INT32_MAX)});
            });
        for (const AddedToken &token : of_file) {
            std::erase_if(added_, [&](const Token &added) { return added.claimed == token.id; });
            added_.push_back({token, true, token.id});
        }
    }
    std::stable_sort(added_.begin(), added_.end(),
                     [](const Token &a, const Token &b) { return a.claimed < b.claimed; });
}

void ClassTokens::read_roles(const RoleDefaults &defaults)
{
    const JsonValue config = settings_.config();
    const JsonValue map = settings_.special_tokens_map();
    const bool use_map = !config.find("added_tokens_decoder");
    for (int i = 0; i < kRoles; ++i) {
        const auto role = static_cast<Role>(i);
        const char *name = kRoleNames[i];
        const auto mapped = use_map ? map.find(name) : std::nullopt;
        const auto set = mapped ? mapped : config.find(name);
        if (set && !set->is_null())
            roles_[role] = token_of(*set);
        else if (!set && !defaults.contents[role].empty())
            roles_[role] = Token{
                {.content = std::string(defaults.contents[role]), .special = true}, false, {}};
        if (mapped && roles_[role])
            roles_[role]->token.special = true;
        // The class does this to a name; a token that is written out has flags of its own.
        if (role == kMask && roles_[role] && (!set || set->is_string()))
            roles_[role]->token.lstrip = defaults.mask_takes_space;
    }
}

// Replaces what has been there.
void ClassTokens::read_extra(const JsonValue &from, const char *key)
{
    const auto list = from.find_set(key);
    if (!list || list->size() == 0)
        return;
    extra_.clear();
    list->for_each_element([&](const JsonValue &token) { extra_.push_back(token_of(token)); });
}

// The library would add the token of any key like this one.
void ClassTokens::refuse_other_roles() const
{
    settings_.config().for_each_member([](const std::string &key, const JsonValue &value) {
        const bool known = std::find(kRoleNames.begin(), kRoleNames.end(), key) != kRoleNames.end();
        if (!known && key.ends_with("_token") && value.is_string())
            unsupported(value, in_quotes(key) + " is not supported");
    });
}

const ClassTokens::Token *ClassTokens::find_added(std::string_view content) const
{
    for (const Token &added : added_)
        if (added.token.content == content)
            return &added;
    return nullptr;
}

bool ClassTokens::has_role(std::string_view content) const
{
    return std::any_of(roles_.begin(), roles_.end(),
                       [&](const auto &role) { return role && role->token.content == content; });
}

std::string ClassTokens::content(Role role) const
{
    return roles_[role] ? roles_[role]->token.content : std::string();
}

void ClassTokens::place(size_t entries, int64_t id_limit, TokenizerFile &file) const
{
    std::unordered_map<std::string, int64_t> ids;
    for (size_t i = 0; i < file.source.tokens.size(); ++i)
        ids.emplace(file.source.tokens[i], static_cast<int64_t>(i));
    auto next = static_cast<int64_t>(entries);
    auto &out = file.spec.added_tokens;
    const auto place_one = [&](Token token) {
        const auto [found, fresh] = ids.try_emplace(token.token.content, next);
        next += fresh;
        if (token.claimed && *token.claimed != found->second)
            throw Error(ErrorCode::kModelInvalid,
                        in_quotes(settings_.config().source()) +
                            " and its neighbours: " + in_quotes(token.token.content) +
                            " has the id " + std::to_string(*token.claimed) +
                            ", where the library gives it " + std::to_string(found->second));
        if (found->second >= id_limit)
            return;
        token.token.id = static_cast<int32_t>(found->second);
        token.token.special |= has_role(token.token.content);
        if (!token.normalized_set)
            token.token.normalized = !token.token.special;
        std::erase_if(out, [&](const AddedToken &old) { return old.id == token.token.id; });
        out.push_back(std::move(token.token));
    };
    for (const Token &token : added_)
        place_one(token);
    for (const auto &role : roles_)
        if (role && find_added(role->token.content) == nullptr)
            place_one(*role);
    for (const Token &token : extra_)
        if (find_added(token.token.content) == nullptr)
            place_one(token);
}

} // namespace sbert::encoder
