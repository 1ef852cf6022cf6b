// The bytes of a packed model file NAME.sbert, version 2. README.md walks through a real one.
//
// This file holds the layout, its checks and nothing of the operating system: packed.h maps and
// opens files, pack_writer.h makes them. All numbers are little-endian.
//
//   file     = fixed metadata table names  tokens offsets slots [tables]  tensor*
//   fixed    = PackedHeader, 192 bytes
//   metadata = canonical JSON of the ModelSpec and the ModelCard (spec_json.h)
//   table    = TensorRecord*, 64 bytes each
//   names    = the tensors' names, one after another
//   tokens, offsets, slots = the arrays of VocabularyView
//   tables   = the other tables of a tokenizer that is not of BERT's family
//              (tokenizer/table_block.h); its section is all zeros where there are none
//   tensor   = its values, in rows or panels (layout.h), in the order of the table
//
// Each part is padded with zeros to a multiple of 64 bytes. The order is fixed and each part begins
// at the first multiple of 64 after the one before it, so the sizes alone determine every offset.
// Offsets are stored nevertheless, to be read by other tools, and must agree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "encoder/model/fingerprint.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// The line ends and the control-Z in it are damaged by transfers in text mode, as in PNG's.
inline constexpr std::array<char, 8> kPackedMagic = {'S', 'B', 'E', 'R', 'T', '\r', '\n', '\x1a'};
inline constexpr uint32_t kPackedVersion = 2;
inline constexpr uint64_t kPackedAlignment = 64; // a cache line, and the widest vector register
inline constexpr uint32_t kMaxRank = 4;

struct Section {
    uint64_t offset; // from the file's beginning
    uint64_t bytes;
};

struct PackedHeader {
    std::array<char, 8> magic;
    uint32_t version;
    uint32_t header_bytes; // end of the names with their padding: what `checksum` covers
    uint64_t file_bytes;
    uint64_t checksum; // packed_checksum()
    Digest fingerprint;
    Section metadata;
    Section table;
    Section names;
    Section tokens;
    Section offsets;
    Section slots;
    Section tables;
    std::array<uint8_t, 16> reserved; // zero
};
static_assert(sizeof(PackedHeader) == 192);
static_assert(offsetof(PackedHeader, checksum) == 24 && offsetof(PackedHeader, metadata) == 64);

struct TensorRecord {
    uint32_t name_offset; // within the names
    uint32_t name_bytes;
    uint16_t dtype;  // 0 = f32, 1 = bf16, 2 = i8
    uint16_t layout; // 0 = rows, 1 = panels
    uint32_t rank;
    std::array<int64_t, kMaxRank> shape; // those beyond the rank are zero
    Section data;
};
static_assert(sizeof(TensorRecord) == 64);

// XXH3-64 of the first `header_bytes` bytes with the checksum's own field taken as zero. It finds
// accidents at every open, in microseconds and without loading a cryptographic library; intent is
// what ownership and verify are for. REQUIRES: sizeof(PackedHeader) <= header_bytes <=
// bytes.size().
uint64_t packed_checksum(std::span<const std::byte> bytes, uint32_t header_bytes);

// What a file holds. The views look into the file's bytes.
struct PackedContents {
    ModelSpec spec;
    ModelCard card;
    TokenizerView tables;             // of the tokenizer
    std::span<const std::byte> block; // of those beside the vocabulary; empty in BERT's family
    std::vector<Tensor> tensors;
    Digest fingerprint;
    ModelView view() const { return {&spec, tables, &tensors, &card}; }
};

// Checks everything but the values of the tensors and of the padding, so that no later access can
// leave `bytes`. REQUIRES: bytes.data() is 64-byte aligned. `bytes` must outlive the result.
// `source` names the file in messages. Throws Error: kModelVersion; kModelInvalid for everything
// else.
PackedContents parse_packed(std::span<const std::byte> bytes, const std::string &source);

// Throws Error(kModelInvalid): what is wrong with the file `source`, and the cure.
[[noreturn]] void fail_packed(const std::string &source, const std::string &what);

// Checks the rest: the fingerprint over all contents, the vocabulary's hash table, the padding.
// REQUIRES: `contents` came from parse_packed(bytes). Throws Error: kModelInvalid when altered,
// kInterrupted.
void verify_packed(std::span<const std::byte> bytes, const PackedContents &contents,
                   const std::string &source, const Progress &progress, StopFlag stop);

} // namespace sbert::encoder
