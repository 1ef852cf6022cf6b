// C++ objects that live as long as a memory context.
#pragma once

#include "extension/boundary.h"
#include "extension/pg.h"

namespace sbert {

// Returns the object that `make` creates by `new`. It is deleted when `context` is reset or
// deleted. An exception in `make` becomes an SQL error. Neither `make` nor the destructor may call
// the server.
template <class T, class Make>
T *adopt(MemoryContext context, Make make)
{
    // The allocation may longjmp, so it comes before the object exists. The last step cannot fail.
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
