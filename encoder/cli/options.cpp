// Taking a command line apart.
#include "encoder/cli/options.h"

namespace sbert::cli {

Options::Options(const std::vector<std::string> &words, const Grammar &grammar)
{
    for (size_t i = 0; i < words.size(); i++) {
        const std::string &word = words[i];
        if (grammar.flags.count(word) != 0) {
            flags_.insert(word);
        } else if (grammar.values.count(word) != 0) {
            if (i + 1 == words.size())
                throw UsageError("option " + word + " needs a value");
            values_[word] = words[++i];
        } else if (word.size() > 1 && word[0] == '-') {
            throw UsageError("unknown option " + word);
        } else {
            arguments_.push_back(word);
        }
    }
    if (arguments_.size() != grammar.arguments)
        throw UsageError("expected " + std::to_string(grammar.arguments) + " argument(s), got " +
                         std::to_string(arguments_.size()));
}

std::string Options::value(const std::string &name, const std::string &otherwise) const
{
    const auto found = values_.find(name);
    return found != values_.end() ? found->second : otherwise;
}

std::string Options::required(const std::string &name) const
{
    const auto found = values_.find(name);
    if (found == values_.end())
        throw UsageError("option " + name + " is missing");
    return found->second;
}

} // namespace sbert::cli
