// The generated numbers, unpacked by the compiler, and the searches through them.
#include "encoder/tokenizer/unicode_tables.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace sbert::encoder {

namespace {

struct SpecialLower {
    uint32_t from;
    uint32_t to[2];
};

struct Composition { // sorted by the first two
    uint32_t first;
    uint32_t second;
    uint32_t composed;
};

struct StandIn { // sorted, without overlap
    uint32_t first;
    uint32_t last;
    uint32_t code;
};

} // namespace

#include "encoder/tokenizer/unicode_data_tables.inl"

namespace {

// A negative number stands for so many more of the one before.
template <size_t kSize, size_t kPacked>
consteval std::array<uint16_t, kSize> unpack_runs(const int16_t (&packed)[kPacked])
{
    std::array<uint16_t, kSize> values{};
    size_t at = 0;
    for (const int16_t number : packed) {
        for (int16_t more = number; more < 0; ++more, ++at)
            values.at(at) = values[at - 1];
        if (number >= 0)
            values.at(at++) = static_cast<uint16_t>(number);
    }
    return values;
}

struct Place {
    uint32_t code;
    uint32_t at; // of its first part
};

// The numbers of one kind of decomposition: of each character minus its distance from the one
// before it, then its parts.
template <size_t kPlaces, size_t kPacked>
struct Decompositions {
    std::array<Place, kPlaces + 1> places{}; // the last is the end of the parts
    std::array<uint32_t, kPacked - kPlaces> parts{};

    consteval explicit Decompositions(const int32_t (&packed)[kPacked])
    {
        uint32_t code = 0, place = 0, part = 0;
        for (const int32_t number : packed) {
            if (number < 0)
                places.at(place++) = {code += static_cast<uint32_t>(-number), part};
            else
                parts.at(part++) = static_cast<uint32_t>(number);
        }
        places.at(place) = {kUnicodeLimit, part};
    }

    std::span<const uint32_t> find(uint32_t code) const noexcept
    {
        const auto before = [](const Place &place, uint32_t wanted) { return place.code < wanted; };
        const auto found = std::lower_bound(places.begin(), places.end(), code, before);
        if (found->code != code)
            return {};
        return {parts.data() + found->at, std::next(found)->at - found->at};
    }
};

template <size_t kPacked>
consteval size_t count_places(const int32_t (&packed)[kPacked])
{
    return static_cast<size_t>(
        std::count_if(packed, packed + kPacked, [](int32_t number) { return number < 0; }));
}

constexpr Decompositions<count_places(kCanonicalParts), std::size(kCanonicalParts)> kCanonical(
    kCanonicalParts);
constexpr Decompositions<count_places(kCompatibleParts), std::size(kCompatibleParts)>
    kCompatibleForms(kCompatibleParts);

} // namespace

constexpr std::array<uint16_t, kUnicodeLimit / kUnicodeBlock> kBlockOf =
    unpack_runs<kUnicodeLimit / kUnicodeBlock>(kBlockRuns);
constexpr std::array<uint16_t, kUnicodeBlocks * kUnicodeBlock> kRecordOf =
    unpack_runs<kUnicodeBlocks * kUnicodeBlock>(kRecordRuns);

std::span<const uint32_t> canonical_parts(uint32_t code) noexcept
{
    return has_flag(code, kDecomposes) ? kCanonical.find(code) : std::span<const uint32_t>();
}

std::span<const uint32_t> compatible_parts(uint32_t code) noexcept
{
    return has_flag(code, kCompatible) ? kCompatibleForms.find(code) : std::span<const uint32_t>();
}

uint32_t composition_of(uint32_t first, uint32_t second) noexcept
{
    const auto *found =
        std::lower_bound(std::begin(kCompositions), std::end(kCompositions), Composition{first, second, 0},
                         [](const Composition &a, const Composition &b) {
                             return a.first != b.first ? a.first < b.first : a.second < b.second;
                         });
    const bool known = found != std::end(kCompositions) && found->first == first && found->second == second;
    return known ? found->composed : 0;
}

std::span<const uint32_t> special_lower(uint32_t code) noexcept
{
    const auto *found = std::find_if(std::begin(kSpecialLower), std::end(kSpecialLower),
                                     [code](const SpecialLower &special) { return special.from == code; });
    return found->to;
}

uint32_t regex_stand_in(uint32_t code) noexcept
{
    if (code < kStandIns[0].first)
        return code;
    const auto *found = std::lower_bound(std::begin(kStandIns), std::end(kStandIns), code,
                                         [](const StandIn &s, uint32_t wanted) { return s.last < wanted; });
    return found != std::end(kStandIns) && found->first <= code ? found->code : code;
}

} // namespace sbert::encoder
