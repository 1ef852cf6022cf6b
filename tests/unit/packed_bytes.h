// A packed model file in memory, for tests that alter its bytes.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "encoder/error.h"
#include "encoder/model/packed_format.h"

namespace sbert::tests {

enum class Depth { kOpen, kVerify };

struct Refusal {
    std::string what; // empty when the file is accepted
    encoder::ErrorCode code{};
};

// What comes of opening `content` as it would lie in a mapping and, if asked for, of verifying it.
// In memory: thousands of small files would measure the disk.
inline Refusal try_packed(const std::string &content, Depth depth = Depth::kOpen)
{
    std::vector<std::byte> memory(content.size() + encoder::kPackedAlignment);
    void *begin = memory.data();
    size_t space = memory.size();
    std::align(encoder::kPackedAlignment, content.size(), begin, space);
    std::memcpy(begin, content.data(), content.size());
    std::span<const std::byte> file(static_cast<std::byte *>(begin), content.size());
    try {
        encoder::PackedContents contents = encoder::parse_packed(file, "broken");
        if (depth == Depth::kVerify)
            encoder::verify_packed(file, contents, "broken", {}, {});
    } catch (const encoder::Error &error) {
        return {error.what(), error.code()};
    }
    return {};
}

// The file with the checksum that is right for its header.
inline std::string with_checksum(std::string content)
{
    encoder::PackedHeader header;
    std::memcpy(&header, content.data(), sizeof header);
    if (header.header_bytes >= sizeof header && header.header_bytes <= content.size())
        header.checksum = encoder::packed_checksum(std::as_bytes(std::span<const char>(content)),
                                                   header.header_bytes);
    std::memcpy(content.data(), &header, sizeof header);
    return content;
}

} // namespace sbert::tests
