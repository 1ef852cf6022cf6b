// Writing a packed model file: see pack_writer.h; the bytes are those of packed_format.h.
#include "encoder/import/pack_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

#include "encoder/error.h"
#include "encoder/model/packed.h"
#include "encoder/model/packed_format.h"
#include "encoder/model/spec_json.h"
#include "encoder/tokenizer/table_block.h"

namespace sbert::encoder {

namespace {

uint64_t align(uint64_t offset)
{
    return (offset + kPackedAlignment - 1) / kPackedAlignment * kPackedAlignment;
}

// Places parts one after another.
class Placement {
  public:
    Section place(uint64_t bytes)
    {
        Section section{at_, bytes};
        at_ = align(at_ + bytes);
        return section;
    }
    uint64_t end() const noexcept { return at_; }

  private:
    uint64_t at_ = sizeof(PackedHeader);
};

void put(std::vector<std::byte> &bytes, uint64_t offset, const void *data, size_t size)
{
    if (size != 0)
        std::memcpy(bytes.data() + offset, data, size);
}

std::vector<TensorRecord> make_records(const std::vector<Tensor> &tensors, std::string &names)
{
    std::vector<TensorRecord> records;
    for (const Tensor &tensor : tensors) {
        TensorRecord record{};
        record.name_offset = static_cast<uint32_t>(names.size());
        record.name_bytes = static_cast<uint32_t>(tensor.name.size());
        record.dtype = static_cast<uint16_t>(tensor.dtype);
        record.layout = static_cast<uint16_t>(tensor.layout);
        record.rank = static_cast<uint32_t>(tensor.shape.size());
        std::copy(tensor.shape.begin(), tensor.shape.end(), record.shape.begin());
        names += tensor.name;
        records.push_back(record);
    }
    return records;
}

std::vector<std::byte> make_tables(const ModelView &model)
{
    if (model.spec->tokenizer.bert_family)
        return {};
    return write_table_block(model.tables);
}

ModelCard card_of(const ModelView &model)
{
    return model.card != nullptr ? *model.card : ModelCard();
}

// The file up to the vocabulary, checksum included.
std::vector<std::byte> make_header(const ModelView &model, uint64_t table_bytes,
                                   const Digest &digest)
{
    std::string metadata = metadata_to_json(*model.spec, card_of(model));
    std::string names;
    std::vector<TensorRecord> records = make_records(*model.tensors, names);
    PackedHeader header{};
    header.magic = kPackedMagic;
    header.version = kPackedVersion;
    header.fingerprint = digest;
    Placement parts;
    header.metadata = parts.place(metadata.size());
    header.table = parts.place(records.size() * sizeof(TensorRecord));
    header.names = parts.place(names.size());
    if (parts.end() > std::numeric_limits<uint32_t>::max())
        throw Error(ErrorCode::kLimit, "the model's description is larger than 4 GB");
    header.header_bytes = static_cast<uint32_t>(parts.end());
    const VocabularyView &vocabulary = model.tables.vocabulary;
    header.tokens = parts.place(vocabulary.bytes.size_bytes());
    header.offsets = parts.place(vocabulary.offsets.size_bytes());
    header.slots = parts.place(vocabulary.slots.size_bytes());
    if (table_bytes != 0)
        header.tables = parts.place(table_bytes);
    for (size_t i = 0; i < records.size(); ++i)
        records[i].data = parts.place((*model.tensors)[i].bytes);
    header.file_bytes = parts.end();
    std::vector<std::byte> bytes(header.header_bytes);
    put(bytes, 0, &header, sizeof header);
    put(bytes, header.metadata.offset, metadata.data(), metadata.size());
    put(bytes, header.table.offset, records.data(), header.table.bytes);
    put(bytes, header.names.offset, names.data(), names.size());
    header.checksum = packed_checksum(bytes, header.header_bytes);
    put(bytes, 0, &header, sizeof header);
    return bytes;
}

std::string folder_of(const std::string &path)
{
    size_t slash = path.rfind('/');
    if (slash == path.npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

// A file beside its final place. Removed again unless it was moved there.
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string &path)
        : target_(path), name_(folder_of(path) + "/.sbert-import-XXXXXX")
    {
        fd_ = mkostemp(name_.data(), O_CLOEXEC);
        if (fd_ < 0)
            throw_io_error("create a file in", folder_of(path), errno);
    }
    ~TemporaryFile()
    {
        if (fd_ >= 0)
            close(fd_);
        if (!name_.empty())
            unlink(name_.c_str());
    }
    TemporaryFile(const TemporaryFile &) = delete;
    TemporaryFile &operator=(const TemporaryFile &) = delete;

    void write(const void *data, size_t bytes)
    {
        const char *at = static_cast<const char *>(data);
        while (bytes > 0) {
            ssize_t done = ::write(fd_, at, bytes);
            if (done < 0 && errno != EINTR)
                throw_io_error("write", name_, errno);
            if (done > 0) {
                at += done;
                bytes -= static_cast<size_t>(done);
                written_ += static_cast<uint64_t>(done);
            }
        }
    }

    void pad()
    {
        constexpr char kZeros[kPackedAlignment] = {};
        write(kZeros, align(written_) - written_);
    }

    // Onto the disk and under its name. Without force a file that has appeared there meanwhile is
    // not replaced.
    void publish(Overwrite replace)
    {
        if (fchmod(fd_, 0644) != 0 || fsync(fd_) != 0)
            throw_io_error("write", name_, errno);
        // link() fails where the name is taken; the temporary name then goes with this object.
        bool forced = replace == Overwrite::kForce;
        int result =
            forced ? rename(name_.c_str(), target_.c_str()) : link(name_.c_str(), target_.c_str());
        if (result != 0)
            throw_io_error("give a new file the name", target_, errno);
        if (forced)
            name_.clear();
        sync_folder();
    }

    uint64_t written() const noexcept { return written_; }

  private:
    void sync_folder() const
    {
        int folder = open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int result = folder < 0 ? -1 : fsync(folder);
        int error = errno;
        if (folder >= 0)
            close(folder);
        if (result != 0)
            throw_io_error("sync", folder_of(target_), error);
    }

    std::string target_;
    std::string name_;
    int fd_ = -1;
    uint64_t written_ = 0;
};

// Writes in blocks, so that a stop is seen soon.
void write_part(TemporaryFile &file, const void *data, size_t bytes, uint64_t total,
                const Progress &progress, StopFlag stop)
{
    constexpr size_t kBlockBytes = 4u << 20;
    for (size_t at = 0; at < bytes; at += kBlockBytes) {
        stop.check();
        file.write(static_cast<const char *>(data) + at, std::min(kBlockBytes, bytes - at));
        if (progress)
            progress(file.written(), total);
    }
    file.pad();
}

enum class Existing { kNone, kSame, kOtherCard, kOther };

// Looks at what has the name. `what` tells of another content.
Existing look_at(const std::string &path, const Digest &digest, const ModelCard &card,
                 std::string &what)
{
    if (access(path.c_str(), F_OK) != 0)
        return Existing::kNone;
    if (!is_regular_file(path))
        throw Error(ErrorCode::kIo, "\"" + path + "\" is not a regular file");
    try {
        PackedFile file(path, Owner::kAny);
        what = "fingerprint " + to_hex(file.fingerprint());
        if (file.fingerprint() != digest)
            return Existing::kOther;
        file.verify();
        return file.card() == card ? Existing::kSame : Existing::kOtherCard;
    } catch (const Error &error) {
        what = error.what();
        return Existing::kOther;
    }
}

} // namespace

Written write_packed(const std::string &path, const ModelView &model, const Digest &digest,
                     Overwrite replace, const Progress &progress, StopFlag stop)
{
    std::string what;
    const Existing existing = look_at(path, digest, card_of(model), what);
    if (existing == Existing::kSame)
        return Written::kAlreadyThere;
    if (existing == Existing::kOther && replace == Overwrite::kRefuse)
        throw Error(
            ErrorCode::kExists,
            "\"" + path + "\" exists with other contents (" + what + "), the new ones have " +
                "fingerprint " + to_hex(digest),
            "Choose another name. Vectors made under this name stay those of the old model; "
            "--force replaces it all the same.");
    if (existing == Existing::kOtherCard) // the same vectors
        replace = Overwrite::kForce;
    const std::vector<std::byte> tables = make_tables(model);
    std::vector<std::byte> header = make_header(model, tables.size(), digest);
    PackedHeader fixed;
    std::memcpy(&fixed, header.data(), sizeof fixed);
    TemporaryFile file(path);
    auto write = [&](const void *data, size_t bytes) {
        write_part(file, data, bytes, fixed.file_bytes, progress, stop);
    };
    write(header.data(), header.size());
    const VocabularyView &vocabulary = model.tables.vocabulary;
    write(vocabulary.bytes.data(), vocabulary.bytes.size_bytes());
    write(vocabulary.offsets.data(), vocabulary.offsets.size_bytes());
    write(vocabulary.slots.data(), vocabulary.slots.size_bytes());
    if (!tables.empty())
        write(tables.data(), tables.size());
    for (const Tensor &tensor : *model.tensors)
        write(tensor.data, tensor.bytes);
    file.publish(replace);
    return existing == Existing::kNone ? Written::kNew : Written::kReplaced;
}

} // namespace sbert::encoder
