// The bytes of a file, such as a golden one.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace sbert {

inline std::string file_text(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace sbert
