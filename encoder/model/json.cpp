// JSON that may be hostile: see json.h. nlohmann's non-recursive SAX parser gives events, the tree
// is built from them.
#include "encoder/model/json.h"

#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "encoder/error.h"

namespace sbert::encoder {

// A value. Its destructor frees and does nothing else; the depth of the tree, so of the recursion,
// is bounded.
struct JsonNode {
    enum class Kind { kNull, kBoolean, kInteger, kReal, kString, kArray, kObject };

    Kind kind = Kind::kNull;
    bool boolean = false;
    int64_t integer = 0;
    double real = 0; // of an integer, its value too
    std::string string;
    std::vector<JsonNode> elements;
    std::map<std::string, JsonNode, std::less<>> members;
};

namespace {

using nlohmann::json;
using Kind = JsonNode::Kind;

[[noreturn]] void fail_file(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                "invalid model file \"" + printable(source) + "\": " + what);
}

// Builds the tree from the events of a parse; returning false stops it.
class TreeBuilder : public json::json_sax_t {
  public:
    explicit TreeBuilder(JsonNode &root) : root_(root) {}

    bool null() override { return add(Kind::kNull) != nullptr; }
    bool boolean(bool value) override
    {
        add(Kind::kBoolean)->boolean = value;
        return true;
    }
    bool number_integer(number_integer_t value) override
    {
        JsonNode *node = add(Kind::kInteger);
        node->integer = value;
        node->real = static_cast<double>(value);
        return true;
    }
    bool number_unsigned(number_unsigned_t value) override
    {
        if (value <= uint64_t{INT64_MAX})
            return number_integer(static_cast<int64_t>(value));
        add(Kind::kReal)->real = static_cast<double>(value);
        return true;
    }
    bool number_float(number_float_t value, const string_t &) override
    {
        add(Kind::kReal)->real = value;
        return true;
    }
    bool string(string_t &value) override
    {
        add(Kind::kString)->string = value;
        return true;
    }
    bool binary(binary_t &) override { return fail("binary values"); } // JSON has none
    bool start_object(size_t) override { return open(Kind::kObject); }
    bool start_array(size_t) override { return open(Kind::kArray); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t &name) override
    {
        const auto [place, fresh] = open_.back()->members.try_emplace(name);
        member_ = &place->second;
        return fresh || fail("duplicate key \"" + printable(name) + "\"");
    }

    bool parse_error(size_t position, const std::string &, const json::exception &) override
    {
        return fail("not valid JSON at byte " + std::to_string(position));
    }

    const std::string &fault() const noexcept { return fault_; }

  private:
    // The node that the next value fills: of the last key, a new element, or the root. Addresses of
    // open nodes stay: a vector of elements grows only while its last element is closed.
    JsonNode *add(Kind kind)
    {
        JsonNode *node = &root_;
        if (!open_.empty())
            node = open_.back()->kind == Kind::kObject ? member_
                                                       : &open_.back()->elements.emplace_back();
        node->kind = kind;
        return node;
    }
    bool open(Kind kind)
    {
        if (open_.size() == kMaxJsonDepth)
            return fail("nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
        open_.push_back(add(kind));
        return true;
    }
    bool close()
    {
        open_.pop_back();
        return true;
    }
    bool fail(const std::string &fault)
    {
        fault_ = fault;
        return false;
    }

    JsonNode &root_;
    std::vector<JsonNode *> open_;
    JsonNode *member_ = nullptr; // of the last key
    std::string fault_;
};

} // namespace

std::string printable(std::string_view text)
{
    constexpr size_t kMaxShown = 100;
    std::string shown;
    for (char c : text.substr(0, kMaxShown))
        shown += (c >= 0x20 && c < 0x7f && c != '"') ? c : '?';
    if (text.size() > kMaxShown)
        shown += "...";
    return shown;
}

JsonDocument::JsonDocument(std::string_view text, std::string source, size_t max_bytes)
    : source_(std::move(source))
{
    if (text.size() > max_bytes)
        fail_file(source_, "larger than " + std::to_string(max_bytes) + " bytes");
    node_ = std::make_unique<JsonNode>();
    TreeBuilder builder(*node_);
    if (!json::sax_parse(text.begin(), text.end(), &builder))
        fail_file(source_, builder.fault());
}

JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument &&) noexcept = default;
JsonDocument &JsonDocument::operator=(JsonDocument &&) noexcept = default;

JsonValue JsonDocument::root() const { return JsonValue(node_.get(), source_, ""); }

JsonValue::JsonValue(const JsonNode *node, std::string source, std::string field)
    : node_(node), source_(std::move(source)), field_(std::move(field))
{
}

bool JsonValue::is_object() const noexcept { return node_->kind == Kind::kObject; }
bool JsonValue::is_array() const noexcept { return node_->kind == Kind::kArray; }
bool JsonValue::is_string() const noexcept { return node_->kind == Kind::kString; }
bool JsonValue::is_null() const noexcept { return node_->kind == Kind::kNull; }
size_t JsonValue::size() const noexcept
{
    return is_object() ? node_->members.size() : node_->elements.size();
}

void JsonValue::fail(const std::string &what) const
{
    fail_file(source_, (field_.empty() ? "it" : "\"" + printable(field_) + "\"") + " " + what);
}

JsonValue JsonValue::element(size_t index) const
{
    return JsonValue(&node_->elements[index], source_, field_ + "[" + std::to_string(index) + "]");
}

void JsonValue::for_each_member(
    const std::function<void(const std::string &, JsonValue)> &visit) const
{
    require_object();
    for (const auto &[key, node] : node_->members)
        visit(key, JsonValue(&node, source_, field_.empty() ? key : field_ + "." + key));
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const
{
    require_object();
    auto it = node_->members.find(key);
    if (it == node_->members.end())
        return std::nullopt;
    std::string field = field_.empty() ? std::string(key) : field_ + "." + std::string(key);
    return JsonValue(&it->second, source_, std::move(field));
}

std::optional<JsonValue> JsonValue::find_set(std::string_view key) const
{
    auto value = find(key);
    return value && value->is_null() ? std::nullopt : value;
}

JsonValue JsonValue::at(std::string_view key) const
{
    if (auto value = find(key))
        return *value;
    fail("lacks \"" + printable(key) + "\"");
}

bool JsonValue::boolean() const
{
    if (node_->kind != Kind::kBoolean)
        fail("must be true or false");
    return node_->boolean;
}

int64_t JsonValue::integer(int64_t min, int64_t max) const
{
    const int64_t value = node_->integer;
    if (node_->kind != Kind::kInteger || value < min || value > max)
        fail("must be an integer between " + std::to_string(min) + " and " + std::to_string(max));
    return value;
}

double JsonValue::number() const
{
    const double value = node_->real;
    if ((node_->kind != Kind::kInteger && node_->kind != Kind::kReal) || !std::isfinite(value))
        fail("must be a number");
    return value;
}

const std::string &JsonValue::string() const
{
    if (!is_string())
        fail("must be a string");
    return node_->string;
}

const JsonValue &JsonValue::require_object() const
{
    if (!is_object())
        fail("must be an object");
    return *this;
}

const JsonValue &JsonValue::require_array() const
{
    if (!is_array())
        fail("must be an array");
    return *this;
}

bool JsonValue::boolean_or(std::string_view key, bool otherwise) const
{
    auto value = find_set(key);
    return value ? value->boolean() : otherwise;
}

int64_t JsonValue::integer_or(std::string_view key, int64_t otherwise, int64_t min,
                              int64_t max) const
{
    auto value = find_set(key);
    return value ? value->integer(min, max) : otherwise;
}

double JsonValue::number_or(std::string_view key, double otherwise) const
{
    auto value = find_set(key);
    return value ? value->number() : otherwise;
}

std::string JsonValue::string_or(std::string_view key, std::string_view otherwise) const
{
    auto value = find_set(key);
    return value ? value->string() : std::string(otherwise);
}

} // namespace sbert::encoder
