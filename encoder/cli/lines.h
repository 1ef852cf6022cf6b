// Texts from stdin, one a line.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace sbert::cli {

class LineReader {
  public:
    explicit LineReader(std::FILE *file) : file_(file) {}
    ~LineReader();
    LineReader(const LineReader &) = delete;
    LineReader &operator=(const LineReader &) = delete;

    // The next line without its line feed; false at the end. Throws encoder::Error(kIo).
    bool next(std::string &line);
    // Up to `most` lines, fewer only at the end.
    std::vector<std::string> next_block(size_t most);

  private:
    std::FILE *file_;
    char *buffer_ = nullptr; // of getline()
    size_t capacity_ = 0;
};

// Appends a JSON string literal. `text` must be UTF-8.
void append_json_string(std::string &out, std::string_view text);

} // namespace sbert::cli
