#include <algorithm>
#include <cmath>
#include <cstring>

#include "extension/classifiers/train_options.h"
#include "extension/functions/json_object.h"
#include "extension/functions/json_option.h"

namespace sbert {
namespace {

// With the strongest penalty all labels have nearly the same score. With the weakest a fit follows
// each row. For vectors of length 1 a penalty is 1/C of scikit-learn.
constexpr double kPenalties[] = {10, 3.16, 1, 0.316, 0.1, 0.0316, 0.01, 0.00316, 0.001};
constexpr int kMostPenalties = 50, kMostFolds = 20, kMostRowsKept = 1000000;
constexpr char kKnown[] = "class_weights, folds, holdout, keep_rows, max_iterations, model, nulls, "
                          "penalties, penalty, prompt";

double penalty_of(const char *name, const JsonbValue *value)
{
    return option_number(name, value, 1e-9, 1e9,
                         "numbers between 1e-9 and 1e9, the strongest penalty being the greatest");
}

void set_penalties(TrainOptions *options, const char *name, const JsonbValue *value)
{
    const char *wanted = "an array of 1 to 50 numbers";
    if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
        refuse_option(name, wanted);
    JsonbContainer *array = value->val.binary.data;
    const int n = static_cast<int>(JsonContainerSize(array));
    if (n < 1 || n > kMostPenalties)
        refuse_option(name, wanted);
    options->n_penalties = n;
    options->penalties = static_cast<double *>(palloc(sizeof(double) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++)
        options->penalties[i] =
            penalty_of(name, getIthJsonbValueFromContainer(array, static_cast<uint32>(i)));
    std::sort(options->penalties, options->penalties + n, [](double a, double b) { return a > b; });
}

int folds_of(const char *name, const JsonbValue *value)
{
    const char *wanted = "0, for no measurement, or 2 to 20 folds";
    const int folds = option_integer(name, value, 0, kMostFolds, wanted);
    if (folds == 1)
        refuse_option(name, wanted);
    return folds;
}

void set_class_weights(TrainOptions *options, const char *name, JsonbValue *value)
{
    const char *wanted = "\"balanced\" or an object of labels with their weights";
    if (value->type == jbvString) {
        if (std::strcmp(option_string(name, value, wanted), "balanced") != 0)
            refuse_option(name, wanted);
        options->balanced = true;
        return;
    }
    if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
        refuse_option(name, wanted);
    options->class_weights = JsonbValueToJsonb(value);
}

void set_option(TrainOptions *options, const char *name, JsonbValue *value)
{
    const auto is = [name](const char *known) { return std::strcmp(name, known) == 0; };
    if (is("model"))
        options->model = option_string(name, value, "the name of a model");
    else if (is("prompt"))
        options->prompt = option_string(name, value, "a prompt of the model");
    else if (is("penalty")) {
        options->n_penalties = 1;
        options->penalties = static_cast<double *>(palloc(sizeof(double)));
        options->penalties[0] = penalty_of(name, value);
    } else if (is("penalties"))
        set_penalties(options, name, value);
    else if (is("folds"))
        options->folds = folds_of(name, value);
    else if (is("holdout"))
        options->holdout = option_number(name, value, 0.05, 0.5, "a share between 0.05 and 0.5");
    else if (is("class_weights"))
        set_class_weights(options, name, value);
    else if (is("nulls"))
        options->refuse_nulls = option_refuses_nulls(name, value);
    else if (is("keep_rows"))
        options->keep_rows =
            option_integer(name, value, 0, kMostRowsKept, "a number of rows up to 1000000");
    else if (is("max_iterations"))
        options->max_iterations = option_integer(name, value, 1, 1000000, "a number from 1 on");
    else
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("unrecognized option \"%s\"", name),
                        errhint("The options are: %s.", kKnown)));
}

} // namespace

Jsonb *train_arguments(FunctionCallInfo fcinfo, int first, Jsonb *json)
{
    const char *names[] = {"model", "prompt"};
    for (int i = 0; i < 2; i++)
        if (!PG_ARGISNULL(first + i))
            json = option_added(json, names[i],
                                JsonObject::string(text_to_cstring(PG_GETARG_TEXT_PP(first + i))));
    if (!PG_ARGISNULL(first + 2))
        json = option_added(json, "folds", JsonObject::integer(PG_GETARG_INT32(first + 2)));
    return json;
}

TrainOptions train_options(Jsonb *json)
{
    TrainOptions options = {};
    options.folds = -1;
    options.keep_rows = 10000;
    options.max_iterations = 1000;
    for_each_option(json, kKnown, [&options](const char *name, JsonbValue *value) {
        set_option(&options, name, value);
    });
    if (options.folds >= 0 && options.holdout > 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the options \"folds\" and \"holdout\" exclude each other")));
    options.own_penalties = options.n_penalties > 0;
    if (!options.own_penalties) {
        options.n_penalties = lengthof(kPenalties);
        options.penalties = static_cast<double *>(palloc(sizeof(kPenalties)));
        std::memcpy(options.penalties, kPenalties, sizeof(kPenalties));
    }
    return options;
}

double class_weight(const TrainOptions &options, const char *label)
{
    JsonbValue scratch;
    const JsonbValue *value = getKeyJsonValueFromContainer(
        &options.class_weights->root, label, static_cast<int>(std::strlen(label)), &scratch);
    return value == nullptr
               ? 1
               : option_number("class_weights", value, 1e-6, 1e6, "weights between 1e-6 and 1e6");
}

} // namespace sbert
