// Places in a text as SQL counts them: in characters, where the encoder has bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "extension/pg.h"

namespace sbert {

// A walk over a UTF-8 text. Each place is counted from the one before it, so places that are near
// one another cost little, whichever comes first.
struct CharacterPlace {
    std::string_view text;
    size_t byte = 0;
    int32 characters = 0;

    // The number of characters before the byte.
    int32 at(size_t offset)
    {
        for (; byte < offset; byte++)
            characters += begins_character(byte);
        for (; byte > offset; byte--)
            characters -= begins_character(byte - 1);
        return characters;
    }

  private:
    bool begins_character(size_t i) const
    {
        return (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    }
};

} // namespace sbert
