// The border between C++, which throws, and the server, which longjmps. No stack may hold both with
// something to clean up.
//
//   PG part      arguments fetched, result allocated; may longjmp, only plain data alive
//   run_cpp()    C++ part: may throw, calls no server function at all
//   PG part      result returned
//
// The laws are in extension/README.md. This is the only place that catches.
#pragma once

#include <type_traits>
#include <utility>

#include "encoder/stop_flag.h"

namespace sbert {

// An exception as plain data, so that it can outlive its C++ objects and be reported by the server.
struct CppFailure {
    int sqlstate;
    bool interrupted; // the stop flag was seen
    int os_error;     // errno of a failed file access, or 0
    char message[1024];
    char hint[2048];
    char log[1024]; // for the server's log alone
};

using CppBody = void (*)(void *);

// Calls body(argument); false and a filled `failure` when it threw. All C++ objects of the body are
// gone by then.
bool try_cpp(CppBody body, void *argument, CppFailure &failure) noexcept;

// Reports a failure as an SQL error. Does not return.
[[noreturn]] void report_cpp(const CppFailure &failure);

// Gives the server the chance to act on an interrupt; returns when there was nothing to do after
// all.
void check_interrupts();

// Runs a C++ body; what it throws becomes an SQL error. A body that was interrupted is run again
// from its start when the server lets the query live, so it must be repeatable. It must not call
// the server.
template <class Body>
void run_cpp(Body &&body)
{
    using Plain = std::remove_reference_t<Body>;
    static_assert(std::is_trivially_destructible_v<Plain>, "capture by reference only");
    CppFailure failure;
    while (!try_cpp([](void *b) { (*static_cast<Plain *>(b))(); }, &body, failure)) {
        if (!failure.interrupted)
            report_cpp(failure);
        check_interrupts();
    }
}

// The flags that end a query, and the one that asks for a pause; none where the server would not
// act on them now, or a body would run for ever.
encoder::StopFlag stop_flag();

} // namespace sbert
