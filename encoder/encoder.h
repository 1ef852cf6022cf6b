// The encoder: text in, vectors out. The one header that callers outside of encoder/ need for
// running a model.
//
//   auto encoder = Encoder::open("all-MiniLM-L6-v2.sbert", Owner::kTrusted);
//   std::vector<float> out(texts.size() * encoder->dimensions());
//   encoder->encode(texts, default_prompt(encoder->spec()), {}, out.data(), encoder->dimensions(),
//                   info);
//
// The model file is mapped read-only and shared by every process that opens it; an Encoder adds
// scratch memory of its own, which set_memory() bounds. One Encoder serves one thread at a time. It
// makes no thread, prints nothing, and throws nothing but Error (encoder/error.h) and
// std::bad_alloc.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/model/mapped_file.h"
#include "encoder/model/spec.h"
#include "encoder/stop_flag.h"
#include "encoder/tokenizer/encoding.h"

namespace sbert::encoder {

// What an Encoder's scratch may take unless set_memory() says otherwise.
inline constexpr size_t kDefaultMemory = size_t{8} << 20;

// What an Encoder keeps of its scratch between two calls. A call that took more gives it back at
// its end, also where that is an error; a later one pays a hundredth of its time for it.
inline constexpr size_t kKeptMemory = kDefaultMemory;

// What happened to one text.
struct TextInfo {
    uint32_t tokens = 0;    // that were read, special ones and the prompt's included
    bool truncated = false; // the text had more
};

class Encoder {
  public:
    // Opens a packed model file (model/packed.h): header checked, contents trusted.
    // Throws Error: kIo, kPermission, kModelInvalid, kModelVersion.
    static std::unique_ptr<Encoder> open(const std::string &path, Owner owner);
    ~Encoder();

    const ModelSpec &spec() const noexcept;
    size_t dimensions() const noexcept;
    const std::string &fingerprint() const noexcept; // 64 hexadecimal digits
    uint64_t file_bytes() const noexcept;

    // Bounds the scratch of the passes to come: texts are packed into a pass until the next one
    // would exceed it. A text that exceeds it alone makes a pass of its own, so that any bound
    // will do: one text of the model's limit always fits. Scratch beyond a lower bound is given
    // back at once. Changes no bit of a result. Cannot fail.
    void set_memory(size_t bytes) noexcept;
    // That a pass takes under the bound, of texts of at most 512 tokens. Longer ones leave less.
    size_t pass_tokens() const noexcept;
    size_t scratch_bytes() const noexcept; // that are held now: between calls at most kKeptMemory
    void release() noexcept;               // gives all of it back

    // One vector per text. A text's vector has the same bits alone or among others, in any order.
    //   texts  (B)     UTF-8
    //   prompt         stands in front of each text (prompts.h); empty for none, whatever the
    //                  model's default
    //   out    (B, D)  D = dimensions(), rows `stride` floats apart
    //   info   (B)
    // Returns how many texts are done, from the first: all of them, unless `stop` asked for a
    // pause, and then at least one pass. Throws Error: kInvalidText, kInterrupted; kModelInvalid
    // when the model's file was written in place.
    size_t encode(std::span<const std::string_view> texts, std::string_view prompt, StopFlag stop,
                  float *out, size_t stride, std::span<TextInfo> info);

    // One vector per token, the prompt's included. `out` is overwritten with (T, token_width()).
    void encode_tokens(std::string_view text, std::string_view prompt, StopFlag stop,
                       Encoding &tokens, std::vector<float> &out);
    size_t token_width() const noexcept;

    // Token ids as encode() uses them, cut at the model's limit. Offsets count from the text's
    // beginning; a token of the prompt has begin == end == 0, as one that the model adds.
    void tokenize(std::string_view text, std::string_view prompt, Dropped dropped, StopFlag stop,
                  Encoding &out) const;
    std::string_view token(int32_t id) const noexcept;

  private:
    struct State;
    struct GiveBack;
    explicit Encoder(std::unique_ptr<State> state);
    void check_file() const;
    void check_finite(const float *values, size_t n) const;
    uint32_t prompt_tokens(std::string_view prompt, StopFlag stop) const;
    void run_pass(StopFlag stop, float *out, size_t stride);

    std::unique_ptr<State> state_;
};

} // namespace sbert::encoder
