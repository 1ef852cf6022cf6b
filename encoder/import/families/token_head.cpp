// Classes ForTokenClassification: each token's state through a product whose outputs are the
// labels; ModernBERT has a layer in front of it. Every token has one label, so their scores are a
// softmax whatever problem_type says.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/head.h"

namespace sbert::encoder {

PublishedHead read_token_head(const JsonValue &config, const TransformerSpec &transformer,
                              TensorNames &names)
{
    const int32_t C = transformer.hidden_size;
    PublishedHead head;
    head.spec.kind = HeadKind::kTokens;
    head.spec.labels = read_labels(config);
    head.spec.function = ScoreFunction::kSoftmax;
    if (transformer.family == "modernbert") {
        names.rename("head.dense", std::string(kHeadDense) + ".linear");
        names.rename("head.norm", std::string(kHeadNorm) + ".norm");
        head.steps.emplace_back(DenseStep{C, C, config.boolean_or("classifier_bias", false),
                                          read_activation(config, "classifier_activation", "gelu"),
                                          kHeadDense});
        head.steps.emplace_back(
            LayerNormStep{C, transformer.layer_norm_eps, kHeadNorm, transformer.norm_bias});
    }
    names.rename("classifier", std::string(kHeadOut) + ".linear");
    head.steps.emplace_back(DenseStep{C, static_cast<int32_t>(head.spec.labels.size()), true,
                                      Activation::kIdentity, kHeadOut});
    return head;
}

} // namespace sbert::encoder
