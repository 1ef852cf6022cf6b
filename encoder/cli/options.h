// The command line, taken apart: `sbert COMMAND [ARGUMENT] [--option VALUE] [--flag]`.
#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace sbert::cli {

// Those of main() from the command's name on.
using Words = std::span<char *>;

// A command line that does not say what to do. The message is for the person who typed it.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// What a command understands.
struct Grammar {
    size_t arguments;                 // how many it takes, exactly
    std::vector<const char *> values; // options that take a value: "name" of "--name"
    std::vector<const char *> flags;  // options that do not
};

// By getopt_long(): an option may stand anywhere, be cut short, and have its value behind a "=".
class Options {
  public:
    // Throws UsageError.
    Options(Words words, const Grammar &grammar);

    const std::string &argument(size_t i) const { return arguments_.at(i); }
    bool has(const std::string &name) const { return values_.contains(name); }
    // The value, or `otherwise` where the option was not given.
    std::string value(const std::string &name, const std::string &otherwise = {}) const
    {
        return has(name) ? values_.at(name) : otherwise;
    }
    std::string required(const std::string &name) const; // throws UsageError where it was not given

  private:
    std::vector<std::string> arguments_;
    std::map<std::string, std::string> values_; // of a flag: empty
};

} // namespace sbert::cli
