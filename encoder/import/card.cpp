#include "encoder/import/card.h"

#include <string_view>

#include "encoder/import/json_file.h"
#include "encoder/model/check_spec.h"

namespace sbert::encoder {

namespace {

constexpr std::string_view kKey = "language:";
constexpr std::string_view kBlanks = " \t\r";

std::string_view strip(std::string_view text)
{
    const size_t first = text.find_first_not_of(kBlanks);
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// A value without its comment and quotes.
std::string_view plain(std::string_view value)
{
    value = strip(value);
    if (value.starts_with('"') || value.starts_with('\'')) {
        const size_t end = value.find(value.front(), 1);
        return end == value.npos ? std::string_view() : value.substr(1, end - 1);
    }
    const size_t comment = value.starts_with('#') ? 0 : value.find(" #");
    return strip(value.substr(0, comment));
}

void add(std::string_view value, ModelCard &card)
{
    value = plain(value);
    if (is_language(value) && card.languages.size() < kMaxLanguages)
        card.languages.emplace_back(value);
}

// The elements of a list in brackets, as far as they are on this line. Returns whether it ended.
bool add_elements(std::string_view line, ModelCard &card)
{
    const size_t end = line.find(']');
    std::string_view elements = line.substr(0, end);
    for (size_t comma = 0; comma != elements.npos;) {
        comma = elements.find(',');
        add(elements.substr(0, comma), card);
        elements.remove_prefix(comma == elements.npos ? 0 : comma + 1);
    }
    return end != line.npos;
}

// The elements of a list with one on a line, up to the first line that is something else.
void add_lines(std::string_view rest, ModelCard &card)
{
    while (!rest.empty()) {
        const std::string_view text = strip(take_line(rest));
        if (text.starts_with("- "))
            add(text.substr(2), card);
        else if (!text.empty() && !text.starts_with('#'))
            return;
    }
}

// What follows the key, on its line and on the others.
void read_value(std::string_view value, std::string_view rest, ModelCard &card)
{
    value = strip(value);
    if (value.empty() || value.starts_with('#'))
        return add_lines(rest, card);
    if (!value.starts_with('['))
        return add(value, card);
    bool ended = add_elements(value.substr(1), card);
    while (!ended && !rest.empty() && !rest.starts_with("---"))
        ended = add_elements(take_line(rest), card);
}

} // namespace

ModelCard read_card(std::string_view readme)
{
    ModelCard card;
    if (strip(take_line(readme)) != "---")
        return card;
    while (!readme.empty() && !readme.starts_with("---")) {
        const std::string_view line = take_line(readme);
        if (line.starts_with(kKey)) {
            read_value(line.substr(kKey.size()), readme, card);
            break;
        }
    }
    return card;
}

} // namespace sbert::encoder
