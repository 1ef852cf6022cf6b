// The short cut for the tokenizers of BERT's family: BertNormalizer, BertPreTokenizer, WordPiece,
// with any added tokens. A text of any length is read once, in memory that does not grow with it.
//
// Words of ASCII go from the text to the model. Everything else goes through the components, a
// block at a time: blocks end where the next character is a starter, before which neither the order
// of combining marks nor anything else that a component does looks back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/bert_steps.h"
#include "encoder/tokenizer/models.h"
#include "encoder/tokenizer/token_sink.h"

namespace sbert::encoder {

// The state of one text.
class BertStream {
  public:
    // REQUIRES: all outlive the object.
    BertStream(const BertSteps &steps, Model &model, std::string_view text, StopFlag stop,
               TokenSink &sink)
        : steps_(steps), model_(model), text_(text), stop_(stop), sink_(sink)
    {
    }

    // Pushes the tokens of the text until the sink is finished. Throws Error: kInvalidText,
    // kInterrupted, kModelInvalid.
    void run();

  private:
    ByteKind kind(size_t at) const { return steps_.kinds[static_cast<uint8_t>(text_[at])]; }

    size_t read_ascii(size_t at);
    bool ends_word(size_t at) const;
    void split_plain(size_t begin, size_t end);
    void append_plain(size_t begin, size_t end);

    size_t read_block(size_t at);
    size_t block_begin(size_t at) const;
    size_t read_chars(size_t at, size_t least);
    bool ends_block(size_t at, size_t count, size_t least) const;
    size_t end_at_starter(size_t decided);
    void take(const Piece &piece);
    void push_token(const Piece &piece, const Chars &text);

    void search_normalized(AddedSplitter::Rest rest);
    void end_chunk();
    void add(const Char &c);
    void append(const Char &c);
    void end_word();

    const BertSteps &steps_;
    Model &model_;
    std::string_view text_;
    StopFlag stop_;
    TokenSink &sink_;

    size_t token_end_ = 0;      // of the last added token in the text
    Chars block_;               // as the text has it
    Chars chunk_, scratch_;     // a stretch of it that is normalised
    Chars pending_;             // normalised, and not yet searched for added tokens
    size_t pending_from_ = 0;   // what comes before in `pending_` is context
    std::vector<Piece> pieces_; // of the block
    std::vector<Piece> found_;  // in `pending_`
    Chars word_;                // that goes on, no more than what makes it unknown
    std::string bytes_;         // of the word that is split
};

} // namespace sbert::encoder
