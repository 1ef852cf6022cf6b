#include "encoder/import/families/family.h"

#include <algorithm>

#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

static std::string supported_types()
{
    std::string types;
    for (const Family &family : kFamilies)
        types += (types.empty() ? "" : ", ") + std::string(family.model_type);
    return types;
}

TransformerConfig read_transformer_config(const JsonValue &config)
{
    const std::string type = config.string_or("model_type", "");
    const Family *family =
        std::find_if(std::begin(kFamilies), std::end(kFamilies),
                     [&](const Family &known) { return known.model_type == type; });
    const bool known = family != std::end(kFamilies);
    refuse_custom_code(config, known ? family->own_class : std::string_view());
    if (!known)
        unsupported(config, "model_type " + in_quotes(type) + " is not supported",
                    "Supported are " + supported_types() + ".");
    refuse_switches(config, {"is_decoder", "add_cross_attention", "is_encoder_decoder"});
    if (config.find_set("quantization_config"))
        unsupported(config, "quantization_config is not supported: the weights are quantised",
                    "Save the model in float32, float16 or bfloat16.");
    TransformerConfig read;
    read.spec.family = type;
    family->read(config, read.spec, read.names);
    return read;
}

void refuse_custom_code(const JsonValue &config, std::string_view own_class)
{
    const auto map = config.find_set("auto_map");
    if (!map || map->size() == 0)
        return;
    std::string foreign;
    if (!map->is_object())
        foreign = "auto_map";
    else
        map->for_each_member([&](const std::string &name, const JsonValue &value) {
            const std::string path = value.is_string() ? value.string() : name;
            const std::string_view last = std::string_view(path).substr(path.rfind('.') + 1);
            if (own_class.empty() || !value.is_string() || !last.starts_with(own_class))
                foreign = path;
        });
    if (!foreign.empty())
        unsupported(config, "the model needs Python code of its own: " + in_quotes(foreign),
                    "Code that comes with a model is never run; use a model without auto_map.");
}

} // namespace sbert::encoder
