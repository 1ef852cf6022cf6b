// Opening a packed model file: see packed.h.
#include "encoder/model/packed.h"

namespace sbert::encoder {

PackedFile::PackedFile(const std::string &path, Owner owner)
    : path_(path), file_(path, owner),
      contents_(std::make_unique<const PackedContents>(parse_packed(file_.bytes(), path)))
{
}

} // namespace sbert::encoder
