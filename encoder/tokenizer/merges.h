// The merges of a BPE vocabulary as flat arrays: which two tokens become which third, and how
// early.
//
// A merge's rank is its place. The hash table over pairs has open addressing and linear probing; a
// slot is the merge's place + 1, or 0. No unbroken run of filled slots is longer than kLongestRun
// (vocabulary.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sbert::encoder {

struct Merge {
    int32_t left;
    int32_t right;
    int32_t merged;
};

struct MergesView {
    std::span<const Merge> merges;
    std::span<const uint32_t> slots; // a power of two, or none
};

struct MergesTables {
    std::vector<Merge> merges;
    std::vector<uint32_t> slots;
    MergesView view() const { return {merges, slots}; }
};

// Of merges of the same pair the last counts, as in the library. Throws Error(kModelInvalid) on
// pairs chosen to collide, or more than 2^31 merges.
MergesTables build_merges(const std::vector<Merge> &merges);

// Proves that a view can be used without bounds checks. Throws Error(kModelInvalid). REQUIRES:
// tokens is the size of the vocabulary.
void check_merges(const MergesView &view, size_t tokens);

// The rank of the pair's merge, or -1.
int64_t find_merge(const MergesView &view, int32_t left, int32_t right) noexcept;

} // namespace sbert::encoder
