// Finds the entities of a sentence from the tags of its tokens, like seqeval 1.2.2
// (https://github.com/chakki-works/seqeval). It reads tags leniently, like conlleval, or strictly
// by a scheme.
//
// A tag is a letter and a type, such as B-PER. The lenient reading accepts any letters. An I or E
// without a beginning begins an entity, and a new type begins another one. The strict reading
// counts only what the scheme allows. An I without its B is no entity. If the scheme has a letter
// for the end, an entity without it does not count. An entity without a type has the type "_".
//
// Allocates nothing; any thread. Functions that walk over tags throw Error(kInterrupted).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "encoder/stop_flag.h"

namespace sbert::scores {

struct Entity {
    std::string_view type; // within its tag
    size_t begin;          // its first token
    size_t end;            // its last token
};

struct TagScheme {
    std::string_view letters; // all letters that are allowed
    // The letter that ends an entity of several tokens, or 0 if there is none.
    char last;
    // The letter of an entity of one token, or 0 if it begins like others.
    char single;
};

// The scheme of that name (IOB2 or BIO, IOBES or BIOES, BILOU), or null.
const TagScheme *find_scheme(std::string_view name) noexcept;

// The first tag that the scheme does not know, or tags.size(). No scheme knows an empty tag.
size_t first_unknown(std::span<const std::string_view> tags, const TagScheme &scheme,
                     const encoder::StopFlag &stop);

// Writes the entities in the order of their ends, which are all different, and returns how many
// there are.
//
//   tags  none is empty; for the strict reading, the scheme knows all of them
//   out   room for tags.size() entities
size_t find_entities(std::span<const std::string_view> tags, const encoder::StopFlag &stop,
                     Entity *out);
size_t find_entities(std::span<const std::string_view> tags, const TagScheme &scheme,
                     const encoder::StopFlag &stop, Entity *out);

} // namespace sbert::scores
