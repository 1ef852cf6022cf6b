#include "extension/scores/entities.h"

namespace sbert::scores {
namespace {

constexpr std::string_view kNoType = "_";

struct NamedScheme {
    std::string_view name;
    TagScheme scheme;
};

constexpr NamedScheme kSchemes[] = {
    {"IOB2", {"IOB", 0, 0}},        {"BIO", {"IOB", 0, 0}},         {"IOBES", {"IOBES", 'E', 'S'}},
    {"BIOES", {"IOBES", 'E', 'S'}}, {"BILOU", {"BILOU", 'L', 'U'}},
};

struct Tag {
    // The first character. If that is not ASCII, this is a letter that no scheme knows.
    char letter;
    std::string_view type;
};

constexpr Tag kOutside = {'O', kNoType};

// The rest of a tag after its first character, which may have several bytes of UTF-8.
std::string_view without_letter(std::string_view tag) noexcept
{
    size_t n = 1;
    while (n < tag.size() && (static_cast<unsigned char>(tag[n]) & 0xC0) == 0x80)
        n++;
    return tag.substr(n);
}

// The type is the text after the first hyphen, if there is one. So B-PER-X and B_A-PER-X are of the
// type PER-X.
Tag lenient_tag(std::string_view tag) noexcept
{
    std::string_view type = without_letter(tag);
    if (const size_t hyphen = type.find('-'); hyphen != type.npos)
        type.remove_prefix(hyphen + 1);
    return {tag[0], type.empty() ? kNoType : type};
}

// Hyphens around the type are not part of it.
Tag strict_tag(std::string_view tag) noexcept
{
    std::string_view type = without_letter(tag);
    while (type.starts_with('-'))
        type.remove_prefix(1);
    while (type.ends_with('-'))
        type.remove_suffix(1);
    return {tag[0], type.empty() ? kNoType : type};
}

bool is_outside(Tag tag) noexcept { return tag.letter == 'O' || tag.letter == '.'; }

bool ends_between(Tag previous, Tag tag) noexcept
{
    const char before = previous.letter, now = tag.letter;
    if (before == 'E' || before == 'S')
        return true;
    if ((before == 'B' || before == 'I') && (now == 'B' || now == 'S' || now == 'O'))
        return true;
    return !is_outside(previous) && previous.type != tag.type;
}

bool begins_between(Tag previous, Tag tag) noexcept
{
    const char before = previous.letter, now = tag.letter;
    if (now == 'B' || now == 'S')
        return true;
    if ((before == 'E' || before == 'S' || before == 'O') && (now == 'E' || now == 'I'))
        return true;
    return !is_outside(tag) && previous.type != tag.type;
}

// The token after the entity that begins at `begin`. `closed` returns whether it is an entity.
size_t strict_end(std::span<const std::string_view> tags, const TagScheme &scheme, size_t begin,
                  const encoder::StopFlag &stop, bool &closed)
{
    const Tag first = strict_tag(tags[begin]);
    closed = scheme.last == 0 || first.letter == scheme.single;
    if (scheme.single != 0 && first.letter == scheme.single)
        return begin + 1;
    for (size_t i = begin + 1; i < tags.size(); i++) {
        stop.check_at(i);
        const Tag tag = strict_tag(tags[i]);
        const bool last = scheme.last != 0 && tag.letter == scheme.last;
        if ((tag.letter != 'I' && !last) || tag.type != first.type)
            return i;
        if (last) {
            closed = true;
            return i + 1;
        }
    }
    return tags.size();
}

} // namespace

const TagScheme *find_scheme(std::string_view name) noexcept
{
    for (const NamedScheme &named : kSchemes)
        if (named.name == name)
            return &named.scheme;
    return nullptr;
}

size_t first_unknown(std::span<const std::string_view> tags, const TagScheme &scheme,
                     const encoder::StopFlag &stop)
{
    for (size_t i = 0; i < tags.size(); i++) {
        stop.check_at(i);
        if (tags[i].empty() || scheme.letters.find(tags[i][0]) == scheme.letters.npos)
            return i;
    }
    return tags.size();
}

// An imaginary token after the last one is outside of entities, so that an entity ends at the
// latest with the sentence.
size_t find_entities(std::span<const std::string_view> tags, const encoder::StopFlag &stop,
                     Entity *out)
{
    size_t count = 0, begin = 0;
    Tag previous = kOutside;
    for (size_t i = 0; i <= tags.size(); i++) {
        stop.check_at(i);
        const Tag tag = i < tags.size() ? lenient_tag(tags[i]) : kOutside;
        if (ends_between(previous, tag))
            out[count++] = {previous.type, begin, i - 1};
        if (begins_between(previous, tag))
            begin = i;
        previous = tag;
    }
    return count;
}

size_t find_entities(std::span<const std::string_view> tags, const TagScheme &scheme,
                     const encoder::StopFlag &stop, Entity *out)
{
    size_t count = 0;
    for (size_t i = 0; i < tags.size();) {
        stop.check_at(i);
        const char letter = tags[i][0];
        if (letter != 'B' && (scheme.single == 0 || letter != scheme.single)) {
            i++;
            continue;
        }
        bool closed;
        const size_t end = strict_end(tags, scheme, i, stop, closed);
        if (closed)
            out[count++] = {strict_tag(tags[i]).type, i, end - 1};
        i = end;
    }
    return count;
}

} // namespace sbert::scores
