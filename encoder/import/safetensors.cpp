#include "encoder/import/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "encoder/error.h"
#include "encoder/kernels/half.h"
#include "encoder/kernels/linear_bf16.h"
#include "encoder/model/json.h"

static_assert(std::endian::native == std::endian::little, "weights are used as they lie in files");

namespace sbert::encoder {

namespace {

constexpr size_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000; // the format's own limit
constexpr size_t kMaxRank = 32;
constexpr size_t kMaxTensors = 100'000; // a large published model has a few hundred

constexpr std::pair<std::string_view, uint64_t> kDTypeBytes[] = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
    {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
    {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8}};

[[noreturn]] void fail(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                "invalid weights file " + in_quotes(source) + ": " + what);
}

std::string_view as_text(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

// The JSON header, once the length in front of it has been checked.
std::string_view header_text(std::span<const std::byte> bytes, const std::string &source)
{
    if (as_text(bytes).starts_with("version https://git-lfs"))
        throw Error(ErrorCode::kModelInvalid,
                    "weights file " + in_quotes(source) + " is a Git LFS pointer",
                    "Fetch the weights themselves with: git lfs pull");
    if (bytes.size() < kLengthBytes)
        fail(source, "shorter than its header");
    uint64_t length;
    std::memcpy(&length, bytes.data(), sizeof length);
    if (length > kMaxHeaderBytes)
        fail(source, "its header would be " + std::to_string(length) + " bytes");
    if (length > bytes.size() - kLengthBytes)
        fail(source, "truncated in its header");
    std::string_view header = as_text(bytes).substr(kLengthBytes, length);
    if (!header.starts_with('{'))
        fail(source, "its header is not a JSON object");
    return header;
}

uint64_t dtype_bytes(const SafeTensor &tensor, const std::string &source)
{
    for (const auto &[name, bytes] : kDTypeBytes)
        if (name == tensor.dtype)
            return bytes;
    throw Error(ErrorCode::kModelUnsupported, "tensor " + in_quotes(tensor.name) + " of " +
                                                  in_quotes(source) + " has unknown type " +
                                                  in_quotes(tensor.dtype));
}

// The product of shape and element size; nullopt when it does not fit 64 bits.
std::optional<uint64_t> checked_bytes(const std::vector<int64_t> &shape, uint64_t element)
{
    uint64_t product = element;
    for (int64_t extent : shape) {
        if (__builtin_mul_overflow(product, static_cast<uint64_t>(extent), &product))
            return std::nullopt;
    }
    return product;
}

SafeTensor read_entry(const std::string &name, const JsonValue &entry,
                      std::span<const std::byte> data)
{
    SafeTensor tensor;
    tensor.name = name;
    tensor.dtype = entry.at("dtype").string();
    JsonValue shape = entry.at("shape").require_array();
    if (shape.size() > kMaxRank)
        shape.fail("has more than " + std::to_string(kMaxRank) + " extents");
    for (size_t i = 0; i < shape.size(); ++i)
        tensor.shape.push_back(shape.element(i).integer(0, INT64_MAX));
    JsonValue offsets = entry.at("data_offsets").require_array();
    if (offsets.size() != 2)
        offsets.fail("must hold a begin and an end");
    auto limit = static_cast<int64_t>(data.size());
    auto begin = static_cast<uint64_t>(offsets.element(0).integer(0, limit));
    auto end = static_cast<uint64_t>(offsets.element(1).integer(0, limit));
    if (begin > end)
        offsets.fail("ends before it begins");
    tensor.data = data.subspan(begin, end - begin);
    if (checked_bytes(tensor.shape, dtype_bytes(tensor, entry.source())) != tensor.data.size())
        entry.fail("has a shape that does not agree with its " +
                   std::to_string(tensor.data.size()) + " bytes");
    return tensor;
}

// Sorted by their data, each tensor must begin where the one before it ended.
void check_contiguous(const std::vector<SafeTensor> &tensors, std::span<const std::byte> data,
                      const std::string &source)
{
    const std::byte *expected = data.data();
    for (const SafeTensor &tensor : tensors) {
        if (tensor.data.data() != expected)
            fail(source, "tensor " + in_quotes(tensor.name) + " overlaps another or leaves a hole");
        expected += tensor.data.size();
    }
    if (expected != data.data() + data.size())
        fail(source, "bytes after the last tensor");
}

template <class Stored, class Convert>
std::vector<float> convert(std::span<const std::byte> data, Convert to_float)
{
    std::vector<float> values(data.size() / sizeof(Stored));
    for (size_t i = 0; i < values.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, data.data() + i * sizeof(Stored), sizeof(Stored));
        values[i] = to_float(stored);
    }
    return values;
}

} // namespace

std::vector<SafeTensor> parse_safetensors(std::span<const std::byte> bytes,
                                          const std::string &source)
{
    std::string_view header = header_text(bytes, source);
    std::span<const std::byte> data = bytes.subspan(kLengthBytes + header.size());
    JsonDocument document(header, source, kMaxHeaderBytes);
    std::vector<SafeTensor> tensors;
    if (document.root().size() > kMaxTensors)
        fail(source, "it lists " + std::to_string(document.root().size()) + " tensors, more than " +
                         std::to_string(kMaxTensors));
    document.root().for_each_member([&](const std::string &name, JsonValue entry) {
        if (name != "__metadata__")
            tensors.push_back(read_entry(name, entry, data));
    });
    std::sort(tensors.begin(), tensors.end(), [](const SafeTensor &a, const SafeTensor &b) {
        if (a.data.data() != b.data.data())
            return a.data.data() < b.data.data();
        return a.data.size() < b.data.size(); // an empty tensor lies before its neighbour
    });
    check_contiguous(tensors, data, source);
    return tensors;
}

bool is_plain_f32(const SafeTensor &tensor) noexcept
{
    return tensor.dtype == "F32" &&
           reinterpret_cast<uintptr_t>(tensor.data.data()) % alignof(float) == 0;
}

std::vector<float> to_f32(const SafeTensor &tensor, const std::string &source)
{
    if (tensor.dtype == "F32")
        return convert<float>(tensor.data, [](float value) { return value; });
    if (tensor.dtype == "F64")
        return convert<double>(tensor.data, [](double value) { return static_cast<float>(value); });
    if (tensor.dtype == "F16")
        return convert<kernels::Half>(tensor.data, kernels::from_half);
    if (tensor.dtype == "BF16")
        return convert<kernels::Bf16>(tensor.data, kernels::from_bf16);
    throw Error(ErrorCode::kModelUnsupported,
                "tensor " + in_quotes(tensor.name) + " of " + in_quotes(source) + " has type " +
                    printable(tensor.dtype) + " where floating point is needed");
}

} // namespace sbert::encoder
