// A limit on the instruction sets, so that tests can treat one machine as an older one.
//
// SBERT_TARGET in the environment of the process names the highest set that kernels may use:
// `baseline`, `sse4`, `avx2`, `avx512` (without AMX). Results stay within their error bounds; only
// speed and last bits change. A client cannot set it, because a server's processes have the
// environment that the administrator started the postmaster with. It can only forbid instructions.
#pragma once

namespace sbert::kernels {

enum class Ceiling { kBaseline, kSse4, kAvx2, kAvx512, kNone };

// The limit of that name. It is kNone for null and for any other name.
Ceiling ceiling_named(const char *name) noexcept;

// The limit that the environment names.
Ceiling ceiling() noexcept;

} // namespace sbert::kernels
