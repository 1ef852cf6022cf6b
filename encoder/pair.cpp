#include "encoder/pair.h"

#include <algorithm>
#include <utility>

namespace sbert::encoder {

namespace {

// Numbers of tokens to which two texts are cut, as `tokenizers` does under LongestFirst.
std::pair<size_t, size_t> longest_first(size_t a, size_t b, size_t limit)
{
    if (a + b <= limit)
        return {a, b};
    const size_t shorter = std::min(a, b);
    size_t less = shorter, more = std::max(shorter, limit - std::min(shorter, limit));
    if (less + more > limit) {
        less = limit / 2;
        more = less + limit % 2;
    }
    return a > b ? std::pair(more, less) : std::pair(less, more);
}

void append(const std::vector<SpecialId> &specials, PairEncoding &out)
{
    for (const SpecialId &special : specials) {
        out.tokens.tokens.push_back({special.id, 0, 0});
        out.types.push_back(special.type_id);
    }
}

} // namespace

void encode_pair(const Tokenizer &tokenizer, const PairTemplate &pair, std::string_view a,
                 std::string_view b, uint32_t max_tokens, StopFlag stop, PairEncoding &out,
                 Encoding &second)
{
    const size_t specials = pair.prefix.size() + pair.middle.size() + pair.suffix.size();
    const auto limit = static_cast<uint32_t>(max_tokens - std::min<size_t>(specials, max_tokens));
    out.types.clear();
    std::vector<Token> &tokens = out.tokens.tokens;
    tokenizer.encode_alone(b, limit, Dropped::kIgnore, stop, second);
    tokenizer.encode_alone(a, limit, Dropped::kIgnore, stop, out.tokens);
    size_t whole = tokens.size(), whole_second = second.tokens.size();
    if (out.tokens.truncated && second.truncated && limit % 2 != 0) {
        // The longer one keeps a token more.
        tokenizer.encode_alone(b, limit, Dropped::kCount, stop, second);
        tokenizer.encode_alone(a, limit, Dropped::kCount, stop, out.tokens);
        whole += out.tokens.dropped;
        whole_second += second.dropped;
    }
    const auto [kept, kept_second] = longest_first(whole, whole_second, limit);
    out.tokens.truncated =
        out.tokens.truncated || second.truncated || kept < whole || kept_second < whole_second;
    std::vector<Token> first(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(kept));
    tokens.clear();
    append(pair.prefix, out);
    tokens.insert(tokens.end(), first.begin(), first.end());
    out.types.resize(tokens.size(), pair.first_type_id);
    append(pair.middle, out);
    tokens.insert(tokens.end(), second.tokens.begin(),
                  second.tokens.begin() + static_cast<ptrdiff_t>(kept_second));
    out.types.resize(tokens.size(), pair.second_type_id);
    append(pair.suffix, out);
}

} // namespace sbert::encoder
