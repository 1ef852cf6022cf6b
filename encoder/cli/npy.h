// A float32 matrix as a NumPy file, written row by row.
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

namespace sbert::cli {

class NpyWriter {
  public:
    // Throws encoder::Error(kIo), as every member does.
    NpyWriter(const std::string &path, size_t columns);
    ~NpyWriter();
    NpyWriter(const NpyWriter &) = delete;
    NpyWriter &operator=(const NpyWriter &) = delete;

    void write(std::span<const float> rows); // a whole number of rows
    void finish();                           // completes the header with the number of rows

  private:
    void write_header();
    [[noreturn]] void fail(const char *what) const;

    std::string path_;
    size_t columns_;
    uint64_t rows_ = 0;
    std::FILE *file_;
};

} // namespace sbert::cli
