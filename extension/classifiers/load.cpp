// Loads a version. An invalid value raises data_corrupted. A valid one takes about 8 K C bytes.
#include <cstring>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/linear.h"
#include "extension/classifiers/load.h"
#include "extension/classifiers/stored.h"

namespace sbert {

namespace {

constexpr uintptr_t kCacheLine = 64;

// The value of a version while it is read.
struct Reading {
    const LearnedVersion *version;
    LearnedRow row;
    MemoryContext keep;
};

// Returns an attribute of the value, and whether it is null.
Datum attribute(const Reading *reading, const char *name, bool *null)
{
    return learned_attribute(&reading->row, name, null);
}

Datum attribute(const Reading *reading, const char *name)
{
    bool null;
    const Datum value = attribute(reading, name, &null);
    if (null)
        report_damaged(reading->version, psprintf("%s is null", name));
    return value;
}

StoredArray array_of(const Reading *reading, const char *name, int count)
{
    return stored_array(reading->version, name, attribute(reading, name), count);
}

// Copies a text attribute as a C string, or returns null.
const char *keep_text(const Reading *reading, const char *name)
{
    bool null;
    const Datum value = attribute(reading, name, &null);
    return null ? nullptr : MemoryContextStrdup(reading->keep, TextDatumGetCString(value));
}

Jsonb *keep_json(const Reading *reading, const char *name)
{
    bool null;
    const Datum value = attribute(reading, name, &null);
    if (null)
        return nullptr;
    MemoryContext scratch = MemoryContextSwitchTo(reading->keep);
    Jsonb *json = DatumGetJsonbPCopy(value);
    MemoryContextSwitchTo(scratch);
    return json;
}

const char *keep_model(const Reading *reading)
{
    const char *model = keep_text(reading, "model");
    const char *fingerprint = keep_text(reading, "fingerprint");
    if (model == nullptr || fingerprint == nullptr)
        return nullptr;
    return MemoryContextStrdup(reading->keep, psprintf("%s@%s", model, fingerprint));
}

text **keep_labels(const Reading *reading, const StoredArray &labels)
{
    auto **kept = static_cast<text **>(
        MemoryContextAlloc(reading->keep, sizeof(text *) * static_cast<Size>(labels.count)));
    for (int i = 0; i < labels.count; i++) {
        const text *label = DatumGetTextPP(labels.elements[i]);
        const Size length = VARSIZE_ANY_EXHDR(label);
        kept[i] = static_cast<text *>(MemoryContextAlloc(reading->keep, VARHDRSZ + length));
        SET_VARSIZE(kept[i], VARHDRSZ + length);
        std::memcpy(VARDATA(kept[i]), VARDATA_ANY(label), length);
    }
    return kept;
}

float *keep_reals(const Reading *reading, const char *name, int count)
{
    const StoredArray reals = array_of(reading, name, count);
    check_reals(reading->version, name, reals);
    auto *kept = static_cast<float *>(
        MemoryContextAlloc(reading->keep, sizeof(float) * static_cast<Size>(count)));
    for (int i = 0; i < count; i++)
        kept[i] = DatumGetFloat4(reals.elements[i]);
    return kept;
}

// Allocates floats at the start of a cache line. They may take more memory than palloc() allows.
float *floats_in(MemoryContext context, size_t count)
{
    void *room = MemoryContextAllocHuge(context, sizeof(float) * count + kCacheLine);
    return reinterpret_cast<float *>(TYPEALIGN(kCacheLine, room));
}

void keep_weights(const Reading *reading, Classifier *classifier)
{
    const StoredArray weights = array_of(reading, "weights", classifier->n_labels);
    classifier->dimensions = check_weights(reading->version, weights);
    const auto n = static_cast<size_t>(weights.count);
    const auto c = static_cast<size_t>(classifier->dimensions);
    classifier->weights = floats_in(reading->keep, n * c);
    for (size_t i = 0; i < n; i++)
        std::memcpy(classifier->weights + i * c, stored_vector(weights.elements[i])->x,
                    sizeof(float) * c);
    classifier->panels = floats_in(reading->keep, kernels::packed_floats(n, c));
    kernels::pack_panels(classifier->weights, c, n, c, classifier->panels);
}

void *load(const LearnedVersion *version, MemoryContext keep)
{
    const Reading reading = {version, learned_row(version->value), keep};
    auto *classifier = static_cast<Classifier *>(MemoryContextAllocZero(keep, sizeof(Classifier)));
    const StoredArray labels = array_of(&reading, "labels", -1);
    check_labels(version, labels);
    classifier->name = MemoryContextStrdup(keep, version->name);
    classifier->version = version->version;
    classifier->n_labels = labels.count;
    classifier->labels = keep_labels(&reading, labels);
    keep_weights(&reading, classifier);
    classifier->intercepts = keep_reals(&reading, "intercepts", labels.count);
    classifier->temperature = DatumGetFloat8(attribute(&reading, "temperature"));
    check_temperature(version, classifier->temperature);
    bool one_label;
    attribute(&reading, "thresholds", &one_label);
    if (!one_label)
        classifier->thresholds = keep_reals(&reading, "thresholds", labels.count);
    classifier->model = keep_model(&reading);
    classifier->prompt = keep_text(&reading, "prompt");
    classifier->options = keep_json(&reading, "options");
    classifier->report = keep_json(&reading, "report");
    return classifier;
}

constexpr LearnedColumn kKept[] = {
    {"embedding", InvalidOid}, {"labels", TEXTARRAYOID}, {"weight", FLOAT4OID}, {"key", INT4OID}};

} // namespace

const LearnedKind kClassifier = {"classifier", "train_classifier", kKept, lengthof(kKept), load};

void classifier_logits(const Classifier *classifier, const float *x, float *out)
{
    const auto c = static_cast<size_t>(classifier->dimensions);
    const auto n = static_cast<size_t>(classifier->n_labels);
    kernels::inner_products(x, classifier->weights, c, n, c, out);
    for (size_t i = 0; i < n; i++)
        out[i] += classifier->intercepts[i];
}

} // namespace sbert
