// JSON that may be hostile: see json.h. nlohmann's non-recursive SAX parser gives events, the tree
// is built from them.
#include "encoder/model/json.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "encoder/error.h"

namespace sbert::encoder {

struct JsonMember;
using JsonElements = std::vector<JsonNode>;
using JsonMembers = std::vector<JsonMember>; // of a closed object, sorted by their keys

// A value, in 16 bytes: a file of five million "0," must not become a gigabyte. What is empty has
// no memory of its own. Its destructor frees and does nothing else; the depth of the tree, so of
// the recursion, is bounded.
struct JsonNode {
    using Text = std::unique_ptr<std::string>;
    using Array = std::unique_ptr<JsonElements>;
    using Object = std::unique_ptr<JsonMembers>;
    std::variant<std::monostate, bool, int64_t, double, Text, Array, Object> value;

    template <class Kind>
    bool is() const noexcept
    {
        return std::holds_alternative<Kind>(value);
    }
    const JsonElements &elements() const noexcept;
    const JsonMembers &members() const noexcept;
};

struct JsonMember {
    std::string key;
    JsonNode node;
};

// What is behind a pointer that is null where there is nothing, and of a value of another kind.
template <class Kind>
static const auto &contents(const JsonNode &node) noexcept
{
    static const typename Kind::element_type none;
    const Kind *kind = std::get_if<Kind>(&node.value);
    return kind != nullptr && *kind ? **kind : none;
}

const JsonElements &JsonNode::elements() const noexcept { return contents<Array>(*this); }
const JsonMembers &JsonNode::members() const noexcept { return contents<Object>(*this); }

namespace {

using nlohmann::json;

[[noreturn]] void fail_file(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "invalid model file " + in_quotes(source) + ": " + what);
}

// Builds the tree from the events of a parse; returning false stops it.
class TreeBuilder : public json::json_sax_t {
  public:
    explicit TreeBuilder(JsonNode &root) : root_(root) {}

    bool null() override { return add({}) != nullptr; }
    bool boolean(bool value) override { return add({value}) != nullptr; }
    bool number_integer(number_integer_t value) override
    {
        return add({int64_t{value}}) != nullptr;
    }
    bool number_unsigned(number_unsigned_t value) override
    {
        if (value <= uint64_t{INT64_MAX})
            return number_integer(static_cast<int64_t>(value));
        return number_float(static_cast<double>(value), {});
    }
    bool number_float(number_float_t value, const string_t &) override
    {
        return add({double{value}}) != nullptr;
    }
    bool string(string_t &value) override
    {
        return add({value.empty() ? nullptr : std::make_unique<std::string>(value)}) != nullptr;
    }
    bool binary(binary_t &) override { return fail("binary values"); } // JSON has none
    bool start_object(size_t) override { return open({JsonNode::Object()}); }
    bool start_array(size_t) override { return open({JsonNode::Array()}); }
    bool end_object() override { return sort_members() && close(); }
    bool end_array() override { return close(); }

    bool key(string_t &name) override
    {
        room<JsonNode::Object>().push_back({name, {}});
        return true;
    }

    bool parse_error(size_t position, const std::string &, const json::exception &) override
    {
        return fail("not valid JSON at byte " + std::to_string(position));
    }

    const std::string &fault() const noexcept { return fault_; }

  private:
    // The contents of the innermost open node, made at the first of them.
    template <class Kind>
    typename Kind::element_type &room()
    {
        Kind &contents = std::get<Kind>(open_.back()->value);
        if (!contents)
            contents = std::make_unique<typename Kind::element_type>();
        return *contents;
    }
    // Puts the next value into its node: of the last key, a new element, or the root. Addresses of
    // open nodes stay: a list of elements or members grows only while its last one is closed.
    JsonNode *add(JsonNode value)
    {
        JsonNode *node = &root_;
        if (!open_.empty())
            node = open_.back()->is<JsonNode::Object>() ? &room<JsonNode::Object>().back().node
                                                        : &room<JsonNode::Array>().emplace_back();
        *node = std::move(value);
        return node;
    }
    bool open(JsonNode empty)
    {
        if (open_.size() == kMaxJsonDepth)
            return fail("nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
        open_.push_back(add(std::move(empty)));
        return true;
    }
    bool sort_members()
    {
        auto &members = std::get<JsonNode::Object>(open_.back()->value);
        if (!members)
            return true;
        std::sort(members->begin(), members->end(),
                  [](const JsonMember &a, const JsonMember &b) { return a.key < b.key; });
        const auto twice = std::adjacent_find(
            members->begin(), members->end(),
            [](const JsonMember &a, const JsonMember &b) { return a.key == b.key; });
        return twice == members->end() || fail("duplicate key " + in_quotes(twice->key));
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

std::string in_quotes(std::string_view text) { return "\"" + printable(text) + "\""; }

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

bool JsonValue::is_object() const noexcept { return node_->is<JsonNode::Object>(); }
bool JsonValue::is_array() const noexcept { return node_->is<JsonNode::Array>(); }
bool JsonValue::is_string() const noexcept { return node_->is<JsonNode::Text>(); }
bool JsonValue::is_null() const noexcept { return node_->is<std::monostate>(); }
size_t JsonValue::size() const noexcept
{
    return is_object() ? node_->members().size() : node_->elements().size();
}

void JsonValue::fail(const std::string &what) const
{
    fail_file(source_, (field_.empty() ? "it" : in_quotes(field_)) + " " + what);
}

JsonValue JsonValue::element(size_t index) const
{
    return JsonValue(&node_->elements()[index], source_,
                     field_ + "[" + std::to_string(index) + "]");
}

void JsonValue::for_each_element(const std::function<void(const JsonValue &)> &visit) const
{
    require_array();
    for (size_t i = 0; i < size(); ++i)
        visit(element(i));
}

void JsonValue::for_each_member(
    const std::function<void(const std::string &, JsonValue)> &visit) const
{
    require_object();
    for (const auto &[key, node] : node_->members())
        visit(key, JsonValue(&node, source_, field_.empty() ? key : field_ + "." + key));
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const
{
    require_object();
    const JsonMembers &members = node_->members();
    const auto place = std::lower_bound(
        members.begin(), members.end(), key,
        [](const JsonMember &member, std::string_view wanted) { return member.key < wanted; });
    if (place == members.end() || place->key != key)
        return std::nullopt;
    std::string field = field_.empty() ? std::string(key) : field_ + "." + std::string(key);
    return JsonValue(&place->node, source_, std::move(field));
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
    fail("lacks " + in_quotes(key));
}

bool JsonValue::boolean() const
{
    const bool *value = std::get_if<bool>(&node_->value);
    if (value == nullptr)
        fail("must be true or false");
    return *value;
}

int64_t JsonValue::integer(int64_t min, int64_t max) const
{
    const int64_t *value = std::get_if<int64_t>(&node_->value);
    if (value == nullptr || *value < min || *value > max)
        fail("must be an integer between " + std::to_string(min) + " and " + std::to_string(max));
    return *value;
}

double JsonValue::number() const
{
    if (const int64_t *value = std::get_if<int64_t>(&node_->value))
        return static_cast<double>(*value);
    const double *value = std::get_if<double>(&node_->value);
    if (value == nullptr || !std::isfinite(*value))
        fail("must be a number");
    return *value;
}

const std::string &JsonValue::string() const
{
    if (!is_string())
        fail("must be a string");
    return contents<JsonNode::Text>(*node_);
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
