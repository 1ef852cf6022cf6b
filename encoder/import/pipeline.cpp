// The configuration of each module after the transformer: see build_pipeline() in modules.h.
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "encoder/error.h"
#include "encoder/import/modules.h"
#include "encoder/model/names.h"

namespace sbert::encoder {

namespace {

constexpr int64_t kMaxWidth = 1 << 17;

// Which rows a module works on: those of the tokens until the pooling, the sentence's afterwards.
enum class Rows { kTokens, kSentence };

[[noreturn]] void unsupported(const ModuleEntry &module, const std::string &what)
{
    throw Error(ErrorCode::kModelUnsupported,
                "module " + in_quotes(module.type) + " in " + in_quotes(module.path) + " " + what);
}

// sentence-transformers passes a dictionary of matrices along; a module names which it reads and
// which it writes. Only a module that replaces the rows of its own time is a step of a pipeline, or
// the one that writes a cross-encoder's scores.
void check_names(const ModuleEntry &module, const std::optional<JsonValue> &config, Rows rows,
                 bool scores = false)
{
    std::string input = "sentence_embedding";
    if (config)
        input = config->string_or("module_input_name", input);
    std::string output = config ? config->string_or("module_output_name", input) : input;
    const std::string needed = rows == Rows::kTokens ? "token_embeddings" : "sentence_embedding";
    const std::string written = scores ? "scores" : needed;
    if (input != needed || output != written)
        unsupported(module, "reads " + in_quotes(input) + " and writes " + in_quotes(output) +
                                " where only " + in_quotes(needed) + " and " + in_quotes(written) +
                                " make sense");
}

// Since 5.4: "pooling_mode", one name or a list. It wins over the older flags.
std::optional<std::vector<PoolingMode>> read_pooling_names(const JsonValue &config)
{
    auto names = config.find("pooling_mode");
    if (!names)
        return std::nullopt;
    const auto read = [](const JsonValue &name) {
        const auto mode = find_name<PoolingMode>(name.string());
        if (!mode)
            name.fail("is not a known pooling mode");
        return *mode;
    };
    if (names->is_string())
        return std::vector{read(*names)};
    constexpr size_t kModes = 6;
    names->require_array();
    if (names->size() == 0 || names->size() > kModes)
        names->fail("must list between 1 and " + std::to_string(kModes) + " modes");
    std::vector<PoolingMode> modes;
    for (size_t i = 0; i < names->size(); ++i)
        modes.push_back(read(names->element(i)));
    return modes;
}

// Until 5.3: one flag a mode; those that are set are concatenated in this order, and none set means
// the mean.
std::vector<PoolingMode> read_pooling_flags(const JsonValue &config)
{
    constexpr std::pair<const char *, PoolingMode> kFlags[] = {
        {"pooling_mode_cls_token", PoolingMode::kCls},
        {"pooling_mode_max_tokens", PoolingMode::kMax},
        {"pooling_mode_mean_tokens", PoolingMode::kMean},
        {"pooling_mode_mean_sqrt_len_tokens", PoolingMode::kMeanSqrtLen},
        {"pooling_mode_weightedmean_tokens", PoolingMode::kWeightedMean},
        {"pooling_mode_lasttoken", PoolingMode::kLastToken},
    };
    std::vector<PoolingMode> modes;
    for (const auto &[key, mode] : kFlags) {
        if (config.boolean_or(key, false))
            modes.push_back(mode);
    }
    if (modes.empty())
        modes.push_back(PoolingMode::kMean);
    return modes;
}

PoolingStep read_pooling(const std::optional<JsonValue> &config, int32_t width)
{
    if (!config)
        return {{PoolingMode::kMean}};
    for (const char *key : {"embedding_dimension", "word_embedding_dimension"}) {
        if (config->integer_or(key, width, 1, kMaxWidth) != width)
            config->at(key).fail("is not the width " + std::to_string(width) +
                                 " that the module is given");
    }
    auto modes = read_pooling_names(*config);
    return {modes ? *modes : read_pooling_flags(*config),
            config->boolean_or("include_prompt", true)};
}

// Class names of torch.nn. A name from elsewhere is not trusted by sentence-transformers, which
// then takes Tanh.
Activation read_activation(const ModuleEntry &module, const JsonValue &config)
{
    auto value = config.find("activation_function");
    if (!value)
        return Activation::kTanh;
    if (value->is_null())
        return Activation::kIdentity;
    std::string_view path = value->string();
    if (!path.starts_with("torch."))
        return Activation::kTanh;
    constexpr std::pair<std::string_view, Activation> kClasses[] = {
        {"Identity", Activation::kIdentity}, {"Tanh", Activation::kTanh},
        {"ReLU", Activation::kRelu},         {"GELU", Activation::kGelu},
        {"SiLU", Activation::kSilu},         {"Sigmoid", Activation::kSigmoid},
    };
    for (const auto &[known, activation] : kClasses)
        if (path.substr(path.rfind('.') + 1) == known)
            return activation;
    unsupported(module, "has the activation " + in_quotes(path) + ", which is not supported");
}

const JsonValue &require_config(const ModuleEntry &module, const std::optional<JsonValue> &config)
{
    if (!config)
        throw Error(ErrorCode::kModelInvalid,
                    "module " + in_quotes(module.path) + " lacks its config.json");
    return *config;
}

DenseStep read_dense(const ModuleEntry &module, const JsonValue &config, std::string prefix)
{
    if (config.boolean_or("use_residual", false))
        unsupported(module, "has use_residual, which is not supported");
    return {static_cast<int32_t>(config.at("in_features").integer(1, kMaxWidth)),
            static_cast<int32_t>(config.at("out_features").integer(1, kMaxWidth)),
            config.boolean_or("bias", true), read_activation(module, config), std::move(prefix)};
}

class Builder {
  public:
    Builder(int32_t width, const ConfigReader &config_of) : width_(width), config_of_(config_of) {}

    // `scores`: whether it is the module that writes them.
    void add(const ModuleEntry &module, size_t place, bool scores)
    {
        std::optional<JsonValue> config;
        if (const JsonDocument *document = config_of_(module))
            config = document->root();
        const std::string prefix = std::to_string(place);
        if (scores && (module.kind != ModuleKind::kDense || rows_ == Rows::kTokens))
            unsupported(module, "is the last one of a cross-encoder, where only a Dense behind a "
                                "pooling is supported");
        switch (module.kind) {
        case ModuleKind::kPooling:
            if (rows_ == Rows::kSentence)
                unsupported(module, "is a second pooling, which is not supported");
            add_pooling(read_pooling(config, width_));
            break;
        case ModuleKind::kDense: {
            check_names(module, config, rows_, scores);
            const DenseStep step =
                read_dense(module, require_config(module, config), prefix + "_Dense");
            width_ = step.out;
            add_weighted(module, step);
            break;
        }
        case ModuleKind::kLayerNorm: {
            check_names(module, std::nullopt, rows_); // it always works on the sentence
            LayerNormStep step;                       // the epsilon is that of torch.nn.LayerNorm
            step.width = static_cast<int32_t>(
                require_config(module, config).at("dimension").integer(1, kMaxWidth));
            step.prefix = prefix + "_LayerNorm";
            add_weighted(module, step);
            break;
        }
        case ModuleKind::kNormalize:
            check_names(module, config, rows_);
            pipeline_.steps.emplace_back(NormalizeStep());
            break;
        case ModuleKind::kTransformer: // only the first, which is not passed here
        case ModuleKind::kStaticEmbedding:
        case ModuleKind::kDropout: // does nothing outside of training
            break;
        case ModuleKind::kSpladePooling:
            unsupported(module, "is supported as the only one behind a masked language model");
        }
    }

    void add_pooling(PoolingStep step)
    {
        width_ *= static_cast<int32_t>(step.modes.size());
        rows_ = Rows::kSentence;
        pipeline_.steps.emplace_back(std::move(step));
    }

    PipelineSpec finish()
    {
        if (rows_ == Rows::kTokens)
            throw Error(ErrorCode::kModelUnsupported,
                        "the model has no pooling module, so it gives no sentence embedding");
        return std::move(pipeline_);
    }

  private:
    template <class Step>
    void add_weighted(const ModuleEntry &module, const Step &step)
    {
        pipeline_.weights.emplace_back(step.prefix, module.path);
        pipeline_.steps.emplace_back(step);
    }

    PipelineSpec pipeline_;
    int32_t width_;
    Rows rows_ = Rows::kTokens;
    const ConfigReader &config_of_;
};

} // namespace

PipelineSpec build_pipeline(const std::vector<ModuleEntry> &modules, int32_t width, Gives gives,
                            const ConfigReader &config_of)
{
    Builder builder(width, config_of);
    if (modules.front().kind == ModuleKind::kStaticEmbedding)
        builder.add_pooling({{PoolingMode::kMean}});
    for (size_t i = 1; i < modules.size(); ++i)
        builder.add(modules[i], i, gives == Gives::kScores && i + 1 == modules.size());
    return builder.finish();
}

} // namespace sbert::encoder
