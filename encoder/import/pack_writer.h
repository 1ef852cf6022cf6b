// Writes a packed model file: all of it under another name first, then one rename.
#pragma once

#include <string>

#include "encoder/model/fingerprint.h"
#include "encoder/model/spec.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// What happens to another content that has the name already.
enum class Overwrite { kRefuse, kForce };

enum class Written { kNew, kReplaced, kAlreadyThere };

// Writes `model`, whose fingerprint is `digest`, to `path` with mode 0644. An intact file of the
// same fingerprint and card is left as it is; only its card is no reason to refuse. On an error,
// `path` is unchanged and no other file is left behind. The file is on disk when this returns.
// REQUIRES: check_spec(), check_vocabulary() and check_tensors() hold for `model`. Throws Error:
// kExists (naming both fingerprints), kIo, kInterrupted.
Written write_packed(const std::string &path, const ModelView &model, const Digest &digest,
                     Overwrite replace, const Progress &progress = {}, StopFlag stop = {});

} // namespace sbert::encoder
