// The fingerprint of a model: see fingerprint.h.
#include "encoder/model/fingerprint.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/model/layout.h"
#include "encoder/model/sha256.h"
#include "encoder/model/spec_json.h"

namespace sbert::encoder {

namespace {

constexpr std::string_view kTag = "sbert fingerprint";

class Hasher {
  public:
    Hasher(const Progress &progress, StopFlag stop, uint64_t total)
        : progress_(progress), stop_(stop), total_(total)
    {
    }

    void add_number(uint64_t value)
    {
        uint8_t bytes[8]; // little-endian whatever the machine
        for (int i = 0; i < 8; ++i)
            bytes[i] = static_cast<uint8_t>(value >> (8 * i));
        sha_.add(bytes, sizeof bytes);
    }

    void add_text(std::string_view text)
    {
        add_number(text.size());
        sha_.add(text.data(), text.size());
    }

    void add_values(const Tensor &tensor)
    {
        std::vector<std::byte> row(row_bytes(tensor));
        for (int64_t i = 0; i < row_count(tensor); ++i) {
            stop_.check();
            copy_row(tensor, i, row.data());
            sha_.add(row.data(), row.size());
            done_ += row.size();
            if (progress_)
                progress_(done_, total_);
        }
    }

    Digest finish() { return sha_.finish(); }

  private:
    Sha256 sha_;
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

void add_tensor(Hasher &hasher, const Tensor &tensor)
{
    hasher.add_text(tensor.name);
    hasher.add_number(static_cast<uint64_t>(tensor.dtype));
    hasher.add_number(tensor.shape.size());
    for (int64_t extent : tensor.shape)
        hasher.add_number(static_cast<uint64_t>(extent));
    hasher.add_number(layout_bytes(tensor.shape, tensor.dtype, Layout::kRows));
    hasher.add_values(tensor);
}

} // namespace

Digest fingerprint(const ModelView &model, const Progress &progress, StopFlag stop)
{
    std::vector<const Tensor *> ordered;
    uint64_t total = 0;
    for (const Tensor &tensor : *model.tensors) {
        ordered.push_back(&tensor);
        total += layout_bytes(tensor.shape, tensor.dtype, Layout::kRows);
    }
    std::sort(ordered.begin(), ordered.end(),
              [](const Tensor *a, const Tensor *b) { return a->name < b->name; });
    Hasher hasher(progress, stop, total);
    hasher.add_text(kTag);
    hasher.add_number(kResultVersion);
    hasher.add_text(spec_to_json(*model.spec));
    add_vocabulary(hasher, model.vocabulary);
    hasher.add_number(ordered.size());
    for (const Tensor *tensor : ordered)
        add_tensor(hasher, *tensor);
    return hasher.finish();
}

} // namespace sbert::encoder
