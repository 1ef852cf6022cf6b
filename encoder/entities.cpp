#include "encoder/entities.h"

#include <algorithm>

namespace sbert::encoder {

namespace {

// What has one label: a token or a word.
struct Unit {
    uint32_t label;
    float score;
    uint32_t begin, end;
};

Unit unit_of(std::span<const float> scores, uint32_t begin, uint32_t end)
{
    const auto best = std::max_element(scores.begin(), scores.end());
    return {static_cast<uint32_t>(best - scores.begin()), *best, begin, end};
}

class Finder {
  public:
    Finder(const TokenScores &text, std::span<const std::string> labels)
        : text_(text), labels_(labels), mean_(labels.size())
    {
    }

    std::vector<Unit> tokens() const
    {
        std::vector<Unit> units;
        for (size_t t = 0; t < text_.tokens.size(); t++)
            units.push_back(unit_of(scores(t), text_.tokens[t].begin, text_.tokens[t].end));
        return units;
    }

    std::vector<Unit> words(Aggregation aggregation)
    {
        std::vector<Unit> units;
        const std::vector<Token> &tokens = text_.tokens;
        for (size_t first = 0, last = 0; first < tokens.size(); first = last) {
            while (last < tokens.size() && tokens[last].word == tokens[first].word)
                last++;
            units.push_back(unit_of(word_scores(first, last, aggregation), tokens[first].begin,
                                    tokens[last - 1].end));
        }
        return units;
    }

  private:
    std::span<const float> scores(size_t token) const
    {
        return std::span(text_.scores).subspan(token * labels_.size(), labels_.size());
    }

    std::span<const float> word_scores(size_t first, size_t last, Aggregation aggregation)
    {
        if (aggregation == Aggregation::kFirst || last == first + 1)
            return scores(first);
        if (aggregation == Aggregation::kMax) {
            const auto highest = [this](size_t t) { return *std::ranges::max_element(scores(t)); };
            size_t best = first;
            for (size_t t = first + 1; t < last; t++)
                if (highest(t) > highest(best))
                    best = t;
            return scores(best);
        }
        std::ranges::fill(mean_, 0.0f);
        for (size_t t = first; t < last; t++)
            for (size_t i = 0; i < mean_.size(); i++)
                mean_[i] += scores(t)[i];
        for (float &value : mean_)
            value /= static_cast<float>(last - first);
        return mean_;
    }

    const TokenScores &text_;
    std::span<const std::string> labels_;
    std::vector<float> mean_;
};

// A label as "B-PER", "I-PER" or "PER": whether it begins an entity, and of which kind.
struct Tag {
    bool begins;
    std::string_view kind;
};
Tag tag_of(std::string_view label)
{
    if (label.starts_with("B-") || label.starts_with("I-"))
        return {label[0] == 'B', label.substr(2)};
    return {false, label};
}

// The part behind the first "-".
std::string_view group_of(std::string_view label)
{
    const size_t dash = label.find('-');
    return dash == label.npos ? label : label.substr(dash + 1);
}

} // namespace

void find_entities(const TokenScores &text, std::span<const std::string> labels,
                   Aggregation aggregation, std::vector<Entity> &out)
{
    const bool of_tokens = aggregation == Aggregation::kNone || aggregation == Aggregation::kSimple;
    Finder finder(text, labels);
    const std::vector<Unit> units = of_tokens ? finder.tokens() : finder.words(aggregation);
    for (size_t first = 0, last = 0; first < units.size(); first = last) {
        const std::string_view label = labels[units[first].label];
        const std::string_view kind = tag_of(label).kind;
        double sum = 0;
        do {
            sum += units[last++].score;
        } while (aggregation != Aggregation::kNone && last < units.size() &&
                 !tag_of(labels[units[last].label]).begins &&
                 tag_of(labels[units[last].label]).kind == kind);
        const std::string_view name = aggregation == Aggregation::kNone ? label : group_of(label);
        if (name != "O")
            out.push_back({name, units[first].begin, units[last - 1].end,
                           static_cast<float>(sum / static_cast<double>(last - first))});
    }
}

} // namespace sbert::encoder
