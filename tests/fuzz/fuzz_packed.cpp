// encoder/model/packed_format.h on any bytes, with the header's checksum put right: a forged file
// must be refused or be safe to use. What is accepted is read whole and verified, and its tokenizer
// reads a text. The seeds are a tiny model packed in each precision, and with tokenizers of
// components: merges, pieces and a charsmap. The input is a byte that chooses one and a list of
// changes to it (offset, bytes), or a whole file when it begins with the magic.
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "encoder/import/import.h"
#include "encoder/model/packed_format.h"
#include "encoder/tokenizer/tokenizer.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/tiny_components.h"
#include "tests/unit/tiny_model.h"

using namespace sbert;

namespace {

// `tokenizer`: a tokenizer.json, or "" for the tiny model's own.
std::string make_seed(encoder::Precision precision, const std::string &tokenizer = "")
{
    tests::TempDir folder;
    tests::TinyModel model;
    model.layers = 1;
    tests::write_tiny_model(folder / "model", model);
    if (!tokenizer.empty()) {
        tests::write_file(folder / "model/tokenizer.json", tokenizer);
        tests::write_file(folder / "model/tokenizer_config.json",
                          R"({"tokenizer_class":"PreTrainedTokenizerFast"})");
    }
    encoder::import_directory(folder / "model", folder / "m.sbert", encoder::Overwrite::kRefuse,
                              precision);
    return tests::read_file(folder / "m.sbert");
}

// Each change: two bytes of offset (the header's region is below 64 KB), one of length, then the
// bytes.
std::string apply_changes(std::string file, std::string_view changes)
{
    while (changes.size() >= 3) {
        uint16_t offset;
        std::memcpy(&offset, changes.data(), sizeof offset);
        size_t length = static_cast<uint8_t>(changes[2]) % 17u;
        std::string_view bytes = changes.substr(3, length);
        size_t at = offset % file.size();
        file.replace(at, std::min(bytes.size(), file.size() - at), bytes);
        changes.remove_prefix(3 + bytes.size());
    }
    return file;
}

// The tokenizer of an accepted file must be safe to use.
void read_text(const encoder::PackedContents &contents)
{
    encoder::Encoding encoding;
    constexpr std::string_view kText = "abab x\xc3\xa9 [UNK] <s>aab";
    encoder::Tokenizer(contents.spec.tokenizer, contents.tables)
        .encode(kText, 16, encoder::Dropped::kCount, {}, encoding);
    for (const encoder::Token &token : encoding.tokens)
        if (token.id < 0 || token.id >= contents.spec.transformer.vocab_size)
            std::abort();
}

struct Free {
    void operator()(std::byte *memory) const { std::free(memory); }
};

void open(const std::string &file)
{
    // Exactly as large as the file and aligned as a mapping is, so that the sanitizer sees one byte
    // too far.
    size_t rounded = (file.size() + 63) / 64 * 64;
    std::unique_ptr<std::byte, Free> memory(
        static_cast<std::byte *>(std::aligned_alloc(64, rounded == 0 ? 64 : rounded)));
    std::span<std::byte> bytes(memory.get(), file.size());
    std::memcpy(bytes.data(), file.data(), file.size());
    encoder::PackedHeader header;
    if (bytes.size() >= sizeof header) {
        std::memcpy(&header, bytes.data(), sizeof header);
        header.version = encoder::kPackedVersion;
        header.file_bytes = bytes.size();
        if (header.header_bytes >= sizeof header && header.header_bytes <= bytes.size()) {
            std::memcpy(bytes.data(), &header, sizeof header);
            header.checksum = encoder::packed_checksum(bytes, header.header_bytes);
        }
        std::memcpy(bytes.data(), &header, sizeof header);
    }
    encoder::PackedContents contents = encoder::parse_packed(bytes, "fuzz");
    tests::swallow_refusals([&] { read_text(contents); });
    encoder::verify_packed(bytes, contents, "fuzz", {}, {});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const std::array<std::string, 5> seeds = {
        make_seed(encoder::Precision::kF32), make_seed(encoder::Precision::kBf16),
        make_seed(encoder::Precision::kInt8), make_seed(encoder::Precision::kInt8, tests::kMerges),
        make_seed(encoder::Precision::kInt8, tests::kPieces)};
    std::string_view input = tests::as_text(data, size);
    const std::string &seed =
        seeds[input.empty() ? 0 : static_cast<uint8_t>(input[0]) % seeds.size()];
    tests::swallow_refusals([&] {
        open(input.starts_with("SBERT") ? std::string(input)
                                        : apply_changes(seed, input.substr(!input.empty())));
    });
    return 0;
}
