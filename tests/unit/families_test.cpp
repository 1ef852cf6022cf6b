// What the families of encoders refuse, and by which name: encoder/import/families.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/directory.h"
#include "encoder/import/families/list.h"
#include "encoder/model/check_spec.h"
#include "encoder/model/names.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

std::string golden(const std::string &name)
{
    return SBERT_SOURCE_DIR "/tests/golden/architectures/" + name;
}

// config.json, and what an error must name. Each is a switch that some member of a family has and
// nn/transformer does not.
struct Refused {
    const char *config;
    const char *name;
};

constexpr Refused kRefused[] = {
    {R"({})", "model_type"},
    {R"({"model_type":"longformer"})", "longformer"},
    {R"({"model_type":"bert","is_decoder":true})", "is_decoder"},
    {R"({"model_type":"bert","add_cross_attention":true})", "add_cross_attention"},
    {R"({"model_type":"bert","is_encoder_decoder":true})", "is_encoder_decoder"},
    {R"({"model_type":"bert","quantization_config":{"bits":4}})", "quantization_config"},
    {R"({"model_type":"bert","hidden_act":"mish"})", "mish"},
    {R"({"model_type":"bert","auto_map":{"AutoModel":"a--m.JinaBertModel"}})", "JinaBertModel"},
    {R"({"model_type":"new","auto_map":{"AutoModel":"a--m.OtherModel"}})", "OtherModel"},
    {R"({"model_type":"new","auto_map":["NewModel"]})", "auto_map"},
    {R"({"model_type":"roberta","is_decoder":true})", "is_decoder"},
    {R"({"model_type":"roberta","position_embedding_type":"relative_key"})", "relative_key"},
    {R"({"model_type":"xlm-roberta","position_embedding_type":"relative_key_query"})",
     "relative_key_query"},
    {R"({"model_type":"camembert","position_embedding_type":"rotary"})", "rotary"},
    {R"({"model_type":"albert","position_embedding_type":"relative_key"})", "relative_key"},
    {R"({"model_type":"albert","num_hidden_layers":900,"inner_group_num":9})", "inner_group_num"},
    {R"({"model_type":"electra","is_decoder":true})", "is_decoder"},
    {R"({"model_type":"electra","position_embedding_type":"relative_key"})", "relative_key"},
    {R"({"model_type":"distilbert","activation":"mish"})", "mish"},
    {R"({"model_type":"distilbert","position_embedding_type":"relative_key"})", "relative_key"},
    {R"({"model_type":"mpnet","relative_attention_num_buckets":64})",
     "relative_attention_num_buckets"},
    {R"({"model_type":"modernbert","hidden_activation":"mish"})", "mish"},
    {R"({"model_type":"modernbert","rope_scaling":{"rope_type":"yarn"}})", "yarn"},
    {R"({"model_type":"modernbert","rope_parameters":{"full_attention":{"rope_type":"linear"}}})",
     "linear"},
    {R"({"model_type":"modernbert","rope_parameters":{"sliding_attention":)"
     R"({"rope_type":"dynamic"}}})",
     "dynamic"},
    {R"({"model_type":"modernbert","num_hidden_layers":1,"layer_types":["chunked_attention"]})",
     "chunked_attention"},
    {R"({"model_type":"nomic_bert","n_embd":64,"prenorm":true})", "prenorm"},
    {R"({"model_type":"nomic_bert","n_embd":64,"parallel_block":true})", "parallel_block"},
    {R"({"model_type":"nomic_bert","n_embd":64,"use_rms_norm":true})", "use_rms_norm"},
    {R"({"model_type":"nomic_bert","n_embd":64,"causal":true})", "causal"},
    {R"({"model_type":"nomic_bert","n_embd":64,"rotary_emb_interleaved":true})",
     "rotary_emb_interleaved"},
    {R"({"model_type":"nomic_bert","n_embd":64,"rotary_emb_scale_base":512})",
     "rotary_emb_scale_base"},
    {R"({"model_type":"nomic_bert","n_embd":64,"rotary_scaling_factor":2})",
     "rotary_scaling_factor"},
    {R"({"model_type":"nomic_bert","n_embd":96,"rotary_emb_fraction":0})", "rotary_emb_fraction"},
    {R"({"model_type":"nomic_bert","n_embd":96,"rotary_emb_fraction":0.3})", "rotary_emb_fraction"},
    {R"({"model_type":"nomic_bert","n_embd":64,"activation_function":"gelu"})",
     "activation_function"},
    {R"({"model_type":"nomic_bert","n_embd":64,"moe_every_n_layers":2})", "moe_every_n_layers"},
    {R"({"model_type":"nomic_bert","n_embd":64,"num_experts":8})", "num_experts"},
    {R"({"model_type":"nomic_bert","n_embd":64,"moe_top_k":2})", "moe_top_k"},
    {R"({"model_type":"nomic_bert","rope_parameters":{"rope_type":"yarn"}})", "yarn"},
    {R"({"model_type":"nomic_bert","head_dim":128})", "head_dim"},
    {R"({"model_type":"new","logn_attention_scale":true})", "logn_attention_scale"},
    {R"({"model_type":"new","logn_attention_clip1":true})", "logn_attention_clip1"},
    {R"({"model_type":"new","layer_norm_type":"rms_norm"})", "rms_norm"},
    {R"({"model_type":"new","position_embedding_type":"absolute"})", "absolute"},
    {R"({"model_type":"new","rope_scaling":{"type":"dynamic","factor":2}})", "dynamic"},
    {R"({"model_type":"new","rope_scaling":{"type":"ntk","factor":2,"mixed_b":0.6}})", "mixed_b"},
    {R"({"model_type":"new","rope_scaling":{"type":"ntk","factor":0.5}})", "rope_scaling"},
    {R"({"model_type":"gte","rope_parameters":{"rope_type":"llama3"}})", "llama3"},
};

TEST(FamiliesRefuse, ByTheNameOfTheSwitch)
{
    for (const Refused &refused : kRefused) {
        const JsonDocument document(refused.config, "config.json", 1u << 20);
        try {
            read_transformer_config(document.root());
            ADD_FAILURE() << refused.config;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kModelUnsupported) << refused.config;
            EXPECT_NE(std::string(error.what()).find(refused.name), std::string::npos)
                << refused.config << ": " << error.what();
        }
    }
}

// A golden model with its config.json altered, read to its end.
void read_altered(const std::string &name, const std::string &from, const std::string &to)
{
    tests::TempDir dir;
    std::filesystem::copy(golden(name), dir.path(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    tests::edit_file(dir / "config.json", from, to);
    ModelSpec spec;
    Weights weights;
    spec.transformer = read_transformer_files(dir.path(), weights);
    spec.pipeline = {PoolingStep{{PoolingMode::kMean}}};
    spec.dimensions = spec.transformer.hidden_size;
    spec.max_tokens = spec.transformer.max_positions;
    spec.tokenizer = bert_spec(0);
    check_spec(spec, dir.path());
    weights.take(spec);
}

TEST(FamiliesRefuse, SizesThatContradictTheTensors)
{
    struct Altered {
        const char *name, *from, *to, *tensor;
    };
    constexpr Altered kAltered[] = {
        {"roberta", "\"hidden_size\": 16", "\"hidden_size\": 32", "word_embeddings"},
        {"electra-narrow", "\"embedding_size\": 8", "\"embedding_size\": 16", "word_embeddings"},
        {"electra", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "encoder.layer.2"},
        {"modernbert", "\"mlp_bias\": false", "\"mlp_bias\": true", "intermediate.gate"},
        {"gte", "\"intermediate_size\": 24", "\"intermediate_size\": 25", "intermediate"},
        {"mpnet", "\"num_attention_heads\": 2", "\"num_attention_heads\": 4", "bias"},
        {"distilbert", "\"n_heads\": 2", "\"n_heads\": 3", "num_attention_heads"},
        {"albert", "\"num_hidden_groups\": 1", "\"num_hidden_groups\": 2", "encoder.layer.1"},
    };
    for (const Altered &altered : kAltered) {
        try {
            read_altered(altered.name, altered.from, altered.to);
            ADD_FAILURE() << altered.name << " " << altered.to;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
            EXPECT_NE(std::string(error.what()).find(altered.tensor), std::string::npos)
                << error.what();
        }
    }
}

// A server knows the families by their names alone.
TEST(Families, AreThoseThatASpecMayName)
{
    std::vector<std::string_view> names = {kStaticFamily};
    for (const Family &family : kFamilies)
        names.push_back(family.model_type);
    std::sort(names.begin(), names.end());
    std::vector<std::string_view> known(kFamilyNames.begin(), kFamilyNames.end());
    std::sort(known.begin(), known.end());
    EXPECT_EQ(names, known);
}

TEST(FamiliesRefuse, FusedProductsThatDoNotSplit)
{
    tests::TempDir dir;
    std::filesystem::copy(golden("gte") + "/config.json", dir / "config.json");
    const tests::TinyTensor seven = tests::TinyRandom(1).tensor({7, 16});
    tests::write_file(
        dir / "model.safetensors",
        tests::make_safetensors({{"encoder.layer.0.attention.qkv_proj.weight", seven}}));
    Weights weights;
    try {
        read_transformer_files(dir.path(), weights);
        FAIL() << "accepted";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("qkv_proj"), std::string::npos) << error.what();
    }
}

} // namespace
} // namespace sbert::encoder
