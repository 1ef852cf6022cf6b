#include "encoder/import/published_scores.h"

#include "encoder/error.h"
#include "encoder/import/json_file.h"
#include "encoder/model/names.h"

namespace sbert::encoder {

std::string cross_encoder_class(const JsonValue &config)
{
    if (const auto saved = config.find_set("sentence_transformers"))
        if (std::string path = saved->string_or("activation_fn", ""); !path.empty())
            return path;
    return config.string_or("sbert_ce_default_activation_function", "");
}

ScoreFunction score_function(const std::string &path, int32_t outputs, const std::string &source)
{
    if (!path.starts_with("torch."))
        return outputs == 1 ? ScoreFunction::kSigmoid : ScoreFunction::kIdentity;
    const std::string name = path.substr(path.rfind('.') + 1);
    if (name == "Identity")
        return ScoreFunction::kIdentity;
    if (name == "Sigmoid")
        return ScoreFunction::kSigmoid;
    throw Error(ErrorCode::kModelUnsupported,
                in_quotes(source) + ": the activation " + in_quotes(path) +
                    " of a cross-encoder is not supported",
                "Supported are torch.nn's Identity and Sigmoid.");
}

void read_splade_pooling(const JsonValue &config, HeadSpec &head)
{
    const std::string pooling = config.string_or("pooling_strategy", "max");
    const auto known = find_name<SparsePooling>(pooling);
    if (!known)
        unsupported(config, "pooling_strategy " + in_quotes(pooling) + " is not supported");
    head.pooling = *known;
    const std::string activation = config.string_or("activation_function", "relu");
    if (activation != "relu" && activation != "log1p_relu")
        unsupported(config, "activation_function " + in_quotes(activation) + " is not supported");
    head.second_log = activation == "log1p_relu";
}

} // namespace sbert::encoder
