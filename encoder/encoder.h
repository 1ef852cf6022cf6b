// The encoder turns texts into vectors. Callers outside of encoder/ need only this header to run a
// model.
//
//   auto encoder = Encoder::open("all-MiniLM-L6-v2.sbert", Owner::kTrusted);
//   std::vector<float> out(texts.size() * encoder->dimensions());
//   encoder->encode(texts, default_prompt(encoder->spec()), {}, out.data(), encoder->dimensions(),
//                   info);
//
// The model file is mapped read-only and shared by every process that opens it. An Encoder adds
// scratch memory of its own, which set_memory() bounds. One Encoder serves one thread at a time. It
// starts no thread, prints nothing, and throws only Error (encoder/error.h) and std::bad_alloc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/model/mapped_file.h"
#include "encoder/model/spec.h"
#include "encoder/stop_flag.h"
#include "encoder/tokenizer/encoding.h"
#include "encoder/words.h"

namespace sbert::encoder {

// The most bytes that an Encoder's scratch takes unless set_memory() changes it.
inline constexpr size_t kDefaultMemory = size_t{8} << 20;

// The most bytes of scratch that an Encoder keeps between two calls. A call that took more frees
// all scratch at its end, even if it fails. This costs a later call a hundredth of its time.
inline constexpr size_t kKeptMemory = kDefaultMemory;

// What happened to one text.
struct TextInfo {
    // The number of tokens that were read, including special ones and those of the prompt.
    uint32_t tokens = 0;
    // Whether the text had more tokens.
    bool truncated = false;
};

// What the words of the vocabulary weigh in a text: those that weigh something.
struct SparseRow {
    std::vector<int32_t> ids; // ascending
    std::vector<float> weights;
};

// The tokens of a text of any length, and the scores of the labels for each.
struct TokenScores {
    std::vector<Token> tokens; // without special ones
    std::vector<float> scores; // (tokens, labels)
};

// A sequence of ids, special ones included, and the tokens of it whose states are wanted.
struct LayerRequest {
    std::span<const int32_t> ids;
    std::span<const uint32_t> rows; // (R) places in `ids`
    float *out;                     // (R, layers, C)
};

class Encoder {
  public:
    // Opens a packed model file (model/packed.h). It checks the header and trusts the contents.
    // Throws Error: kIo, kPermission, kModelInvalid, kModelVersion.
    static std::unique_ptr<Encoder> open(const std::string &path, Owner owner);
    ~Encoder();

    const ModelSpec &spec() const noexcept;
    size_t dimensions() const noexcept;
    const std::string &fingerprint() const noexcept; // 64 hexadecimal digits
    uint64_t file_bytes() const noexcept;

    // Bounds the scratch of later passes. Texts are packed into a pass until the next one would
    // exceed the bound. A text that exceeds it alone makes a pass of its own, so any bound works.
    // Scratch beyond a lower bound is freed at once. Changes no bit of a result. Cannot fail.
    void set_memory(size_t bytes) noexcept;
    // The number of tokens that fit into a pass, from texts of at most 512 tokens. With longer
    // texts fewer fit.
    size_t pass_tokens() const noexcept;
    // The bytes of scratch that are allocated now; between calls at most kKeptMemory.
    size_t scratch_bytes() const noexcept;
    // Frees all scratch.
    void release() noexcept;

    // One vector per text. A text's vector has the same bits alone or among others, in any order.
    //   texts  (B)     UTF-8
    //   prompt         is put in front of each text (prompts.h); if empty there is no prompt, not
    //                  even the model's default
    //   out    (B, D)  D = dimensions(), rows `stride` floats apart
    //   info   (B)
    // Returns how many texts are done, counted from the first. These are all texts, unless `stop`
    // asked for a pause; then they are at least those of one pass. Throws Error: kInvalidText,
    // kInterrupted, kModelUnsupported (the model has a head), and kModelInvalid when the model's
    // file was written in place.
    size_t encode(std::span<const std::string_view> texts, std::string_view prompt, StopFlag stop,
                  float *out, size_t stride, std::span<TextInfo> info);

    // One vector per token, including the prompt's. `out` is overwritten with (T, token_width()).
    void encode_tokens(std::string_view text, std::string_view prompt, StopFlag stop,
                       Encoding &tokens, std::vector<float> &out);
    size_t token_width() const noexcept;

    // ---- models with a head. What another kind of model is asked for is Error(kModelUnsupported).

    // kSequence: the labels' scores of each text or, with `seconds`, of each pair. REQUIRES: the
    // head takes texts, or pairs.
    //   texts    (B)
    //   seconds  (B) or none
    //   out      (B, labels)
    //   info     (B)
    // Returns how many are done, as encode() does. Throws what encode() throws.
    size_t predict(std::span<const std::string_view> texts,
                   std::span<const std::string_view> seconds, StopFlag stop, float *out,
                   std::span<TextInfo> info);
    // kTokens: the labels' scores of each token. A text that is longer than the model's limit is
    // read in windows that overlap, cut between words (cut_windows() in words.h).
    //   out  (B), overwritten
    void predict_tokens(std::span<const std::string_view> texts, StopFlag stop,
                        std::vector<TokenScores> &out);
    // kTokens: the labels' scores of the first token of each word. Words are those of texts one
    // after another; a text's words are read without those of others.
    //   texts  the words of each text
    //   out    (words of all texts, labels), overwritten. A word of which the tokenizer drops all
    //          characters has zeros.
    void predict_words(std::span<const std::span<const std::string_view>> texts, StopFlag stop,
                       std::vector<float> &out);
    // kSparse: the words' weights of each text, in front of which `prompt` is put.
    //   out   (B), overwritten
    //   info  (B)
    // Returns how many are done, as encode() does.
    size_t encode_sparse(std::span<const std::string_view> texts, std::string_view prompt,
                         StopFlag stop, std::span<SparseRow> out, std::span<TextInfo> info);

    // Token ids as encode() uses them, cut at the model's limit. Offsets count from the beginning
    // of the text. Tokens of the prompt, and those that the model adds, have begin == end == 0.
    void tokenize(std::string_view text, std::string_view prompt, Dropped dropped, StopFlag stop,
                  Encoding &out) const;
    std::string_view token(int32_t id) const noexcept;

    // The tokens of words that the caller has split, without special ones and without limit
    // (words.h). `out` is overwritten. Throws Error as encode() does.
    void tokenize_words(std::span<const std::string_view> words, StopFlag stop,
                        WordTokens &out) const;
    // The number of tokens of words that a sequence has room for beside the special ones.
    uint32_t word_room() const noexcept;

    // The states behind layers of the transformer, as the transformers library gives them under
    // output_hidden_states: 0 are the embeddings, layer_count() - 1 is the last layer, normed if
    // the model norms it. Steps behind the transformer do not run.
    //   layers    (L) ascending
    // Returns how many requests are done, as encode() does. Throws Error as encode() does.
    // REQUIRES: every sequence has 1 ... spec().max_tokens ids below the vocabulary's size.
    size_t encode_layers(std::span<const LayerRequest> requests, std::span<const uint32_t> layers,
                         StopFlag stop);
    uint32_t layer_count() const noexcept;
    size_t hidden_width() const noexcept; // C

  private:
    struct State;
    struct GiveBack;
    explicit Encoder(std::unique_ptr<State> state);
    void check_file() const;
    void require_head(HeadKind kind) const;
    void check_finite(const float *values, size_t n) const;
    uint32_t prompt_tokens(std::string_view prompt, StopFlag stop) const;

    // Packs `count` sentences into passes and runs them through the layers before the pooling.
    // read(b) puts sentence b into the state; take(first) takes the results of a pass, whose first
    // sentence is `first`. Returns how many sentences are done.
    using Read = std::function<void(size_t b)>;
    using Take = std::function<void(size_t first)>;
    size_t in_passes(size_t count, StopFlag stop, const Read &read, const Take &take);
    void in_all_passes(size_t count, StopFlag stop, const Read &read, const Take &take);
    void take_rows(uint32_t prompt, StopFlag stop, float *out, size_t stride);
    void read_window(const WordTokens &words, const WordWindow &window);
    void take_scores(size_t row, float *out);
    void run_layers(std::span<const LayerRequest> requests, std::span<const uint32_t> layers,
                    StopFlag stop);

    std::unique_ptr<State> state_;
};

} // namespace sbert::encoder
