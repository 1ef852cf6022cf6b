// JSON that may be hostile: a bounded parse, and getters that check type and range and name the
// place of a fault.
//
// Parsed by nlohmann-json's SAX interface (RFC 8259) into a tree of our own: nlohmann's own tree
// allocates in its destructor, which ends the process where memory runs out. Not a general JSON
// library: no writing, no modification. Duplicate keys are refused everywhere: two readers of such
// a file could see two different models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sbert::encoder {

// The deepest published file nests eight levels.
inline constexpr size_t kMaxJsonDepth = 64;

struct JsonNode; // a value of the tree, json.cpp

// A cursor into a parsed document. Copies are cheap; valid as long as the JsonDocument that handed
// it out. All getters throw Error(kModelInvalid) whose message names the source and the field, as
// in `invalid model file "config.json": "hidden_size" must be an integer between 1 and 65536`.
class JsonValue {
  public:
    JsonValue(const JsonNode *node, std::string source, std::string field);

    bool is_object() const noexcept;
    bool is_array() const noexcept;
    bool is_string() const noexcept;
    bool is_null() const noexcept;

    // Number of elements of an array or members of an object.
    size_t size() const noexcept;
    // Element of an array. REQUIRES: is_array() and index < size().
    JsonValue element(size_t index) const;
    // All elements. Throws when it is not an array.
    void for_each_element(const std::function<void(const JsonValue &)> &visit) const;
    // All members in the order of their keys. Throws when it is not an object.
    void for_each_member(const std::function<void(const std::string &, JsonValue)> &visit) const;

    // Member of an object: nullopt when absent. `find_set` also takes null for absent. Throw when
    // it is not an object.
    std::optional<JsonValue> find(std::string_view key) const;
    std::optional<JsonValue> find_set(std::string_view key) const;
    JsonValue at(std::string_view key) const;

    bool boolean() const;
    int64_t integer(int64_t min, int64_t max) const;
    double number() const; // finite
    const std::string &string() const;
    const JsonValue &require_object() const;
    const JsonValue &require_array() const;

    // Shorthands for an optional member, null taken for absent.
    bool boolean_or(std::string_view key, bool otherwise) const;
    int64_t integer_or(std::string_view key, int64_t otherwise, int64_t min, int64_t max) const;
    double number_or(std::string_view key, double otherwise) const;
    std::string string_or(std::string_view key, std::string_view otherwise) const;

    // Throws Error(kModelInvalid): `invalid model file "SOURCE": "FIELD" WHAT`.
    [[noreturn]] void fail(const std::string &what) const;
    const std::string &source() const noexcept { return source_; }

  private:
    const JsonNode *node_;
    std::string source_;
    std::string field_; // dotted path from the root; empty for the root itself
};

class JsonDocument {
  public:
    // Parses `text` (UTF-8), copying what it keeps. `source` is the file's name for messages.
    // Throws Error(kModelInvalid) on anything but one JSON value of at most `max_bytes`,
    // kMaxJsonDepth levels and without duplicate keys. Never recurses over the input.
    JsonDocument(std::string_view text, std::string source, size_t max_bytes);
    ~JsonDocument();
    JsonDocument(JsonDocument &&) noexcept;
    JsonDocument &operator=(JsonDocument &&) noexcept;

    JsonValue root() const;

  private:
    std::unique_ptr<JsonNode> node_;
    std::string source_;
};

// A string for an error message: quotes, control and non-ASCII bytes replaced, cut at 100 bytes.
std::string printable(std::string_view text);
// The same between quotes.
std::string in_quotes(std::string_view text);

} // namespace sbert::encoder
