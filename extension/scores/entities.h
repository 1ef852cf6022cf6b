// Entities of a sentence from the tags of its tokens, as seqeval 1.2.2 reads them
// (https://github.com/chakki-works/seqeval): leniently, which is conlleval's reading, or strictly
// by a scheme.
//
// A tag is a letter and a type, as B-PER. The lenient reading takes any letters: an I or E without
// a beginning begins an entity, a new type begins another one. The strict reading counts only what
// the scheme allows: an I without its B is nothing, and with a letter for the end an entity without
// it is none. An entity without a type has the type "_".
//
// Allocates nothing; any thread. What walks over tags throws Error(kInterrupted).
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
    std::string_view letters; // all that are allowed
    char last;                // ends an entity of several tokens, or 0: nothing says so
    char single;              // an entity of one token, or 0: it begins as others do
};

// The scheme of that name (IOB2 or BIO, IOBES or BIOES, BILOU), or null.
const TagScheme *find_scheme(std::string_view name) noexcept;

// The first tag that the scheme does not know, or tags.size(). An empty tag is unknown to all.
size_t first_unknown(std::span<const std::string_view> tags, const TagScheme &scheme,
                     const encoder::StopFlag &stop);

// Writes the entities in the order of their ends, no two of which are the same, and returns how
// many.
//
//   tags  none is empty; for the strict reading, all are known to the scheme
//   out   room for tags.size() entities
size_t find_entities(std::span<const std::string_view> tags, const encoder::StopFlag &stop,
                     Entity *out);
size_t find_entities(std::span<const std::string_view> tags, const TagScheme &scheme,
                     const encoder::StopFlag &stop, Entity *out);

} // namespace sbert::scores
