// The directory of a safetensors file: names, types, shapes and where the values lie.
// https://github.com/huggingface/safetensors#format
//
// Reads published weights for the importer. Nothing of it runs in a server: backends map packed
// files (packed.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sbert::encoder {

// A tensor inside a mapped safetensors file. Row-major, little-endian, no alignment promised.
struct SafeTensor {
    std::string name;
    std::string dtype; // as written: "F32", "I64", ...
    std::vector<int64_t> shape;
    std::span<const std::byte> data; // borrowed from the file's bytes
};

// Parses and validates: every offset lies inside the file, every product fits, sizes agree with
// shape and dtype, the tensors cover the data without overlap or hole, names are unique. Tensors
// come in the order of their data. `bytes` must outlive the result. `source` is the file's name for
// messages. Throws Error(kModelInvalid); kModelUnsupported for a dtype of unknown size.
std::vector<SafeTensor> parse_safetensors(std::span<const std::byte> bytes,
                                          const std::string &source);

// Whether the values can be used as f32 where they lie: dtype F32, and aligned.
bool is_plain_f32(const SafeTensor &tensor) noexcept;

// A copy as f32 from F32, F16, BF16 or F64. Throws Error(kModelUnsupported) for other dtypes.
std::vector<float> to_f32(const SafeTensor &tensor, const std::string &source);

} // namespace sbert::encoder
