// A packed model file, opened: mapped read-only, so that every process that opens it shares one
// copy in memory.
#pragma once

#include <memory>
#include <string>

#include "encoder/model/mapped_file.h"
#include "encoder/model/packed_format.h"

namespace sbert::encoder {

// Movable; the views stay valid as long as one object owns the file. Reading is safe from any
// thread.
class PackedFile {
  public:
    // Maps and checks everything but the tensors' values: structure, header checksum, vocabulary,
    // names and shapes. Touches the header and the vocabulary only. Throws Error: kIo, kPermission,
    // kModelVersion, kModelInvalid.
    explicit PackedFile(const std::string &path, Owner owner = Owner::kTrusted)
        : path_(path), file_(path, owner),
          contents_(std::make_unique<const PackedContents>(parse_packed(file_.bytes(), path)))
    {
    }

    const std::string &path() const noexcept { return path_; }
    uint64_t bytes() const noexcept { return file_.bytes().size(); }
    const ModelSpec &spec() const noexcept { return contents_->spec; }
    const ModelCard &card() const noexcept { return contents_->card; }
    const Digest &fingerprint() const noexcept { return contents_->fingerprint; }
    ModelView view() const noexcept { return contents_->view(); }

    // False once the file was written in place: see MappedFile::intact().
    bool intact() const noexcept { return file_.intact(); }

    // Reads all of the file and compares. Throws Error: kModelInvalid when anything is altered,
    // kInterrupted.
    void verify(const Progress &progress = {}, StopFlag stop = {}) const;

  private:
    std::string path_;
    MappedFile file_;
    std::unique_ptr<const PackedContents> contents_; // on the heap: view() points into it
};

} // namespace sbert::encoder
