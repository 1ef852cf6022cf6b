// Byte pair encoding: a word's characters, merged pair by pair in the order of the merges.
// (Sennrich et al. 2016, arXiv:1508.07909; the order among equals is the library's: the leftmost)
#pragma once

#include <vector>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"
#include "encoder/tokenizer/token_sink.h"

namespace sbert::encoder {

class Bpe {
  public:
    // REQUIRES: `view` has passed check_tables(); both outlive the object.
    Bpe(const BpeModel &spec, const TokenizerView &view);

    // O(n log n) in the word's characters. Throws Error: kInterrupted; kModelInvalid when an
    // unknown token is named that the vocabulary lacks, and a word needs it. REQUIRES: a word that
    // is not empty.
    void split(WordSink &word, StopFlag stop);

  private:
    static constexpr uint32_t kNone = UINT32_MAX;
    struct Symbol {
        int32_t id;
        uint32_t prev;
        uint32_t next;
        uint32_t length; // bytes; 0 once merged into the one before
    };
    struct Candidate { // a pair that may be merged
        uint32_t rank;
        uint32_t at; // its left symbol
        int32_t merged;
    };

    void read_symbols(std::string_view word, StopFlag stop);
    void add_char(std::string_view word, size_t begin, size_t end);
    bool add_bytes(std::string_view text);
    void add_unknown(uint32_t length);
    void flush_unknown();
    void add(int32_t id, uint32_t length);
    void merge(StopFlag stop);
    void consider(uint32_t left);
    void merge_at(uint32_t left, int32_t merged);

    const BpeModel &spec_;
    const TokenizerView &view_;
    int32_t byte_ids_[256]; // of the tokens <0x00> ... <0xFF>; -1: none
    std::vector<Symbol> symbols_;
    std::vector<Candidate> heap_;
    uint32_t unknown_ = 0; // bytes of the unknown token that waits
    std::string text_;     // of a character with prefix and suffix
};

// Ids of the tokens <0x00> ... <0xFF>, -1 where there is none.
void find_byte_tokens(const VocabularyView &vocabulary, int32_t (&ids)[256]);

} // namespace sbert::encoder
