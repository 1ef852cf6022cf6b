// sbert.models() lists the models that this server can use, and sbert.heads() the heads of them.
#include <vector>

#include "encoder/model/names.h"
#include "encoder/model/store.h"
#include "extension/adopt.h"
#include "extension/functions/input.h"
#include "extension/functions/json_object.h"
#include "extension/functions/models.h"
#include "extension/functions/set.h"

namespace sbert {

namespace {

using Entries = std::vector<encoder::ModelEntry>;

constexpr int kColumns = 11;

const Entries *list_entries()
{
    const ModelPlaces places = model_places_of_server();
    log_refused_places(places);
    return adopt<Entries>(CurrentMemoryContext, [&] {
        return new Entries(
            encoder::list_models(encoder::model_places(places.share_dir, places.extra)));
    });
}

// The prompts as {name: text}, without those that the database's encoding cannot hold, because the
// prompts of one model must not hide all models.
Datum prompts_of(const encoder::ModelEntry &entry)
{
    JsonObject object;
    for (const encoder::Prompt &prompt : entry.prompts)
        if (encoding_has(prompt.name) && encoding_has(prompt.text))
            object.put(text_to_cstring(text_of_utf8(prompt.name)),
                       JsonObject::string(text_to_cstring(text_of_utf8(prompt.text))));
    return JsonbPGetDatum(object.finish());
}

Datum languages_of(const encoder::ModelEntry &entry)
{
    const int n = static_cast<int>(entry.languages.size());
    auto *elements = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++)
        elements[i] = CStringGetTextDatum(entry.languages[static_cast<size_t>(i)].c_str());
    return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

void put_usable(ReturnSetInfo *set, const encoder::ModelEntry &entry, bool paths)
{
    const bool no_default = entry.default_prompt.empty() || !encoding_has(entry.default_prompt);
    const bool no_languages = entry.languages.empty();
    const Datum values[kColumns] = {
        CStringGetTextDatum(entry.name.c_str()),
        Int32GetDatum(entry.dimensions),
        Int32GetDatum(entry.max_tokens),
        CStringGetTextDatum(entry.fingerprint.c_str()),
        Int64GetDatum(static_cast<int64>(entry.bytes)),
        CStringGetTextDatum(entry.path.c_str()),
        0,
        prompts_of(entry),
        no_default ? 0 : PointerGetDatum(text_of_utf8(entry.default_prompt)),
        CStringGetTextDatum(entry.similarity.c_str()),
        no_languages ? 0 : languages_of(entry)};
    const bool nulls[kColumns] = {false, false, false,      false, false,       !paths,
                                  true,  false, no_default, false, no_languages};
    set_put(set, values, nulls);
}

void put_broken(ReturnSetInfo *set, const encoder::ModelEntry &entry)
{
    const Datum values[kColumns] = {CStringGetTextDatum(entry.name.c_str()),
                                    0,
                                    0,
                                    0,
                                    0,
                                    CStringGetTextDatum(entry.path.c_str()),
                                    CStringGetTextDatum(entry.error.c_str())};
    const bool nulls[kColumns] = {false, true, true, true, true, false,
                                  false, true, true, true, true};
    set_put(set, values, nulls);
}

// Null for a label that the database's encoding cannot hold.
Datum labels_of(const encoder::HeadSpec &head)
{
    int n = static_cast<int>(head.labels.size());
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * head.labels.size()));
    auto *nulls = static_cast<bool *>(palloc(head.labels.size()));
    for (size_t i = 0; i < head.labels.size(); i++) {
        nulls[i] = !encoding_has(head.labels[i]);
        values[i] = nulls[i] ? Datum{0} : PointerGetDatum(text_of_utf8(head.labels[i]));
    }
    int lower = 1;
    return PointerGetDatum(
        construct_md_array(values, nulls, 1, &n, &lower, TEXTOID, -1, false, TYPALIGN_INT));
}

void put_head(ReturnSetInfo *set, const encoder::ModelEntry &entry)
{
    const encoder::HeadSpec &head = entry.head;
    const bool unnamed = head.labels.empty();
    const Datum values[] = {CStringGetTextDatum(entry.name.c_str()),
                            CStringGetTextDatum(encoder::name_of(head.kind).data()),
                            BoolGetDatum(head.takes_text), BoolGetDatum(head.pair.has_value()),
                            unnamed ? Datum{0} : labels_of(head)};
    const bool nulls[] = {false, false, false, false, unnamed};
    set_put(set, values, nulls);
}

} // namespace

SBERT_FUNCTION(sbert_heads)
{
    ReturnSetInfo *set = set_start(fcinfo);
    for (const encoder::ModelEntry &entry : *list_entries())
        if (entry.error.empty() && entry.head.kind != encoder::HeadKind::kNone)
            put_head(set, entry);
    return (Datum)0;
}

SBERT_FUNCTION(sbert_models)
{
    ReturnSetInfo *set = set_start(fcinfo);
    const bool paths = may_see_paths();
    // Only users who may see paths learn that a broken file exists.
    for (const encoder::ModelEntry &entry : *list_entries())
        if (entry.error.empty())
            put_usable(set, entry, paths);
        else if (paths)
            put_broken(set, entry);
    return (Datum)0;
}

} // namespace sbert
