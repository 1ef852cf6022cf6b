// The sentences of a text of any length, one after the other, in memory that does not grow with it.
//
// ICU sees a window of the text at a time, which begins where a sentence does. What lies in the
// window's end may depend on what follows and is read again in the next window. A sentence that is
// longer than a window is cut there, at the end of a word if there is one. (UAX 29, section 5)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"
#include "extension/chunks/breaks.h"

namespace sbert {

// The most bytes of a sentence.
inline constexpr size_t kMaxSentence = size_t{64} << 10;

// Byte offsets into the text, without the white space around the sentence.
struct Sentence {
    size_t begin;
    size_t end;
    size_t next;         // where the next sentence begins, or the end of the text
    bool ends_paragraph; // whether a paragraph or the text ends with it
};

class SentenceReader {
  public:
    // The text is UTF-8. REQUIRES: text and breaks outlive the object.
    SentenceReader(Breaks &breaks, std::string_view text, encoder::StopFlag stop);

    // Reads the next sentence without moving on to it. Returns false at the end of the text. Throws
    // Error(kInterrupted), after which it may be called again, and what Breaks::find() throws.
    bool peek(Sentence &out);
    // Moves on. `sentence` is what peek() has read.
    void move(const Sentence &sentence) noexcept;

  private:
    void read_window();
    uint32_t cut(std::string_view window);

    Breaks &breaks_;
    std::string_view text_;
    encoder::StopFlag stop_;
    bool begun_ = false;
    size_t at_ = 0;              // where the next sentence begins
    size_t window_ = 0;          // where the window began
    std::vector<uint32_t> ends_; // of sentences, in the window
    size_t next_ = 0;            // the first of them that may be beyond `at_`
};

} // namespace sbert
