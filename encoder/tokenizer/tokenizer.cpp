// One text through all the components. README.md draws the way.
#include "encoder/tokenizer/tokenizer.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/added_splitter.h"
#include "encoder/tokenizer/bert_stream.h"
#include "encoder/tokenizer/models.h"
#include "encoder/tokenizer/normalizers.h"
#include "encoder/tokenizer/pretokenizers.h"
#include "encoder/tokenizer/trim_offsets.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

// The specification made ready to run.
struct Tokenizer::Ready {
    Ready(TokenizerSpec a_spec, TokenizerView a_view)
        : spec(std::move(a_spec)), view(std::move(a_view)), normalizers(spec.normalizers, view),
          original(spec.added_tokens, AddedSplitter::Stage::kOriginal, normalizers),
          normalized(spec.added_tokens, AddedSplitter::Stage::kNormalized, normalizers),
          pre_tokenizers(spec.pre_tokenizers), model(spec.model, view)
    {
        if (BertSteps::serve(spec))
            bert.emplace(spec, normalizers, original, normalized);
    }

    void encode(std::string_view text, StopFlag stop, TokenSink &sink);
    void read_pieces(std::string_view text, StopFlag stop, Pieces &out) const;

    const TokenizerSpec spec;
    const TokenizerView view;
    const Normalizers normalizers;
    const AddedSplitter original;
    const AddedSplitter normalized;
    const PreTokenizers pre_tokenizers;
    std::optional<BertSteps> bert; // where the short cut serves
    Model model;                   // with its buffers
};

// Added tokens of both stages, and normalised text between them.
void Tokenizer::Ready::read_pieces(std::string_view text, StopFlag stop, Pieces &out) const
{
    Chars chars, chunk, scratch;
    chars.reserve(text.size());
    decode_aligned(text, stop, chars);
    std::vector<Piece> raw, inner;
    original.split(chars, 0, AddedSplitter::Rest::kNone, stop, raw);
    for (const Piece &piece : raw) {
        chunk.assign(chars.begin() + piece.first, chars.begin() + piece.last);
        inner.clear();
        if (piece.token >= 0) {
            inner.push_back({0, static_cast<uint32_t>(chunk.size()), piece.token});
        } else {
            normalizers.run(chunk, scratch, stop);
            normalized.split(chunk, 0, AddedSplitter::Rest::kNone, stop, inner);
        }
        const auto base = static_cast<uint32_t>(out.text.size());
        out.text.insert(out.text.end(), chunk.begin(), chunk.end());
        for (const Piece &found : inner) {
            if (found.first < found.last)
                out.pieces.push_back({base + found.first, base + found.last, found.token});
        }
    }
}

// A text as a whole.
void Tokenizer::Ready::encode(std::string_view text, StopFlag stop, TokenSink &sink)
{
    Pieces pieces;
    read_pieces(text, stop, pieces);
    pre_tokenizers.run(pieces, stop);
    Poll poll(stop);
    std::string bytes;
    for (const Piece &piece : pieces.pieces) {
        if (sink.finished())
            return;
        poll.tick();
        const Char *chars = pieces.text.data() + piece.first;
        const size_t count = piece.last - piece.first;
        encode_chars(chars, count, bytes);
        WordSink word(chars, bytes, sink);
        if (piece.token >= 0)
            word.push(piece.token, 0, bytes.size(), bytes);
        else
            model.split(word, stop);
    }
}

Tokenizer::Tokenizer(TokenizerSpec spec, TokenizerView view)
    : ready_(std::make_unique<Ready>(std::move(spec), std::move(view)))
{
}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer &&) noexcept = default;

namespace {

[[noreturn]] void fail_too_long(size_t bytes, const std::string &hint)
{
    throw Error(ErrorCode::kLimit, "text of " + std::to_string(bytes) + " bytes", hint);
}

[[noreturn]] void fail_beyond_whole(size_t bytes)
{
    fail_too_long(bytes, "This model's tokenizer takes at most " + std::to_string(kMaxText) +
                             " bytes as a whole.");
}

// The beginning of a text that is worked on, up to a character's end.
std::string_view readable(std::string_view text, Dropped dropped)
{
    if (text.size() <= kMaxText)
        return text;
    if (dropped == Dropped::kCount)
        fail_beyond_whole(text.size());
    size_t end = kMaxText;
    while (end > 0 && !utf8_is_start(text[end]))
        --end;
    return text.substr(0, end);
}

// Whether the tokens that were kept depend on nothing beyond the beginning that was read.
void check_beginning(std::string_view part, std::string_view text, const Encoding &out,
                     std::span<const Token> own)
{
    if (part.size() < text.size() &&
        (!out.truncated || (!own.empty() && own.back().end + kTextMargin > part.size())))
        fail_beyond_whole(text.size());
}

void append(const std::vector<SpecialId> &specials, Encoding &out)
{
    for (const SpecialId &special : specials)
        out.tokens.push_back({special.id, 0, 0});
}

} // namespace

// Appends the text's tokens until there are `limit` of all.
void Tokenizer::append_text(std::string_view text, size_t limit, Dropped dropped, StopFlag stop,
                            Encoding &out) const
{
    const std::vector<TrimOffsets> &trims = ready_->spec.post_processing.trims;
    const size_t before = out.tokens.size();
    TokenSink sink(out, limit, dropped, !trims.empty());
    if (ready_->bert) {
        if (text.size() > UINT32_MAX)
            fail_too_long(text.size(), "A text may have at most 4294967295 bytes.");
        BertStream(*ready_->bert, ready_->model, text, stop, sink).run();
    } else {
        const std::string_view part = readable(text, dropped);
        ready_->encode(part, stop, sink);
        check_beginning(part, text, out, std::span(out.tokens).subspan(before));
    }
    for (const TrimOffsets &trim : trims)
        trim_offsets(trim, text, std::span(out.tokens).subspan(before), sink.spaces());
}

void Tokenizer::encode(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                       Encoding &out) const
{
    const PostProcessing &post = ready_->spec.post_processing;
    out.clear();
    const size_t specials = post.prefix.size() + post.suffix.size();
    if (max_tokens < specials)
        throw Error(ErrorCode::kLimit, "limit of " + std::to_string(max_tokens) + " tokens",
                    "The special tokens alone are " + std::to_string(specials) + ".");
    append(post.prefix, out);
    append_text(text, max_tokens - post.suffix.size(), dropped, stop, out);
    append(post.suffix, out);
}

void Tokenizer::encode_alone(std::string_view text, uint32_t max_tokens, Dropped dropped,
                             StopFlag stop, Encoding &out) const
{
    out.clear();
    append_text(text, max_tokens, dropped, stop, out);
}

std::string_view Tokenizer::token(int32_t id) const noexcept
{
    if (const std::string_view text = vocabulary_text(ready_->view.vocabulary, id); !text.empty())
        return text;
    for (const AddedToken &token : ready_->spec.added_tokens) {
        if (token.id == id)
            return token.content;
    }
    return {};
}

int32_t Tokenizer::vocabulary_size() const noexcept
{
    auto last = static_cast<int32_t>(ready_->view.vocabulary.offsets.size()) - 2;
    for (const AddedToken &token : ready_->spec.added_tokens)
        last = std::max(last, std::min(token.id, INT32_MAX - 1));
    return last + 1;
}

const TokenizerSpec &Tokenizer::spec() const noexcept { return ready_->spec; }

} // namespace sbert::encoder
