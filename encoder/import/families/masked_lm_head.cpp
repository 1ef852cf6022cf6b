// Classes ForMaskedLM, as SPLADE uses them: a layer with an activation and a norm, then a decoder
// whose outputs are the words of the vocabulary. The decoder is usually the word table itself.
#include <algorithm>
#include <string_view>

#include "encoder/error.h"
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/head.h"
#include "encoder/import/json_file.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

namespace {

// What each family calls the modules of its head, and the key of its activation; null: GELU.
struct MaskedLmHead {
    std::string_view family;
    const char *dense, *norm, *decoder;
    const char *parent; // of the decoder, where the decoder's bias is the parent's
    const char *activation;
};

constexpr MaskedLmHead kHeads[] = {
    {"albert", "predictions.dense", "predictions.LayerNorm", "predictions.decoder", "predictions",
     "hidden_act"},
    {"bert", "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm",
     "cls.predictions.decoder", "cls.predictions", "hidden_act"},
    {"camembert", "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head", nullptr},
    {"distilbert", "vocab_transform", "vocab_layer_norm", "vocab_projector", nullptr, "activation"},
    {"electra", "generator_predictions.dense", "generator_predictions.LayerNorm",
     "generator_lm_head", nullptr, nullptr},
    {"gte", "lm_head.dense", "lm_head.norm", "lm_head.decoder", nullptr, nullptr},
    {"modernbert", "head.dense", "head.norm", "decoder", nullptr, "classifier_activation"},
    {"mpnet", "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head", nullptr},
    {"roberta", "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head", nullptr},
    {"xlm-roberta", "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head", nullptr},
};

constexpr const char *kParent = "head.predictions";
const std::string kWeight = std::string(kDecoder) + ".weight";
const std::string kBias = std::string(kDecoder) + ".bias";

} // namespace

PublishedHead read_masked_lm_head(const JsonValue &config, const TransformerSpec &transformer,
                                  TensorNames &names)
{
    const auto known =
        std::find_if(std::begin(kHeads), std::end(kHeads),
                     [&](const MaskedLmHead &one) { return one.family == transformer.family; });
    if (known == std::end(kHeads))
        refuse_family(config, transformer);
    const int32_t C = transformer.hidden_size;
    const int32_t width = transformer.embedding_size != 0 ? transformer.embedding_size : C;
    const bool modern = transformer.family == "modernbert";
    PublishedHead head;
    head.spec.kind = HeadKind::kSparse;
    head.spec.decoder_bias = !modern || config.boolean_or("decoder_bias", true);
    const Activation activation = known->activation == nullptr
                                      ? Activation::kGelu
                                      : read_activation(config, known->activation, "gelu");
    head.steps = {DenseStep{C, width, !modern || config.boolean_or("classifier_bias", false),
                            activation, kHeadDense},
                  LayerNormStep{width, transformer.layer_norm_eps, kHeadNorm,
                                !modern || transformer.norm_bias}};
    names.rename(known->dense, std::string(kHeadDense) + ".linear");
    names.rename(known->norm, std::string(kHeadNorm) + ".norm");
    names.rename(known->decoder, kDecoder);
    if (known->parent != nullptr)
        names.rename(known->parent, kParent);
    return head;
}

void complete_decoder(const JsonValue &config, Weights &weights)
{
    const bool tied = config.boolean_or("tie_word_embeddings", true);
    if (tied)
        weights.add_copy(kWeight, "embeddings.word_embeddings.weight");
    else if (weights.tensor(kWeight) == nullptr)
        throw Error(ErrorCode::kModelInvalid,
                    in_quotes(config.source()) +
                        ": tie_word_embeddings is false, but the weights hold no decoder",
                    "\"--head none\" imports the transformer without its head.");
    // The bias is the parent's where the decoder is the word table, and the decoder's otherwise.
    const std::string parent = std::string(kParent) + ".bias";
    if (weights.tensor(parent) != nullptr && (tied || weights.tensor(kBias) == nullptr))
        weights.add_copy(kBias, parent);
}

} // namespace sbert::encoder
