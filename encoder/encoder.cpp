// The encoder tokenises texts, packs them into passes, runs the layers and returns the vectors.
#include "encoder/encoder.h"

#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "encoder/model/json.h"
#include "encoder/model/packed.h"
#include "encoder/nn/pipeline.h"
#include "encoder/nn/transformer.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::encoder {

// The bytes of a token in a Packing: its id, its position and at most one offset, in vectors that
// grow by doubling.
static constexpr size_t kTokenBytes = 2 * (sizeof(int32_t) + 2 * sizeof(uint32_t));

// The NAME in ".../NAME.sbert".
static std::string model_name_of(const std::string &path)
{
    // Without a '/' the search returns npos, and npos + 1 is 0.
    std::string name = path.substr(path.rfind('/') + 1);
    if (name.ends_with(".sbert"))
        name.resize(name.size() - 6);
    return printable(name);
}

static bool has_id(const std::vector<AddedToken> &tokens, int32_t id)
{
    return std::any_of(tokens.begin(), tokens.end(),
                       [id](const AddedToken &token) { return token.special && token.id == id; });
}

static bool is_special(const TokenizerSpec &spec, int32_t id)
{
    const auto same = [id](const SpecialId &special) { return special.id == id; };
    const auto &suffix = spec.post_processing.suffix, &prefix = spec.post_processing.prefix;
    const auto unknown = std::visit([](const auto &model) { return model.unknown; }, spec.model);
    return unknown.id == id || has_id(spec.added_tokens, id) ||
           std::any_of(suffix.begin(), suffix.end(), same) ||
           std::any_of(prefix.begin(), prefix.end(), same);
}

// Changes offsets into the prompt and the text to offsets into the text.
static void leave_prompt_out(size_t prompt_bytes, std::vector<Token> &tokens)
{
    const auto shift = static_cast<uint32_t>(prompt_bytes);
    for (Token &token : tokens) {
        token.begin = std::max(token.begin, shift) - shift;
        token.end = std::max(token.end, shift) - shift;
        if (token.end == 0)
            token.begin = 0;
    }
}

// The size of a pass: the texts that go through the layers together.
struct Pass {
    size_t tokens = 0;
    size_t longest = 0; // tokens of the longest text

    Pass with(size_t text) const { return {tokens + text, std::max(longest, text)}; }
};

struct Encoder::State {
    PackedFile file;
    Tokenizer tokenizer;
    Parameters parameters;
    Transformer transformer;
    Pipeline pipeline;
    std::string fingerprint;

    // Scratch, reused from call to call.
    Packing packing;
    Encoding encoding;
    TransformerScratch scratch;
    Rows rows, spare;
    // The bound on the bytes of the four above, and the pass that they have room for.
    size_t memory = 0;
    Pass held;
    // The sentences packed so far, and the tokens at the beginning of each that are not pooled.
    Pass pass;
    uint32_t prompt_tokens = 0;

    explicit State(PackedFile &&opened)
        : file(std::move(opened)), tokenizer(file.spec().tokenizer, file.view().tables),
          parameters(file.view()), transformer(file.spec().transformer, parameters),
          pipeline(file.spec().pipeline, static_cast<size_t>(file.spec().transformer.hidden_size),
                   parameters),
          fingerprint(to_hex(file.fingerprint()))
    {
        set_memory(kDefaultMemory);
    }

    void set_memory(size_t bytes) noexcept
    {
        memory = bytes;
        if (scratch_bytes() > memory)
            release();
    }

    size_t token_bytes() const noexcept
    {
        return transformer.token_bytes() + kTokenBytes + pipeline.token_bytes();
    }

    bool fits(const Pass &pass) const noexcept
    {
        return transformer.block_bytes(pass.longest) + pass.tokens * token_bytes() <= memory;
    }

    // Called before a pass. If the scratch of an earlier, larger pass keeps this pass from fitting,
    // it is freed.
    void make_room(const Pass &next) noexcept
    {
        const Pass both = {std::max(held.tokens, next.tokens),
                           std::max(held.longest, next.longest)};
        held = both;
        if (fits(both) || !fits(next))
            return;
        scratch = {};
        rows = {};
        spare = {};
        held = next;
    }

    size_t scratch_bytes() const noexcept
    {
        return scratch.bytes() + rows.bytes() + spare.bytes() +
               packing.ids.capacity() * kTokenBytes / 2;
    }

    void release() noexcept
    {
        packing = {};
        encoding = {};
        scratch = {};
        rows = {};
        spare = {};
        held = {};
    }

    // The model's name in messages. The path of its file is for the log alone.
    std::string name() const { return model_name_of(file.path()); }
    std::string place() const { return "The file is \"" + file.path() + "\"."; }
};

// Returns the scratch to the operating system at the end of a call, even if it fails, if it is more
// than kKeptMemory.
struct Encoder::GiveBack {
    explicit GiveBack(Encoder &encoder) : encoder_(encoder) {}
    ~GiveBack()
    {
        if (encoder_.scratch_bytes() > kKeptMemory)
            encoder_.release();
    }
    GiveBack(const GiveBack &) = delete;
    GiveBack &operator=(const GiveBack &) = delete;
    Encoder &encoder_;
};

Encoder::Encoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Encoder::~Encoder() = default;

std::unique_ptr<Encoder> Encoder::open(const std::string &path, Owner owner)
{
    return std::unique_ptr<Encoder>(new Encoder(std::make_unique<State>(PackedFile(path, owner))));
}

const ModelSpec &Encoder::spec() const noexcept { return state_->file.spec(); }
size_t Encoder::dimensions() const noexcept { return static_cast<size_t>(spec().dimensions); }
const std::string &Encoder::fingerprint() const noexcept { return state_->fingerprint; }
uint64_t Encoder::file_bytes() const noexcept { return state_->file.bytes(); }

void Encoder::set_memory(size_t bytes) noexcept
{
    if (bytes != state_->memory)
        state_->set_memory(bytes);
}

size_t Encoder::pass_tokens() const noexcept
{
    constexpr int32_t kUsual = 512;
    const size_t longest = static_cast<size_t>(std::min(spec().max_tokens, kUsual));
    const size_t fixed = state_->transformer.block_bytes(longest), memory = state_->memory;
    return (memory - std::min(memory, fixed)) / state_->token_bytes();
}

void Encoder::release() noexcept
{
    state_->release();
#ifdef __GLIBC__
    // free() alone keeps memory that lies between blocks in use.
    malloc_trim(0);
#endif
}

size_t Encoder::scratch_bytes() const noexcept { return state_->scratch_bytes(); }

std::string_view Encoder::token(int32_t id) const noexcept { return state_->tokenizer.token(id); }

void Encoder::check_file() const
{
    if (!state_->file.intact())
        throw Error(ErrorCode::kModelInvalid,
                    "the file of model \"" + state_->name() + "\" was written in place",
                    "Connect again; install model files by rename, as \"sbert import\" does.", 0,
                    state_->place());
}

void Encoder::check_finite(const float *values, size_t n) const
{
    for (size_t i = 0; i < n; i++)
        if (!std::isfinite(values[i]))
            throw Error(ErrorCode::kModelInvalid,
                        "model \"" + state_->name() + "\" gives values that are not finite",
                        "Check its file with \"sbert verify\".", 0, state_->place());
}

void Encoder::tokenize(std::string_view text, std::string_view prompt, Dropped dropped,
                       StopFlag stop, Encoding &out) const
{
    check_file();
    const auto limit = static_cast<uint32_t>(spec().max_tokens);
    if (prompt.empty())
        return state_->tokenizer.encode(text, limit, dropped, stop, out);
    std::string joined;
    joined.reserve(prompt.size() + text.size());
    joined.append(prompt).append(text);
    state_->tokenizer.encode(joined, limit, dropped, stop, out);
    leave_prompt_out(prompt.size(), out.tokens);
}

// The number of tokens of the prompt, counted as in sentence-transformers: the prompt is tokenised
// alone, and a special token at its end does not count. If a token spans prompt and text, these are
// not the tokens that prompt and text begin with.
uint32_t Encoder::prompt_tokens(std::string_view prompt, StopFlag stop) const
{
    if (prompt.empty() || state_->pipeline.includes_prompt())
        return 0;
    Encoding alone;
    tokenize(prompt, {}, Dropped::kIgnore, stop, alone);
    if (alone.tokens.empty())
        return 0;
    const int32_t last = alone.tokens.back().id;
    return static_cast<uint32_t>(alone.tokens.size() - is_special(state_->tokenizer.spec(), last));
}

// Runs the sentences packed so far and writes their vectors.
void Encoder::run_pass(StopFlag stop, float *out, size_t stride)
{
    State &s = *state_;
    s.make_room(s.pass);
    s.pass = {};
    s.transformer.forward(s.packing, stop, s.scratch, s.rows);
    s.pipeline.run_on_tokens(s.rows, stop, s.spare);
    s.pipeline.run_to_sentences(s.rows, s.packing.offsets, s.prompt_tokens, stop, s.spare);
    check_finite(s.rows.row(0), s.rows.rows() * s.rows.width());
    for (size_t b = 0; b < s.rows.rows(); b++)
        std::copy_n(s.rows.row(b), s.rows.width(), out + b * stride);
    s.packing.clear();
    // The steps swap the two. The larger one is kept for the tokens of the next pass, because
    // otherwise both would grow.
    if (s.spare.bytes() > s.rows.bytes())
        std::swap(s.rows, s.spare);
}

size_t Encoder::encode(std::span<const std::string_view> texts, std::string_view prompt,
                       StopFlag stop, float *out, size_t stride, std::span<TextInfo> info)
{
    const GiveBack give_back(*this);
    State &s = *state_;
    s.packing.clear();
    s.pass = {};
    s.prompt_tokens = prompt_tokens(prompt, stop);
    // The text whose tokens are the first in the packing.
    size_t first = 0;
    for (size_t b = 0; b < texts.size(); b++) {
        tokenize(texts[b], prompt, Dropped::kIgnore, stop, s.encoding);
        info[b] = {static_cast<uint32_t>(s.encoding.tokens.size()), s.encoding.truncated};
        const size_t tokens = s.encoding.tokens.size();
        if (s.pass.tokens != 0 && !s.fits(s.pass.with(tokens))) {
            run_pass(stop, out + first * stride, stride);
            first = b;
            if (stop.pause())
                return b;
        }
        s.packing.append(s.encoding.tokens);
        s.pass = s.pass.with(tokens);
    }
    if (first < texts.size())
        run_pass(stop, out + first * stride, stride);
    return texts.size();
}

void Encoder::encode_tokens(std::string_view text, std::string_view prompt, StopFlag stop,
                            Encoding &tokens, std::vector<float> &out)
{
    const GiveBack give_back(*this);
    State &s = *state_;
    tokenize(text, prompt, Dropped::kIgnore, stop, tokens);
    s.packing.clear();
    s.packing.append(tokens.tokens);
    s.make_room({tokens.tokens.size(), tokens.tokens.size()});
    s.transformer.forward(s.packing, stop, s.scratch, s.rows);
    s.pipeline.run_on_tokens(s.rows, stop, s.spare);
    check_finite(s.rows.row(0), s.rows.rows() * s.rows.width());
    out.assign(s.rows.row(0), s.rows.row(0) + s.rows.rows() * s.rows.width());
}

size_t Encoder::token_width() const noexcept { return state_->pipeline.token_width(); }

void Encoder::tokenize_words(std::span<const std::string_view> words, StopFlag stop,
                             WordTokens &out) const
{
    check_file();
    const Tokenizer &tokenizer = state_->tokenizer;
    const PostProcessing &specials = tokenizer.spec().post_processing;
    const std::string_view front = wants_space(tokenizer.spec()) ? " " : "";
    Encoding word;
    std::string spaced;
    out.ids.clear();
    out.first.assign(1, 0);
    for (std::string_view text : words) {
        stop.check();
        if (!front.empty()) {
            spaced.assign(front).append(text);
            text = spaced;
        }
        tokenizer.encode(text, UINT32_MAX, Dropped::kIgnore, stop, word);
        for (size_t i = specials.prefix.size(); i + specials.suffix.size() < word.tokens.size();
             i++)
            out.ids.push_back(word.tokens[i].id);
        out.first.push_back(static_cast<uint32_t>(out.ids.size()));
    }
}

uint32_t Encoder::word_room() const noexcept
{
    const PostProcessing &specials = state_->tokenizer.spec().post_processing;
    return static_cast<uint32_t>(spec().max_tokens) -
           static_cast<uint32_t>(specials.prefix.size() + specials.suffix.size());
}

uint32_t Encoder::layer_count() const noexcept { return state_->transformer.depth() + 1; }
size_t Encoder::hidden_width() const noexcept
{
    return static_cast<size_t>(spec().transformer.hidden_size);
}

// Runs the requests that are packed, and copies the rows that they want.
void Encoder::run_layers(std::span<const LayerRequest> requests, std::span<const uint32_t> layers,
                         StopFlag stop)
{
    State &s = *state_;
    const size_t C = hidden_width();
    size_t at = 0;
    const auto take = [&](uint32_t depth, const Rows &hidden) {
        if (at == layers.size() || layers[at] != depth)
            return;
        for (size_t b = 0; b < requests.size(); b++) {
            float *out = requests[b].out + at * C;
            for (const uint32_t row : requests[b].rows) {
                const float *state = hidden.row(s.packing.offsets[b] + row);
                check_finite(state, C);
                out = std::copy_n(state, C, out) + (layers.size() - 1) * C;
            }
        }
        at++;
    };
    s.make_room(s.pass);
    s.pass = {};
    s.transformer.forward(s.packing, stop, s.scratch, s.rows, take);
    s.packing.clear();
}

size_t Encoder::encode_layers(std::span<const LayerRequest> requests,
                              std::span<const uint32_t> layers, StopFlag stop)
{
    check_file();
    const GiveBack give_back(*this);
    State &s = *state_;
    s.packing.clear();
    s.pass = {};
    size_t first = 0;
    for (size_t b = 0; b < requests.size(); b++) {
        const size_t tokens = requests[b].ids.size();
        if (s.pass.tokens != 0 && !s.fits(s.pass.with(tokens))) {
            run_layers(requests.subspan(first, b - first), layers, stop);
            first = b;
            if (stop.pause())
                return b;
        }
        s.packing.append(requests[b].ids);
        s.pass = s.pass.with(tokens);
    }
    if (first < requests.size())
        run_layers(requests.subspan(first), layers, stop);
    return requests.size();
}

} // namespace sbert::encoder
