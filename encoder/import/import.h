// From a published directory to an installed model: what `sbert import` does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "encoder/import/directory.h"
#include "encoder/import/pack_writer.h"

namespace sbert::encoder {

// Called with what is being done ("hashing", "writing", "verifying") and how many of its bytes are
// done.
using ImportProgress = std::function<void(const char *stage, uint64_t done, uint64_t total)>;

struct ImportResult {
    Written written;
    Digest fingerprint;
    ModelSpec spec;
    ModelCard card;
    uint64_t bytes = 0;             // of the packed file
    std::vector<std::string> notes; // of the directory; see DirectoryModel
};

// Reads `directory` with the head that was chosen, packs it in `precision` into the file `path`,
// opens that file again and verifies it. Throws Error: what read_directory(), PackedTensors and
// write_packed() throw.
ImportResult import_directory(const std::string &directory, const std::string &path,
                              Overwrite replace, Precision precision = Precision::kF32,
                              HeadChoice head = HeadChoice::kPublished,
                              const ImportProgress &progress = {}, StopFlag stop = {});

} // namespace sbert::encoder
