// ModelSpec to JSON and back: see spec_json.h. Two walks over the list of spec_fields.h.
#include "encoder/model/spec_json.h"

#include <limits>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "encoder/model/check_spec.h"
#include "encoder/model/names.h"
#include "encoder/model/spec_fields.h"

namespace sbert::encoder {

namespace {

using nlohmann::json; // its objects keep their keys sorted

constexpr size_t kMaxSpecBytes = 64u << 20;

// Makes each field a member of one object.
class Writer {
  public:
    template <class Value>
    void field(const char *key, const Value &value, uint32_t = 0, uint32_t = 0)
    {
        object_[key] = written(value);
    }
    template <class Value>
    void option(const char *key, const Value &value, const Value &otherwise)
    {
        if (!(value == otherwise))
            field(key, value);
    }
    void part(const char *key, const std::optional<PairTemplate> &pair)
    {
        if (pair)
            field(key, *pair);
    }
    void part(const char *key, const HeadSpec &head)
    {
        if (head.kind != HeadKind::kNone)
            field(key, head);
    }
    void members(const char *key, const std::vector<Prompt> &prompts)
    {
        for (const Prompt &prompt : prompts)
            object_[key][prompt.name] = prompt.text;
    }

    void choice(const char *key, bool second, const char *one, const char *other)
    {
        object_[key] = second ? other : one;
    }
    void ids(const char *key, const std::vector<SpecialId> &specials)
    {
        object_[key] = json::array();
        for (const SpecialId &special : specials)
            object_[key].push_back(special.id);
    }

    template <class Value>
    static json written(const Value &value)
    {
        if constexpr (std::is_enum_v<Value>) {
            return name_of(value);
        } else if constexpr (std::is_arithmetic_v<Value> || std::is_same_v<Value, std::string>) {
            return value;
        } else {
            Value copy = value; // the list is one for both directions
            Writer writer;
            fields(writer, copy);
            return std::move(writer.object_);
        }
    }

  private:
    template <class Value>
    static json written(const std::optional<Value> &value)
    {
        return value ? written(*value) : json();
    }
    template <class Value>
    static json written(const std::vector<Value> &values)
    {
        json list = json::array();
        for (const Value &value : values)
            list.push_back(written(value));
        return list;
    }
    template <class... Kinds>
    static json written(const std::variant<Kinds...> &value)
    {
        json object = std::visit([](const auto &kind) { return written(kind); }, value);
        if (object.is_string()) // an enumeration
            return {{"type", object}};
        object["type"] = types(value)[value.index()];
        return object;
    }

    json object_ = json::object();
};

// Takes each field from the member of an object. Whole numbers are never negative.
class Reader {
  public:
    explicit Reader(const JsonValue &object) : object_(object) {}

    template <class Value>
    void field(const char *key, Value &value)
    {
        read(object_.at(key), value);
    }
    template <class Value>
    void field(const char *key, std::optional<Value> &value)
    {
        if (const auto member = object_.find_set(key))
            read(*member, value.emplace());
    }
    void field(const char *key, uint32_t &value, uint32_t least, uint32_t most)
    {
        value = static_cast<uint32_t>(object_.at(key).integer(least, most));
    }
    template <class Value>
    void option(const char *key, Value &value, const Value &)
    {
        if (const auto member = object_.find(key))
            read(*member, value);
    }
    void part(const char *key, std::optional<PairTemplate> &pair)
    {
        if (const auto member = object_.find_set(key))
            read(*member, pair.emplace());
    }
    void part(const char *key, HeadSpec &head)
    {
        if (const auto member = object_.find_set(key))
            read(*member, head);
    }
    void members(const char *key, std::vector<Prompt> &prompts)
    {
        if (const auto member = object_.find(key))
            member->for_each_member([&](const std::string &name, const JsonValue &text) {
                prompts.push_back({name, text.string()});
            });
    }

    void choice(const char *key, bool &second, const char *one, const char *other)
    {
        const std::string &name = object_.at(key).string();
        second = name == other;
        if (!second && name != one)
            object_.at(key).fail("is unknown");
    }
    void ids(const char *key, std::vector<SpecialId> &specials)
    {
        object_.at(key).for_each_element([&](const JsonValue &id) {
            specials.push_back({static_cast<int32_t>(id.integer(0, INT32_MAX)), 0});
        });
    }

    template <class Value>
    static void read(const JsonValue &value, Value &out)
    {
        if constexpr (std::is_enum_v<Value>) {
            const auto known = find_name<Value>(value.string());
            if (!known)
                value.fail("is unknown");
            out = *known;
        } else if constexpr (std::is_same_v<Value, std::string>) {
            out = value.string();
        } else if constexpr (std::is_same_v<Value, bool>) {
            out = value.boolean();
        } else if constexpr (std::is_floating_point_v<Value>) {
            out = static_cast<Value>(value.number());
        } else if constexpr (std::is_integral_v<Value>) {
            out = static_cast<Value>(value.integer(0, std::numeric_limits<Value>::max()));
        } else {
            Reader reader(value);
            fields(reader, out);
        }
    }

  private:
    template <class Value>
    static void read(const JsonValue &value, std::vector<Value> &out)
    {
        out.clear();
        value.for_each_element(
            [&](const JsonValue &element) { read(element, out.emplace_back()); });
    }
    template <class... Kinds>
    static void read(const JsonValue &value, std::variant<Kinds...> &out)
    {
        const std::string type = value.at("type").string();
        size_t index = 0;
        const bool known = (read_kind<Kinds>(value, type, types(out)[index++], out) || ...);
        if (!known)
            value.at("type").fail("is unknown");
    }
    // False where the type is another kind's.
    template <class Kind, class Variant>
    static bool read_kind(const JsonValue &value, const std::string &type, const char *own,
                          Variant &out)
    {
        if constexpr (std::is_enum_v<Kind>) {
            const auto known = find_name<Kind>(type);
            if (known)
                out = *known;
            return known.has_value();
        } else {
            if (type == own)
                read(value, out.template emplace<Kind>());
            return type == own;
        }
    }

    const JsonValue &object_;
};

} // namespace

std::string spec_to_json(const ModelSpec &spec) { return Writer::written(spec).dump(); }

std::string metadata_to_json(const ModelSpec &spec, const ModelCard &card)
{
    json whole = Writer::written(spec);
    if (!card.languages.empty())
        whole["card"] = Writer::written(card);
    return whole.dump();
}

Metadata metadata_from_json(std::string_view text, const std::string &source)
{
    const JsonDocument document(text, source, kMaxSpecBytes);
    const JsonValue root = document.root();
    Metadata read;
    Reader::read(root, read.spec);
    Reader(root).option("card", read.card, {});
    check_spec(read.spec, source);
    check_card(read.card, source);
    return read;
}

std::string tokenizer_to_json(const TokenizerSpec &spec) { return Writer::written(spec).dump(); }

TokenizerSpec tokenizer_from_json(const JsonValue &value)
{
    TokenizerSpec spec;
    Reader::read(value, spec);
    return spec;
}

} // namespace sbert::encoder
