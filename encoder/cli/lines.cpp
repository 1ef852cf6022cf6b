// Lines in, JSON strings out.
#include "encoder/cli/lines.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "encoder/error.h"

namespace sbert::cli {

LineReader::~LineReader() { std::free(buffer_); }

bool LineReader::next(std::string &line)
{
    errno = 0;
    const ssize_t length = getline(&buffer_, &capacity_, file_);
    if (length < 0) {
        if (std::ferror(file_) || errno == ENOMEM)
            throw encoder::Error(encoder::ErrorCode::kIo,
                                 std::string("cannot read the input: ") + std::strerror(errno));
        return false;
    }
    const size_t n = static_cast<size_t>(length);
    line.assign(buffer_, n > 0 && buffer_[n - 1] == '\n' ? n - 1 : n);
    return true;
}

std::vector<std::string> LineReader::next_block(size_t most)
{
    std::vector<std::string> lines;
    std::string line;
    while (lines.size() < most && next(line))
        lines.push_back(line);
    return lines;
}

void append_json_string(std::string &out, std::string_view text)
{
    static const char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

} // namespace sbert::cli
