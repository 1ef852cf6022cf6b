// The command line, taken apart: `sbert COMMAND [ARGUMENT] [--option VALUE] [--flag]`.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace sbert::cli {

// A command line that does not say what to do. The message is for the person who typed it.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// What a command understands.
struct Grammar {
    size_t arguments;             // how many it takes, exactly
    std::set<std::string> values; // options that take a value: "--name"
    std::set<std::string> flags;  // options that do not: "--force"
};

class Options {
  public:
    // `words` are those after the command. Throws UsageError.
    Options(const std::vector<std::string> &words, const Grammar &grammar);

    const std::string &argument(size_t i) const { return arguments_.at(i); }
    bool has(const std::string &name) const { return values_.count(name) != 0; } // a value
    bool flag(const std::string &name) const { return flags_.count(name) != 0; }
    // The value, or `otherwise` where the option was not given.
    std::string value(const std::string &name, const std::string &otherwise = {}) const;
    std::string required(const std::string &name) const; // throws UsageError where it was not given

  private:
    std::vector<std::string> arguments_;
    std::map<std::string, std::string> values_;
    std::set<std::string> flags_;
};

} // namespace sbert::cli
