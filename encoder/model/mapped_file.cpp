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

struct MappedFile::Mapping {
    Mapping() = default;
    ~Mapping()
    {
        if (address != MAP_FAILED)
            munmap(address, static_cast<size_t>(status.st_size));
        if (fd >= 0)
            close(fd);
    }
    Mapping(const Mapping &) = delete;
    Mapping &operator=(const Mapping &) = delete;

    int fd = -1; // kept open for intact(); its file may have lost its name
    struct stat status = {};
    void *address = MAP_FAILED;
};

MappedFile::MappedFile(const std::string &path, Owner owner)
{
    // O_NONBLOCK: opening a FIFO must not wait for a writer. It means nothing for a regular file.
    auto mapping = std::make_shared<Mapping>();
    mapping->fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (mapping->fd < 0)
        throw_io_error("open file", path, errno);
    struct stat &status = mapping->status;
    if (fstat(mapping->fd, &status) != 0)
        throw_io_error("stat file", path, errno);
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorCode::kIo, "\"" + path + "\" is not a regular file");
    if (owner == Owner::kTrusted)
        check_trusted(path, status);
    if (status.st_size == 0)
        return;
    mapping->address =
        mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_SHARED, mapping->fd, 0);
    if (mapping->address == MAP_FAILED)
        throw_io_error("map file", path, errno);
    mapping_ = std::move(mapping);
}

std::span<const std::byte> MappedFile::bytes() const noexcept
{
    if (!mapping_)
        return {};
    return {static_cast<const std::byte *>(mapping_->address),
            static_cast<size_t>(mapping_->status.st_size)};
}

bool MappedFile::intact() const noexcept
{
    struct stat now;
    return mapping_ && fstat(mapping_->fd, &now) == 0 && now.st_size == mapping_->status.st_size &&
           now.st_mtim.tv_sec == mapping_->status.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == mapping_->status.st_mtim.tv_nsec;
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
