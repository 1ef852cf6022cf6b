// Loads a version. An invalid value raises data_corrupted.
#include <cstring>

#include "extension/adopt.h"
#include "extension/taggers/load.h"

#include "extension/classifiers/stored.h"

namespace sbert {
namespace {

// The value of a version while it is read.
struct Reading {
    const LearnedVersion *version;
    LearnedRow row;
    MemoryContext keep;
};

Datum attribute(const Reading *reading, const char *name)
{
    bool null;
    const Datum value = learned_attribute(&reading->row, name, &null);
    if (null)
        report_damaged(reading->version, psprintf("%s is null", name));
    return value;
}

const char *keep_text(const Reading *reading, const char *name)
{
    return MemoryContextStrdup(reading->keep, TextDatumGetCString(attribute(reading, name)));
}

Jsonb *keep_json(const Reading *reading, const char *name)
{
    bool null;
    const Datum value = learned_attribute(&reading->row, name, &null);
    if (null)
        return nullptr;
    MemoryContext scratch = MemoryContextSwitchTo(reading->keep);
    Jsonb *json = DatumGetJsonbPCopy(value);
    MemoryContextSwitchTo(scratch);
    return json;
}

tagging::Scheme scheme_of(const Reading *reading)
{
    const char *name = TextDatumGetCString(attribute(reading, "scheme"));
    if (std::strcmp(name, "BIO") == 0)
        return tagging::Scheme::kBio;
    if (std::strcmp(name, "BIOES") != 0)
        report_damaged(reading->version,
                       psprintf("its scheme is \"%s\", neither BIO nor BIOES", name));
    return tagging::Scheme::kBioes;
}

StoredArray labels_of(const Reading *reading)
{
    const StoredArray labels =
        stored_array(reading->version, "labels", attribute(reading, "labels"), -1);
    check_labels(reading->version, labels);
    if (static_cast<size_t>(labels.count) > tagging::kMostTypes)
        report_damaged(reading->version, psprintf("it has %d labels", labels.count));
    for (int i = 0; i < labels.count; i++) {
        const Size bytes = VARSIZE_ANY_EXHDR(DatumGetTextPP(labels.elements[i]));
        if (bytes == 0 || bytes > tagging::kMostTypeBytes)
            report_damaged(reading->version, psprintf("a label has %zu bytes", bytes));
    }
    return labels;
}

text **keep_labels(const Reading *reading, const StoredArray &labels)
{
    auto **kept = static_cast<text **>(
        MemoryContextAlloc(reading->keep, sizeof(text *) * static_cast<Size>(labels.count)));
    MemoryContext scratch = MemoryContextSwitchTo(reading->keep);
    for (int i = 0; i < labels.count; i++)
        kept[i] = cstring_to_text(TextDatumGetCString(labels.elements[i]));
    MemoryContextSwitchTo(scratch);
    return kept;
}

tagging::Tagger *decode(const Reading *reading, tagging::Scheme scheme, const StoredArray &labels)
{
    const bytea *bytes = DatumGetByteaPP(attribute(reading, "parameters"));
    const std::span<const char> parameters(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
    const auto n = static_cast<size_t>(labels.count);
    auto **names = static_cast<char **>(palloc(sizeof(char *) * n));
    for (size_t i = 0; i < n; i++)
        names[i] = TextDatumGetCString(labels.elements[i]);
    char reason[256] = "";
    // An error of the decoding is one of the stored value, and is reported as such.
    auto *tagger = adopt<tagging::Tagger>(reading->keep, [&]() -> tagging::Tagger * {
        try {
            tagging::TagSet tags(scheme, std::vector<std::string>(names, names + n));
            return new tagging::Tagger(
                std::move(tags), tagging::decode_model(parameters, tagging::Tagger::model_tags(n)));
        } catch (const encoder::Error &error) {
            strlcpy(reason, error.what(), sizeof(reason));
            return nullptr;
        }
    });
    if (tagger == nullptr)
        report_damaged(reading->version, reason);
    return tagger;
}

void *load(const LearnedVersion *version, MemoryContext keep)
{
    const Reading reading = {version, learned_row(version->value), keep};
    auto *loaded = static_cast<LoadedTagger *>(MemoryContextAllocZero(keep, sizeof(LoadedTagger)));
    const StoredArray labels = labels_of(&reading);
    loaded->name = MemoryContextStrdup(keep, version->name);
    loaded->version = version->version;
    loaded->labels = keep_labels(&reading, labels);
    loaded->tagger = decode(&reading, scheme_of(&reading), labels);
    loaded->model = MemoryContextStrdup(
        keep, psprintf("%s@%s", keep_text(&reading, "model"), keep_text(&reading, "fingerprint")));
    loaded->options = keep_json(&reading, "options");
    loaded->report = keep_json(&reading, "report");
    return loaded;
}

constexpr LearnedColumn kKept[] = {
    {"tokens", TEXTARRAYOID}, {"tags", TEXTARRAYOID}, {"vectors", BYTEAOID}};

} // namespace

const LearnedKind kTagger = {"tagger", "train_tagger", kKept, lengthof(kKept), load};

} // namespace sbert
