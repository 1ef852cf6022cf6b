#include "extension/functions/characters.h"

#include <algorithm>
#include <cstring>

#include "encoder/tokenizer/utf8.h"

namespace sbert {

int32 count_characters(std::string_view bytes)
{
    const int length = static_cast<int>(bytes.size());
    char *server = pg_any_to_server(bytes.data(), length, PG_UTF8);
    if (server == bytes.data())
        return pg_mbstrlen_with_len(server, length);
    const int32 count = pg_mbstrlen_with_len(server, static_cast<int>(std::strlen(server)));
    pfree(server);
    return count;
}

int32 CharacterPlaces::move(size_t offset)
{
    constexpr size_t kBlock = size_t{1} << 20;
    while (offset < text.size() && !encoder::utf8_is_start(text[offset]))
        ++offset;
    if (offset < byte) {
        characters -= count_characters(text.substr(offset, byte - offset));
        byte = offset;
    }
    while (byte < offset) {
        size_t end = std::min(byte + kBlock, offset);
        while (end < offset && !encoder::utf8_is_start(text[end]))
            ++end;
        characters += count_characters(text.substr(byte, end - byte));
        byte = end;
        CHECK_FOR_INTERRUPTS();
    }
    return characters;
}

} // namespace sbert
