// The boundary between C++, which throws, and the server, which longjmps. Both must never be on the
// stack together with something to clean up. So a function has three parts:
//
//   server part  reads the arguments and allocates the result; may longjmp; has only plain data
//   run_cpp()    runs C++, which may throw and calls no server function
//   server part  returns the result
//
// extension/README.md has the rules. Only this file catches exceptions.
#pragma once

#include <type_traits>

#include "encoder/stop_flag.h"

namespace sbert {

// An exception as plain data, so that it can outlive its C++ objects and be reported by the server.
struct CppFailure {
    int sqlstate;
    bool interrupted; // the stop flag was set
    int os_error;     // errno of a failed file access, or 0
    char message[1024];
    char hint[2048];
    char log[1024]; // for the server's log alone
};

using CppBody = void (*)(void *);
bool try_cpp(CppBody body, void *argument, CppFailure &failure) noexcept;

// Calls the body. If it throws, returns false and fills `failure`, after all C++ objects of the
// body are gone.
template <class Body>
bool try_cpp(Body &body, CppFailure &failure) noexcept
{
    using Plain = std::remove_const_t<Body>;
    static_assert(std::is_trivially_destructible_v<Plain>, "capture by reference only");
    return try_cpp([](void *b) { (*static_cast<Body *>(b))(); }, const_cast<Plain *>(&body),
                   failure);
}

// Reports a failure as an SQL error. Does not return.
[[noreturn]] void report_cpp(const CppFailure &failure);

// Lets the server handle an interrupt. Returns if the interrupt does not end the query.
void check_interrupts();

// Runs a C++ body. An exception becomes an SQL error. If an interrupt stopped the body and does not
// end the query, the body runs again from its start, so it must be repeatable. It must not call the
// server.
template <class Body>
void run_cpp(Body &&body)
{
    CppFailure failure;
    while (!try_cpp(body, failure)) {
        if (!failure.interrupted)
            report_cpp(failure);
        check_interrupts();
    }
}

// The flags that end a query, and the one that asks for a pause. If the server would not act on
// them now there are none, because a body would then run again for ever.
encoder::StopFlag stop_flag();

// The same, but always with a pause: work ends after one pass.
encoder::StopFlag one_pass_flag();

} // namespace sbert
