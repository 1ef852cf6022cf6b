#include "encoder/model/fingerprint.h"

#include <algorithm>
#include <bit>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

#include "encoder/model/layout.h"
#include "encoder/model/required_tensors.h"
#include "encoder/model/spec_json.h"

namespace sbert::encoder {

namespace {

using Names = std::vector<std::string>;

constexpr std::string_view kTag = "sbert fingerprint";

// A tensor under the name that it was published by: part `index` of `of` equal ones of a packed
// tensor. What a file joins for speed must not enter.
struct Published {
    std::string name;
    const Tensor *tensor;
    uint32_t index = 0;
    uint32_t of = 1;
};

// OpenSSL gives no other reason than memory for a digest that it has.
void require(bool done)
{
    if (!done)
        throw std::bad_alloc();
}

// SHA-256 (FIPS 180-4).
class Hasher {
  public:
    Hasher(const Progress &progress, StopFlag stop, uint64_t total)
        : progress_(progress), stop_(stop), total_(total)
    {
        require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
    }

    void add_number(uint64_t value)
    {
        uint8_t bytes[8]; // little-endian whatever the machine
        for (int i = 0; i < 8; ++i)
            bytes[i] = static_cast<uint8_t>(value >> (8 * i));
        add(bytes, sizeof bytes);
    }

    void add_text(std::string_view text)
    {
        add_number(text.size());
        add(text.data(), text.size());
    }

    void add_values(const Published &part)
    {
        const Tensor &tensor = *part.tensor;
        std::vector<std::byte> row(row_bytes(tensor));
        if (tensor.shape.size() != 2) {
            copy_row(tensor, 0, row.data());
            const size_t bytes = row.size() / part.of;
            add_bytes(row.data() + part.index * bytes, bytes);
            return;
        }
        const int64_t rows = row_count(tensor) / part.of;
        for (int64_t i = part.index * rows; i < (part.index + 1) * rows; ++i) {
            stop_.check();
            copy_row(tensor, i, row.data());
            add_bytes(row.data(), row.size());
        }
    }

    Digest finish()
    {
        Digest digest;
        require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
        return digest;
    }

  private:
    void add(const void *data, size_t bytes)
    {
        require(EVP_DigestUpdate(context_.get(), data, bytes) == 1);
    }

    void add_bytes(const std::byte *bytes, size_t count)
    {
        add(bytes, count);
        done_ += count;
        if (progress_)
            progress_(done_, total_);
    }

    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX *)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    const Progress &progress_;
    StopFlag stop_;
    uint64_t done_ = 0;
    uint64_t total_;
};

void add_vocabulary(Hasher &hasher, const VocabularyView &vocabulary)
{
    size_t tokens = vocabulary.offsets.size() - 1;
    hasher.add_number(tokens);
    for (size_t i = 0; i < tokens; ++i) {
        uint32_t begin = vocabulary.offsets[i];
        hasher.add_text({vocabulary.bytes.data() + begin, vocabulary.offsets[i + 1] - begin});
    }
}

// What the tables are made from: merges in the order of their rank, scores by id, charsmaps.
void add_tables(Hasher &hasher, const TokenizerView &tables)
{
    hasher.add_number(tables.merges.merges.size());
    for (const Merge &merge : tables.merges.merges) {
        hasher.add_number(static_cast<uint64_t>(merge.left));
        hasher.add_number(static_cast<uint64_t>(merge.right));
        hasher.add_number(static_cast<uint64_t>(merge.merged));
    }
    hasher.add_number(tables.scores.size());
    for (const double score : tables.scores)
        hasher.add_number(std::bit_cast<uint64_t>(score));
    hasher.add_number(tables.charsmaps.size());
    for (const CharsmapView &map : tables.charsmaps) {
        hasher.add_number(map.units.size());
        for (const uint32_t unit : map.units)
            hasher.add_number(unit);
        hasher.add_text({map.replacements.data(), map.replacements.size()});
    }
}

void add_tensor(Hasher &hasher, const Published &part)
{
    const Tensor &tensor = *part.tensor;
    std::vector<int64_t> shape = tensor.shape;
    shape[0] /= part.of;
    hasher.add_text(part.name);
    hasher.add_number(static_cast<uint64_t>(tensor.dtype));
    hasher.add_number(shape.size());
    for (int64_t extent : shape)
        hasher.add_number(static_cast<uint64_t>(extent));
    hasher.add_number(layout_bytes(shape, tensor.dtype, Layout::kRows));
    hasher.add_values(part);
}

// The tensors in the order of their published names.
std::vector<Published> published_parts(const ModelView &model)
{
    std::map<std::string, Names> joined;
    for (TensorSpec &packed : required_tensors(*model.spec))
        joined[packed.name] = std::move(packed.parts);
    std::vector<Published> parts;
    for (const Tensor &tensor : *model.tensors) {
        const Names &names = joined[tensor.name];
        if (names.empty())
            parts.push_back({tensor.name, &tensor});
        for (uint32_t i = 0; i < names.size(); ++i)
            parts.push_back({names[i], &tensor, i, static_cast<uint32_t>(names.size())});
    }
    std::sort(parts.begin(), parts.end(),
              [](const Published &a, const Published &b) { return a.name < b.name; });
    return parts;
}

} // namespace

Digest fingerprint(const ModelView &model, const Progress &progress, StopFlag stop)
{
    const std::vector<Published> parts = published_parts(model);
    uint64_t total = 0;
    for (const Tensor &tensor : *model.tensors)
        total += layout_bytes(tensor.shape, tensor.dtype, Layout::kRows);
    Hasher hasher(progress, stop, total);
    hasher.add_text(kTag);
    hasher.add_number(kResultVersion);
    hasher.add_text(spec_to_json(*model.spec));
    add_vocabulary(hasher, model.tables.vocabulary);
    if (!model.spec->tokenizer.bert_family)
        add_tables(hasher, model.tables);
    hasher.add_number(parts.size());
    for (const Published &part : parts)
        add_tensor(hasher, part);
    return hasher.finish();
}

} // namespace sbert::encoder
