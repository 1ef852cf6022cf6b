// Catching, and turning what was caught into SQL errors.
#include "extension/boundary.h"

#include <cstring>
#include <exception>
#include <new>

#include "encoder/error.h"
#include "extension/pg.h"

namespace sbert {

namespace {

int sqlstate_of(encoder::ErrorCode code)
{
    using encoder::ErrorCode;
    switch (code) {
    case ErrorCode::kInvalidText:
        return ERRCODE_CHARACTER_NOT_IN_REPERTOIRE;
    case ErrorCode::kPromptUnknown:
        return ERRCODE_INVALID_PARAMETER_VALUE;
    case ErrorCode::kModelNotFound:
        return ERRCODE_UNDEFINED_OBJECT;
    case ErrorCode::kModelInvalid:
        return ERRCODE_DATA_CORRUPTED;
    case ErrorCode::kModelUnsupported:
        return ERRCODE_FEATURE_NOT_SUPPORTED;
    case ErrorCode::kModelVersion:
        return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    case ErrorCode::kModelMismatch:
        return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    case ErrorCode::kPermission:
        return ERRCODE_INSUFFICIENT_PRIVILEGE;
    case ErrorCode::kExists:
        return ERRCODE_DUPLICATE_OBJECT;
    case ErrorCode::kLimit:
        return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case ErrorCode::kIo:
        return ERRCODE_IO_ERROR;
    case ErrorCode::kInterrupted:
        return ERRCODE_QUERY_CANCELED;
    }
    return ERRCODE_INTERNAL_ERROR;
}

void fill(CppFailure &failure, int sqlstate, const char *message, const char *hint) noexcept
{
    failure.sqlstate = sqlstate;
    strlcpy(failure.message, message, sizeof(failure.message));
    strlcpy(failure.hint, hint, sizeof(failure.hint));
    // A long message may have been cut within a character.
    failure.message[pg_encoding_mbcliplen(PG_UTF8, failure.message,
                                          static_cast<int>(std::strlen(failure.message)),
                                          sizeof(failure.message) - 1)] = '\0';
    failure.hint[pg_encoding_mbcliplen(PG_UTF8, failure.hint,
                                       static_cast<int>(std::strlen(failure.hint)),
                                       sizeof(failure.hint) - 1)] = '\0';
}

} // namespace

__attribute__((noinline)) bool try_cpp(CppBody body, void *argument, CppFailure &failure) noexcept
{
    failure.interrupted = false;
    failure.os_error = 0;
    try {
        body(argument);
        return true;
    } catch (const encoder::Error &error) {
        failure.interrupted = error.code() == encoder::ErrorCode::kInterrupted;
        failure.os_error = error.os_error();
        fill(failure, sqlstate_of(error.code()), error.what(), error.hint().c_str());
    } catch (const std::bad_alloc &) {
        fill(failure, ERRCODE_OUT_OF_MEMORY, "out of memory", "");
    } catch (const std::exception &error) {
        fill(failure, ERRCODE_INTERNAL_ERROR, error.what(), "");
    } catch (...) {
        fill(failure, ERRCODE_INTERNAL_ERROR, "unknown C++ exception", "");
    }
    return false;
}

void report_cpp(const CppFailure &failure)
{
    errno = failure.os_error; // for errcode_for_file_access()
    ereport(ERROR, (failure.os_error != 0 ? errcode_for_file_access() : errcode(failure.sqlstate),
                    errmsg("%s", failure.message),
                    failure.hint[0] != '\0' ? errhint("%s", failure.hint) : 0));
    pg_unreachable();
}

void check_interrupts() { CHECK_FOR_INTERRUPTS(); }

encoder::StopFlag stop_flag()
{
    if (!INTERRUPTS_CAN_BE_PROCESSED())
        return {};
    return encoder::StopFlag(&QueryCancelPending, &ProcDiePending, &InterruptPending);
}

} // namespace sbert
