// The stub of the server: see server_stub.h. Each function does what the server's own of that name
// does, for what the types ask of it.
#include "tests/fuzz/server_stub.h"

#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

std::vector<void *> allocations;
int sqlstate;

[[noreturn]] void unexpected(const char *function)
{
    fprintf(stderr, "the types called %s, which the stub has not\n", function);
    abort();
}

} // namespace

namespace sbert::tests {

void free_everything()
{
    for (void *allocation : allocations)
        free(allocation);
    allocations.clear();
}

} // namespace sbert::tests

extern "C" {

volatile sig_atomic_t InterruptPending = 0;
void ProcessInterrupts(void) {}

// ---- memory: each piece by itself, so that nothing lies behind it ----

void *palloc(Size size)
{
    if (!AllocSizeIsValid(size))
        throw sbert::tests::ServerError{ERRCODE_PROGRAM_LIMIT_EXCEEDED};
    allocations.push_back(malloc(size));
    return allocations.back();
}
void *palloc0(Size size) { return memset(palloc(size), 0, size); }
void *MemoryContextAllocZero(MemoryContext, Size size) { return palloc0(size); }
void pfree(void *) {}
char *pnstrdup(const char *in, Size length)
{
    const Size n = strnlen(in, length);
    char *out = static_cast<char *>(palloc(n + 1));
    memcpy(out, in, n);
    out[n] = '\0';
    return out;
}

// ---- errors ----

bool errstart(int elevel, const char *)
{
    sqlstate = ERRCODE_INTERNAL_ERROR;
    return elevel >= ERROR;
}
bool errstart_cold(int elevel, const char *domain) { return errstart(elevel, domain); }
int errcode(int code)
{
    sqlstate = code;
    return 0;
}
// Formats its arguments, so that a wrong one is seen.
static int format(const char *text, va_list arguments)
{
    char buffer[8192];
    vsnprintf(buffer, sizeof buffer, text, arguments);
    return 0;
}
#define FORMATTER(name)                                                                            \
    int name(const char *text, ...)                                                                \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, text);                                                                 \
        format(text, arguments);                                                                   \
        va_end(arguments);                                                                         \
        return 0;                                                                                  \
    }
FORMATTER(errmsg)
FORMATTER(errmsg_internal)
FORMATTER(errdetail)
FORMATTER(errhint)
void errfinish(const char *, int, const char *) { throw sbert::tests::ServerError{sqlstate}; }
void float_overflow_error(void)
{
    throw sbert::tests::ServerError{ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE};
}
void float_underflow_error(void) { float_overflow_error(); }
void float_zero_divide_error(void) { throw sbert::tests::ServerError{ERRCODE_DIVISION_BY_ZERO}; }
char *format_type_be(Oid) { return pnstrdup("type", 4); }

// ---- values: nothing is toasted here but the short header, which detoasting makes a long one ----

struct varlena *pg_detoast_datum(struct varlena *value)
{
    if (!VARATT_IS_SHORT(value))
        return value;
    const Size size = VARSIZE_SHORT(value) - VARHDRSZ_SHORT;
    auto *result = static_cast<struct varlena *>(palloc(size + VARHDRSZ));
    SET_VARSIZE(result, size + VARHDRSZ);
    memcpy(VARDATA(result), VARDATA_SHORT(value), size);
    return result;
}
struct varlena *pg_detoast_datum_packed(struct varlena *value) { return value; }

Datum DirectFunctionCall1Coll(PGFunction function, Oid, Datum a)
{
    return sbert::tests::call(function, a);
}
Datum DirectFunctionCall3Coll(PGFunction function, Oid, Datum a, Datum b, Datum c)
{
    return sbert::tests::call(function, a, b, c);
}

// ---- messages ----

static void check_left(StringInfo message, int bytes)
{
    if (bytes > message->len - message->cursor)
        throw sbert::tests::ServerError{ERRCODE_PROTOCOL_VIOLATION};
}
unsigned int pq_getmsgint(StringInfo message, int bytes)
{
    check_left(message, bytes);
    unsigned int value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | static_cast<unsigned char>(message->data[message->cursor++]);
    return value;
}
float4 pq_getmsgfloat4(StringInfo message)
{
    const unsigned int bits = pq_getmsgint(message, 4);
    float4 value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
void enlargeStringInfo(StringInfo message, int needed)
{
    if (message->len + needed < message->maxlen)
        return;
    const int size = 2 * (message->len + needed);
    char *data = static_cast<char *>(palloc(size));
    memcpy(data, message->data, message->len);
    message->data = data;
    message->maxlen = size;
}
void pq_begintypsend(StringInfo message)
{
    *message = {static_cast<char *>(palloc0(16)), 4, 16, 0};
}
void pq_sendfloat4(StringInfo message, float4 value)
{
    uint32 bits;
    memcpy(&bits, &value, sizeof bits);
    pq_sendint32(message, bits);
}
bytea *pq_endtypsend(StringInfo message)
{
    bytea *result = static_cast<bytea *>(palloc(message->len));
    memcpy(result, message->data, message->len);
    SET_VARSIZE(result, message->len);
    return result;
}

// ---- arrays ----

bool array_contains_nulls(ArrayType *array) { return ARR_HASNULL(array); }
int ArrayGetNItems(int ndim, const int *dims) { return ndim == 0 ? 0 : dims[0]; }
int32 *ArrayGetIntegerTypmods(ArrayType *, int *) { unexpected("ArrayGetIntegerTypmods"); }
void deconstruct_array(ArrayType *, Oid, int, bool, char, Datum **, bool **, int *)
{
    unexpected("deconstruct_array");
}
Datum numeric_float4(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    unexpected("numeric_float4");
}

int pg_ltoa(int32 value, char *out) { return sprintf(out, "%d", value); }

} // extern "C"

// The extension's version is a matter of the server.
const Pg_finfo_record *sbert::function_info() { return unchecked_function_info(); }
