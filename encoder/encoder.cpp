// The encoder tokenises texts, packs them into passes, runs the layers and returns the vectors.
#include "encoder/encoder.h"

#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "encoder/state.h"

namespace sbert::encoder {

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

void Encoder::require_head(HeadKind kind) const
{
    constexpr const char *kGives[] = {"vectors", "labels of texts or pairs", "labels of tokens",
                                      "sparse vectors"}; // by HeadKind
    const auto gives = [&](HeadKind one) { return std::string(kGives[static_cast<size_t>(one)]); };
    if (spec().head.kind != kind)
        throw Error(ErrorCode::kModelUnsupported, "model \"" + state_->name() + "\" gives " +
                                                      gives(spec().head.kind) + ", not " +
                                                      gives(kind));
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

size_t Encoder::in_passes(size_t count, StopFlag stop, const Read &read, const Take &take)
{
    const GiveBack give_back(*this);
    State &s = *state_;
    s.packing.clear();
    s.pass = {};
    // The sentence whose tokens are the first in the packing.
    size_t first = 0;
    for (size_t b = 0; b < count; b++) {
        read(b);
        const size_t tokens = s.sentence.tokens.tokens.size();
        if (s.pass.tokens != 0 && !s.fits(s.pass.with(tokens))) {
            s.forward(stop);
            take(first);
            s.packing.clear();
            s.pass = {};
            first = b;
            if (stop.pause())
                return b;
        }
        s.packing.append(s.sentence.tokens.tokens, s.sentence.types);
        s.pass = s.pass.with(tokens);
    }
    if (first < count) {
        s.forward(stop);
        take(first);
    }
    return count;
}

// The pipeline's results for the sentences of a pass, each a row.
void Encoder::take_rows(uint32_t prompt, StopFlag stop, float *out, size_t stride)
{
    State &s = *state_;
    s.pipeline.run_to_sentences(s.rows, s.packing.offsets, prompt, stop, s.spare);
    check_finite(s.rows.row(0), s.rows.rows() * s.rows.width());
    for (size_t b = 0; b < s.rows.rows(); b++)
        std::copy_n(s.rows.row(b), s.rows.width(), out + b * stride);
    s.keep_larger();
}

size_t Encoder::encode(std::span<const std::string_view> texts, std::string_view prompt,
                       StopFlag stop, float *out, size_t stride, std::span<TextInfo> info)
{
    require_head(HeadKind::kNone);
    const uint32_t skipped = prompt_tokens(prompt, stop);
    PairEncoding &sentence = state_->sentence;
    sentence.types.clear();
    return in_passes(
        texts.size(), stop,
        [&](size_t b) {
            tokenize(texts[b], prompt, Dropped::kIgnore, stop, sentence.tokens);
            info[b] = info_of(sentence.tokens);
        },
        [&](size_t first) { take_rows(skipped, stop, out + first * stride, stride); });
}

void Encoder::encode_tokens(std::string_view text, std::string_view prompt, StopFlag stop,
                            Encoding &tokens, std::vector<float> &out)
{
    require_head(HeadKind::kNone);
    PairEncoding &sentence = state_->sentence;
    sentence.types.clear();
    in_passes(
        1, stop,
        [&](size_t) {
            tokenize(text, prompt, Dropped::kIgnore, stop, tokens);
            sentence.tokens = tokens;
        },
        [&](size_t) {
            const Rows &rows = state_->rows;
            check_finite(rows.row(0), rows.rows() * rows.width());
            out.assign(rows.row(0), rows.row(0) + rows.rows() * rows.width());
        });
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
