// The classifier of a call site: see use.h.
#include <cstring>

#include "extension/classifiers/use.h"

namespace sbert {

namespace {

Sight sight_now()
{
    if (!ActiveSnapshotSet())
        elog(ERROR, "a classifier cannot be used without a snapshot");
    const SnapshotData *snapshot = GetActiveSnapshot();
    return {local_transaction_id(), GetCurrentSubTransactionId(),
            snapshot->curcid,       GetUserId(),
            snapshot->xmin,         snapshot->xmax,
            snapshot->xcnt,         snapshot->subxcnt};
}

ClassifierUse *use_of(FmgrInfo *place)
{
    if (place->fn_extra == nullptr) {
        auto *use = static_cast<ClassifierUse *>(
            MemoryContextAllocZero(place->fn_mcxt, sizeof(ClassifierUse)));
        use->text.context = place->fn_mcxt;
        use->context =
            AllocSetContextCreate(place->fn_mcxt, "sbert classifier", ALLOCSET_SMALL_SIZES);
        place->fn_extra = use;
    }
    return static_cast<ClassifierUse *>(place->fn_extra);
}

bool is_loaded(const ClassifierUse *use, const text *name, const Sight &sight)
{
    return use->classifier != nullptr && use->sight == sight &&
           use->name_length == VARSIZE_ANY_EXHDR(name) &&
           std::memcmp(use->name, VARDATA_ANY(name), use->name_length) == 0;
}

// What a query holds of the last row's answer it has copied by now, as of any function's.
void load(ClassifierUse *use, const text *name, const Sight &sight)
{
    use->classifier = nullptr; // should this fail
    MemoryContextReset(use->context);
    MemoryContext caller = MemoryContextSwitchTo(use->context);
    use->name = text_to_cstring(name);
    use->name_length = VARSIZE_ANY_EXHDR(name);
    const Classifier *classifier = classifier_load(use->name);
    use->logits =
        static_cast<float *>(palloc(sizeof(float) * static_cast<Size>(classifier->n_labels)));
    MemoryContextSwitchTo(caller);
    use->sight = sight;
    use->classifier = classifier;
}

} // namespace

ClassifierUse *classifier_use(FunctionCallInfo fcinfo)
{
    ClassifierUse *use = use_of(fcinfo->flinfo);
    const text *name = PG_GETARG_TEXT_PP(1);
    const Sight sight = sight_now();
    if (!is_loaded(use, name, sight))
        load(use, name, sight);
    return use;
}

} // namespace sbert
