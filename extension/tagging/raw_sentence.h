// A sentence as a query returned it, as bytes: what a training sorts and reads again.
//
//   u64  a hash of words and tags, big-endian: the sort's order is random, and the same for the
//        same rows
//   u32  numbers of words, of words before and of words behind; u32 bytes of vectors
//        texts, each with a terminating zero: words, tags, words before, words behind
//        vectors of the words in half precision, if an earlier training has kept them
//   i64  the row's number in the query, and u8 its origin
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sbert::tagging {

// Whether an earlier training has kept the row.
enum class Origin : uint8_t { kOld, kNew };

struct RawSentence {
    std::vector<std::string_view> words, tags, before, behind;
    std::span<const char> vectors; // (n, D) halves, or empty
    int64_t row = 0;
    Origin origin = Origin::kNew;
};

// `bytes` is overwritten. REQUIRES: as many tags as words, and no text with a zero byte.
void write_raw(const RawSentence &sentence, std::vector<char> &bytes);
// REQUIRES: bytes that write_raw() has written; the sentence points into them.
void read_raw(std::span<const char> bytes, RawSentence &sentence);

} // namespace sbert::tagging
