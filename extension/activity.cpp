// Each session writes its own slot. There is one lock for all, because it is held only for a few
// stores.
#include "extension/activity.h"

#include "extension/functions/json_object.h"
#include "extension/functions/set.h"

namespace sbert {
namespace {

// If more sessions are active, the view does not show the others.
constexpr int kSlots = 128;
constexpr int kNameBytes = NAMEDATALEN;
constexpr int kNoticeSeconds = 10;

struct Number {
    char name[kNameBytes];
    double value;
};

struct Slot {
    int pid; // 0: free
    Oid database, role, relation;
    TimestampTz started;
    char command[kNameBytes], phase[kNameBytes];
    int n;
    Number numbers[kMostNumbers];
};

struct Shared {
    LWLock lock;
    Slot slots[kSlots];
};

// Null if there is no shared memory, or if it was not attached yet.
Shared *shared;
// The activity of this session. It is written here first and then copied to `published`, the slot
// in shared memory, unless that is null.
Slot own;
Slot *published;
TimestampTz noticed;
// Counts the activities of this session, so that the end of an owner ends its own activity only.
uintptr_t activities;

// What the client's statement has embedded so far.
struct {
    TimestampTz statement; // when it began, or 0
    uintptr_t activity;    // its activity, or 0
    TimestampTz began, shown;
    double numbers[2];
} embedded;

extern "C" void init_shared(void *place)
{
    auto *fresh = static_cast<Shared *>(place);
    memset(fresh, 0, sizeof(Shared));
    LWLockInitialize(&fresh->lock, LWLockNewTrancheId());
}

// Returns null if the server has no shared memory for it.
Shared *attach()
{
    if (shared == nullptr) {
        shared = static_cast<Shared *>(
            registered_segment("sbert_activity", sizeof(Shared), init_shared));
        if (shared != nullptr)
            LWLockRegisterTranche(shared->lock.tranche, "sbert_activity");
    }
    return shared;
}

bool is_free(const Slot *slot) { return slot->pid == 0 || BackendPidGetProc(slot->pid) == nullptr; }

void copy_to_slot()
{
    LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
    *published = own;
    LWLockRelease(&shared->lock);
}

// Writes the activity to shared memory, or sends it to the client.
void publish()
{
    if (published != nullptr) {
        copy_to_slot();
        return;
    }
    const TimestampTz now = GetCurrentTimestamp();
    if (!TimestampDifferenceExceeds(noticed, now, kNoticeSeconds * 1000))
        return;
    noticed = now;
    StringInfoData text;
    initStringInfo(&text);
    for (int i = 0; i < own.n; i++)
        appendStringInfo(&text, ", %s %g", own.numbers[i].name, own.numbers[i].value);
    ereport(NOTICE, (errmsg("%s: %s%s", own.command, own.phase, text.data)));
    pfree(text.data);
}

extern "C" void end_of_owner(void *activity)
{
    if (reinterpret_cast<uintptr_t>(activity) == activities)
        activity_end();
}

JsonbValue number_of(double value)
{
    return value == static_cast<double>(static_cast<int64>(value))
               ? JsonObject::integer(static_cast<int64>(value))
               : JsonObject::real(value);
}

Datum numbers_of(const Slot *slot)
{
    JsonObject numbers;
    for (int i = 0; i < slot->n; i++)
        numbers.put(slot->numbers[i].name, number_of(slot->numbers[i].value));
    return JsonbPGetDatum(numbers.finish());
}

// Only members of a slot's role, and of pg_read_all_stats, see its details.
void put_slot(ReturnSetInfo *set, const Slot *slot)
{
    const bool mine = slot->database == MyDatabaseId;
    const bool seen = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) ||
                      has_privs_of_role(GetUserId(), slot->role);
    Datum values[8] = {Int32GetDatum(slot->pid), ObjectIdGetDatum(slot->database)};
    bool nulls[8] = {false, false, !seen, !seen, !seen || !mine || slot->relation == InvalidOid,
                     !seen, !seen, !seen};
    if (seen) {
        values[2] = ObjectIdGetDatum(slot->role);
        values[3] = CStringGetTextDatum(slot->command);
        values[4] = ObjectIdGetDatum(slot->relation);
        values[5] = CStringGetTextDatum(slot->phase);
        values[6] = TimestampTzGetDatum(slot->started);
        values[7] = numbers_of(slot);
    }
    set_put(set, values, nulls);
}

} // namespace

void activity_begin(const char *command, Oid relation, const char *const *numbers, int n,
                    MemoryContext owner)
{
    activity_end();
    activities++;
    own = {};
    own.pid = MyProcPid;
    own.database = MyDatabaseId;
    own.role = GetUserId();
    own.relation = relation;
    own.started = noticed = GetCurrentTimestamp();
    strlcpy(own.command, command, kNameBytes);
    own.n = n;
    for (int i = 0; i < n; i++)
        strlcpy(own.numbers[i].name, numbers[i], kNameBytes);
    auto *at_end = static_cast<MemoryContextCallback *>(
        MemoryContextAllocZero(owner, sizeof(MemoryContextCallback)));
    at_end->func = end_of_owner;
    at_end->arg = reinterpret_cast<void *>(activities);
    MemoryContextRegisterResetCallback(owner, at_end);
    if (attach() == nullptr)
        return;
    LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
    for (int i = 0; i < kSlots && published == nullptr; i++)
        if (is_free(&shared->slots[i]))
            published = &shared->slots[i];
    if (published != nullptr)
        *published = own;
    LWLockRelease(&shared->lock);
}

void activity_phase(const char *phase)
{
    if (strcmp(own.phase, phase) == 0)
        return;
    strlcpy(own.phase, phase, kNameBytes);
    publish();
}

void activity_set(int first, int n, const double *values)
{
    for (int i = 0; i < n; i++)
        own.numbers[first + i].value = values[i];
    publish();
}

bool activity_runs() { return own.pid != 0; }

void activity_end()
{
    own.pid = 0;
    if (published == nullptr)
        return;
    LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
    published->pid = 0;
    LWLockRelease(&shared->lock);
    published = nullptr;
}

// ---- embedding ---------------------------------------------------------------------------------

namespace {

constexpr int kShownAfterMs = 1000;
constexpr int kShownEveryMs = 500;
const char *const kEmbeddedNumbers[] = {"texts", "tokens"};

// Whether the session's activity is that of `embedded`.
bool embedding_is_shown() { return activity_runs() && embedded.activity == activities; }

void begin_counting()
{
    if (embedding_is_shown())
        activity_end();
    embedded = {};
    embedded.statement = GetCurrentStatementStartTimestamp();
    embedded.began = GetCurrentTimestamp();
}

// The activity ends with the innermost portal. A parallel worker has no portal.
void show_embedding()
{
    MemoryContext owner = PortalContext != nullptr ? PortalContext : TopTransactionContext;
    activity_begin("embed", InvalidOid, kEmbeddedNumbers, 2, owner);
    own.started = embedded.began;
    embedded.activity = activities;
}

} // namespace

void activity_embedded(int texts, int64 tokens)
{
    if (embedded.statement != GetCurrentStatementStartTimestamp())
        begin_counting();
    embedded.numbers[0] += texts;
    embedded.numbers[1] += static_cast<double>(tokens);
    const TimestampTz now = GetCurrentTimestamp();
    if (!TimestampDifferenceExceeds(embedded.began, now, kShownAfterMs) ||
        !TimestampDifferenceExceeds(embedded.shown, now, kShownEveryMs))
        return;
    if (!embedding_is_shown()) {
        if (activity_runs())
            return;
        show_embedding();
    }
    embedded.shown = now;
    for (int i = 0; i < 2; i++)
        own.numbers[i].value = embedded.numbers[i];
    if (published != nullptr)
        copy_to_slot();
}

// ---- shared memory before 17 -------------------------------------------------------------------

namespace {

shmem_request_hook_type next_request;
shmem_startup_hook_type next_startup;

extern "C" void request_memory()
{
    if (next_request != nullptr)
        next_request();
    RequestAddinShmemSpace(sizeof(Shared));
}

extern "C" void start_memory()
{
    if (next_startup != nullptr)
        next_startup();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    bool found;
    shared = static_cast<Shared *>(ShmemInitStruct("sbert_activity", sizeof(Shared), &found));
    if (!found)
        init_shared(shared);
    LWLockRelease(AddinShmemInitLock);
    LWLockRegisterTranche(shared->lock.tranche, "sbert_activity");
}

} // namespace

void activity_init()
{
    if (!process_shared_preload_libraries_in_progress || has_segment_registry())
        return;
    next_request = shmem_request_hook;
    shmem_request_hook = request_memory;
    next_startup = shmem_startup_hook;
    shmem_startup_hook = start_memory;
}

SBERT_FUNCTION(sbert_get_activity)
{
    ReturnSetInfo *set = set_start(fcinfo);
    if (attach() == nullptr) {
        ereport(NOTICE, (errmsg("other sessions are not seen: sbert has no shared memory"),
                         errhint("Add sbert to shared_preload_libraries.")));
        return Datum{0};
    }
    auto *slots = static_cast<Slot *>(palloc(sizeof(shared->slots)));
    LWLockAcquire(&shared->lock, LW_SHARED);
    memcpy(slots, shared->slots, sizeof(shared->slots));
    LWLockRelease(&shared->lock);
    for (int i = 0; i < kSlots; i++)
        if (!is_free(&slots[i]))
            put_slot(set, &slots[i]);
    return Datum{0};
}

} // namespace sbert
