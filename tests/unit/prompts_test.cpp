// Prompts: encoder/model/prompts.h, and their vectors against sentence-transformers. The models and
// what the library says of them are tests/golden/prompts (make_prompts.py).
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/encoder.h"
#include "encoder/error.h"
#include "encoder/import/import.h"
#include "encoder/import/safetensors.h"
#include "encoder/model/json.h"
#include "encoder/model/packed.h"
#include "encoder/model/prompts.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

const std::string kGolden = SBERT_SOURCE_DIR "/tests/golden/";

JsonDocument read_cases()
{
    return {tests::read_file(kGolden + "prompts/cases.json"), "cases.json", 1 << 20};
}

std::vector<std::string> case_names()
{
    std::vector<std::string> names;
    const JsonDocument cases = read_cases();
    cases.root().at("cases").for_each_member(
        [&](const std::string &name, const JsonValue &) { names.push_back(name); });
    return names;
}

// vectors.safetensors: "CASE.CALL" to rows.
std::map<std::string, std::vector<float>> read_vectors()
{
    const std::string path = kGolden + "prompts/vectors.safetensors";
    const std::string bytes = tests::read_file(path);
    std::map<std::string, std::vector<float>> vectors;
    for (const SafeTensor &tensor :
         parse_safetensors({reinterpret_cast<const std::byte *>(bytes.data()), bytes.size()}, path))
        vectors[tensor.name] = to_f32(tensor, path);
    return vectors;
}

// Imports the case's model.
std::unique_ptr<Encoder> open_case(const JsonValue &files, const tests::TempDir &dir)
{
    std::filesystem::copy(kGolden + "pipelines/base", dir / "model",
                          std::filesystem::copy_options::recursive);
    files.for_each_member([&](const std::string &path, const JsonValue &text) {
        tests::write_file(dir / "model/" + path, text.string());
    });
    import_directory(dir / "model", dir / "model.sbert", Overwrite::kRefuse);
    return Encoder::open(dir / "model.sbert", Owner::kAny);
}

std::string prompt_of_call(const ModelSpec &spec, const std::string &call, const JsonValue &prompt)
{
    if (call == "default")
        return std::string(default_prompt(spec));
    if (call == "query")
        return std::string(query_prompt(spec));
    if (call == "document")
        return std::string(document_prompt(spec));
    return prompt.string();
}

std::vector<float> encode(Encoder &encoder, const std::vector<std::string> &texts,
                          const std::string &prompt)
{
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<float> rows(texts.size() * encoder.dimensions());
    std::vector<TextInfo> info(texts.size());
    encoder.encode(views, prompt, {}, rows.data(), encoder.dimensions(), info);
    return rows;
}

// Where nothing is left to take the maximum of, the library gives minus infinity, we zero.
float difference(const std::vector<float> &ours, const std::vector<float> &theirs)
{
    float largest = ours.size() == theirs.size() ? 0 : INFINITY;
    for (size_t i = 0; i < std::min(ours.size(), theirs.size()); i++)
        largest = std::max(largest, std::abs(ours[i] - (std::isinf(theirs[i]) ? 0 : theirs[i])));
    return largest;
}

class Prompts : public testing::TestWithParam<std::string> {};

TEST_P(Prompts, AgreeWithTheLibrary)
{
    const JsonDocument document = read_cases();
    const JsonValue golden = document.root();
    const auto vectors = read_vectors();
    const tests::TempDir dir;
    const auto encoder = open_case(golden.at("cases").at(GetParam()), dir);
    std::vector<std::string> texts;
    for (size_t i = 0; i < golden.at("texts").size(); i++)
        texts.push_back(golden.at("texts").element(i).string());
    int calls = 0;
    float largest = 0;
    golden.at("prompts").for_each_member([&](const std::string &call, const JsonValue &text) {
        const auto expected = vectors.find(GetParam() + "." + call);
        const std::string prompt = prompt_of_call(encoder->spec(), call, text);
        const std::vector<float> ours = encode(*encoder, texts, prompt);
        if (expected == vectors.end())
            return;
        calls++;
        const float found = difference(ours, expected->second);
        EXPECT_LE(found, 1e-5f) << call;
        largest = std::max(largest, found);
        // A text's bits do not depend on its neighbours.
        const size_t D = encoder->dimensions();
        for (size_t i = 0; i < texts.size(); i++)
            EXPECT_EQ(std::memcmp(encode(*encoder, {texts[i]}, prompt).data(), &ours[i * D],
                                  D * sizeof(float)),
                      0);
    });
    RecordProperty("largest", std::to_string(largest));
    EXPECT_GE(calls, 7);
}

INSTANTIATE_TEST_SUITE_P(Cases, Prompts, testing::ValuesIn(case_names()), [](const auto &info) {
    std::string name = info.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

class PromptsOfAModel : public testing::Test {
  protected:
    ModelSpec spec;
    PromptsOfAModel() { spec.prompts = {{"cluster", "cluster: "}, {"passage", "passage: "}}; }

    std::string find(const std::string &wanted)
    {
        return std::string(find_prompt(spec, wanted, "m"));
    }
};

TEST_F(PromptsOfAModel, AreFoundByNameOrAreTexts)
{
    EXPECT_EQ(find("cluster"), "cluster: ");
    EXPECT_EQ(find(""), "");
    EXPECT_EQ(find("query"), ""); // there in every model
    EXPECT_EQ(find("document"), "");
    for (const char *own : {"mine:", "mine ", "mine\n", " ", "\u554f\uff1a", "\u554f\u3000"})
        EXPECT_EQ(find(own), own);
    for (const char *wrong : {"mine", "Cluster", "mine.", "\u554f", ": x"})
        EXPECT_THROW(find(wrong), Error) << wrong;
    try {
        find("mine");
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kPromptUnknown);
        EXPECT_STREQ(error.what(), "model \"m\" has no prompt \"mine\"");
        EXPECT_EQ(error.hint(), "The model's prompts are \"cluster\", \"passage\"; a text of your "
                                "own ends in a colon or white space.");
    }
}

TEST_F(PromptsOfAModel, HaveTheirUses)
{
    EXPECT_EQ(default_prompt(spec), "");
    spec.default_prompt = "cluster";
    EXPECT_EQ(default_prompt(spec), "cluster: ");
    EXPECT_EQ(query_prompt(spec), ""); // the default one does not stand in
    EXPECT_EQ(document_prompt(spec), "passage: ");
    spec.prompts = {{"corpus", "c: "}, {"document", "d: "}, {"passage", "p: "}, {"query", "q: "}};
    spec.default_prompt.clear();
    EXPECT_EQ(query_prompt(spec), "q: ");
    EXPECT_EQ(document_prompt(spec), "d: ");
    spec.prompts = {{"corpus", "c: "}};
    EXPECT_EQ(document_prompt(spec), "c: ");
    spec.prompts.clear();
    EXPECT_EQ(document_prompt(spec), "");
}

TEST(PromptTokens, HaveNoPlaceInTheText)
{
    const tests::TempDir dir;
    tests::write_tiny_model(dir / "model");
    import_directory(dir / "model", dir / "m.sbert", Overwrite::kRefuse);
    const auto encoder = Encoder::open(dir / "m.sbert", Owner::kAny);
    Encoding encoding;
    encoder->tokenize("s the dog", "a cat", Dropped::kIgnore, {}, encoding);
    std::vector<uint32_t> begins, ends;
    for (const Token &token : encoding.tokens) {
        begins.push_back(token.begin);
        ends.push_back(token.end);
    }
    // [CLS] a cat ##s the dog [SEP]
    EXPECT_EQ(begins, (std::vector<uint32_t>{0, 0, 0, 0, 2, 6, 0}));
    EXPECT_EQ(ends, (std::vector<uint32_t>{0, 0, 0, 1, 5, 9, 0}));
}

TEST(PromptsImported, KeepTheFingerprintOfTheCard)
{
    const tests::TempDir dir;
    tests::write_tiny_model(dir / "model");
    const Digest plain =
        import_directory(dir / "model", dir / "a.sbert", Overwrite::kRefuse).fingerprint;
    tests::write_file(dir / "model/README.md", "---\nlanguage: [en, de]\n---\n");
    tests::write_file(dir / "model/config_sentence_transformers.json",
                      R"({"prompts":{"query":"","document":""}})");
    EXPECT_EQ(import_directory(dir / "model", dir / "b.sbert", Overwrite::kRefuse).fingerprint,
              plain);
    EXPECT_EQ(PackedFile(dir / "b.sbert", Owner::kAny).card().languages,
              (std::vector<std::string>{"en", "de"}));
    EXPECT_TRUE(PackedFile(dir / "a.sbert", Owner::kAny).card().languages.empty());
    // Another card under a known name is no other model.
    EXPECT_EQ(import_directory(dir / "model", dir / "a.sbert", Overwrite::kRefuse).written,
              Written::kReplaced);
    EXPECT_EQ(import_directory(dir / "model", dir / "a.sbert", Overwrite::kRefuse).written,
              Written::kAlreadyThere);
    tests::write_file(dir / "model/config_sentence_transformers.json",
                      R"({"prompts":{"query":"q: "}})");
    EXPECT_NE(import_directory(dir / "model", dir / "c.sbert", Overwrite::kRefuse).fingerprint,
              plain);
}

} // namespace
} // namespace sbert::encoder
