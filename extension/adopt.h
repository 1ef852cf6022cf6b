// C++ objects that live as long as a memory context.
#pragma once

#include "extension/boundary.h"
#include "extension/pg.h"

namespace sbert {

// The object that `make` returns by `new`; deleted when `context` is reset or deleted. What `make`
// throws becomes an SQL error; it must not call the server, nor may the destructor.
template <class T, class Make>
T *adopt(MemoryContext context, Make make)
{
    // First what may longjmp, then the object, then what cannot fail.
    auto *callback = static_cast<MemoryContextCallback *>(
        MemoryContextAllocZero(context, sizeof(MemoryContextCallback)));
    T *object = nullptr;
    run_cpp([&] { object = make(); });
    callback->func = [](void *arg) { delete static_cast<T *>(arg); };
    callback->arg = object;
    MemoryContextRegisterResetCallback(context, callback);
    return object;
}

} // namespace sbert
