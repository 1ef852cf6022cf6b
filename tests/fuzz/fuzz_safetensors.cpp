// encoder/import/safetensors.h on any bytes: what it accepts is read whole. The input is the file
// without the length in front as well as with it: the target puts one there, so that mutations
// reach the contents of the header.
#include <cstring>
#include <string>
#include <vector>

#include "encoder/import/safetensors.h"
#include "tests/fuzz/fuzz_input.h"

using namespace sbert;

namespace {

// The header ends with the first "}}", or where the input does.
std::string with_length(std::string_view body)
{
    size_t end = body.find("}}");
    uint64_t length = end == body.npos ? body.size() : end + 2;
    return std::string(reinterpret_cast<const char *>(&length), sizeof length) + std::string(body);
}

void parse(const std::string &file)
{
    auto bytes = std::as_bytes(std::span<const char>(file));
    for (const encoder::SafeTensor &tensor : encoder::parse_safetensors(bytes, "fuzz")) {
        volatile unsigned sum = 0;
        for (std::byte byte : tensor.data)
            sum = sum + static_cast<unsigned>(byte);
        tests::swallow_refusals([&] { encoder::to_f32(tensor, "fuzz"); });
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    std::string_view input = tests::as_text(data, size);
    tests::swallow_refusals([&] { parse(std::string(input)); });
    tests::swallow_refusals([&] { parse(with_length(input)); });
    return 0;
}
