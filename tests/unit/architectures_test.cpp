// Every family of encoders against the transformers library: encoder/import/families,
// encoder/nn/transformer.h. The models and what the library says of them are
// tests/golden/architectures (make_architectures.py).
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/import/directory.h"
#include "encoder/import/packed_tensors.h"
#include "encoder/import/safetensors.h"
#include "encoder/model/spec_json.h"
#include "encoder/nn/transformer.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

std::string golden(const std::string &name)
{
    return SBERT_SOURCE_DIR "/tests/golden/architectures/" + name;
}

std::vector<std::string> case_names()
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(golden("")))
        names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

// expected.safetensors: what the library gives for some sequences of ids.
class Expected {
  public:
    struct Sequence {
        std::vector<Token> tokens;
        std::vector<int32_t> rows; // of the tokens whose states are kept
        std::vector<float> hidden; // (rows, C)
    };

    explicit Expected(const std::string &name)
        : path_(golden(name) + "/expected.safetensors"), bytes_(tests::read_file(path_))
    {
        const auto *begin = reinterpret_cast<const std::byte *>(bytes_.data());
        tensors_ = parse_safetensors({begin, bytes_.size()}, path_);
        while (find("ids." + std::to_string(sequences.size())) != nullptr)
            sequences.push_back(read(std::to_string(sequences.size())));
    }

    std::vector<Sequence> sequences;

  private:
    const SafeTensor *find(const std::string &name) const
    {
        for (const SafeTensor &tensor : tensors_)
            if (tensor.name == name)
                return &tensor;
        return nullptr;
    }

    Sequence read(const std::string &k) const
    {
        Sequence sequence;
        for (std::byte id : find("ids." + k)->data)
            sequence.tokens.push_back({static_cast<int32_t>(id), 0, 0});
        const SafeTensor &rows = *find("rows." + k);
        sequence.rows.resize(rows.data.size() / sizeof(int32_t));
        std::memcpy(sequence.rows.data(), rows.data.data(), rows.data.size());
        sequence.hidden = to_f32(*find("hidden." + k), path_);
        return sequence;
    }

    std::string path_, bytes_;
    std::vector<SafeTensor> tensors_;
};

// A golden model without tokenizer and pipeline, packed in memory.
class Model {
  public:
    Model(const std::string &name, Precision precision)
    {
        Weights weights;
        spec_.precision = precision;
        spec_.transformer = read_transformer_files(golden(name), weights);
        spec_.pipeline = {PoolingStep{{PoolingMode::kMean}}};
        spec_.dimensions = spec_.transformer.hidden_size;
        spec_.max_tokens = spec_.transformer.max_positions;
        // What is stored is what is read.
        spec_.tokenizer = bert_spec(0);
        spec_ = metadata_from_json(spec_to_json(spec_), name).spec;
        packed_ = std::make_unique<PackedTensors>(spec_, published_ = weights.take(spec_));
        for (const Tensor &tensor : packed_->tensors())
            copies_.push_back(copy(tensor));
        view_ = {&spec_, {}, &copies_};
        transformer_ = std::make_unique<Transformer>(spec_.transformer, Parameters(view_));
    }

    const ModelSpec &spec() const { return spec_; }

    // States of all tokens, of all sentences one after another.
    Rows run(const std::vector<Expected::Sequence> &sequences)
    {
        Packing packing;
        packing.clear();
        for (const Expected::Sequence &sequence : sequences)
            packing.append(sequence.tokens);
        Rows hidden;
        TransformerScratch scratch;
        transformer_->forward(packing, {}, scratch, hidden);
        const size_t longest = sequences.back().tokens.size(); // they come by length
        const size_t bound =
            transformer_->block_bytes(longest) + packing.tokens() * transformer_->token_bytes();
        EXPECT_LE(scratch.bytes() + hidden.bytes(), bound + 1024);
        return hidden;
    }

  private:
    // Aligned as in a packed file; the published tensors' memory goes with `weights`.
    Tensor copy(const Tensor &tensor)
    {
        Buffer &buffer = memory_.emplace_back();
        std::memcpy(buffer.reserve(tensor.bytes), tensor.data, tensor.bytes);
        Tensor moved = tensor;
        moved.data = buffer.data();
        return moved;
    }

    ModelSpec spec_;
    std::vector<Tensor> published_, copies_;
    std::unique_ptr<PackedTensors> packed_;
    std::vector<Buffer> memory_;
    ModelView view_;
    std::unique_ptr<Transformer> transformer_;
};

struct Difference {
    float largest = 0;
    double squares = 0; // of differences
    double whole = 0;   // of what is expected
};

void compare(const Expected::Sequence &expected, const float *hidden, size_t C, Difference &sum)
{
    for (size_t i = 0; i < expected.rows.size(); i++)
        for (size_t j = 0; j < C; j++) {
            const float is = hidden[static_cast<size_t>(expected.rows[i]) * C + j];
            const float should = expected.hidden[i * C + j];
            sum.largest = std::max(sum.largest, std::abs(is - should));
            sum.squares += (is - should) * (is - should);
            sum.whole += should * should;
        }
}

Difference difference_from_library(const std::string &name, Precision precision)
{
    const Expected expected(name);
    Model model(name, precision);
    const Rows together = model.run(expected.sequences);
    Difference difference;
    size_t row = 0;
    for (const Expected::Sequence &sequence : expected.sequences) {
        const Rows alone = model.run({sequence});
        const size_t floats = alone.rows() * alone.width();
        // A sentence's bits do not depend on its neighbours.
        EXPECT_EQ(std::memcmp(alone.row(0), together.row(row), floats * sizeof(float)), 0);
        compare(sequence, alone.row(0), alone.width(), difference);
        row += alone.rows();
    }
    EXPECT_EQ(row, together.rows());
    return difference;
}

class Architectures : public testing::TestWithParam<std::string> {};

TEST_P(Architectures, AgreeWithTheLibrary)
{
    const Difference difference = difference_from_library(GetParam(), Precision::kF32);
    RecordProperty("largest", std::to_string(difference.largest));
    EXPECT_LE(difference.largest, 1e-5f);
}

// Relative errors of all states together.
TEST_P(Architectures, AreCloseInBfloat16)
{
    const Difference difference = difference_from_library(GetParam(), Precision::kBf16);
    const double relative = std::sqrt(difference.squares / difference.whole);
    RecordProperty("relative", std::to_string(relative));
    EXPECT_LE(relative, 0.02);
}

TEST_P(Architectures, AreCloseInInt8)
{
    const Difference difference = difference_from_library(GetParam(), Precision::kInt8);
    const double relative = std::sqrt(difference.squares / difference.whole);
    RecordProperty("relative", std::to_string(relative));
    EXPECT_LE(relative, 0.04);
}

INSTANTIATE_TEST_SUITE_P(Cases, Architectures, testing::ValuesIn(case_names()),
                         [](const auto &info) {
                             std::string name = info.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace
} // namespace sbert::encoder
