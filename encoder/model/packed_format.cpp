#include "encoder/model/packed_format.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/model/required_tensors.h"
#include "encoder/model/spec_json.h"
#include "encoder/tokenizer/table_block.h"

namespace sbert::encoder {

namespace {

using Bytes = std::span<const std::byte>;

std::string_view text_of(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

// Hands out the parts of a file one after another and insists that each lies where the one before
// it ends.
class Cursor {
  public:
    Cursor(Bytes file, const std::string &source) : file_(file), source_(source) {}

    Bytes take(const Section &section, const char *name)
    {
        // `at_` never exceeds the file's size, which leaves room for the padding.
        if (section.offset != at_)
            fail_packed(source_, std::string("the ") + name + " overlap or leave a hole");
        if (section.bytes > file_.size() - at_)
            fail_packed(source_, std::string("the ") + name + " lie beyond its end");
        Bytes part = file_.subspan(at_, section.bytes);
        uint64_t end = at_ + section.bytes;
        uint64_t padding = (kPackedAlignment - end % kPackedAlignment) % kPackedAlignment;
        if (padding > file_.size() - end)
            fail_packed(source_, std::string("the ") + name + " lack their padding");
        at_ = end + padding;
        return part;
    }

    uint64_t at() const noexcept { return at_; }

  private:
    Bytes file_;
    const std::string &source_;
    uint64_t at_ = sizeof(PackedHeader);
};

PackedHeader read_header(Bytes bytes, const std::string &source)
{
    PackedHeader header;
    if (bytes.size() < sizeof header)
        fail_packed(source, "truncated within its header");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kPackedMagic)
        fail_packed(source, "it is no packed model");
    if (header.version != kPackedVersion)
        throw Error(ErrorCode::kModelVersion,
                    "model file " + in_quotes(source) + " has format version " +
                        std::to_string(header.version) + ", this program reads version " +
                        std::to_string(kPackedVersion),
                    "Import the model again with \"sbert import --force\".");
    if (header.file_bytes > bytes.size())
        fail_packed(source, "truncated: " + std::to_string(bytes.size()) + " of " +
                                std::to_string(header.file_bytes) + " bytes");
    if (header.file_bytes < bytes.size())
        fail_packed(source, "bytes after its end");
    if (header.header_bytes < sizeof header || header.header_bytes > bytes.size())
        fail_packed(source, "its header has an impossible size");
    if (header.checksum != packed_checksum(bytes, header.header_bytes))
        fail_packed(source, "its header is altered");
    return header;
}

template <class Number>
std::span<const Number> numbers_of(Bytes bytes, const char *name, const std::string &source)
{
    if (bytes.size() % sizeof(Number) != 0)
        fail_packed(source, std::string("the ") + name + " have an odd size");
    return {reinterpret_cast<const Number *>(bytes.data()), bytes.size() / sizeof(Number)};
}

VocabularyView read_vocabulary(const PackedHeader &header, Cursor &cursor,
                               const std::string &source)
{
    std::string_view tokens = text_of(cursor.take(header.tokens, "tokens"));
    VocabularyView vocabulary;
    vocabulary.bytes = {tokens.data(), tokens.size()};
    vocabulary.offsets =
        numbers_of<uint32_t>(cursor.take(header.offsets, "offsets"), "offsets", source);
    vocabulary.slots = numbers_of<uint32_t>(cursor.take(header.slots, "slots"), "slots", source);
    return vocabulary;
}

// The tables that a tokenizer has beside the vocabulary.
void read_tables(const PackedHeader &header, Cursor &cursor, PackedContents &contents,
                 const std::string &source)
{
    const TokenizerSpec &tokenizer = contents.spec.tokenizer;
    const VocabularyView vocabulary = read_vocabulary(header, cursor, source);
    if (tokenizer.bert_family != (header.tables.offset == 0))
        fail_packed(source, "its tokenizer and its tables do not agree");
    if (!tokenizer.bert_family)
        contents.block = cursor.take(header.tables, "tokenizer tables");
    try {
        if (!tokenizer.bert_family)
            contents.tables = read_table_block(contents.block);
        contents.tables.vocabulary = vocabulary;
        check_tables(contents.tables);
    } catch (const Error &error) {
        fail_packed(source, error.what());
    }
    for (const NormalizerSpec &step : tokenizer.normalizers)
        if (const auto *map = std::get_if<Precompiled>(&step);
            map != nullptr && map->charsmap >= contents.tables.charsmaps.size())
            fail_packed(source, "a normalizer names a charsmap that is not there");
}

Tensor read_tensor(const TensorRecord &record, std::string_view names, Cursor &cursor,
                   const std::string &source)
{
    if (record.name_offset > names.size() || record.name_bytes > names.size() - record.name_offset)
        fail_packed(source, "the name of a tensor lies beyond the names");
    Tensor tensor;
    tensor.name = names.substr(record.name_offset, record.name_bytes);
    if (record.dtype > static_cast<uint16_t>(DType::kI8))
        fail_packed(source, "tensor " + in_quotes(tensor.name) + " has an unknown type");
    if (record.layout > static_cast<uint16_t>(Layout::kPanels))
        fail_packed(source, "tensor " + in_quotes(tensor.name) + " has an unknown layout");
    tensor.dtype = static_cast<DType>(record.dtype);
    tensor.layout = static_cast<Layout>(record.layout);
    if (record.rank > kMaxRank)
        fail_packed(source, "tensor " + in_quotes(tensor.name) + " has too many extents");
    tensor.shape.assign(record.shape.begin(), record.shape.begin() + record.rank);
    if (std::any_of(record.shape.begin() + record.rank, record.shape.end(),
                    [](int64_t extent) { return extent != 0; }))
        fail_packed(source, "tensor " + in_quotes(tensor.name) + " has extents beyond its rank");
    Bytes data = cursor.take(record.data, "tensors");
    tensor.data = data.data();
    tensor.bytes = data.size();
    return tensor;
}

void check_contents(const PackedContents &contents, const std::string &source)
{
    auto tokens = static_cast<int64_t>(contents.tables.vocabulary.offsets.size()) - 1;
    if (tokens > contents.spec.transformer.vocab_size)
        fail_packed(source, "more tokens than rows of the word table");
    check_tensors(contents.spec, contents.tensors, source);
}

} // namespace

void fail_packed(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "invalid model file " + in_quotes(source) + ": " + what,
                "Import the model again with \"sbert import\".");
}

uint64_t packed_checksum(std::span<const std::byte> bytes, uint32_t header_bytes)
{
    PackedHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.checksum = 0;
    uint64_t fixed = XXH3_64bits(&header, sizeof header);
    // Seeding the rest with the first part's hash joins them without a copy.
    return XXH3_64bits_withSeed(bytes.data() + sizeof header, header_bytes - sizeof header, fixed);
}

PackedContents parse_packed(std::span<const std::byte> bytes, const std::string &source)
{
    PackedHeader header = read_header(bytes, source);
    PackedContents contents;
    contents.fingerprint = header.fingerprint;
    Cursor cursor(bytes, source);
    std::string_view metadata = text_of(cursor.take(header.metadata, "metadata"));
    auto records =
        numbers_of<TensorRecord>(cursor.take(header.table, "tensor table"), "records", source);
    std::string_view names = text_of(cursor.take(header.names, "names"));
    if (cursor.at() != header.header_bytes)
        fail_packed(source, "its header has another size than its parts");
    Metadata told = metadata_from_json(metadata, source);
    contents.spec = std::move(told.spec);
    contents.card = std::move(told.card);
    read_tables(header, cursor, contents, source);
    for (const TensorRecord &record : records)
        contents.tensors.push_back(read_tensor(record, names, cursor, source));
    if (cursor.at() != bytes.size())
        fail_packed(source, "bytes after the last tensor");
    check_contents(contents, source);
    return contents;
}

} // namespace sbert::encoder
