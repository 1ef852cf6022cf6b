#include "encoder/tokenizer/merges.h"

#include <algorithm>
#include <bit>
#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

namespace {

// Multiplication and fold: splitmix64's finalizer. (Steele et al. 2014, "Fast splittable
// pseudorandom number generators")
size_t place_of(int32_t left, int32_t right)
{
    uint64_t x =
        static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return static_cast<size_t>(x ^ x >> 31);
}

[[noreturn]] void invalid(const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "invalid merges: " + what);
}

} // namespace

MergesTables build_merges(const std::vector<Merge> &merges)
{
    if (merges.size() > size_t{1} << 30)
        invalid(std::to_string(merges.size()) + " of them");
    MergesTables tables;
    tables.merges = merges;
    tables.slots.assign(std::bit_ceil(2 * merges.size() + 1), 0);
    const size_t mask = tables.slots.size() - 1;
    for (uint32_t i = 0; i < merges.size(); ++i) {
        size_t at = place_of(merges[i].left, merges[i].right) & mask;
        for (size_t probes = 0; tables.slots[at] != 0; ++probes) {
            const Merge &other = merges[tables.slots[at] - 1];
            if (other.left == merges[i].left && other.right == merges[i].right)
                break;
            if (probes > kLongestRun)
                invalid("their hash table is too crowded");
            at = (at + 1) & mask;
        }
        tables.slots[at] = i + 1;
    }
    return tables;
}

void check_merges(const MergesView &view, size_t tokens)
{
    for (const Merge &merge : view.merges) {
        const auto beyond = [tokens](int32_t id) {
            return id < 0 || static_cast<size_t>(id) >= tokens;
        };
        if (beyond(merge.left) || beyond(merge.right) || beyond(merge.merged))
            invalid("a token beyond the vocabulary");
    }
    if (view.slots.empty())
        return;
    if (!std::has_single_bit(view.slots.size()))
        invalid("a hash table that is not a power of two");
    if (*std::max_element(view.slots.begin(), view.slots.end()) > view.merges.size())
        invalid("a slot that points past the last merge");
    if (longest_run(view.slots) > kLongestRun)
        invalid("their hash table is too crowded");
}

int64_t find_merge(const MergesView &view, int32_t left, int32_t right) noexcept
{
    if (view.slots.empty())
        return -1;
    const size_t mask = view.slots.size() - 1;
    for (size_t at = place_of(left, right) & mask; view.slots[at] != 0; at = (at + 1) & mask) {
        const uint32_t i = view.slots[at] - 1;
        if (view.merges[i].left == left && view.merges[i].right == right)
            return i;
    }
    return -1;
}

} // namespace sbert::encoder
