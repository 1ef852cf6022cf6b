// The languages of a model card: see card.h.
#include "encoder/import/card.h"

#include <algorithm>
#include <string_view>

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

// Hands out the lines of a text.
class Lines {
  public:
    explicit Lines(std::string_view text) : rest_(text) {}

    bool next(std::string_view &line)
    {
        if (rest_.empty())
            return false;
        const size_t end = std::min(rest_.find('\n'), rest_.size());
        line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return true;
    }

  private:
    std::string_view rest_;
};

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
void add_lines(Lines lines, ModelCard &card)
{
    std::string_view line;
    while (lines.next(line)) {
        const std::string_view text = strip(line);
        if (text.empty() || text.starts_with('#'))
            continue;
        if (!text.starts_with("- "))
            return;
        add(text.substr(2), card);
    }
}

// What follows the key.
void read_value(std::string_view value, Lines lines, ModelCard &card)
{
    value = strip(value);
    if (value.empty() || value.starts_with('#'))
        return add_lines(lines, card);
    if (!value.starts_with('['))
        return add(value, card);
    value.remove_prefix(1);
    bool ended = add_elements(value, card);
    while (!ended && lines.next(value) && !value.starts_with("---"))
        ended = add_elements(value, card);
}

} // namespace

ModelCard read_card(std::string_view readme)
{
    ModelCard card;
    Lines lines(readme);
    std::string_view line;
    if (!lines.next(line) || strip(line) != "---")
        return card;
    while (lines.next(line) && !line.starts_with("---")) {
        if (!line.starts_with(kKey))
            continue;
        read_value(line.substr(kKey.size()), lines, card);
        break;
    }
    return card;
}

} // namespace sbert::encoder
