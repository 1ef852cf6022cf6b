// One text through all the components. README.md draws the way.
#include "encoder/tokenizer/components_tokenizer.h"

#include <algorithm>
#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/added_splitter.h"
#include "encoder/tokenizer/models.h"
#include "encoder/tokenizer/normalizers.h"
#include "encoder/tokenizer/pretokenizers.h"
#include "encoder/tokenizer/trim_offsets.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder::components {

// The specification made ready to run.
struct ComponentsTokenizer::Ready {
    Ready(ComponentsSpec a_spec, ComponentsView a_view)
        : spec(std::move(a_spec)), view(std::move(a_view)), normalizers(spec.normalizers, view),
          original(spec.added_tokens, AddedSplitter::Stage::kOriginal, normalizers),
          normalized(spec.added_tokens, AddedSplitter::Stage::kNormalized, normalizers),
          pre_tokenizers(spec.pre_tokenizers), model(spec.model, view)
    {
    }

    void encode(std::string_view text, StopFlag stop, TokenSink &sink);
    void read_pieces(std::string_view text, StopFlag stop, Pieces &out) const;

    const ComponentsSpec spec;
    const ComponentsView view;
    const Normalizers normalizers;
    const AddedSplitter original;
    const AddedSplitter normalized;
    const PreTokenizers pre_tokenizers;
    Model model; // with its buffers
};

// Added tokens of both stages, and normalised text between them.
void ComponentsTokenizer::Ready::read_pieces(std::string_view text, StopFlag stop,
                                             Pieces &out) const
{
    Chars chars, chunk;
    chars.reserve(text.size());
    decode_aligned(text, stop, chars);
    std::vector<Piece> raw, inner;
    original.split(chars, stop, raw);
    for (const Piece &piece : raw) {
        chunk.assign(chars.begin() + piece.first, chars.begin() + piece.last);
        inner.clear();
        if (piece.token >= 0) {
            inner.push_back({0, static_cast<uint32_t>(chunk.size()), piece.token});
        } else {
            normalizers.run(chunk, stop);
            normalized.split(chunk, stop, inner);
        }
        const auto base = static_cast<uint32_t>(out.text.size());
        out.text.insert(out.text.end(), chunk.begin(), chunk.end());
        for (const Piece &found : inner) {
            if (found.first < found.last)
                out.pieces.push_back({base + found.first, base + found.last, found.token});
        }
    }
}

void ComponentsTokenizer::Ready::encode(std::string_view text, StopFlag stop, TokenSink &sink)
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

ComponentsTokenizer::ComponentsTokenizer(ComponentsSpec spec, ComponentsView view)
    : ready_(std::make_unique<Ready>(std::move(spec), std::move(view)))
{
}
ComponentsTokenizer::~ComponentsTokenizer() = default;
ComponentsTokenizer::ComponentsTokenizer(ComponentsTokenizer &&) noexcept = default;

namespace {

[[noreturn]] void fail_too_long(size_t bytes)
{
    throw Error(ErrorCode::kLimit, "text of " + std::to_string(bytes) + " bytes",
                "This model's tokenizer takes at most " + std::to_string(kMaxText) +
                    " bytes as a whole.");
}

// The beginning of a text that is worked on, up to a character's end.
std::string_view readable(std::string_view text, Dropped dropped)
{
    if (text.size() <= kMaxText)
        return text;
    if (dropped == Dropped::kCount)
        fail_too_long(text.size());
    size_t end = kMaxText;
    while (end > 0 && !utf8_is_start(text[end]))
        --end;
    return text.substr(0, end);
}

void append(const std::vector<SpecialId> &specials, Encoding &out)
{
    for (const SpecialId &special : specials)
        out.tokens.push_back({special.id, 0, 0});
}

} // namespace

void ComponentsTokenizer::encode(std::string_view text, uint32_t max_tokens, Dropped dropped,
                                 StopFlag stop, Encoding &out) const
{
    const PostProcessing &post = ready_->spec.post_processing;
    out.tokens.clear();
    out.dropped = 0;
    out.truncated = false;
    const size_t specials = post.prefix.size() + post.suffix.size();
    if (max_tokens < specials)
        throw Error(ErrorCode::kLimit, "limit of " + std::to_string(max_tokens) + " tokens",
                    "The special tokens alone are " + std::to_string(specials) + ".");
    append(post.prefix, out);
    TokenSink sink(out, max_tokens - post.suffix.size(), dropped, !post.trims.empty());
    const std::string_view part = readable(text, dropped);
    ready_->encode(part, stop, sink);
    const auto own = std::span(out.tokens).subspan(post.prefix.size());
    if (part.size() < text.size() &&
        (!out.truncated || (!own.empty() && own.back().end + kTextMargin > part.size())))
        fail_too_long(text.size());
    for (const TrimOffsets &trim : post.trims)
        trim_offsets(trim, text, own, sink.spaces());
    append(post.suffix, out);
}

std::string_view ComponentsTokenizer::token(int32_t id) const noexcept
{
    const VocabularyView &vocabulary = ready_->view.vocabulary;
    if (id >= 0 && static_cast<size_t>(id) + 1 < vocabulary.offsets.size()) {
        if (const std::string_view text = token_text(vocabulary, id); !text.empty())
            return text;
    }
    for (const AddedToken &token : ready_->spec.added_tokens) {
        if (token.id == id)
            return token.content;
    }
    return {};
}

int32_t ComponentsTokenizer::vocabulary_size() const noexcept
{
    auto last = static_cast<int32_t>(ready_->view.vocabulary.offsets.size()) - 2;
    for (const AddedToken &token : ready_->spec.added_tokens)
        last = std::max(last, std::min(token.id, INT32_MAX - 1));
    return last + 1;
}

const ComponentsSpec &ComponentsTokenizer::spec() const noexcept { return ready_->spec; }

} // namespace sbert::encoder::components
