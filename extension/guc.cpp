// Defines the settings sbert.*, with their names, defaults and who may change them.
#include "extension/guc.h"

#include "encoder/encoder.h"
#include "encoder/model/store.h"
#include "extension/boundary.h"
#include "extension/pg.h"

namespace sbert {

namespace {

// In kB. With less, every text of a small model would make a pass of its own.
constexpr int kSmallestEncodeMem = 1024;
// In kB. Everybody may set it, so it must not let a user exhaust the server's memory. A pass is not
// faster with more than 8 MB. A text that needs more than the setting still has its own pass.
constexpr int kLargestEncodeMem = 256 * 1024;
// The same limit as for the storage parameter of an index (ivf/options.cpp).
constexpr double kSmallestTargetRecall = 0.5;

char *default_model_setting;
int encode_mem_setting = encoder::kDefaultMemory / 1024;
int truncation_setting = static_cast<int>(Truncation::kWarn);
char *model_path_setting;
double target_recall_setting;

const config_enum_entry kTruncations[] = {
    {"error", static_cast<int>(Truncation::kError), false},
    {"warn", static_cast<int>(Truncation::kWarn), false},
    {"silent", static_cast<int>(Truncation::kSilent), false},
    {nullptr, 0, false},
};

// Whether `parse` accepts a value. If not, its hint is the detail of the error.
template <class Parse>
bool accepts(Parse parse)
{
    CppFailure failure;
    if (try_cpp(parse, failure))
        return true;
    GUC_check_errdetail("%s", failure.hint);
    return false;
}

// Checks only the form of the name, because the model may be installed later.
extern "C" bool check_default_model(char **value, void **, GucSource)
{
    return accepts([&] { encoder::parse_model_name(*value); });
}

// Refuses relative folders, because they would differ between processes.
extern "C" bool check_model_path(char **value, void **, GucSource)
{
    return accepts([&] { encoder::model_places("", *value); });
}

// A setting's range cannot have a gap, so this allows 0, which stands for the setting of the index.
extern "C" bool check_target_recall(double *value, void **, GucSource)
{
    if (*value == 0 || *value >= kSmallestTargetRecall)
        return true;
    GUC_check_errdetail("Valid values are 0, which takes the index's own, and %g to 1.",
                        kSmallestTargetRecall);
    return false;
}

} // namespace

const char *default_model() { return default_model_setting; }
size_t encode_mem() { return static_cast<size_t>(encode_mem_setting) * 1024; }
Truncation truncation() { return static_cast<Truncation>(truncation_setting); }
const char *model_path() { return model_path_setting; }
double target_recall() { return target_recall_setting; }

void guc_init()
{
    DefineCustomStringVariable(
        "sbert.default_model", "Model of functions that are called without a model name.",
        "A name, or name@fingerprint, of those that sbert.models() lists.", &default_model_setting,
        "all-MiniLM-L6-v2", PGC_USERSET, 0, check_default_model, nullptr, nullptr);
    DefineCustomEnumVariable(
        "sbert.truncation", "What to do with a text that is longer than the model's limit.",
        "\"error\" refuses it; \"warn\" cuts it and warns once a statement (and once in each "
        "parallel worker); \"silent\" cuts it.",
        &truncation_setting, static_cast<int>(Truncation::kWarn), kTruncations, PGC_USERSET, 0,
        nullptr, nullptr, nullptr);
    DefineCustomIntVariable(
        "sbert.encode_mem", "Memory for the activations of one pass of the encoder.",
        "Texts of one call share a pass until it is full; a text that needs more makes a pass of "
        "its own. Between calls a backend keeps at most 8 MB for each model, and nothing after a "
        "call that took more. Results do not depend on it.",
        &encode_mem_setting, encoder::kDefaultMemory / 1024, kSmallestEncodeMem, kLargestEncodeMem,
        PGC_USERSET, GUC_UNIT_KB, nullptr, nullptr, nullptr);
    DefineCustomStringVariable("sbert.model_path",
                               "Further folders that hold models, separated by colons.",
                               "Searched after the server's own places.", &model_path_setting, "",
                               PGC_SIGHUP, GUC_SUPERUSER_ONLY, check_model_path, nullptr, nullptr);
    DefineCustomRealVariable(
        "sbert.target_recall",
        "Share of the true nearest rows that a scan of an sbert_ivf index should find.",
        "0 takes the index's own storage parameter target_recall; 1 looks at every row and misses "
        "none.",
        &target_recall_setting, 0, 0, 1, PGC_USERSET, 0, check_target_recall, nullptr, nullptr);
    MarkGUCPrefixReserved("sbert");
}

} // namespace sbert
