#include "extension/tagging/tag_set.h"

#include <algorithm>

namespace sbert::tagging {

// A type has its tags in this order; BIO has only the first two.
static constexpr std::string_view kLetters = "BIES";

std::optional<TagParts> parse_tag(std::string_view tag) noexcept
{
    if (tag == "O")
        return TagParts{'O', {}};
    if (tag.size() < 3 || tag[1] != '-' || kLetters.find(tag[0]) == std::string_view::npos)
        return std::nullopt;
    return TagParts{tag[0], tag.substr(2)};
}

TagSet::TagSet(Scheme scheme, std::vector<std::string> types)
    : scheme_(scheme), types_(std::move(types))
{
}

char TagSet::letter(size_t tag) const noexcept
{
    return tag == 0 ? 'O' : kLetters[(tag - 1) % letters()];
}

uint32_t TagSet::type(size_t tag) const noexcept
{
    return static_cast<uint32_t>((tag - 1) / letters());
}

std::string TagSet::name(size_t tag) const
{
    return tag == 0 ? "O" : std::string(1, letter(tag)) + '-' + types_[type(tag)];
}

std::optional<uint32_t> TagSet::find(const TagParts &parts) const noexcept
{
    if (parts.letter == 'O')
        return 0;
    const size_t letter = kLetters.find(parts.letter);
    const auto found = std::find(types_.begin(), types_.end(), parts.type);
    if (letter >= letters() || found == types_.end())
        return std::nullopt;
    return static_cast<uint32_t>(1 + static_cast<size_t>(found - types_.begin()) * letters() +
                                 letter);
}

// Whether the tag goes on with the entity of the tag before it.
bool TagSet::inside(size_t tag) const noexcept
{
    const char at = letter(tag);
    return at == 'I' || at == 'E';
}

// Whether the entity of the tag must go on, which it never must in BIO.
bool TagSet::open(size_t tag) const noexcept
{
    const char at = letter(tag);
    return scheme_ == Scheme::kBioes && (at == 'B' || at == 'I');
}

bool TagSet::may_start(size_t tag) const noexcept { return !inside(tag); }
bool TagSet::may_end(size_t tag) const noexcept { return !open(tag); }

bool TagSet::may_follow(size_t before, size_t tag) const noexcept
{
    if (!inside(tag))
        return !open(before);
    const char at = letter(before);
    return (at == 'B' || at == 'I') && type(before) == type(tag);
}

std::optional<size_t> TagSet::first_illegal(std::span<const uint16_t> tags) const noexcept
{
    for (size_t t = 0; t < tags.size(); t++)
        if (t == 0 ? !may_start(tags[t]) : !may_follow(tags[t - 1], tags[t]))
            return t;
    if (!tags.empty() && !may_end(tags.back()))
        return tags.size();
    return std::nullopt;
}

std::vector<Span> TagSet::spans(std::span<const uint16_t> tags) const
{
    std::vector<Span> found;
    for (uint32_t t = 0; t < tags.size(); t++) {
        if (tags[t] == 0)
            continue;
        if (inside(tags[t]))
            found.back().last = t;
        else
            found.push_back({t, t, type(tags[t])});
    }
    return found;
}

void TagSet::write(std::span<const Span> spans, std::span<uint16_t> tags) const noexcept
{
    std::fill(tags.begin(), tags.end(), uint16_t{0});
    for (const Span &span : spans) {
        const auto first = static_cast<uint16_t>(1 + span.type * letters()); // B
        const auto of = [first](size_t letter) { return static_cast<uint16_t>(first + letter); };
        const bool bioes = scheme_ == Scheme::kBioes;
        if (span.first == span.last) {
            tags[span.first] = of(bioes ? 3 : 0);
            continue;
        }
        tags[span.first] = of(0);
        for (uint32_t t = span.first + 1; t <= span.last; t++)
            tags[t] = of(bioes && t == span.last ? 2 : 1);
    }
}

} // namespace sbert::tagging
