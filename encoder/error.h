// The only exception type that leaves encoder/.
//
// `what()` is one line in PostgreSQL's message style: lower case, no final period, the offending
// value quoted. If any user may see it, it names models and never their files. `hint()` is a full
// sentence or empty. `log()` is a full sentence for the administrator alone, or empty. Callers map
// `code()` to an exit status or a SQLSTATE (extension/boundary.cpp).
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace sbert::encoder {

enum class ErrorCode {
    kInvalidText,      // text that is not UTF-8, or holds a NUL
    kPromptUnknown,    // a prompt that the model does not have
    kModelNotFound,    // no file of that name in the places that hold models
    kModelInvalid,     // a model directory or file that contradicts itself, is truncated or garbled
    kModelUnsupported, // well formed, but an architecture, module or format that we do not run
    kModelVersion,     // a packed file of another version
    kModelMismatch,    // 'name@fingerprint' names another content than the file has
    kPermission,       // a file or folder with an owner or mode that we refuse
    kExists,           // would replace what must not change
    kLimit,            // an input beyond a documented limit
    kIo,               // a system call failed
    kInterrupted,      // the caller's stop flag was set
};

class Error : public std::runtime_error {
  public:
    Error(ErrorCode code, const std::string &message, std::string hint = {}, int os_error = 0,
          std::string log = {})
        : std::runtime_error(message), code_(code), hint_(std::move(hint)), log_(std::move(log)),
          os_error_(os_error)
    {
    }
    ErrorCode code() const noexcept { return code_; }
    const std::string &hint() const noexcept { return hint_; }
    const std::string &log() const noexcept { return log_; }
    int os_error() const noexcept { return os_error_; } // errno of a kIo, or 0

  private:
    ErrorCode code_;
    std::string hint_;
    std::string log_;
    int os_error_;
};

} // namespace sbert::encoder
