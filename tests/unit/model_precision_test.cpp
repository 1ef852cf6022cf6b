// The packed file in each precision: encoder/model/required_tensors.h, layout.h, import.h. The
// model's widths fill up no panel: 36 and 50, neither a multiple of 32 nor, the second, of 4.
#include <cstring>
#include <map>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/directory.h"
#include "encoder/import/import.h"
#include "encoder/model/layout.h"
#include "encoder/model/names.h"
#include "encoder/model/packed.h"
#include "encoder/model/spec_json.h"
#include "tests/unit/packed_bytes.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

struct Expected {
    Precision precision;
    DType dtype;
    size_t layer_tensors;
    const char *fingerprint; // the same on every machine
};

void PrintTo(const Expected &expected, std::ostream *out) { *out << name_of(expected.precision); }

class ModelPrecision : public testing::TestWithParam<Expected> {
  protected:
    void SetUp() override
    {
        tests::TinyModel model;
        model.hidden = 36;
        model.heads = 4;
        model.intermediate = 50;
        model.layers = 1;
        tests::write_tiny_model(dir / "model", model);
        imported =
            import_directory(dir / "model", path(), Overwrite::kRefuse, GetParam().precision);
        bytes = tests::read_file(path());
    }

    std::string path() const { return dir / "m.sbert"; }

    // Opens the file with a piece of its metadata replaced by one of the same length.
    std::string error_with(const std::string &from, const std::string &to) const
    {
        std::string content = bytes;
        const size_t at = content.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return tests::try_packed(tests::with_checksum(content.replace(at, from.size(), to))).what;
    }

    tests::TempDir dir;
    ImportResult imported;
    std::string bytes;
};

TEST_P(ModelPrecision, HoldsTheTensorsOfItsPrecision)
{
    const PackedFile file(path());
    file.verify();
    EXPECT_EQ(file.spec().precision, GetParam().precision);
    EXPECT_EQ(imported.spec.precision, GetParam().precision);
    std::map<std::string, const Tensor *> tensors;
    for (const Tensor &tensor : *file.view().tensors) {
        tensors[tensor.name] = &tensor;
        EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data) % 64, 0u) << tensor.name;
        EXPECT_EQ(tensor.bytes, layout_bytes(tensor.shape, tensor.dtype, tensor.layout));
        EXPECT_TRUE(padding_is_zero(tensor)) << tensor.name;
        const bool matrix =
            tensor.layout == Layout::kPanels || tensor.name == "embeddings.word_embeddings.weight";
        EXPECT_EQ(tensor.dtype, matrix ? GetParam().dtype : DType::kF32) << tensor.name;
    }
    const bool int8 = GetParam().dtype == DType::kI8;
    EXPECT_EQ(tensors.size(), 5 + (int8 ? 1 : 0) + GetParam().layer_tensors);
    const std::string layer = "encoder.layer.0.";
    for (const char *part : {"attention.self.query_key_value", "attention.output.dense",
                             "intermediate.dense", "output.dense"})
    {
        EXPECT_EQ(tensors.at(layer + part + ".weight")->layout, Layout::kPanels) << part;
        EXPECT_EQ(tensors.count(layer + part + ".weight_scale"), int8) << part;
        EXPECT_EQ(tensors.count(layer + part + ".weight_sum"), int8) << part;
        const bool smooth = int8 && !std::string(part).ends_with("output.dense");
        EXPECT_EQ(tensors.count(layer + part + ".smooth"), smooth) << part;
    }
}

TEST_P(ModelPrecision, VerifyFindsEveryAlteredByte)
{
    PackedHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    EXPECT_EQ(tests::try_packed(bytes, tests::Depth::kVerify).what, "");
    for (size_t at = header.header_bytes; at < bytes.size(); ++at) {
        const char kept = bytes[at];
        bytes[at] = static_cast<char>(kept ^ (1 << at % 8));
        EXPECT_NE(tests::try_packed(bytes, tests::Depth::kVerify).what, "") << at;
        bytes[at] = kept;
    }
}

TEST_P(ModelPrecision, FingerprintIsTheSameOnEveryMachine)
{
    // Changes with kResultVersion and with the text of a spec, and with nothing else.
    EXPECT_EQ(to_hex(imported.fingerprint), GetParam().fingerprint);
    import_directory(dir / "model", dir / "again.sbert", Overwrite::kRefuse, GetParam().precision);
    EXPECT_EQ(tests::read_file(dir / "again.sbert"), bytes);
}

TEST_P(ModelPrecision, AnotherPrecisionIsAnotherModel)
{
    for (Precision other : {Precision::kF32, Precision::kBf16, Precision::kInt8}) {
        if (other == GetParam().precision)
            continue;
        EXPECT_THROW(import_directory(dir / "model", path(), Overwrite::kRefuse, other), Error);
        const std::string file = dir / std::string(name_of(other));
        EXPECT_NE(import_directory(dir / "model", file, Overwrite::kRefuse, other).fingerprint,
                  imported.fingerprint);
    }
    EXPECT_EQ(tests::read_file(path()), bytes);
}

TEST_P(ModelPrecision, ForgedPrecisionsAreErrors)
{
    const std::string name(name_of(GetParam().precision));
    const std::string key = "\"precision\":\"", whole = key + name + "\"";
    EXPECT_EQ(error_with(whole, whole), "");
    EXPECT_NE(error_with(whole, key + std::string(name.size(), 'x') + "\"").find("unknown"),
              std::string::npos);
    EXPECT_NE(error_with("\"precision\"", "\"decisions\""), ""); // missing
    if (name == "f32")
        return; // no other name is as long
    EXPECT_NE(error_with(whole, key + (name == "bf16" ? "int8" : "bf16") + "\""), "");
}

INSTANTIATE_TEST_SUITE_P(
    Each, ModelPrecision,
    testing::Values(Expected{Precision::kF32, DType::kF32, 12,
                             "60f0027d30c09351c645a6bc566128662165f9bf4662fc32ad2d885086aa6bf1"},
                    Expected{Precision::kBf16, DType::kBf16, 12,
                             "fe37c9c856dd3547caa4ab971b6f2f380d60666ce15aea544918265af9e91802"},
                    Expected{Precision::kInt8, DType::kI8, 12 + 4 * 2 + 2,
                             "b016601cd7a91f4f90b5ec9f3632399be754fc233645299ecfd1eb12de18e6c8"}),
    [](const auto &info) { return std::string(name_of(info.param.precision)); });

} // namespace
} // namespace sbert::encoder
