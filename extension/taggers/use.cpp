#include "extension/taggers/use.h"
#include "extension/boundary.h"

#include "extension/learned/cache.h"

namespace sbert {
namespace {

// What fn_extra holds; all zeros at first.
struct Site {
    Learned *learned; // null while none is open; closed with the call site
    Sight sight;
    Oid relation;
    int32 version;
    MemoryContextCallback end;
};

extern "C" void end_of_tagger_site(void *argument)
{
    auto *site = static_cast<Site *>(argument);
    Learned *learned = site->learned;
    site->learned = nullptr;
    if (learned != nullptr)
        learned_close(learned);
}

Site *site_of(FmgrInfo *place)
{
    if (place->fn_extra == nullptr) {
        auto *site = static_cast<Site *>(MemoryContextAllocZero(place->fn_mcxt, sizeof(Site)));
        site->end.func = end_of_tagger_site;
        site->end.arg = site;
        MemoryContextRegisterResetCallback(place->fn_mcxt, &site->end);
        place->fn_extra = site;
    }
    return static_cast<Site *>(place->fn_extra);
}

} // namespace

void tagger_check_model(const LoadedTagger *tagger, const Model *model)
{
    bool fits = false;
    run_cpp([&] { fits = tagger->tagger->fits(*model->encoder); });
    if (!fits)
        ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                        errmsg("version %d of tagger \"%s\" is damaged: model \"%s\" has other "
                               "layers",
                               tagger->version, tagger->name, model->name),
                        errhint("Delete this version, or train it again.")));
}

TaggerUse tagger_use(FunctionCallInfo fcinfo, int relation, int version_argument)
{
    Site *site = site_of(fcinfo->flinfo);
    const Oid table = PG_GETARG_OID(relation);
    const int32 version = PG_GETARG_INT32(version_argument);
    const Sight sight = sight_now();
    if (site->learned == nullptr || !(site->sight == sight) || site->relation != table ||
        site->version != version)
    {
        if (version < 0)
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("invalid version of a tagger: %d", version),
                            errhint("Versions count from 1; 0 is the newest.")));
        // If opening fails, nothing stays open.
        end_of_tagger_site(site);
        site->learned = learned_open(&kTagger, table, version);
        site->relation = table;
        site->version = version;
        site->sight = sight;
    }
    const auto *tagger = static_cast<const LoadedTagger *>(site->learned->object);
    const Model *model = model_get(tagger->model, Gives::kVector);
    tagger_check_model(tagger, model);
    return {tagger, model};
}

Datum tags_datum(const LoadedTagger *tagger, const uint16 *best, int n)
{
    const tagging::TagSet &tags = tagger->tagger->tags();
    if (n == 0)
        return PointerGetDatum(construct_empty_array(TEXTOID));
    // Each tag is made once for a call.
    auto *made = static_cast<Datum *>(palloc0(sizeof(Datum) * tags.size()));
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++) {
        const uint16 tag = best[i];
        if (made[tag] == 0)
            made[tag] = tag == 0 ? CStringGetTextDatum("O")
                                 : CStringGetTextDatum(
                                       psprintf("%c-%s", tags.letter(tag),
                                                text_to_cstring(tagger->labels[tags.type(tag)])));
        values[i] = made[tag];
    }
    return PointerGetDatum(construct_array(values, n, TEXTOID, -1, false, TYPALIGN_INT));
}

} // namespace sbert
