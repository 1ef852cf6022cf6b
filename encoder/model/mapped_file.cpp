// Read-only mappings: see mapped_file.h.
#include "encoder/model/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

// Closes on every way out, unless it was released.
struct Descriptor {
    explicit Descriptor(int value) : fd(value) {}
    ~Descriptor()
    {
        if (fd >= 0)
            close(fd);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    int release() { return std::exchange(fd, -1); }
    int fd;
};

void check_trusted(const std::string &path, const struct stat &status)
{
    if (status.st_uid != 0 && status.st_uid != geteuid())
        throw Error(ErrorCode::kPermission,
                    "model file \"" + path + "\" belongs to user id " +
                        std::to_string(status.st_uid),
                    "A model file must belong to root or to the user that reads it.");
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        throw Error(ErrorCode::kPermission, "model file \"" + path + "\" may be written by others",
                    "Run \"chmod go-w " + path + "\".");
}

} // namespace

void throw_io_error(const std::string &operation, const std::string &path, int error)
{
    throw Error(ErrorCode::kIo,
                "could not " + operation + " \"" + path +
                    "\": " + std::generic_category().message(error),
                {}, error);
}

MappedFile::MappedFile(const std::string &path, Owner owner)
{
    // O_NONBLOCK: opening a FIFO must not wait for a writer. It means nothing for a regular file.
    Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.fd < 0)
        throw_io_error("open file", path, errno);
    struct stat status;
    if (fstat(file.fd, &status) != 0)
        throw_io_error("stat file", path, errno);
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorCode::kIo, "\"" + path + "\" is not a regular file");
    if (owner == Owner::kTrusted)
        check_trusted(path, status);
    if (status.st_size == 0)
        return;
    void *address =
        mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_SHARED, file.fd, 0);
    if (address == MAP_FAILED)
        throw_io_error("map file", path, errno);
    data_ = static_cast<const std::byte *>(address);
    size_ = static_cast<size_t>(status.st_size);
    changed_seconds_ = status.st_mtim.tv_sec;
    changed_nanoseconds_ = status.st_mtim.tv_nsec;
    fd_ = file.release();
}

bool MappedFile::intact() const noexcept
{
    struct stat status;
    return fd_ >= 0 && fstat(fd_, &status) == 0 && status.st_size == static_cast<off_t>(size_) &&
           status.st_mtim.tv_sec == changed_seconds_ &&
           status.st_mtim.tv_nsec == changed_nanoseconds_;
}

MappedFile::~MappedFile()
{
    if (data_ != nullptr)
        munmap(const_cast<std::byte *>(data_), size_);
    if (fd_ >= 0)
        close(fd_);
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : fd_(std::exchange(other.fd_, -1)), changed_seconds_(other.changed_seconds_),
      changed_nanoseconds_(other.changed_nanoseconds_), data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0))
{
}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept
{
    std::swap(fd_, other.fd_);
    std::swap(changed_seconds_, other.changed_seconds_);
    std::swap(changed_nanoseconds_, other.changed_nanoseconds_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

std::string read_text_file(const std::string &path, size_t max_bytes)
{
    MappedFile file(path, Owner::kAny);
    if (file.bytes().size() > max_bytes)
        throw Error(ErrorCode::kModelInvalid,
                    "file \"" + path + "\" is larger than " + std::to_string(max_bytes) + " bytes");
    return std::string(reinterpret_cast<const char *>(file.bytes().data()), file.bytes().size());
}

std::string without_slash(std::string folder)
{
    while (folder.size() > 1 && folder.back() == '/')
        folder.pop_back();
    return folder;
}

bool is_regular_file(const std::string &path) noexcept
{
    struct stat status;
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool is_directory(const std::string &path) noexcept
{
    struct stat status;
    return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

} // namespace sbert::encoder
