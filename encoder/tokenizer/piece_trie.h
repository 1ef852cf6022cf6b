// The pieces of a Unigram vocabulary as a trie in flat arrays: all pieces that begin at a place are
// found in one walk.
//
// Nodes are numbered level by level, so the children of one node are neighbours: those of node n
// are first[n] ... first[n + 1] - 1, in the order of their labels. Node 0 is the root.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sbert::encoder {

struct PieceTrieView {
    std::span<const uint32_t> first;  // (N + 1)
    std::span<const uint8_t> labels;  // (N) the byte that leads to the node; of the root, 0
    std::span<const uint32_t> values; // (N) the id of the piece that ends here + 1, or 0
};

struct PieceTrieTables {
    std::vector<uint32_t> first;
    std::vector<uint8_t> labels;
    std::vector<uint32_t> values;
    PieceTrieView view() const { return {first, labels, values}; }
};

// pieces[i] is the text of id i; an empty one is never found. REQUIRES: no duplicates. Throws
// Error(kModelInvalid) beyond 2^31 nodes.
PieceTrieTables build_piece_trie(const std::vector<std::string> &pieces);

// Proves that a view can be used without bounds checks, and that a walk ends. An empty view passes.
// Throws Error(kModelInvalid).
void check_piece_trie(const PieceTrieView &view, size_t pieces);

// The child of `node` by a byte, or 0. REQUIRES: the view has passed check_piece_trie().
uint32_t piece_trie_child(const PieceTrieView &view, uint32_t node, uint8_t byte) noexcept;

} // namespace sbert::encoder
