// The tables beside the vocabulary as one block of bytes, as it lies in a packed model file:
// merges, trie, scores and charsmaps are used where they are.
//
//   block  = counts merges merge_slots scores first values units* replacements* labels
//   counts = u64: merges, merge slots, trie nodes, scores, charsmaps, then for each charsmap its
//            units and its bytes of replacements
//
// Little-endian, each part padded with zeros to 8 bytes. The counts determine every offset.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "encoder/tokenizer/tables.h"

namespace sbert::encoder {

std::vector<std::byte> write_table_block(const TokenizerView &view);

// The view into a block, all but its vocabulary. REQUIRES: block.data() is 8-byte aligned. Throws
// Error(kModelInvalid) when the counts and the block's size do not agree; what the tables say is
// for check_tables() to judge.
TokenizerView read_table_block(std::span<const std::byte> block);

} // namespace sbert::encoder
