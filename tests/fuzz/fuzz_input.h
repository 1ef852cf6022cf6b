// What the fuzz targets share: run a parser, take its refusals for normal. Every other exception,
// and whatever the sanitizers see, is a finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "encoder/error.h"

namespace sbert::tests {

inline std::string_view as_text(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const char *>(data), size};
}

template <class Body>
void swallow_refusals(Body &&body)
{
    try {
        body();
    } catch (const encoder::Error &) {
    }
}

} // namespace sbert::tests
