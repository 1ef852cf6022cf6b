// Reading config.json as the families do: sizes, activations, and switches that are not built.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "encoder/import/json_file.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// A whole number of at least 1 (read_count: of at least 0); null and a missing key stand for
// `otherwise`.
int32_t read_size(const JsonValue &config, const char *key, int64_t otherwise);
int32_t read_count(const JsonValue &config, const char *key, int64_t otherwise);

// By the names of transformers' ACT2FN: "gelu" is the one with erf.
Activation read_activation(const JsonValue &config, const char *key, const char *otherwise);

// The keys that BERT and its relatives share, where a family has other defaults.
struct BertDefaults {
    int64_t vocab_size = 30522, hidden_size = 768, layers = 12, heads = 12;
    int64_t intermediate_size = 3072, max_positions = 512;
    int64_t type_vocab_size = 2, fewest_types = 1;
    const char *activation = "gelu";
};
// Without sizes of their embeddings: vocab_size to layer_norm_eps. Refuses other positions than
// `positions`.
void read_bert_keys(const JsonValue &config, TransformerSpec &spec,
                    const BertDefaults &defaults = {}, std::string_view positions = "absolute");

// RoPE. `parameters` is config.json's "rope_parameters", or a member of it. Kinds of scaling are
// refused by their name: in the parameters, and in the older "rope_scaling".
double read_rope_theta(const JsonValue &parameters, double otherwise);
void refuse_rope_scaling(const JsonValue &config);

// The kind that an object of either of them names.
std::string rope_kind(const JsonValue &parameters);

// Throws Error(kModelUnsupported) naming the key when a switch is on, or a word is not `only`.
// Missing and null are off.
void refuse_switches(const JsonValue &config, std::initializer_list<const char *> keys);
void refuse_other(const JsonValue &config, const char *key, std::string_view only);

} // namespace sbert::encoder
