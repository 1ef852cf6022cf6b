// Catches exceptions and turns them into SQL errors.
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

// Copies a text. A long one is cut, but never within a character.
template <size_t N>
void copy_text(char (&to)[N], const char *from) noexcept
{
    strlcpy(to, from, N);
    to[pg_encoding_mbcliplen(PG_UTF8, to, static_cast<int>(std::strlen(to)), N - 1)] = '\0';
}

void fill(CppFailure &failure, int sqlstate, const char *message, const char *hint,
          const char *log) noexcept
{
    failure.sqlstate = sqlstate;
    copy_text(failure.message, message);
    copy_text(failure.hint, hint);
    copy_text(failure.log, log);
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
        fill(failure, sqlstate_of(error.code()), error.what(), error.hint().c_str(),
             error.log().c_str());
    } catch (const std::bad_alloc &) {
        fill(failure, ERRCODE_OUT_OF_MEMORY, "out of memory", "", "");
    } catch (const std::exception &error) {
        fill(failure, ERRCODE_INTERNAL_ERROR, error.what(), "", "");
    } catch (...) {
        fill(failure, ERRCODE_INTERNAL_ERROR, "unknown C++ exception", "", "");
    }
    return false;
}

void report_cpp(const CppFailure &failure)
{
    // errcode_for_file_access() reads errno.
    errno = failure.os_error;
    ereport(ERROR, (failure.os_error != 0 ? errcode_for_file_access() : errcode(failure.sqlstate),
                    errmsg("%s", failure.message),
                    failure.log[0] != '\0' ? errdetail_log("%s", failure.log) : 0,
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

encoder::StopFlag one_pass_flag()
{
    static const volatile sig_atomic_t always = 1;
    if (!INTERRUPTS_CAN_BE_PROCESSED())
        return encoder::StopFlag(nullptr, nullptr, &always);
    return encoder::StopFlag(&QueryCancelPending, &ProcDiePending, &always);
}

} // namespace sbert
