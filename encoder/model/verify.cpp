// Reading all of a packed file and comparing it with its fingerprint: the part of packed_format.h
// and packed.h that needs SHA-256, kept apart so that the server's module does not link it.
#include <algorithm>
#include <string>
#include <vector>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/model/layout.h"
#include "encoder/model/packed.h"
#include "encoder/tokenizer/table_block.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

namespace {

using Bytes = std::span<const std::byte>;

void require_zeros(Bytes padding, const std::string &source)
{
    if (std::any_of(padding.begin(), padding.end(), [](std::byte b) { return b != std::byte{0}; }))
        fail_packed(source, "altered in its padding");
}

// The bytes between the end of a part and the next multiple of the alignment.
void check_padding(Bytes file, const void *begin, size_t bytes, const std::string &source)
{
    auto end = static_cast<uint64_t>(static_cast<const std::byte *>(begin) - file.data()) + bytes;
    uint64_t padding = (kPackedAlignment - end % kPackedAlignment) % kPackedAlignment;
    require_zeros(file.subspan(end, padding), source);
}

std::vector<std::string> tokens_of(const VocabularyView &vocabulary)
{
    std::vector<std::string> tokens;
    for (size_t i = 0; i + 1 < vocabulary.offsets.size(); ++i) {
        uint32_t begin = vocabulary.offsets[i];
        tokens.emplace_back(vocabulary.bytes.data() + begin, vocabulary.offsets[i + 1] - begin);
    }
    return tokens;
}

// The hash table follows from the tokens, so it is not in the fingerprint; it must be the one that
// they give.
void check_slots(const VocabularyView &vocabulary, const std::string &source)
{
    VocabularyTables rebuilt = build_vocabulary(tokens_of(vocabulary));
    if (!std::equal(rebuilt.slots.begin(), rebuilt.slots.end(), vocabulary.slots.begin(),
                    vocabulary.slots.end()))
        fail_packed(source, "altered in the vocabulary's hash table");
}

// The same for what follows from the tables of components.
void check_tables(const PackedContents &contents, const std::string &source)
{
    const TokenizerView &view = contents.tables;
    TokenizerSource made_from;
    made_from.tokens = tokens_of(view.vocabulary);
    made_from.merges.assign(view.merges.merges.begin(), view.merges.merges.end());
    made_from.scores.assign(view.scores.begin(), view.scores.end());
    for (const CharsmapView &map : view.charsmaps)
        made_from.charsmaps.push_back({{map.units.begin(), map.units.end()},
                                       {map.replacements.begin(), map.replacements.end()}});
    const TokenizerTables rebuilt = build_tables(std::move(made_from));
    const std::vector<std::byte> block = write_table_block(rebuilt.view());
    if (!std::equal(block.begin(), block.end(), contents.block.begin(), contents.block.end()))
        fail_packed(source, "altered in the tokenizer's tables");
}

} // namespace

void verify_packed(std::span<const std::byte> bytes, const PackedContents &contents,
                   const std::string &source, const Progress &progress, StopFlag stop)
{
    const VocabularyView &vocabulary = contents.tables.vocabulary;
    check_slots(vocabulary, source);
    check_padding(bytes, vocabulary.bytes.data(), vocabulary.bytes.size_bytes(), source);
    check_padding(bytes, vocabulary.offsets.data(), vocabulary.offsets.size_bytes(), source);
    check_padding(bytes, vocabulary.slots.data(), vocabulary.slots.size_bytes(), source);
    if (!contents.spec.tokenizer.bert_family) {
        check_tables(contents, source);
        check_padding(bytes, contents.block.data(), contents.block.size(), source);
    }
    for (const Tensor &tensor : contents.tensors) {
        check_padding(bytes, tensor.data, tensor.bytes, source);
        if (!padding_is_zero(tensor))
            fail_packed(source, "altered in the padding of tensor " + in_quotes(tensor.name));
    }
    Digest actual = fingerprint(contents.view(), progress, stop);
    if (actual != contents.fingerprint)
        fail_packed(source, "its contents have fingerprint " + to_hex(actual) +
                                ", its header says " + to_hex(contents.fingerprint));
}

void PackedFile::verify(const Progress &progress, StopFlag stop) const
{
    verify_packed(file_.bytes(), *contents_, path_, progress, stop);
}

} // namespace sbert::encoder
