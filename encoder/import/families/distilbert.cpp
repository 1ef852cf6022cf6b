// DistilBERT (Sanh et al. 2019, arXiv:1910.01108): BERT without token types.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

namespace {

// With sinusoidal_pos_embds the position table holds sines; it is published all the same.
void read_sizes(const JsonValue &config, TransformerSpec &spec)
{
    refuse_other(config, "position_embedding_type", "absolute");
    spec.vocab_size = read_size(config, "vocab_size", 30522);
    spec.hidden_size = read_size(config, "dim", 768);
    spec.layers = read_size(config, "n_layers", 6);
    spec.heads = read_size(config, "n_heads", 12);
    spec.intermediate_size = read_size(config, "hidden_dim", 4 * 768);
    spec.max_positions = read_size(config, "max_position_embeddings", 512);
    spec.activation = read_activation(config, "activation", "gelu");
}

void name_tensors(const TransformerSpec &spec, TensorNames &names)
{
    names.add_prefix("distilbert.");
    for (int32_t i = 0; i < spec.layers; ++i) {
        const std::string from = "transformer.layer." + std::to_string(i) + ".";
        const std::string to = "encoder.layer." + std::to_string(i) + ".";
        names.rename(from + "attention.q_lin", to + "attention.self.query");
        names.rename(from + "attention.k_lin", to + "attention.self.key");
        names.rename(from + "attention.v_lin", to + "attention.self.value");
        names.rename(from + "attention.out_lin", to + "attention.output.dense");
        names.rename(from + "sa_layer_norm", to + "attention.output.LayerNorm");
        names.rename(from + "ffn.lin1", to + "intermediate.dense");
        names.rename(from + "ffn.lin2", to + "output.dense");
        names.rename(from + "output_layer_norm", to + "output.LayerNorm");
    }
}

void read(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    read_sizes(config, spec);
    name_tensors(spec, names);
}

} // namespace

const Family kDistilbert = {"distilbert", read};

} // namespace sbert::encoder
