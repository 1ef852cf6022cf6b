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
    throw Error(ErrorCode::kModelUnsupported, "module \"" + printable(module.type) + "\" in \"" +
                                                  printable(module.path) + "\" " + what);
}

// sentence-transformers passes a dictionary of matrices along; a module names which it reads and
// which it writes. Only a module that replaces the rows of its own time is a step of a pipeline.
void check_names(const ModuleEntry &module, const JsonValue *config, Rows rows)
{
    std::string input = "sentence_embedding";
    if (config)
        input = config->string_or("module_input_name", input);
    std::string output = config ? config->string_or("module_output_name", input) : input;
    const char *needed = rows == Rows::kTokens ? "token_embeddings" : "sentence_embedding";
    if (input != needed || output != needed)
        unsupported(module, "reads \"" + printable(input) + "\" and writes \"" + printable(output) +
                                "\" where only \"" + needed + "\" makes sense");
}

// Since 5.4: "pooling_mode", one name or a list. It wins over the older flags.
std::optional<std::vector<PoolingMode>> read_pooling_names(const JsonValue &config)
{
    auto names = config.find("pooling_mode");
    if (!names)
        return std::nullopt;
    std::vector<PoolingMode> modes;
    auto add = [&](const JsonValue &name) {
        auto mode = find_name<PoolingMode>(name.string());
        if (!mode)
            name.fail("is not a known pooling mode");
        modes.push_back(*mode);
    };
    if (names->is_string()) {
        add(*names);
        return modes;
    }
    constexpr size_t kModes = 6;
    names->require_array();
    if (names->size() == 0 || names->size() > kModes)
        names->fail("must list between 1 and " + std::to_string(kModes) + " modes");
    for (size_t i = 0; i < names->size(); ++i)
        add(names->element(i));
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

PoolingStep read_pooling(const JsonValue *config, int32_t width)
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
    std::string_view name = path.substr(path.rfind('.') + 1);
    for (const auto &[known, activation] : kClasses) {
        if (name == known)
            return activation;
    }
    unsupported(module, "has the activation \"" + printable(path) + "\", which is not supported");
}

DenseStep read_dense(const ModuleEntry &module, const JsonValue *config, std::string prefix)
{
    if (!config)
        throw Error(ErrorCode::kModelInvalid,
                    "module \"" + printable(module.path) + "\" lacks its config.json");
    if (config->boolean_or("use_residual", false))
        unsupported(module, "has use_residual, which is not supported");
    DenseStep step;
    step.in = static_cast<int32_t>(config->at("in_features").integer(1, kMaxWidth));
    step.out = static_cast<int32_t>(config->at("out_features").integer(1, kMaxWidth));
    step.bias = config->boolean_or("bias", true);
    step.activation = read_activation(module, *config);
    step.prefix = std::move(prefix);
    return step;
}

LayerNormStep read_layer_norm(const ModuleEntry &module, const JsonValue *config,
                              std::string prefix)
{
    if (!config)
        throw Error(ErrorCode::kModelInvalid,
                    "module \"" + printable(module.path) + "\" lacks its config.json");
    LayerNormStep step; // the epsilon is that of torch.nn.LayerNorm
    step.width = static_cast<int32_t>(config->at("dimension").integer(1, kMaxWidth));
    step.prefix = std::move(prefix);
    return step;
}

class Builder {
  public:
    Builder(int32_t width, const ConfigReader &config_of) : width_(width), config_of_(config_of) {}

    void add(const ModuleEntry &module, size_t place)
    {
        const JsonDocument *document = config_of_(module);
        std::optional<JsonValue> root;
        if (document)
            root = document->root();
        const JsonValue *config = root ? &*root : nullptr;
        std::string prefix = std::to_string(place);
        switch (module.kind) {
        case ModuleKind::kPooling:
            add_pooling(module, config);
            break;
        case ModuleKind::kDense:
            check_names(module, config, rows_);
            add_dense(module, read_dense(module, config, prefix + "_Dense"));
            break;
        case ModuleKind::kLayerNorm:
            check_names(module, nullptr, rows_); // it always works on the sentence
            add_layer_norm(module, read_layer_norm(module, config, prefix + "_LayerNorm"));
            break;
        case ModuleKind::kNormalize:
            check_names(module, config, rows_);
            pipeline_.steps.emplace_back(std::in_place_type<NormalizeStep>);
            break;
        case ModuleKind::kTransformer: // only the first, which is not passed here
        case ModuleKind::kStaticEmbedding:
        case ModuleKind::kDropout: // does nothing outside of training
            break;
        }
    }

    void add_mean()
    {
        pipeline_.steps.emplace_back(PoolingStep{{PoolingMode::kMean}});
        rows_ = Rows::kSentence;
    }

    PipelineSpec finish()
    {
        if (rows_ == Rows::kTokens)
            throw Error(ErrorCode::kModelUnsupported,
                        "the model has no pooling module, so it gives no sentence embedding");
        return std::move(pipeline_);
    }

  private:
    void add_pooling(const ModuleEntry &module, const JsonValue *config)
    {
        if (rows_ == Rows::kSentence)
            unsupported(module, "is a second pooling, which is not supported");
        pipeline_.steps.emplace_back(std::in_place_type<PoolingStep>, read_pooling(config, width_));
        width_ *= static_cast<int32_t>(std::get<PoolingStep>(pipeline_.steps.back()).modes.size());
        rows_ = Rows::kSentence;
    }

    void add_dense(const ModuleEntry &module, const DenseStep &step)
    {
        width_ = step.out;
        pipeline_.weights.emplace_back(step.prefix, module.path);
        pipeline_.steps.emplace_back(std::in_place_type<DenseStep>, step);
    }

    void add_layer_norm(const ModuleEntry &module, const LayerNormStep &step)
    {
        pipeline_.weights.emplace_back(step.prefix, module.path);
        pipeline_.steps.emplace_back(std::in_place_type<LayerNormStep>, step);
    }

    PipelineSpec pipeline_;
    int32_t width_;
    Rows rows_ = Rows::kTokens;
    const ConfigReader &config_of_;
};

} // namespace

PipelineSpec build_pipeline(const std::vector<ModuleEntry> &modules, int32_t width,
                            const ConfigReader &config_of)
{
    Builder builder(width, config_of);
    if (modules.front().kind == ModuleKind::kStaticEmbedding)
        builder.add_mean();
    for (size_t i = 1; i < modules.size(); ++i)
        builder.add(modules[i], i);
    return builder.finish();
}

} // namespace sbert::encoder
