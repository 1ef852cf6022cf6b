#include "encoder/tokenizer/charsmap.h"

#include <cstring>

#include "encoder/error.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

// The fields of a unit of the trie.
bool has_leaf(uint32_t unit) { return (unit >> 8 & 1) != 0; }
uint32_t value(uint32_t unit) { return unit & 0x7FFFFFFF; }
uint32_t label(uint32_t unit) { return unit & 0x800000FF; }
uint32_t offset(uint32_t unit) { return (unit >> 10) << ((unit & 0x200) >> 6); }

[[noreturn]] void invalid(const char *what)
{
    throw Error(ErrorCode::kModelInvalid, std::string("invalid precompiled_charsmap: ") + what);
}

std::string_view replacement_at(const CharsmapView &map, uint32_t at)
{
    const std::string_view all(map.replacements.data(), map.replacements.size());
    if (at >= all.size())
        return {};
    const std::string_view rest = all.substr(at);
    return rest.substr(0, rest.find('\0'));
}

void check_replacement(const CharsmapView &map, uint32_t at)
{
    if (at > map.replacements.size())
        invalid("a value beyond its replacements");
    const std::string_view text = replacement_at(map, at);
    for (size_t i = 0; i < text.size();) {
        const Decoded decoded = utf8_decode(text, i);
        if (decoded.length == 0)
            invalid("a replacement that is not UTF-8");
        i += decoded.length;
    }
}

// Walks every path through the trie. `base` is where the children of a node are counted from.
void check_trie(const CharsmapView &map)
{
    std::vector<bool> seen(map.units.size());
    std::vector<uint32_t> bases = {offset(map.units[0])};
    while (!bases.empty()) {
        const uint32_t base = bases.back();
        bases.pop_back();
        if ((base | 0xFF) >= map.units.size())
            invalid("a path that leaves its trie");
        for (uint32_t byte = 1; byte < 0x100; ++byte) {
            const uint32_t node = base ^ byte;
            const uint32_t unit = map.units[node];
            if (label(unit) != byte || seen[node])
                continue;
            seen[node] = true;
            const uint32_t next = node ^ offset(unit);
            if (next >= map.units.size())
                invalid("a path that leaves its trie");
            if (has_leaf(unit))
                check_replacement(map, value(map.units[next]));
            bases.push_back(next);
        }
    }
}

} // namespace

Charsmap parse_charsmap(std::string_view bytes)
{
    if (bytes.size() > kMaxCharsmapBytes)
        invalid("too large");
    uint32_t size = 0;
    if (bytes.size() < sizeof size)
        invalid("cut short");
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    size -= size % sizeof(uint32_t);
    if (size == 0 || size > bytes.size())
        invalid("a trie larger than itself");
    Charsmap map;
    map.units.resize(size / sizeof(uint32_t));
    std::memcpy(map.units.data(), bytes.data(), size);
    map.replacements.assign(bytes.begin() + size, bytes.end());
    check_trie(map.view());
    return map;
}

std::optional<std::string_view> charsmap_find(const CharsmapView &map,
                                              std::string_view key) noexcept
{
    if (map.units.empty())
        return std::nullopt;
    uint32_t node = offset(map.units[0]);
    for (const char c : key) {
        const auto byte = static_cast<uint8_t>(c);
        node ^= byte;
        if (byte == 0 || node >= map.units.size() || label(map.units[node]) != byte)
            return std::nullopt;
        const uint32_t unit = map.units[node];
        node ^= offset(unit);
        if (has_leaf(unit))
            return node < map.units.size()
                       ? std::optional(replacement_at(map, value(map.units[node])))
                       : std::nullopt;
    }
    return std::nullopt;
}

} // namespace sbert::encoder
