// What an import says of a directory: the head that it leaves out, a pattern that no text could be
// read with, files by their names.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/directory.h"
#include "encoder/model/check_spec.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

using tests::edit_file;
using tests::TinyModel;
using tests::TinyRandom;
using tests::write_file;

class ModelImport : public testing::Test {
  protected:
    void SetUp() override { tests::write_tiny_model(dir.path()); }

    tests::TempDir dir;
    TinyModel model;
};

TEST_F(ModelImport, SaysWhichHeadIsLeftOut)
{
    auto tensors = tests::tiny_bert_tensors(model);
    tensors["classifier.weight"] = TinyRandom(1).tensor({3, 8});
    tensors["classifier.bias"] = TinyRandom(1).tensor({3});
    tensors["pooler.dense.bias"] = TinyRandom(1).tensor({8});
    write_file(dir / "model.safetensors", tests::make_safetensors(tensors));
    EXPECT_EQ(read_directory(dir.path()).notes,
              std::vector<std::string>{"the head \"classifier\" is left out: the model gives the "
                                       "vectors before it"});
    edit_file(dir / "config.json", "{", R"({"architectures":["BertForSequenceClassification"],)");
    EXPECT_EQ(read_directory(dir.path()).notes,
              std::vector<std::string>{"the head \"classifier\" of BertForSequenceClassification "
                                       "is left out: the model gives the vectors before it"});
}

TEST_F(ModelImport, NamesFilesWithOneSlash)
{
    std::filesystem::remove(dir / "config.json");
    try {
        read_directory(dir.path() + "//");
        FAIL() << "read without its configuration";
    } catch (const Error &error) {
        EXPECT_EQ(std::string(error.what()).find("//"), std::string::npos) << error.what();
    }
}

TEST_F(ModelImport, RefusesPatternsThatDoNotCompile)
{
    const auto write_pattern = [&](const std::string &pattern) {
        write_file(dir / "tokenizer.json",
                   R"({"version":"1.0","added_tokens":[],"normalizer":null,"post_processor":null,)"
                   R"("pre_tokenizer":{"type":"Split","pattern":{"Regex":")" +
                       pattern +
                       R"("},"behavior":"Isolated","invert":false},"decoder":null,)"
                       R"("model":{"type":"WordLevel","vocab":{"[UNK]":1,"cat":7},)"
                       R"("unk_token":"[UNK]"}})");
    };
    write_file(dir / "tokenizer_config.json", R"({"tokenizer_class":"PreTrainedTokenizerFast"})");
    write_pattern("(left open");
    try {
        read_directory(dir.path());
        FAIL() << "a pattern that does not compile";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
        EXPECT_NE(std::string(error.what()).find("pattern \"(left open\" is refused"),
                  std::string::npos)
            << error.what();
    }
    write_pattern("(closed)");
    EXPECT_FALSE(read_directory(dir.path()).spec.tokenizer.bert_family);
    // A packed file that has such a pattern all the same is refused when it is opened.
    ModelSpec spec = read_directory(dir.path()).spec;
    auto &split = std::get<Split>(spec.tokenizer.pre_tokenizers.at(0));
    split.pattern.text = "[";
    try {
        check_spec(spec, "m.sbert");
        FAIL() << "a pattern that does not compile";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    }
}

} // namespace
} // namespace sbert::encoder
