#include "encoder/model/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "encoder/error.h"
#include "encoder/model/json.h"

namespace sbert::encoder {

namespace {

constexpr std::string_view kSuffix = ".sbert";

bool is_model_name(std::string_view name)
{
    constexpr std::string_view kCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return !name.empty() && name.size() <= kMaxModelName && name.front() != '.' &&
           name.find_first_not_of(kCharacters) == name.npos;
}

std::string lower_hex(std::string_view digits, std::string_view text)
{
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos || digits.size() < 8 ||
        digits.size() > 64)
        throw Error(ErrorCode::kModelNotFound,
                    "invalid fingerprint in model name " + in_quotes(text),
                    "After the @ come the first 8 to 64 hexadecimal digits of the fingerprint.");
    std::string lower(digits);
    for (char &c : lower)
        c = static_cast<char>(c | 0x20); // of a digit that bit is set
    return lower;
}

// The names that a folder holds; none when it cannot be read.
std::vector<std::string> names_in(const std::string &place)
{
    std::vector<std::string> names;
    std::unique_ptr<DIR, int (*)(DIR *)> folder(opendir(place.c_str()), closedir);
    if (!folder)
        return names;
    while (const dirent *entry = readdir(folder.get())) {
        std::string_view file = entry->d_name;
        if (!file.ends_with(kSuffix))
            continue;
        file.remove_suffix(kSuffix.size());
        if (is_model_name(file))
            names.emplace_back(file);
    }
    return names;
}

// Name to path; the first place wins.
std::map<std::string, std::string> all_models(const std::vector<std::string> &places)
{
    std::map<std::string, std::string> models;
    for (const std::string &place : places) {
        if (!place_refusal(place).empty())
            continue;
        for (const std::string &name : names_in(place))
            models.emplace(name, place + "/" + name + std::string(kSuffix));
    }
    return models;
}

std::string known_names_hint(const std::vector<std::string> &places)
{
    constexpr size_t kMaxListed = 20;
    std::string refused;
    for (const std::string &place : places)
        if (const std::string refusal = place_refusal(place); !refusal.empty())
            refused += " " + refusal;
    auto models = all_models(places);
    if (models.empty())
        return "No model is installed. Install one with: sbert import DIR --name NAME" +
               (refused.empty() ? "" : "." + refused);
    std::string list;
    size_t listed = 0;
    for (const auto &[name, path] : models) {
        if (listed++ == kMaxListed) {
            list += ", ...";
            break;
        }
        list += (list.empty() ? "" : ", ") + name;
    }
    return "Installed models: " + list + "." + refused;
}

ModelEntry describe(const std::string &name, const std::string &path)
{
    ModelEntry entry;
    entry.name = name;
    entry.path = path;
    try {
        PackedFile file(path);
        entry.dimensions = file.spec().dimensions;
        entry.max_tokens = file.spec().max_tokens;
        entry.bytes = file.bytes();
        entry.fingerprint = to_hex(file.fingerprint());
        entry.prompts = file.spec().prompts;
        entry.default_prompt = file.spec().default_prompt;
        entry.similarity = file.spec().similarity;
        entry.languages = file.card().languages;
        entry.head = file.spec().head;
    } catch (const Error &error) {
        entry.error = error.what();
    }
    return entry;
}

} // namespace

ModelName parse_model_name(std::string_view text)
{
    size_t at = text.find('@');
    std::string_view name = text.substr(0, at);
    if (!is_model_name(name))
        throw Error(ErrorCode::kModelNotFound, "invalid model name " + in_quotes(text) + "",
                    "A name has at most " + std::to_string(kMaxModelName) +
                        " letters, digits, dots, hyphens and underscores, and no dot in front.");
    ModelName parsed{std::string(name), {}};
    if (at != text.npos)
        parsed.fingerprint = lower_hex(text.substr(at + 1), text);
    return parsed;
}

std::vector<std::string> model_places(const std::string &sharedir, std::string_view extra)
{
    std::vector<std::string> places;
    auto add = [&](std::string place) {
        if (std::find(places.begin(), places.end(), place) == places.end())
            places.push_back(std::move(place));
    };
    if (!sharedir.empty())
        add(sharedir + "/sbert");
    add("/var/lib/sbert");
    add("/usr/share/sbert");
    while (!extra.empty()) {
        size_t colon = extra.find(':');
        std::string_view place = extra.substr(0, colon);
        extra = colon == extra.npos ? std::string_view() : extra.substr(colon + 1);
        if (place.empty())
            continue;
        if (place.front() != '/')
            throw Error(ErrorCode::kIo, "model folder " + in_quotes(place) + " is not absolute",
                        "Folders begin with a slash and are separated by colons.");
        add(without_slash(std::string(place)));
    }
    return places;
}

std::string place_refusal(const std::string &place)
{
    struct stat status;
    if (stat(place.c_str(), &status) != 0)
        return {};
    const std::string passed_over = "Folder " + in_quotes(place) + " is passed over: ";
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return passed_over + "it belongs to user id " + std::to_string(status.st_uid) +
               ", not to root or to the user that reads it.";
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return passed_over + "it may be written by others; take that right away with chmod go-w.";
    return {};
}

std::string find_model(const std::vector<std::string> &places, std::string_view text)
{
    std::string file = parse_model_name(text).name + std::string(kSuffix);
    for (const std::string &place : places) {
        if (!place_refusal(place).empty())
            continue;
        std::string path = place + "/" + file;
        if (access(path.c_str(), F_OK) == 0)
            return path;
    }
    throw Error(ErrorCode::kModelNotFound, "model " + in_quotes(text) + " is not installed",
                known_names_hint(places));
}

void check_fingerprint(const ModelName &name, const std::string &fingerprint)
{
    if (fingerprint.starts_with(name.fingerprint))
        return;
    throw Error(ErrorCode::kModelMismatch,
                "model \"" + name.name + "\" has fingerprint " +
                    fingerprint.substr(0, name.fingerprint.size()) + ", not " + name.fingerprint,
                "The model that is installed under this name is another one.");
}

PackedFile open_model(const std::vector<std::string> &places, std::string_view text)
{
    ModelName name = parse_model_name(text);
    PackedFile file(find_model(places, text));
    check_fingerprint(name, to_hex(file.fingerprint()));
    return file;
}

std::vector<ModelEntry> list_models(const std::vector<std::string> &places)
{
    std::vector<ModelEntry> entries;
    for (const auto &[name, path] : all_models(places))
        entries.push_back(describe(name, path));
    return entries;
}

std::string writable_place(const std::vector<std::string> &places)
{
    for (const std::string &place : places) {
        bool made = mkdir(place.c_str(), 0755) == 0;
        if (made || faccessat(AT_FDCWD, place.c_str(), W_OK | X_OK, AT_EACCESS) == 0)
            return place;
    }
    throw Error(ErrorCode::kPermission, "none of the folders that hold models may be written",
                "Run the command as an administrator, or name the file with --out.");
}

} // namespace sbert::encoder
