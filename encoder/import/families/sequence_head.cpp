// Classes ForSequenceClassification: the first token's state, or the mean of all, through a layer
// with an activation, then a product whose outputs are the labels.
#include <algorithm>
#include <optional>
#include <string_view>

#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/head.h"
#include "encoder/import/json_file.h"

namespace sbert::encoder {

namespace {

// What each family calls the modules of its head, and the activation between them.
struct SequenceHead {
    std::string_view family;
    const char *dense;
    Activation activation;
    const char *out;
};

constexpr SequenceHead kHeads[] = {
    {"albert", "pooler", Activation::kTanh, "classifier"},
    {"bert", "pooler.dense", Activation::kTanh, "classifier"},
    {"camembert", "classifier.dense", Activation::kTanh, "classifier.out_proj"},
    {"distilbert", "pre_classifier", Activation::kRelu, "classifier"},
    {"electra", "classifier.dense", Activation::kGelu, "classifier.out_proj"},
    {"gte", "pooler.dense", Activation::kTanh, "classifier"},
    {"modernbert", "head.dense", Activation::kGelu, "classifier"},
    {"mpnet", "classifier.dense", Activation::kTanh, "classifier.out_proj"},
    {"new", "pooler.dense", Activation::kTanh, "classifier"},
    {"nomic_bert", "pooler.dense", Activation::kTanh, "classifier"},
    {"roberta", "classifier.dense", Activation::kTanh, "classifier.out_proj"},
    {"xlm-roberta", "classifier.dense", Activation::kTanh, "classifier.out_proj"},
};

PoolingMode read_pooling(const JsonValue &config)
{
    const std::string mode = config.string_or("classifier_pooling", "cls");
    if (mode != "cls" && mode != "mean")
        unsupported(config, "classifier_pooling " + in_quotes(mode) + " is not supported");
    return mode == "cls" ? PoolingMode::kCls : PoolingMode::kMean;
}

} // namespace

PublishedHead read_sequence_head(const JsonValue &config, const TransformerSpec &transformer,
                                 TensorNames &names)
{
    const auto known =
        std::find_if(std::begin(kHeads), std::end(kHeads),
                     [&](const SequenceHead &one) { return one.family == transformer.family; });
    if (known == std::end(kHeads))
        refuse_family(config, transformer);
    const int32_t C = transformer.hidden_size;
    const bool modern = transformer.family == "modernbert";
    PublishedHead head;
    head.spec.kind = HeadKind::kSequence;
    head.spec.labels = read_labels(config);
    head.spec.function = read_score_function(config, head.spec.labels.size());
    head.steps = {PoolingStep{{modern ? read_pooling(config) : PoolingMode::kCls}}};
    names.rename(known->dense, std::string(kHeadDense) + ".linear");
    names.rename(known->out, std::string(kHeadOut) + ".linear");
    DenseStep dense{C, C, true, known->activation, kHeadDense};
    if (modern) {
        dense.bias = config.boolean_or("classifier_bias", false);
        dense.activation = read_activation(config, "classifier_activation", "gelu");
    }
    head.steps.emplace_back(dense);
    if (modern) {
        names.rename("head.norm", std::string(kHeadNorm) + ".norm");
        head.steps.emplace_back(
            LayerNormStep{C, transformer.layer_norm_eps, kHeadNorm, transformer.norm_bias});
    }
    head.steps.emplace_back(DenseStep{C, static_cast<int32_t>(head.spec.labels.size()), true,
                                      Activation::kIdentity, kHeadOut});
    return head;
}

} // namespace sbert::encoder
