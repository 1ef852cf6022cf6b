// Reading a classifier: see load.h.
#include <charconv>
#include <cstring>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/linear.h"
#include "extension/classifiers/load.h"
#include "extension/classifiers/stored.h"

namespace sbert {

namespace {

constexpr char kQuery[] =
    "SELECT classifier, version, multilabel, temperature, labels, weights, intercepts, thresholds,"
    " model, fingerprint, prompt FROM sbert.classifier_version"
    " WHERE classifier OPERATOR(pg_catalog.=) $1"
    " AND version OPERATOR(pg_catalog.=) coalesce($2, version) ORDER BY version DESC LIMIT 1";

enum Column {
    kName = 1,
    kVersion,
    kMultilabel,
    kTemperature,
    kLabels,
    kWeights,
    kIntercepts,
    kThresholds,
    kModel,
    kFingerprint,
    kPrompt
};

constexpr uintptr_t kCacheLine = 64;

// A name taken apart.
struct Wanted {
    text *name;
    int32 version; // 0: the newest
};

// No name has an @, so the first one ends it.
Wanted parse(const char *name)
{
    const size_t length = std::strcspn(name, "@");
    Wanted wanted = {cstring_to_text_with_len(name, static_cast<int>(length)), 0};
    if (name[length] == '\0')
        return wanted;
    const char *digits = name + length + 1;
    const char *end = digits + std::strlen(digits);
    const auto [stop, problem] = std::from_chars(digits, end, wanted.version);
    if (problem != std::errc() || stop != end || wanted.version < 1)
        report_no_classifier(name);
    return wanted;
}

// Kept for the life of the backend: planning takes longer than all the rest of a call. The server
// plans again where the tables, the user or his search_path differ from the last time.
SPIPlanPtr plan_query()
{
    static SPIPlanPtr plan;
    if (plan == nullptr) {
        Oid types[] = {TEXTOID, INT4OID};
        SPIPlanPtr prepared = SPI_prepare(kQuery, 2, types);
        if (prepared == nullptr)
            elog(ERROR, "SPI_prepare: %s", SPI_result_code_string(SPI_result));
        SPI_keepplan(prepared);
        plan = prepared;
    }
    return plan;
}

// Runs the query; its row is then SPI_tuptable's first.
void find_row(const char *name)
{
    const Wanted wanted = parse(name);
    Datum values[] = {PointerGetDatum(wanted.name), Int32GetDatum(wanted.version)};
    const char nulls[] = {' ', wanted.version == 0 ? 'n' : ' ', '\0'};
    const int code = SPI_execute_plan(plan_query(), values, nulls, true, 1);
    if (code != SPI_OK_SELECT)
        elog(ERROR, "reading classifier \"%s\": %s", name, SPI_result_code_string(code));
    if (SPI_processed == 0)
        report_no_classifier(name);
}

bool is_null(Column column)
{
    bool null;
    SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &null);
    return null;
}

// REQUIRES a column that is not null.
Datum value(Column column)
{
    bool null;
    return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &null);
}

// A copy of a C string where SPI's own memory ends with it.
const char *keep(const char *string)
{
    const Size bytes = std::strlen(string) + 1;
    return static_cast<const char *>(std::memcpy(SPI_palloc(bytes), string, bytes));
}

const char *keep_text(Column column)
{
    return is_null(column) ? nullptr : keep(TextDatumGetCString(value(column)));
}

const char *model_of_row()
{
    if (is_null(kModel) || is_null(kFingerprint))
        return nullptr;
    return keep(psprintf("%s@%s", TextDatumGetCString(value(kModel)),
                         TextDatumGetCString(value(kFingerprint))));
}

text **keep_labels(const StoredArray &labels)
{
    auto **kept =
        static_cast<text **>(SPI_palloc(sizeof(text *) * static_cast<Size>(labels.count)));
    for (int i = 0; i < labels.count; i++) {
        const text *label = DatumGetTextPP(labels.elements[i]);
        const Size length = VARSIZE_ANY_EXHDR(label);
        kept[i] = static_cast<text *>(SPI_palloc(VARHDRSZ + length));
        SET_VARSIZE(kept[i], VARHDRSZ + length);
        std::memcpy(VARDATA(kept[i]), VARDATA_ANY(label), length);
    }
    return kept;
}

float *keep_reals(const StoredArray &reals)
{
    auto *kept = static_cast<float *>(SPI_palloc(sizeof(float) * static_cast<Size>(reals.count)));
    for (int i = 0; i < reals.count; i++)
        kept[i] = DatumGetFloat4(reals.elements[i]);
    return kept;
}

// Room in `context` for more than palloc() gives, at the start of a cache line.
float *floats_in(MemoryContext context, size_t count)
{
    void *room = MemoryContextAllocHuge(context, sizeof(float) * count + kCacheLine);
    return reinterpret_cast<float *>(TYPEALIGN(kCacheLine, room));
}

// REQUIRES the dimensions.
void keep_weights(Classifier *classifier, MemoryContext context, const StoredArray &weights)
{
    const auto n = static_cast<size_t>(weights.count);
    const auto c = static_cast<size_t>(classifier->dimensions);
    classifier->weights = floats_in(context, n * c);
    for (size_t i = 0; i < n; i++)
        std::memcpy(classifier->weights + i * c, stored_vector(weights.elements[i])->x,
                    sizeof(float) * c);
    classifier->panels = floats_in(context, kernels::packed_floats(n, c));
    kernels::pack_panels(classifier->weights, c, n, c, classifier->panels);
}

float *keep_thresholds(const StoredVersion &row, const Classifier *classifier)
{
    if (classifier->multilabel == is_null(kThresholds))
        report_damaged(row, classifier->multilabel ? "thresholds is missing"
                                                   : "it has thresholds, but is not multilabel");
    if (!classifier->multilabel)
        return nullptr;
    const StoredArray thresholds =
        stored_array(row, "thresholds", value(kThresholds), classifier->n_labels);
    check_reals(row, "thresholds", thresholds);
    return keep_reals(thresholds);
}

// The row of SPI_tuptable, checked, into `classifier`.
void read_row(Classifier *classifier, MemoryContext context)
{
    const StoredVersion row = {keep_text(kName), DatumGetInt32(value(kVersion))};
    const StoredArray labels = stored_array(row, "labels", value(kLabels), -1);
    const StoredArray weights = stored_array(row, "weights", value(kWeights), labels.count);
    const StoredArray intercepts =
        stored_array(row, "intercepts", value(kIntercepts), labels.count);
    check_labels(row, labels);
    check_reals(row, "intercepts", intercepts);
    classifier->dimensions = check_weights(row, weights);
    classifier->name = const_cast<char *>(row.name);
    classifier->version = row.version;
    classifier->n_labels = labels.count;
    classifier->multilabel = DatumGetBool(value(kMultilabel));
    classifier->temperature = DatumGetFloat8(value(kTemperature));
    check_temperature(row, classifier->temperature);
    classifier->thresholds = keep_thresholds(row, classifier);
    keep_weights(classifier, context, weights);
    classifier->intercepts = keep_reals(intercepts);
    classifier->labels = keep_labels(labels);
    classifier->model = model_of_row();
    classifier->prompt = keep_text(kPrompt);
}

} // namespace

Classifier *classifier_load(const char *name)
{
    MemoryContext context = CurrentMemoryContext; // SPI_palloc()'s from here on
    auto *classifier = static_cast<Classifier *>(palloc0(sizeof(Classifier)));
    if (SPI_connect() != SPI_OK_CONNECT)
        elog(ERROR, "SPI_connect failed");
    find_row(name);
    read_row(classifier, context);
    SPI_finish();
    return classifier;
}

void classifier_logits(const Classifier *classifier, const float *x, float *out)
{
    const auto c = static_cast<size_t>(classifier->dimensions);
    const auto n = static_cast<size_t>(classifier->n_labels);
    kernels::inner_products(x, classifier->weights, c, n, c, out);
    for (size_t i = 0; i < n; i++)
        out[i] += classifier->intercepts[i];
}

void report_no_classifier(const char *name)
{
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("classifier \"%s\" does not exist", name)));
    pg_unreachable();
}

} // namespace sbert
