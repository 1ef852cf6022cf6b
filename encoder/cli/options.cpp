// Taking a command line apart.
#include "encoder/cli/options.h"

#include <getopt.h>

namespace sbert::cli {

Options::Options(Words words, const Grammar &grammar)
{
    std::vector<option> known;
    for (const char *name : grammar.values)
        known.push_back({name, required_argument, nullptr, 0});
    for (const char *name : grammar.flags)
        known.push_back({name, no_argument, nullptr, 0});
    known.push_back({});
    opterr = 0;
    int found = 0;
    const auto count = static_cast<int>(words.size());
    for (int what = 0; what != -1;) {
        what = getopt_long(count, words.data(), ":", known.data(), &found);
        const char letter[] = {'-', static_cast<char>(optopt), '\0'}; // there are no short ones
        const std::string word = optopt != 0 ? letter : words[optind - 1];
        if (what == ':')
            throw UsageError("option " + word + " needs a value");
        if (what == '?')
            throw UsageError("unknown option " + word);
        if (what == 0)
            values_[known[found].name] = optarg != nullptr ? optarg : "";
    }
    arguments_.assign(words.begin() + optind, words.end());
    if (arguments_.size() != grammar.arguments)
        throw UsageError("expected " + std::to_string(grammar.arguments) + " argument(s), got " +
                         std::to_string(arguments_.size()));
}

std::string Options::required(const std::string &name) const
{
    if (!has(name))
        throw UsageError("option --" + name + " is missing");
    return values_.at(name);
}

} // namespace sbert::cli
