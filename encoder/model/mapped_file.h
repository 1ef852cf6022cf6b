// A file mapped read-only, and small files read whole. Nothing here knows what a model is.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace sbert::encoder {

// Who may own a file that is opened.
enum class Owner {
    kAny,     // the administrator named the file
    kTrusted, // root or the effective user, and nobody else may write it; else Error(kPermission)
};

// A mapping (MAP_SHARED, PROT_READ), which copies of this share: its pages are the page cache's,
// shared by every process that maps the file. The file must be replaced by rename only: a mapped
// file that shrinks is a SIGBUS.
class MappedFile {
  public:
    MappedFile() = default;
    // Symbolic links are followed; the target must be a regular file. The owner is read from the
    // opened file itself, so it cannot be exchanged between check and use. Throws Error: kIo,
    // kPermission.
    MappedFile(const std::string &path, Owner owner);

    std::span<const std::byte> bytes() const noexcept;

    // False once the file behind the mapping was written in place (its size or time of change
    // differs). Then the mapped bytes are not those that were checked, and beyond a shrunk file's
    // end reading them is a SIGBUS. Asked before each use; what happens during one cannot be
    // caught.
    bool intact() const noexcept;

  private:
    struct Mapping;
    std::shared_ptr<const Mapping> mapping_; // null: of an empty file
};

// A small file as text. Throws Error: kIo; kModelInvalid when it is larger than `max_bytes`.
std::string read_text_file(const std::string &path, size_t max_bytes);

// A folder's path without slashes at its end, so that "FOLDER/FILE" has one.
std::string without_slash(std::string folder);

bool is_regular_file(const std::string &path) noexcept;
bool is_directory(const std::string &path) noexcept;

// The message of errno with the operation and the path in front, as Error(kIo) to throw.
[[noreturn]] void throw_io_error(const std::string &operation, const std::string &path, int error);

} // namespace sbert::encoder
