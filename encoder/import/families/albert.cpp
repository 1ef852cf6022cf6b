// ALBERT (Lan et al. 2020, arXiv:1909.11942): BERT with narrow tables, and with layers that share
// their weights.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

namespace {

constexpr LayerModule kLayer[] = {
    {"attention.query", {"attention.self.query"}},
    {"attention.key", {"attention.self.key"}},
    {"attention.value", {"attention.self.value"}},
    {"attention.dense", {"attention.output.dense"}},
    {"attention.LayerNorm", {"attention.output.LayerNorm"}},
    {"ffn", {"intermediate.dense"}},
    {"ffn_output", {"output.dense"}},
    {"full_layer_layer_norm", {"output.LayerNorm"}},
};

// Every group has `inner` layers; a step runs all of a group's.
void read_groups(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    constexpr int64_t kMany = 1000; // check_spec() refuses more
    const int32_t steps = read_size(config, "num_hidden_layers", 12);
    const int32_t groups = read_size(config, "num_hidden_groups", 1);
    const int32_t inner = read_size(config, "inner_group_num", 1);
    if (int64_t{steps} * inner > kMany || int64_t{groups} * inner > kMany)
        unsupported(config, "num_hidden_layers and inner_group_num stand for too many layers");
    spec.layers = groups * inner;
    for (int32_t i = 0; i < spec.layers; ++i)
        names.rename_layer("encoder.albert_layer_groups." + std::to_string(i / inner) +
                               ".albert_layers." + std::to_string(i % inner) + ".",
                           i, kLayer);
    for (int32_t step = 0; step < steps; ++step) {
        // In floating point, as the reference does it.
        const auto group = static_cast<int32_t>(step / (static_cast<double>(steps) / groups));
        for (int32_t i = 0; i < inner; ++i)
            spec.layer_order.push_back(group * inner + i);
    }
}

} // namespace

void read_albert(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    read_bert_keys(config, spec,
                   {.vocab_size = 30000,
                    .hidden_size = 4096,
                    .heads = 64,
                    .intermediate_size = 16384,
                    .activation = "gelu_new"});
    spec.embedding_size = read_size(config, "embedding_size", 128);
    names.add_prefix("albert.");
    names.rename("encoder.embedding_hidden_mapping_in", "embeddings_project");
    read_groups(config, spec, names);
}

} // namespace sbert::encoder
