// JSON that may be hostile: see json.h. The text is read twice by nlohmann's non-recursive SAX
// parser: once to count depth and duplicates while keeping nothing but the open objects' keys, and
// only then to build the tree.
#include "encoder/model/json.h"

#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

using nlohmann::json;

[[noreturn]] void fail_file(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                "invalid model file \"" + printable(source) + "\": " + what);
}

// Receives the events of a parse; returning false stops it.
class Inspector : public json::json_sax_t {
  public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t &) override { return true; }
    bool string(string_t &) override { return true; }
    bool binary(binary_t &) override { return true; }
    bool start_object(size_t) override { return open(); }
    bool start_array(size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t &name) override
    {
        if (keys_.back().insert(name).second)
            return true;
        fault_ = "duplicate key \"" + printable(name) + "\"";
        return false;
    }

    bool parse_error(size_t position, const std::string &, const json::exception &) override
    {
        fault_ = "not valid JSON at byte " + std::to_string(position);
        return false;
    }

    const std::string &fault() const noexcept { return fault_; }

  private:
    bool open()
    {
        keys_.emplace_back();
        if (keys_.size() <= kMaxJsonDepth)
            return true;
        fault_ = "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels";
        return false;
    }
    bool close()
    {
        keys_.pop_back();
        return true;
    }

    std::vector<std::set<std::string>> keys_; // of each open object; unused for an array
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
    Inspector inspector;
    if (!json::sax_parse(text.begin(), text.end(), &inspector))
        fail_file(source_, inspector.fault());
    node_ = std::make_unique<json>(json::parse(text.begin(), text.end(), nullptr, false));
    if (node_->is_discarded())
        fail_file(source_, "not valid JSON");
}

JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument &&) noexcept = default;
JsonDocument &JsonDocument::operator=(JsonDocument &&) noexcept = default;

JsonValue JsonDocument::root() const { return JsonValue(node_.get(), source_, ""); }

JsonValue::JsonValue(const nlohmann::json *node, std::string source, std::string field)
    : node_(node), source_(std::move(source)), field_(std::move(field))
{
}

bool JsonValue::is_object() const noexcept { return node_->is_object(); }
bool JsonValue::is_array() const noexcept { return node_->is_array(); }
bool JsonValue::is_string() const noexcept { return node_->is_string(); }
bool JsonValue::is_null() const noexcept { return node_->is_null(); }
size_t JsonValue::size() const noexcept { return node_->size(); }

void JsonValue::fail(const std::string &what) const
{
    fail_file(source_, (field_.empty() ? "it" : "\"" + printable(field_) + "\"") + " " + what);
}

JsonValue JsonValue::element(size_t index) const
{
    return JsonValue(&(*node_)[index], source_, field_ + "[" + std::to_string(index) + "]");
}

void JsonValue::for_each_member(
    const std::function<void(const std::string &, JsonValue)> &visit) const
{
    require_object();
    for (auto it = node_->begin(); it != node_->end(); ++it)
        visit(it.key(),
              JsonValue(&it.value(), source_, field_.empty() ? it.key() : field_ + "." + it.key()));
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const
{
    require_object();
    auto it = node_->find(key);
    if (it == node_->end())
        return std::nullopt;
    std::string field = field_.empty() ? std::string(key) : field_ + "." + std::string(key);
    return JsonValue(&*it, source_, std::move(field));
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
    if (!node_->is_boolean())
        fail("must be true or false");
    return node_->get<bool>();
}

int64_t JsonValue::integer(int64_t min, int64_t max) const
{
    const auto *positive = node_->get_ptr<const json::number_unsigned_t *>();
    bool fits = node_->is_number_integer() && (!positive || *positive <= uint64_t{INT64_MAX});
    int64_t value = fits ? node_->get<int64_t>() : 0;
    if (!fits || value < min || value > max)
        fail("must be an integer between " + std::to_string(min) + " and " + std::to_string(max));
    return value;
}

double JsonValue::number() const
{
    double value = node_->is_number() ? node_->get<double>() : NAN;
    if (!std::isfinite(value))
        fail("must be a number");
    return value;
}

const std::string &JsonValue::string() const
{
    if (!node_->is_string())
        fail("must be a string");
    return node_->get_ref<const std::string &>();
}

const JsonValue &JsonValue::require_object() const
{
    if (!node_->is_object())
        fail("must be an object");
    return *this;
}

const JsonValue &JsonValue::require_array() const
{
    if (!node_->is_array())
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
