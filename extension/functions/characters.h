// Places in a text, in characters of the database's encoding.
#pragma once

#include <string_view>

#include "extension/pg.h"

namespace sbert {

// Counts the characters before places in a UTF-8 text. In a database in SQL_ASCII a character is a
// byte, as for the server's substr().
struct CharacterPlaces {
    std::string_view text;
    size_t byte = 0;
    int32 characters = 0; // before `byte`

    // Moves to `offset`, or to the next byte where a character begins, and returns the number of
    // characters before it. Near places cost little, whichever comes first. Serves interrupts.
    int32 move(size_t offset);
};

// The number of characters of UTF-8 `bytes`.
int32 count_characters(std::string_view bytes);

} // namespace sbert
