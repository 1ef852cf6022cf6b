// Writing a NumPy file.
#include "encoder/cli/npy.h"

#include <cerrno>
#include <cstring>

#include "encoder/error.h"

namespace sbert::cli {

NpyWriter::NpyWriter(const std::string &path, size_t columns)
    : path_(path), columns_(columns), file_(std::fopen(path.c_str(), "wb"))
{
    if (file_ == nullptr)
        fail("create");
    write_header();
}

NpyWriter::~NpyWriter()
{
    if (file_ != nullptr)
        std::fclose(file_);
}

void NpyWriter::fail(const char *what) const
{
    throw encoder::Error(encoder::ErrorCode::kIo, std::string("cannot ") + what + " \"" + path_ +
                                                      "\": " + std::strerror(errno));
}

// 128 bytes whatever the number of rows, so that it can be written again at the end.
void NpyWriter::write_header()
{
    constexpr size_t kBytes = 128;
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(kBytes - 10);
    header += '\0';
    header += "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows_) + ", " +
              std::to_string(columns_) + "), }";
    header.resize(kBytes - 1, ' ');
    header += '\n';
    if (std::fwrite(header.data(), 1, header.size(), file_) != header.size())
        fail("write");
}

void NpyWriter::write(std::span<const float> rows)
{
    if (std::fwrite(rows.data(), sizeof(float), rows.size(), file_) != rows.size())
        fail("write");
    rows_ += rows.size() / columns_;
}

void NpyWriter::finish()
{
    if (std::fseek(file_, 0, SEEK_SET) != 0)
        fail("write");
    write_header();
    std::FILE *file = file_;
    file_ = nullptr;
    if (std::fclose(file) != 0)
        fail("write");
}

} // namespace sbert::cli
