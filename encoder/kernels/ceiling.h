// A ceiling for the instruction sets, so that one machine can be tested as another.
//
// SBERT_TARGET in the environment of the process names the highest set that kernels may use:
// `baseline`, `sse4`, `avx2`, `avx512` (without AMX). For tests: results stay within their bounds,
// only speed and last bits change. A server's processes have the environment that its postmaster
// was started with, which is the administrator's, never a client's; and a name can only take
// instructions away.
#pragma once

namespace sbert::kernels {

enum class Ceiling { kBaseline, kSse4, kAvx2, kAvx512, kNone };

// Without a name (null), and for a name that is none of these: kNone.
Ceiling ceiling_named(const char *name) noexcept;

// That of the environment.
Ceiling ceiling() noexcept;

} // namespace sbert::kernels
