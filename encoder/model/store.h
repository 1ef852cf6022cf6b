// Where installed models live and how they are named: NAME is the file NAME.sbert in the first
// place that has one.
//
// No name can leave these folders: a SQL user never names a path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/model/packed.h"

namespace sbert::encoder {

inline constexpr size_t kMaxModelName = 128; // bytes

// "name" or "name@fingerprint", taken apart.
struct ModelName {
    std::string name;
    std::string fingerprint; // lower-case hexadecimal digits, 8 to 64 of them, or empty
};

// Names are made of A-Z a-z 0-9 . _ - and do not begin with a dot. Throws Error(kModelNotFound) for
// anything else: nothing can be installed under such a name.
ModelName parse_model_name(std::string_view text);

// The folders in the order of search: `sharedir`/sbert, /var/lib/sbert, /usr/share/sbert (the
// models of packages), then those of `extra` (separated by colons, absolute). An empty `sharedir`
// is left out. Throws Error(kIo) when a folder of `extra` is not absolute.
std::vector<std::string> model_places(const std::string &sharedir, std::string_view extra);

// Why a folder is passed over, as a sentence, or empty. Whoever may write a folder chooses what its
// names mean, so the rule is that of files: it belongs to root or to the effective user, and nobody
// else may write it. One that does not exist holds nothing and is not refused.
std::string place_refusal(const std::string &place);

// Path of the file, in the first place that has one and is not refused. Throws
// Error(kModelNotFound) with a hint that lists the known names.
std::string find_model(const std::vector<std::string> &places, std::string_view text);

// Finds and opens "name" or "name@fingerprint". Throws Error: kModelNotFound, kModelMismatch when
// the file has another fingerprint than asked for, and what PackedFile throws.
PackedFile open_model(const std::vector<std::string> &places, std::string_view text);

// Throws Error(kModelMismatch) unless `fingerprint` (64 hexadecimal digits) is what `name` asks
// for.
void check_fingerprint(const ModelName &name, const std::string &fingerprint);

// One installed model. When its file cannot be opened, `error` says why and the fields after it are
// unset.
struct ModelEntry {
    std::string name;
    std::string path;
    std::string error;
    int32_t dimensions = 0;
    int32_t max_tokens = 0;
    uint64_t bytes = 0;
    std::string fingerprint; // 64 hexadecimal digits
    std::vector<Prompt> prompts;
    std::string default_prompt;
    std::string similarity;
    std::vector<std::string> languages;
    HeadSpec head;
};

// In the order of the names; of two files with one name the one that find_model() would give.
// Folders that do not exist, cannot be read or are refused are passed over.
std::vector<ModelEntry> list_models(const std::vector<std::string> &places);

// The first place that the caller may write, made (mode 0755) where it does not exist yet. Throws
// Error(kPermission).
std::string writable_place(const std::vector<std::string> &places);

} // namespace sbert::encoder
