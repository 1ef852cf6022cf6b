#include "extension/classifiers/use.h"

namespace sbert {

namespace {

void close(ClassifierUse *use)
{
    Learned *learned = use->learned;
    use->learned = nullptr;
    if (learned != nullptr)
        learned_close(learned);
}

extern "C" void end_of_call_site(void *use) { close(static_cast<ClassifierUse *>(use)); }

ClassifierUse *use_of(FmgrInfo *place)
{
    if (place->fn_extra == nullptr) {
        auto *use = static_cast<ClassifierUse *>(
            MemoryContextAllocZero(place->fn_mcxt, sizeof(ClassifierUse)));
        use->text.context = place->fn_mcxt;
        use->end.func = end_of_call_site;
        use->end.arg = use;
        MemoryContextRegisterResetCallback(place->fn_mcxt, &use->end);
        place->fn_extra = use;
    }
    return static_cast<ClassifierUse *>(place->fn_extra);
}

// The query has copied the result for the last row by now, as it does for any function, so the old
// classifier may be closed.
void open(ClassifierUse *use, MemoryContext context)
{
    // If opening fails, nothing stays open.
    close(use);
    Learned *learned = learned_open(&kClassifier, use->relation, use->version);
    use->learned = learned;
    use->classifier = static_cast<const Classifier *>(learned->object);
    const int n = use->classifier->n_labels;
    if (n <= use->n_logits)
        return;
    use->logits =
        static_cast<float *>(MemoryContextAlloc(context, sizeof(float) * static_cast<Size>(n)));
    use->n_logits = n;
}

} // namespace

ClassifierUse *classifier_use(FunctionCallInfo fcinfo)
{
    ClassifierUse *use = use_of(fcinfo->flinfo);
    const Oid relation = PG_GETARG_OID(1);
    const int32 version = PG_GETARG_INT32(2);
    const Sight sight = sight_now();
    if (use->learned != nullptr && use->sight == sight && use->relation == relation &&
        use->version == version)
        return use;
    if (version < 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("invalid version of a classifier: %d", version),
                        errhint("Versions count from 1; 0 is the newest.")));
    use->relation = relation;
    use->version = version;
    open(use, fcinfo->flinfo->fn_mcxt);
    use->sight = sight;
    return use;
}

} // namespace sbert
