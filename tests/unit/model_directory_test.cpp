// Reading model directories: encoder/import/directory.h. Every error must name what is at fault.
#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/directory.h"
#include "encoder/import/json_file.h"
#include "encoder/import/packed_tensors.h"
#include "encoder/model/check_spec.h"
#include "encoder/model/required_tensors.h"
#include "encoder/model/spec_json.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

int32_t only_id(const std::vector<SpecialId> &specials)
{
    return specials.size() == 1 ? specials[0].id : -1;
}
const BertNormalizer &normalizer_of(const ModelSpec &spec)
{
    return std::get<BertNormalizer>(spec.tokenizer.normalizers.at(0));
}
WordPieceModel &model_of(ModelSpec &spec) { return std::get<WordPieceModel>(spec.tokenizer.model); }

using tests::edit_file;
using tests::TinyModel;
using tests::TinyModule;
using tests::TinyRandom;
using tests::write_file;

class ModelDirectory : public testing::Test {
  protected:
    void SetUp() override { tests::write_tiny_model(dir.path()); }

    void expect_error(ErrorCode code, const std::string &part)
    {
        try {
            read_directory(dir.path());
            FAIL() << "no error for " << part;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), code) << error.what();
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
        }
    }

    void write_with_modules(std::vector<TinyModule> modules)
    {
        model.modules = std::move(modules);
        tests::write_tiny_model(dir.path(), model);
    }

    tests::TempDir dir;
    TinyModel model;
};

const char kPooling[] = "sentence_transformers.sentence_transformer.modules.pooling.Pooling";
const char kDense[] = "sentence_transformers.base.modules.dense.Dense";
const char kLayerNorm[] = "sentence_transformers.models.LayerNorm";
const char kNormalize[] = "sentence_transformers.base.modules.normalize.Normalize";
const char kDropout[] = "sentence_transformers.models.Dropout";

TinyModule dense(const std::string &path, int in, int out, const std::string &more)
{
    TinyRandom random(7);
    return {kDense,
            path,
            "{\"in_features\":" + std::to_string(in) + ",\"out_features\":" + std::to_string(out) +
                more + "}",
            {{"linear.weight", random.tensor({out, in})}, {"linear.bias", random.tensor({out})}}};
}

TEST_F(ModelDirectory, ReadsTheUsualPipeline)
{
    DirectoryModel read = read_directory(dir.path());
    EXPECT_EQ(read.spec.transformer.hidden_size, 8);
    EXPECT_EQ(read.spec.transformer.max_positions, 32);
    EXPECT_EQ(read.spec.max_tokens, 16);
    EXPECT_EQ(read.spec.dimensions, 8);
    ASSERT_EQ(read.spec.pipeline.size(), 2u);
    EXPECT_EQ(std::get<PoolingStep>(read.spec.pipeline[0]).modes, std::vector{PoolingMode::kMean});
    EXPECT_TRUE(std::holds_alternative<NormalizeStep>(read.spec.pipeline[1]));
    EXPECT_EQ(read.tokenizer.tokens.size(), 12u);
    EXPECT_EQ(read.tokenizer.tokens[7], "cat");
    EXPECT_EQ(only_id(read.spec.tokenizer.post_processing.prefix), 2);
    EXPECT_EQ(only_id(read.spec.tokenizer.post_processing.suffix), 3);
    EXPECT_EQ(model_of(read.spec).unknown.id, 1);
    EXPECT_EQ(read.tensors.size(), 5u + 2 * 16);
    check_tensors(read.spec, PackedTensors(read.spec, read.tensors).tensors(), "tiny");
    EXPECT_TRUE(read.notes.empty());
}

TEST_F(ModelDirectory, ReadsEveryModuleInAnyOrder)
{
    TinyRandom random(3);
    write_with_modules({
        dense("1_Dense", 8, 6,
              R"(,"activation_function":"torch.nn.modules.linear.Identity",)"
              R"("module_input_name":"token_embeddings")"),
        {kPooling,
         "2_Pooling",
         R"({"embedding_dimension":6,"pooling_mode":["lasttoken","cls"],"include_prompt":false,)"
         R"("pooling_mode_mean_tokens":true})",
         {}},
        {kNormalize, "3_Normalize", "", {}},
        {kDropout, "4_Dropout", R"({"dropout":0.2})", {}},
        {kLayerNorm,
         "5_LayerNorm",
         R"({"dimension":12})",
         {{"norm.weight", random.tensor({12})}, {"norm.bias", random.tensor({12})}}},
        dense("6_Dense", 12, 4, ""),
    });
    DirectoryModel read = read_directory(dir.path());
    ASSERT_EQ(read.spec.pipeline.size(), 5u);
    EXPECT_EQ(std::get<DenseStep>(read.spec.pipeline[0]).activation, Activation::kIdentity);
    EXPECT_EQ(std::get<PoolingStep>(read.spec.pipeline[1]).modes,
              (std::vector{PoolingMode::kLastToken, PoolingMode::kCls}));
    EXPECT_EQ(std::get<LayerNormStep>(read.spec.pipeline[3]).prefix, "5_LayerNorm");
    EXPECT_EQ(std::get<DenseStep>(read.spec.pipeline[4]).activation, Activation::kTanh);
    EXPECT_EQ(read.spec.dimensions, 4);
}

TEST_F(ModelDirectory, ReadsOldPoolingFlagsInTheirFixedOrder)
{
    write_with_modules({{kPooling,
                         "1_Pooling",
                         R"({"word_embedding_dimension":8,"pooling_mode_lasttoken":true,)"
                         R"("pooling_mode_max_tokens":true,"pooling_mode_cls_token":true})",
                         {}}});
    EXPECT_EQ(std::get<PoolingStep>(read_directory(dir.path()).spec.pipeline[0]).modes,
              (std::vector{PoolingMode::kCls, PoolingMode::kMax, PoolingMode::kLastToken}));
}

TEST_F(ModelDirectory, WithoutModulesJsonTakesTheMean)
{
    std::filesystem::remove(dir / "modules.json");
    DirectoryModel read = read_directory(dir.path());
    ASSERT_EQ(read.spec.pipeline.size(), 1u);
    EXPECT_EQ(read.notes.size(), 1u);
}

TEST_F(ModelDirectory, RefusesModulesThatItCannotRun)
{
    write_with_modules({{"my_model.Pooling", "1_Pooling", "{}", {}}});
    expect_error(ErrorCode::kModelUnsupported, "my_model.Pooling");
    write_with_modules({{"sentence_transformers.models.CNN", "1_CNN", "{}", {}}});
    expect_error(ErrorCode::kModelUnsupported, "models.CNN");
    write_with_modules({{kPooling, "../1_Pooling", "{}", {}}});
    expect_error(ErrorCode::kModelInvalid, "leaves the model's directory");
    write_with_modules({{kPooling, "/etc", "", {}}});
    expect_error(ErrorCode::kModelInvalid, "leaves the model's directory");
    write_with_modules({{kNormalize, "1_Normalize", "", {}}, {kPooling, "2_Pooling", "{}", {}}});
    expect_error(ErrorCode::kModelUnsupported, "1_Normalize");
    write_with_modules(
        {{kNormalize, "1_Normalize", R"({"module_input_name":"token_embeddings"})", {}}});
    expect_error(ErrorCode::kModelUnsupported, "no pooling");
    write_with_modules({{kPooling, "1_Pooling", "{}", {}}, {kPooling, "2_Pooling", "{}", {}}});
    expect_error(ErrorCode::kModelUnsupported, "second pooling");
    write_with_modules({{kPooling, "1_Pooling", R"({"embedding_dimension":9})", {}}});
    expect_error(ErrorCode::kModelInvalid, "embedding_dimension");
    write_with_modules({{kPooling, "1_Pooling", R"({"pooling_mode":"median"})", {}}});
    expect_error(ErrorCode::kModelInvalid, "pooling_mode");
}

TEST_F(ModelDirectory, RefusesDenseVariants)
{
    TinyModule pooling{kPooling, "1_Pooling", R"({"pooling_mode":"mean"})", {}};
    write_with_modules({pooling, dense("2_Dense", 8, 4, ",\"use_residual\":true")});
    expect_error(ErrorCode::kModelUnsupported, "use_residual");
    write_with_modules({pooling, dense("2_Dense", 9, 4, "")});
    expect_error(ErrorCode::kModelInvalid, "2_Dense");
    write_with_modules(
        {pooling, dense("2_Dense", 8, 4, R"(,"activation_function":"torch.nn.Softsign")")});
    expect_error(ErrorCode::kModelUnsupported, "Softsign");
    write_with_modules({pooling, dense("2_Dense", 8, 4, R"(,"module_output_name":"other")")});
    expect_error(ErrorCode::kModelUnsupported, "other");
    write_with_modules({pooling, dense("2_Dense", 8, 4, "")});
    std::filesystem::remove(dir / "2_Dense/model.safetensors");
    expect_error(ErrorCode::kModelInvalid, "2_Dense");
}

TEST_F(ModelDirectory, RefusesOtherArchitectures)
{
    edit_file(dir / "config.json", "\"bert\"", "\"longformer\"");
    expect_error(ErrorCode::kModelUnsupported, "longformer");
    tests::write_tiny_model(dir.path());
    edit_file(dir / "config.json", "{", R"({"position_embedding_type":"relative_key",)");
    expect_error(ErrorCode::kModelUnsupported, "relative_key");
    tests::write_tiny_model(dir.path());
    edit_file(dir / "config.json", "\"gelu\"", "\"mish\"");
    expect_error(ErrorCode::kModelUnsupported, "mish");
    tests::write_tiny_model(dir.path());
    edit_file(dir / "config.json", "{", R"({"auto_map":{"AutoModel":"code.py--Model"},)");
    expect_error(ErrorCode::kModelUnsupported, "code.py--Model");
    tests::write_tiny_model(dir.path());
    edit_file(dir / "config.json", "\"num_attention_heads\":2", "\"num_attention_heads\":3");
    expect_error(ErrorCode::kModelInvalid, "num_attention_heads");
}

TEST_F(ModelDirectory, ReadsPrompts)
{
    const std::string path = dir / "config_sentence_transformers.json";
    auto read = [&](const std::string &config) {
        write_file(path, config);
        return read_directory(dir.path()).spec;
    };
    ModelSpec spec = read(R"({"prompts":{"z":"zed ","q":"query: ","n":null},)"
                          R"("default_prompt_name":"q"})");
    ASSERT_EQ(spec.prompts.size(), 3u);
    EXPECT_EQ(spec.prompts[0].name + spec.prompts[0].text, "n");
    EXPECT_EQ(spec.prompts[1].name + "|" + spec.prompts[1].text, "q|query: ");
    EXPECT_EQ(spec.prompts[2].name, "z");
    EXPECT_EQ(spec.default_prompt, "q");
    // What is there in every model says nothing; a default one without a text is none.
    spec = read(R"({"prompts":{"query":"","document":""},"default_prompt_name":"query"})");
    EXPECT_TRUE(spec.prompts.empty() && spec.default_prompt.empty());
    spec = read(R"({"prompts":{"n":""},"default_prompt_name":"n"})");
    EXPECT_TRUE(spec.prompts.size() == 1 && spec.default_prompt.empty());
    spec = read(R"({"prompts":null,"default_prompt_name":null,"similarity_fn_name":"dot"})");
    EXPECT_EQ(spec.similarity, "dot");
}

// Beyond 16 MB nothing is read: what a published file of this kind needs is some kilobytes.
TEST_F(ModelDirectory, RefusesAConfigOfMoreThanItMayHave)
{
    const std::string path = dir / "config_sentence_transformers.json";
    write_file(path, "{}" + std::string((16u << 20) - 2, ' '));
    EXPECT_NO_THROW(find_json_file(path));
    write_file(path, "{}" + std::string((16u << 20) - 1, ' '));
    EXPECT_THROW(find_json_file(path), Error);
    EXPECT_NO_THROW(find_json_file(path, kMaxListBytes));
}

TEST_F(ModelDirectory, RefusesPromptsThatAreNone)
{
    auto refuse = [&](const std::string &config, const std::string &part) {
        write_file(dir / "config_sentence_transformers.json", config);
        expect_error(ErrorCode::kModelInvalid, part);
    };
    refuse(R"({"default_prompt_name":"q"})", "\"default_prompt_name\" names none");
    refuse(R"({"prompts":{"p":"x"},"default_prompt_name":""})", "names none");
    refuse(R"({"prompts":{"p":1}})", "prompts.p");
    refuse(R"({"prompts":["p"]})", "prompts");
    refuse(R"({"prompts":{"":"x: "}})", "name of prompt");
    refuse(R"({"prompts":{"p":"a\u0000b"}})", "text of prompt \"p\" is not text");
    refuse("{\"prompts\":{\"p\":\"" + std::string(16 * 1024 + 1, 'x') + "\"}}",
           "text of prompt \"p\" has 16385 bytes");
    refuse("{\"prompts\":{\"" + std::string(257, 'x') + "\":\"y: \"}}", "257 bytes");
    std::string many;
    for (int i = 0; i <= 1000; i++)
        many += (i != 0 ? ",\"p" : "\"p") + std::to_string(i) + "\":\"x: \"";
    refuse("{\"prompts\":{" + many + "}}", "more than 1000 prompts");
    refuse(R"({"truncate_dim":0})", "truncate_dim");
}

TEST_F(ModelDirectory, TruncatesWhereTheCardSaysSo)
{
    const std::string path = dir / "config_sentence_transformers.json";
    write_file(path, R"({"truncate_dim":3})");
    ModelSpec spec = read_directory(dir.path()).spec;
    EXPECT_EQ(spec.dimensions, 3);
    EXPECT_EQ(std::get<TruncateStep>(spec.pipeline.back()).width, 3);
    spec = metadata_from_json(spec_to_json(spec), "m").spec;
    EXPECT_EQ(std::get<TruncateStep>(spec.pipeline.back()).width, 3);
    spec.pipeline.insert(spec.pipeline.begin(), TruncateStep{3});
    EXPECT_THROW(check_spec(spec, "m"), Error);
    write_file(path, R"({"truncate_dim":1000})"); // more than there are
    EXPECT_EQ(read_directory(dir.path()).spec.dimensions, 8);
}

TEST_F(ModelDirectory, KeepsPromptsAndCardThroughJson)
{
    ModelSpec spec = read_directory(dir.path()).spec;
    const std::string plain = spec_to_json(spec);
    EXPECT_EQ(plain.find("prompt"), plain.npos); // other models' fingerprints stay
    spec.prompts = {{"a", "x: "}, {"query", "q: "}};
    spec.default_prompt = "a";
    for (Step &step : spec.pipeline)
        if (auto *pooling = std::get_if<PoolingStep>(&step))
            pooling->include_prompt = false;
    const std::string json = metadata_to_json(spec, {{"en", "zh-CN"}});
    const Metadata read = metadata_from_json(json, "m");
    EXPECT_EQ(spec_to_json(read.spec), spec_to_json(spec));
    EXPECT_EQ(read.spec.prompts[1].text, "q: ");
    EXPECT_EQ(read.card.languages, (std::vector<std::string>{"en", "zh-CN"}));
    EXPECT_EQ(metadata_to_json(spec, {}), spec_to_json(spec));
    EXPECT_TRUE(metadata_from_json(plain, "m").card.languages.empty());
    spec.default_prompt = "b";
    EXPECT_THROW(check_spec(spec, "m"), Error);
    spec.default_prompt.clear();
    std::swap(spec.prompts[0], spec.prompts[1]);
    EXPECT_THROW(check_spec(spec, "m"), Error);
    EXPECT_THROW(metadata_from_json(
                     plain.substr(0, plain.size() - 1) + R"(,"card":{"languages":["<b>"]}})", "m"),
                 Error);
}

TEST_F(ModelDirectory, ResolvesTheLimit)
{
    auto limit = [&] { return read_directory(dir.path()).spec.max_tokens; };
    edit_file(dir / "sentence_bert_config.json", "16", "500");
    EXPECT_EQ(limit(), 32); // the rows of the position table
    std::filesystem::remove(dir / "sentence_bert_config.json");
    edit_file(dir / "tokenizer_config.json", "512", "20");
    EXPECT_EQ(limit(), 20);
    edit_file(dir / "tokenizer_config.json", "20", "1000000000000000019884624838656");
    EXPECT_EQ(limit(), 32);
    edit_file(dir / "config.json", "\"max_position_embeddings\":32",
              "\"max_position_embeddings\":30");
    EXPECT_EQ(limit(), 32); // the table decides, not config.json
}

TEST_F(ModelDirectory, FollowsTheLibraryWhereTokenizerFilesDisagree)
{
    edit_file(dir / "tokenizer_config.json", "true", "false");
    DirectoryModel read = read_directory(dir.path());
    EXPECT_FALSE(normalizer_of(read.spec).lowercase);
    EXPECT_FALSE(normalizer_of(read.spec).strip_accents);
    EXPECT_EQ(read.notes.size(), 1u);
    edit_file(dir / "tokenizer_config.json", "BertTokenizer", "PreTrainedTokenizerFast");
    EXPECT_TRUE(normalizer_of(read_directory(dir.path()).spec).lowercase);
    edit_file(dir / "tokenizer.json", "\"lowercase\":true", "\"lowercase\":false");
    edit_file(dir / "sentence_bert_config.json", "false", "true");
    read = read_directory(dir.path());
    EXPECT_TRUE(normalizer_of(read.spec).lowercase);
    EXPECT_FALSE(normalizer_of(read.spec).strip_accents);
}

TEST_F(ModelDirectory, FallsBackToVocabText)
{
    std::filesystem::remove(dir / "tokenizer.json");
    expect_error(ErrorCode::kModelUnsupported, "vocab.txt");
    std::string text;
    for (const std::string &word : model.words)
        text += word + "\n";
    write_file(dir / "vocab.txt", text);
    DirectoryModel read = read_directory(dir.path());
    EXPECT_EQ(read.tokenizer.tokens, model.words);
    EXPECT_EQ(read.spec.tokenizer.added_tokens.size(), 5u);
    EXPECT_EQ(only_id(read.spec.tokenizer.post_processing.prefix), 2);
    EXPECT_EQ(only_id(read.spec.tokenizer.post_processing.suffix), 3);
    write_file(dir / "special_tokens_map.json", R"({"cls_token":{"content":"cat"}})");
    EXPECT_EQ(only_id(read_directory(dir.path()).spec.tokenizer.post_processing.prefix), 7);
    write_file(dir / "vocab.txt", "[PAD]\n[CLS]\n[SEP]\n");
    expect_error(ErrorCode::kModelInvalid, "[UNK]");
    write_file(dir / "vocab.txt", text + "more\n");
    expect_error(ErrorCode::kModelInvalid, "13 tokens");
}

TEST_F(ModelDirectory, RefusesOtherTokenizers)
{
    auto refuse = [&](const char *from, const char *to, ErrorCode code, const char *part) {
        tests::write_tiny_model(dir.path());
        edit_file(dir / "tokenizer.json", from, to);
        expect_error(code, part);
    };
    ErrorCode unsupported = ErrorCode::kModelUnsupported;
    ErrorCode invalid = ErrorCode::kModelInvalid;
    refuse("BertNormalizer", "NFKC", unsupported, "normalizer \"NFKC\"");
    refuse("BertPreTokenizer", "Metaspace", unsupported, "pre_tokenizer \"Metaspace\"");
    refuse("TemplateProcessing", "RobertaProcessing", unsupported, "RobertaProcessing");
    refuse("{\"type\":\"WordPiece\",\"unk", "{\"type\":\"BPE\",\"unk", unsupported,
           "model \"BPE\"");
    refuse("\"cat\":7", "\"cat\":12", invalid, "cat");
    refuse("\"cat\":7", "\"cat\":8", invalid, "another token");
    refuse("\"cat\":7", "\"dog\":7", invalid, "duplicate key \"dog\"");
    refuse("\"id\":1,", "\"id\":5,", invalid, "added_tokens[0]");
    refuse("\"ids\":[2]", "\"ids\":[99]", invalid, "ids");
    refuse("\"id\":\"A\",\"type_id\":0", "\"id\":\"A\",\"type_id\":1", invalid, "type_id");
}

// A search that takes the square of a length could not be stopped in time.
TEST_F(ModelDirectory, RefusesLimitsThatMakeTheTokenizerSlow)
{
    ModelSpec spec = read_directory(dir.path()).spec;
    model_of(spec).max_input_chars_per_word = kMaxWordChars;
    spec.tokenizer.added_tokens[0].content.assign(kMaxAddedTokenBytes, 'a');
    check_spec(spec, "tiny");
    model_of(spec).max_input_chars_per_word = kMaxWordChars + 1;
    EXPECT_THROW(check_spec(spec, "tiny"), Error);
    model_of(spec).max_input_chars_per_word = kMaxWordChars;
    spec.tokenizer.added_tokens[0].content.assign(kMaxAddedTokenBytes + 1, 'a');
    EXPECT_THROW(check_spec(spec, "tiny"), Error);
}

TEST_F(ModelDirectory, ReadsOldAndWrappedTensorNames)
{
    auto tensors = tests::tiny_bert_tensors(model);
    tests::TinyTensors renamed;
    for (const auto &[name, tensor] : tensors) {
        std::string old = "bert." + name;
        if (old.ends_with("LayerNorm.weight"))
            old.replace(old.size() - 6, 6, "gamma");
        if (old.ends_with("LayerNorm.bias"))
            old.replace(old.size() - 4, 4, "beta");
        renamed[old] = tensor;
    }
    renamed["bert.pooler.dense.weight"] = TinyRandom(1).tensor({8, 8});
    renamed["cls.predictions.bias"] = TinyRandom(1).tensor({12});
    write_file(dir / "model.safetensors", tests::make_safetensors(renamed));
    DirectoryModel read = read_directory(dir.path());
    EXPECT_EQ(read.tensors.size(), tensors.size());
    for (const Tensor &tensor : read.tensors)
        EXPECT_EQ(0, std::memcmp(tensor.data, tensors[tensor.name].values.data(), tensor.bytes));
    renamed["embeddings.LayerNorm.weight"] = TinyRandom(1).tensor({8});
    write_file(dir / "model.safetensors", tests::make_safetensors(renamed));
    expect_error(ErrorCode::kModelInvalid, "is there twice");
}

TEST_F(ModelDirectory, ReadsShards)
{
    tests::TinyTensors parts[2];
    int turn = 0;
    std::string map;
    for (const auto &[name, tensor] : tests::tiny_bert_tensors(model)) {
        parts[turn % 2][name] = tensor;
        map += (map.empty() ? "\"" : ",\"") + name + "\":\"part-" + std::to_string(turn++ % 2) +
               ".safetensors\"";
    }
    std::filesystem::remove(dir / "model.safetensors");
    for (int i = 0; i < 2; ++i)
        write_file(dir / ("part-" + std::to_string(i) + ".safetensors"),
                   tests::make_safetensors(parts[i]));
    write_file(dir / "model.safetensors.index.json", "{\"weight_map\":{" + map + "}}");
    EXPECT_EQ(read_directory(dir.path()).tensors.size(), 37u);
    edit_file(dir / "model.safetensors.index.json", "part-0", "../part-0");
    expect_error(ErrorCode::kModelInvalid, "beside the index");
}

TEST_F(ModelDirectory, RefusesBrokenWeights)
{
    auto tensors = tests::tiny_bert_tensors(model);
    auto broken = tensors;
    broken.erase("encoder.layer.1.output.dense.bias");
    write_file(dir / "model.safetensors", tests::make_safetensors(broken));
    expect_error(ErrorCode::kModelInvalid, "encoder.layer.1.output.dense.bias\" is missing");
    broken = tensors;
    broken["embeddings.word_embeddings.weight"] = TinyRandom(1).tensor({11, 8});
    write_file(dir / "model.safetensors", tests::make_safetensors(broken));
    expect_error(ErrorCode::kModelInvalid, "shape [11, 8] where [12, 8]");
    for (float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
        broken = tensors;
        broken["encoder.layer.0.output.dense.weight"].values[5] = bad;
        write_file(dir / "model.safetensors", tests::make_safetensors(broken));
        expect_error(ErrorCode::kModelInvalid, "encoder.layer.0.output.dense.weight\" holds NaN");
    }
}

TEST_F(ModelDirectory, RefusesPicklesAndPointers)
{
    std::filesystem::remove(dir / "model.safetensors");
    expect_error(ErrorCode::kModelInvalid, "no model.safetensors");
    write_file(dir / "pytorch_model.bin", "\x80\x02.");
    expect_error(ErrorCode::kModelUnsupported, "pickle");
    write_file(dir / "model.safetensors", "version https://git-lfs.github.com/spec/v1\n");
    expect_error(ErrorCode::kModelInvalid, "Git LFS pointer");
}

TEST_F(ModelDirectory, RefusesHostileJsonAnywhere)
{
    for (const char *file : {"modules.json", "config.json", "tokenizer.json",
                             "tokenizer_config.json", "sentence_bert_config.json",
                             "config_sentence_transformers.json", "1_Pooling/config.json"})
    {
        tests::write_tiny_model(dir.path());
        write_file(dir / file, std::string(100'000, '['));
        expect_error(ErrorCode::kModelInvalid, file);
        write_file(dir / file, "7");
        expect_error(ErrorCode::kModelInvalid, file);
        std::filesystem::remove(dir / file);
    }
}

} // namespace
} // namespace sbert::encoder
