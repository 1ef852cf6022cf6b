#include "extension/tagging/lexical.h"

#include <algorithm>
#include <array>
#include <string>

#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::tagging {

using namespace encoder;

namespace {

// The hash of Fowler, Noll and Vo, finished as in MurmurHash3 so that all bits depend on all bytes.
constexpr uint64_t kBasis = 0xcbf29ce484222325, kPrime = 0x100000001b3;

uint64_t hash_of(std::string_view bytes)
{
    uint64_t hash = kBasis;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<uint8_t>(byte)) * kPrime;
    return hash;
}

uint32_t feature(uint32_t kind, uint64_t a, uint64_t b = 0, uint64_t c = 0)
{
    uint64_t hash = kBasis ^ kind;
    for (const uint64_t part : {a, b, c}) {
        hash = (hash ^ part) * 0xff51afd7ed558ccd;
        hash ^= hash >> 33;
    }
    hash *= 0xc4ceb9fe1a85ec53;
    return static_cast<uint32_t>(hash >> 32);
}

constexpr size_t kAffixes = 4;
constexpr size_t kLongestRun = 3, kLongestShape = 24;

enum class CharKind { kUpper, kLower, kDigit, kOther };

CharKind kind_of(uint32_t code)
{
    const CharProperties &properties = char_properties(code);
    if ((properties.flags & kNumber) != 0)
        return CharKind::kDigit;
    if ((properties.flags & kLetter) == 0)
        return CharKind::kOther;
    return properties.lower != 0 ? CharKind::kUpper : CharKind::kLower;
}

// What the features of a word and of its neighbours are made of, as hashes.
struct Look {
    uint64_t word, lower, shape, brief;
    std::array<uint64_t, kAffixes> prefix, suffix;
    size_t chars;
    bool has_lower, has_upper;
};

void append_lower(uint32_t code, std::string &out)
{
    const int32_t distance = char_properties(code).lower;
    if (distance == kLowerSpecial)
        for (const uint32_t part : special_lower(code))
            utf8_append(part, out);
    else
        utf8_append(static_cast<uint32_t>(static_cast<int32_t>(code) + distance), out);
}

// The shape with at most `run` of a kind in a row.
std::string shape_of(std::string_view word, size_t run)
{
    std::string shape;
    size_t length = 0, same = 0;
    uint32_t before = 0;
    for (size_t at = 0; at < word.size() && length < kLongestShape;) {
        const Decoded decoded = utf8_decode_checked(word, at);
        at += decoded.length;
        const CharKind kind = kind_of(decoded.code);
        const uint32_t sign = kind == CharKind::kUpper   ? 'X'
                              : kind == CharKind::kLower ? 'x'
                              : kind == CharKind::kDigit ? 'd'
                                                         : decoded.code;
        same = sign == before ? same + 1 : 1;
        before = sign;
        if (same > run)
            continue;
        utf8_append(sign, shape);
        length++;
    }
    return shape;
}

Look look_at(std::string_view word)
{
    Look look = {};
    std::string lower;
    std::vector<size_t> starts;
    for (size_t at = 0; at < word.size();) {
        const Decoded decoded = utf8_decode_checked(word, at);
        at += decoded.length;
        starts.push_back(lower.size());
        append_lower(decoded.code, lower);
        const CharKind kind = kind_of(decoded.code);
        look.has_lower |= kind == CharKind::kLower;
        look.has_upper |= kind == CharKind::kUpper;
    }
    starts.push_back(lower.size());
    look.chars = starts.size() - 1;
    const std::string_view whole = lower;
    for (size_t i = 0; i < kAffixes; i++) {
        const size_t n = std::min(i + 1, look.chars);
        look.prefix[i] = hash_of(whole.substr(0, starts[n]));
        look.suffix[i] = hash_of(whole.substr(starts[look.chars - n]));
    }
    look.word = hash_of(word);
    look.lower = hash_of(lower);
    look.shape = hash_of(shape_of(word, kLongestRun));
    look.brief = hash_of(shape_of(word, 1));
    return look;
}

// In place of words before the first and behind the last.
Look edge()
{
    Look look = {};
    look.word = look.lower = look.shape = look.brief = 1;
    look.suffix.fill(1);
    return look;
}

// The features of the word `at`; kinds are numbered in the order of this function.
void append_features(std::span<const Look> looks, size_t at, bool shouting,
                     std::vector<uint32_t> &out)
{
    static const Look kEdge = edge();
    const auto near = [&](ptrdiff_t distance) -> const Look & {
        const size_t place = at + static_cast<size_t>(distance);
        return place < looks.size() ? looks[place] : kEdge;
    };
    const Look &now = looks[at], &before = near(-1), &behind = near(1);
    const Look &second_before = near(-2), &second_behind = near(2);
    uint32_t kind = 0;
    const auto add = [&](auto... parts) { out.push_back(feature(kind++, parts...)); };
    add(now.lower);
    add(now.word);
    add(now.shape);
    add(now.brief);
    add(now.shape, uint64_t{at == 0});
    add(now.shape, uint64_t{shouting});
    for (const Look *look : {&before, &behind, &second_before, &second_behind}) {
        add(look->lower);
        add(look->shape);
    }
    add(before.lower, now.lower);
    add(now.lower, behind.lower);
    add(before.brief, now.brief);
    add(now.brief, behind.brief);
    add(before.brief, now.brief, behind.brief);
    add(before.suffix[2]);
    add(behind.suffix[2]);
    add(before.lower, now.brief);
    add(behind.lower, now.brief);
    // A short word has no affix of that length beside itself.
    for (size_t i = 0; i < kAffixes; i++, kind += 2)
        if (i < now.chars) {
            out.push_back(feature(kind, now.prefix[i]));
            out.push_back(feature(kind + 1, now.suffix[i]));
        }
}

} // namespace

std::string word_shape(std::string_view word) { return shape_of(word, kLongestRun); }

void lexical_features(std::span<const std::string_view> words, StopFlag stop, Features &out)
{
    std::vector<Look> looks;
    looks.reserve(words.size());
    bool upper = false, lower = false;
    for (const std::string_view word : words) {
        stop.check();
        looks.push_back(look_at(word));
        upper |= looks.back().has_upper;
        lower |= looks.back().has_lower;
    }
    out.values.clear();
    out.first.assign(1, 0);
    for (size_t w = 0; w < words.size(); w++) {
        append_features(looks, w, upper && !lower, out.values);
        out.first.push_back(static_cast<uint32_t>(out.values.size()));
    }
}

} // namespace sbert::tagging
