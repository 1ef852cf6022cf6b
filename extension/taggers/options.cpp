#include <cstring>

#include "extension/taggers/options.h"

#include "extension/functions/json_object.h"
#include "extension/functions/json_option.h"

namespace sbert {
namespace {

constexpr int kMostLayer = 1000, kMostRowsKept = 1000000;
constexpr char kKnown[] =
    "context, decoder, epochs, holdout, keep_rows, layers, min_count, model, nulls, strength";

void set_layers(TaggerOptions *options, const char *name, const JsonbValue *value)
{
    const char *wanted = "an array of layers, 0 being the embeddings, in ascending order";
    if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
        refuse_option(name, wanted);
    JsonbContainer *array = value->val.binary.data;
    const auto n = static_cast<int>(JsonContainerSize(array));
    if (n < 1 || n > kMostLayer)
        refuse_option(name, wanted);
    options->n_layers = n;
    options->layers = static_cast<int *>(palloc(sizeof(int) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++) {
        options->layers[i] =
            option_integer(name, getIthJsonbValueFromContainer(array, static_cast<uint32>(i)),
                           i == 0 ? 0 : options->layers[i - 1] + 1, kMostLayer, wanted);
    }
}

int strength_of(const char *name, const JsonbValue *value)
{
    const char *wanted = "\"light\", \"medium\" or \"strong\"";
    const char *word = option_string(name, value, wanted);
    for (size_t i = 0; i < lengthof(kTaggerStrengths); i++)
        if (std::strcmp(word, kTaggerStrengths[i]) == 0)
            return static_cast<int>(i);
    refuse_option(name, wanted);
}

void set_option(TaggerOptions *options, const char *name, const JsonbValue *value)
{
    const auto is = [name](const char *known) { return std::strcmp(name, known) == 0; };
    if (is("model"))
        options->model = option_string(name, value, "the name of a model");
    else if (is("layers"))
        set_layers(options, name, value);
    else if (is("decoder")) {
        const char *wanted = "\"crf\" or \"softmax\"";
        const char *word = option_string(name, value, wanted);
        options->softmax = std::strcmp(word, "softmax") == 0;
        if (!options->softmax && std::strcmp(word, "crf") != 0)
            refuse_option(name, wanted);
    } else if (is("context")) {
        if (value->type != jbvBool)
            refuse_option(name, "true or false");
        options->context = value->val.boolean;
    } else if (is("epochs"))
        options->epochs = option_integer(name, value, 1, 1000, "a number from 1 to 1000");
    else if (is("holdout")) {
        const char *wanted = "0, for no measurement, or a share between 0.01 and 0.5";
        options->holdout = option_number(name, value, 0, 0.5, wanted);
        if (options->holdout != 0 && options->holdout < 0.01)
            refuse_option(name, wanted);
    } else if (is("min_count"))
        options->least_count = option_integer(name, value, 1, 255, "a number from 1 to 255");
    else if (is("keep_rows"))
        options->keep_rows =
            option_integer(name, value, 0, kMostRowsKept, "a number of rows up to 1000000");
    else if (is("strength"))
        options->strength = strength_of(name, value);
    else if (is("nulls"))
        options->refuse_nulls = option_refuses_nulls(name, value);
    else
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("unrecognized option \"%s\"", name),
                        errhint("The options are: %s.", kKnown)));
}

// An integer[] as a JSON array.
JsonbValue layers_value(ArrayType *array)
{
    if (ARR_NDIM(array) != 1 || array_contains_nulls(array))
        refuse_option("layers", "an array of layers, 0 being the embeddings, in ascending order");
    const auto *layers = reinterpret_cast<const int32 *>(ARR_DATA_PTR(array));
    JsonbParseState *state = nullptr;
    pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
    for (int i = 0; i < ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); i++) {
        JsonbValue element = JsonObject::integer(layers[i]);
        pushJsonbValue(&state, WJB_ELEM, &element);
    }
    Jsonb *json = JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr));
    JsonbValue value;
    value.type = jbvBinary;
    value.val.binary.data = &json->root;
    value.val.binary.len = static_cast<int>(VARSIZE(json) - VARHDRSZ);
    return value;
}

} // namespace

Jsonb *tagger_arguments(FunctionCallInfo fcinfo, int model, int layers, Jsonb *json)
{
    if (!PG_ARGISNULL(model))
        json = option_added(json, "model",
                            JsonObject::string(text_to_cstring(PG_GETARG_TEXT_PP(model))));
    if (!PG_ARGISNULL(layers))
        json = option_added(json, "layers", layers_value(PG_GETARG_ARRAYTYPE_P(layers)));
    return json;
}

TaggerOptions tagger_options(Jsonb *json)
{
    TaggerOptions options = {};
    options.context = -1;
    options.strength = -1;
    options.epochs = 15;
    options.holdout = 0.1;
    options.least_count = 2;
    options.keep_rows = 10000;
    for_each_option(json, kKnown, [&options](const char *name, JsonbValue *value) {
        set_option(&options, name, value);
    });
    return options;
}

} // namespace sbert
