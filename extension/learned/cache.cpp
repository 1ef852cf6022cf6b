#include "extension/learned/cache.h"

#include "extension/learned/table.h"
#include "extension/learned/version.h"

namespace sbert {
namespace {

constexpr int kMostEntries = 16;

struct Entry {
    Entry *next; // in the order of the last use, the latest first
    const LearnedKind *kind;
    Oid relation;
    int32 wanted;
    LearnedFinder finder;
    // The transaction that looks up the version now, or in which an error interrupted the look-up.
    LocalTransactionId busy;
    Learned *learned; // or null
};

Entry *first;

void free_if_unused(Learned *learned)
{
    if (learned->pins == 0 && !learned->current)
        MemoryContextDelete(learned->context);
}

void forget_learned(Entry *entry)
{
    Learned *learned = entry->learned;
    entry->learned = nullptr;
    if (learned == nullptr)
        return;
    learned->current = false;
    free_if_unused(learned);
}

void unlink(Entry *entry)
{
    Entry **link = &first;
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
}

void forget(Entry *entry)
{
    unlink(entry);
    forget_learned(entry);
    learned_finder_end(&entry->finder);
    pfree(entry);
}

// A policy of the table may call this code again. An entry that is being looked up must stay.
bool is_busy(const Entry *entry) { return entry->busy == local_transaction_id(); }

// Frees all entries after the first `most`.
void forget_beyond(int most)
{
    Entry *entry = first;
    for (int i = 0; entry != nullptr; i++) {
        Entry *next = entry->next;
        if (i >= most && !is_busy(entry))
            forget(entry);
        entry = next;
    }
}

Entry *entry_of(const LearnedKind *kind, Oid relation, int32 wanted)
{
    Entry *entry = first;
    while (entry != nullptr &&
           (entry->kind != kind || entry->relation != relation || entry->wanted != wanted))
        entry = entry->next;
    if (entry != nullptr)
        unlink(entry);
    else {
        entry = static_cast<Entry *>(MemoryContextAllocZero(CacheMemoryContext, sizeof(Entry)));
        entry->kind = kind;
        entry->relation = relation;
        entry->wanted = wanted;
    }
    entry->next = first;
    first = entry;
    forget_beyond(kMostEntries);
    return entry;
}

bool is_same(const Learned *learned, const LearnedVersion *found)
{
    const auto *value = reinterpret_cast<struct varlena *>(DatumGetPointer(found->value));
    return learned != nullptr && learned->version == found->version &&
           VARSIZE_ANY(learned->stored) == VARSIZE_ANY(value) &&
           memcmp(learned->stored, value, VARSIZE_ANY(value)) == 0;
}

Learned *load(const LearnedKind *kind, const LearnedVersion *found)
{
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "sbert learned", ALLOCSET_SMALL_SIZES);
    MemoryContextCopyAndSetIdentifier(context, found->name);
    MemoryContext caller = MemoryContextSwitchTo(context);
    auto *learned = static_cast<Learned *>(palloc0(sizeof(Learned)));
    learned->context = context;
    learned->version = found->version;
    learned->stored =
        reinterpret_cast<struct varlena *>(DatumGetPointer(datumCopy(found->value, false, -1)));
    MemoryContextSwitchTo(caller);
    learned->object = kind->load(found, context);
    MemoryContextSetParent(context, CacheMemoryContext);
    return learned;
}

[[noreturn]] void report_no_version(const LearnedKind *kind, Oid relation, int32 wanted)
{
    const char *name = learned_plain_name(relation);
    if (wanted == 0)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("%s \"%s\" has no version", kind->noun, name),
                        errhint("A training has not ended, or its rows were deleted.")));
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("%s \"%s\" has no version %d", kind->noun, name, wanted)));
    pg_unreachable();
}

} // namespace

Learned *learned_open(const LearnedKind *kind, Oid relation, int32 version)
{
    // The lock is held until the transaction ends, so that the name in the finder's plan stays
    // that of this table.
    LockRelationOid(relation, AccessShareLock);
    Entry *entry = entry_of(kind, relation, version);
    LearnedVersion found;
    entry->busy = local_transaction_id();
    if (!learned_find(kind, relation, version, &entry->finder, &found))
        report_no_version(kind, relation, version);
    entry->busy = InvalidLocalTransactionId;
    if (!is_same(entry->learned, &found)) {
        Learned *learned = load(kind, &found);
        forget_learned(entry);
        learned->current = true;
        entry->learned = learned;
    }
    entry->learned->pins++;
    return entry->learned;
}

void learned_close(Learned *learned)
{
    learned->pins--;
    free_if_unused(learned);
}

extern "C" void end_of_context(void *learned) { learned_close(static_cast<Learned *>(learned)); }

void learned_close_with(Learned *learned, MemoryContext context)
{
    auto *end = static_cast<MemoryContextCallback *>(
        MemoryContextAllocZero(context, sizeof(MemoryContextCallback)));
    end->func = end_of_context;
    end->arg = learned;
    MemoryContextRegisterResetCallback(context, end);
}

void learned_forget() { forget_beyond(0); }

} // namespace sbert
