// The fingerprint of a model: sha256 over everything that can change a result, and nothing of how a
// file lays it out.
#pragma once

#include <cstdint>
#include <functional>

#include "encoder/model/digest.h"
#include "encoder/model/spec.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Raised when the encoder's arithmetic changes beyond rounding: the same weights then are another
// model.
inline constexpr uint32_t kResultVersion = 1;

// Work done so far and in all, in bytes.
using Progress = std::function<void(uint64_t done, uint64_t total)>;

// Hashes, each with its length in front: a tag, kResultVersion, the spec's canonical JSON, the
// tokens in the order of their ids, and the tensors in the order of their published names (name,
// type, shape, values row by row as they are stored: of a narrow model the narrow ones). Which of
// them a file joins (required_tensors.h), the vocabulary's hash table, offsets and padding do not
// enter. REQUIRES: the vocabulary has passed check_vocabulary().
// Throws Error(kInterrupted).
Digest fingerprint(const ModelView &model, const Progress &progress = {}, StopFlag stop = {});

} // namespace sbert::encoder
