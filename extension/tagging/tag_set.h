// The tags of a tagger: O, and letters with a type, as B-PER. Knows which tag may follow which, and
// turns tags into entities and back.
//
// BIO (IOB2): an entity is B and then I of its type. BIOES: one token is S; more are B, I ... and
// E. A sequence that breaks these rules is illegal, and no tagger ever gives one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbert::tagging {

enum class Scheme : uint8_t { kBio, kBioes };

inline constexpr size_t kMostTypes = 255;
inline constexpr size_t kMostTypeBytes = 255;

// A tag as it is written, taken apart.
struct TagParts {
    char letter; // O, B, I, E or S
    std::string_view type;
};
// None if the tag is neither "O" nor a letter of BIOES, "-" and a type.
std::optional<TagParts> parse_tag(std::string_view tag) noexcept;

// Tokens first ... last of a sentence.
struct Span {
    uint32_t first, last;
    uint32_t type;

    bool operator==(const Span &) const = default;
};

class TagSet {
  public:
    // REQUIRES: at most kMostTypes types, all different and none empty.
    TagSet(Scheme scheme, std::vector<std::string> types);

    Scheme scheme() const noexcept { return scheme_; }
    const std::vector<std::string> &types() const noexcept { return types_; }
    size_t size() const noexcept { return 1 + types_.size() * letters(); } // K
    std::string name(size_t tag) const;
    char letter(size_t tag) const noexcept;
    uint32_t type(size_t tag) const noexcept; // REQUIRES: tag > 0, which is O
    std::optional<uint32_t> find(const TagParts &parts) const noexcept;

    bool may_start(size_t tag) const noexcept;
    bool may_end(size_t tag) const noexcept;
    bool may_follow(size_t before, size_t tag) const noexcept;

    // The place of the first tag that is illegal there, tags.size() if it may not end so, or
    // nothing if all are legal.
    std::optional<size_t> first_illegal(std::span<const uint16_t> tags) const noexcept;

    // Entities of legal tags, in their order, and the tags of entities that do not overlap.
    std::vector<Span> spans(std::span<const uint16_t> tags) const;
    void write(std::span<const Span> spans, std::span<uint16_t> tags) const noexcept;

  private:
    size_t letters() const noexcept { return scheme_ == Scheme::kBio ? 2 : 4; }
    bool inside(size_t tag) const noexcept;
    bool open(size_t tag) const noexcept;

    Scheme scheme_;
    std::vector<std::string> types_;
};

} // namespace sbert::tagging
