// DistilBERT (Sanh et al. 2019, arXiv:1910.01108): BERT without token types.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

static constexpr LayerModule kLayer[] = {
    {"attention.q_lin", {"attention.self.query"}},
    {"attention.k_lin", {"attention.self.key"}},
    {"attention.v_lin", {"attention.self.value"}},
    {"attention.out_lin", {"attention.output.dense"}},
    {"sa_layer_norm", {"attention.output.LayerNorm"}},
    {"ffn.lin1", {"intermediate.dense"}},
    {"ffn.lin2", {"output.dense"}},
    {"output_layer_norm", {"output.LayerNorm"}},
};

// With sinusoidal_pos_embds the position table holds sines; it is published all the same.
void read_distilbert(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    refuse_other(config, "position_embedding_type", "absolute");
    spec.vocab_size = read_size(config, "vocab_size", 30522);
    spec.hidden_size = read_size(config, "dim", 768);
    spec.layers = read_size(config, "n_layers", 6);
    spec.heads = read_size(config, "n_heads", 12);
    spec.intermediate_size = read_size(config, "hidden_dim", 4 * 768);
    spec.max_positions = read_size(config, "max_position_embeddings", 512);
    spec.activation = read_activation(config, "activation", "gelu");
    names.add_prefix("distilbert.");
    names.rename_layers("transformer.layer.", spec.layers, kLayer);
}

} // namespace sbert::encoder
