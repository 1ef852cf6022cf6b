#include "encoder/tokenizer/piece_trie.h"

#include <algorithm>
#include <numeric>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

[[noreturn]] void invalid(const char *what)
{
    throw Error(ErrorCode::kModelInvalid, std::string("invalid pieces: ") + what);
}

// A node to be expanded: the sorted pieces that agree up to its depth.
struct Range {
    uint32_t begin;
    uint32_t end;
};

} // namespace

PieceTrieTables build_piece_trie(const std::vector<std::string> &pieces)
{
    std::vector<uint32_t> order(pieces.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return pieces[a] < pieces[b]; });
    PieceTrieTables trie;
    trie.labels.push_back(0);
    std::vector<Range> level = {{0, static_cast<uint32_t>(order.size())}}, next;
    for (size_t depth = 0; !level.empty(); ++depth) {
        next.clear();
        for (Range range : level) {
            uint32_t value = 0; // a piece that ends here sorts before those that go on
            for (; range.begin < range.end && pieces[order[range.begin]].size() == depth;
                 ++range.begin)
                value = depth == 0 ? 0 : order[range.begin] + 1;
            trie.values.push_back(value);
            trie.first.push_back(static_cast<uint32_t>(trie.labels.size()));
            while (range.begin < range.end) {
                const char label = pieces[order[range.begin]][depth];
                Range child = {range.begin, range.begin};
                while (child.end < range.end && pieces[order[child.end]][depth] == label)
                    ++child.end;
                trie.labels.push_back(static_cast<uint8_t>(label));
                next.push_back(child);
                range.begin = child.end;
            }
        }
        if (trie.labels.size() > size_t{1} << 31)
            invalid("too many");
        level.swap(next);
    }
    trie.first.push_back(static_cast<uint32_t>(trie.labels.size()));
    return trie;
}

void check_piece_trie(const PieceTrieView &view, size_t pieces)
{
    const size_t nodes = view.labels.size();
    if (nodes == 0 && view.first.empty() && view.values.empty())
        return;
    if (view.first.size() != nodes + 1 || view.values.size() != nodes || view.first[nodes] != nodes)
        invalid("their trie contradicts itself");
    bool contradicts = false, beyond = false;
    for (size_t i = 0; i < nodes; ++i) {
        // Children come after their parent: no walk is longer than there are nodes.
        contradicts |= view.first[i] <= i;
        contradicts |= view.first[i] > view.first[i + 1];
        beyond |= view.values[i] > pieces;
    }
    if (contradicts)
        invalid("their trie contradicts itself");
    if (beyond)
        invalid("their trie leads to a token beyond the vocabulary");
}

uint32_t piece_trie_child(const PieceTrieView &view, uint32_t node, uint8_t byte) noexcept
{
    const uint8_t *labels = view.labels.data();
    const uint8_t *end = labels + view.first[node + 1];
    const uint8_t *found = std::lower_bound(labels + view.first[node], end, byte);
    return found != end && *found == byte ? static_cast<uint32_t>(found - labels) : 0;
}

} // namespace sbert::encoder
