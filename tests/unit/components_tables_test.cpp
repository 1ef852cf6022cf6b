// The flat tables: what is found in them, and what views are refused.
#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/tokenizer/merges.h"
#include "encoder/tokenizer/piece_trie.h"

namespace sbert::encoder {
namespace {

TEST(components_tables, Merges)
{
    const MergesTables tables = build_merges({{0, 1, 2}, {1, 0, 3}, {0, 1, 4}});
    check_merges(tables.view(), 5);
    EXPECT_EQ(find_merge(tables.view(), 0, 1), 2); // of equal pairs the last counts
    EXPECT_EQ(find_merge(tables.view(), 1, 0), 1);
    EXPECT_EQ(find_merge(tables.view(), 1, 1), -1);
    EXPECT_EQ(find_merge({}, 1, 1), -1);
    EXPECT_THROW(check_merges(tables.view(), 4), Error);
}

TEST(components_tables, MergesWithoutAnEmptySlot)
{
    MergesTables tables = build_merges({{0, 1, 2}});
    for (uint32_t &slot : tables.slots)
        slot = 1;
    EXPECT_THROW(check_merges(tables.view(), 3), Error);
    tables.slots.assign(4, 2);
    EXPECT_THROW(check_merges(tables.view(), 3), Error);
}

uint32_t walk(const PieceTrieView &trie, std::string_view text)
{
    uint32_t node = 0;
    for (const char c : text) {
        node = piece_trie_child(trie, node, static_cast<uint8_t>(c));
        if (node == 0)
            return 0;
    }
    return trie.values[node];
}

TEST(components_tables, PieceTrie)
{
    const PieceTrieTables trie = build_piece_trie({"ab", "a", "", "b\xff", "abc"});
    check_piece_trie(trie.view(), 5);
    EXPECT_EQ(walk(trie.view(), "a"), 2u);
    EXPECT_EQ(walk(trie.view(), "ab"), 1u);
    EXPECT_EQ(walk(trie.view(), "abc"), 5u);
    EXPECT_EQ(walk(trie.view(), "b"), 0u);
    EXPECT_EQ(walk(trie.view(), "b\xff"), 4u);
    EXPECT_EQ(walk(trie.view(), "abcd"), 0u);
    EXPECT_THROW(check_piece_trie(trie.view(), 4), Error);
}

TEST(components_tables, PieceTrieThatTurnsBack)
{
    PieceTrieTables trie = build_piece_trie({"ab", "b"});
    trie.first[1] = 0;
    EXPECT_THROW(check_piece_trie(trie.view(), 2), Error);
}

} // namespace
} // namespace sbert::encoder
