// One text through all the steps: chunks between added tokens, normalised characters, words,
// pieces; then the special tokens around them. Each step is told in its own file; README.md draws
// the way.
#include "encoder/tokenizer/tokenizer.h"

#include <algorithm>
#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/added_matcher.h"
#include "encoder/tokenizer/added_tokens.h"
#include "encoder/tokenizer/chunk_reader.h"
#include "encoder/tokenizer/normalizer.h"
#include "encoder/tokenizer/pretokenizer.h"

namespace sbert::encoder {

struct Tokenizer::Derived {
    explicit Derived(const TokenizerSpec &spec) : added(spec), ascii(spec) {}
    AddedTokens added;
    AsciiTable ascii;
};

namespace {

// One more mark than a word may have characters makes the word unknown. A model whose added tokens
// are matched in the normalised text may match anywhere in a run of marks, so it needs them all.
size_t kept_marks(const TokenizerSpec &spec, const AddedTokens &added)
{
    return added.normalized().empty() ? size_t{spec.max_input_chars_per_word} + 1 : SIZE_MAX - 1;
}

// The state of one encode().
class Run {
  public:
    Run(const TokenizerSpec &spec, const VocabularyView &vocabulary, const AddedTokens &added,
        const AsciiTable &ascii, TokenSink &sink)
        : sink_(sink), normalizer_(spec, kept_marks(spec, added)),
          words_(spec, vocabulary, ascii, sink), matcher_(added, words_, sink),
          matching_(!added.normalized().empty())
    {
    }

    void run(ChunkReader &reader)
    {
        size_t at = 0;
        while (true) {
            run_chunk(reader, at);
            if (sink_.finished() || reader.match().token == nullptr)
                return;
            const ChunkReader::Match &match = reader.match();
            sink_.push({match.token->id, static_cast<uint32_t>(match.begin),
                        static_cast<uint32_t>(match.end)});
            at = reader.next_chunk();
        }
    }

  private:
    void run_chunk(ChunkReader &reader, size_t at)
    {
        while (!sink_.finished() && !reader.at_end(at)) {
            if (!matching_ && (reader.text()[at] & 0x80) == 0)
                at = words_.add_ascii(reader, at);
            else
                at = run_normalizer(reader, at);
        }
        if (!sink_.finished())
            matcher_.end_chunk();
    }

    size_t run_normalizer(ChunkReader &reader, size_t at)
    {
        chars_.clear();
        at = normalizer_.read(reader, at, chars_);
        if (matching_) {
            matcher_.add(chars_);
        } else {
            for (const NormalChar &c : chars_)
                words_.add(c);
        }
        return at;
    }

    TokenSink &sink_;
    Normalizer normalizer_;
    PreTokenizer words_;
    AddedMatcher matcher_;
    bool matching_;
    std::vector<NormalChar> chars_;
};

void append_specials(const std::vector<int32_t> &ids, Encoding &out)
{
    for (const int32_t id : ids)
        out.tokens.push_back({id, 0, 0});
}

} // namespace

Tokenizer::Tokenizer(const TokenizerSpec &spec, VocabularyView vocabulary)
    : spec_(spec), vocabulary_(vocabulary), derived_(std::make_shared<const Derived>(spec))
{
}

void Tokenizer::encode(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                       Encoding &out) const
{
    out.tokens.clear();
    out.dropped = 0;
    out.truncated = false;
    if (text.size() > UINT32_MAX)
        throw Error(ErrorCode::kLimit, "text of " + std::to_string(text.size()) + " bytes",
                    "A text may have at most 4294967295 bytes.");
    const size_t specials = spec_.prefix_ids.size() + spec_.suffix_ids.size();
    if (max_tokens < specials)
        throw Error(ErrorCode::kLimit, "limit of " + std::to_string(max_tokens) + " tokens",
                    "The special tokens alone are " + std::to_string(specials) + ".");
    append_specials(spec_.prefix_ids, out);
    TokenSink sink(out, max_tokens - spec_.suffix_ids.size(), dropped);
    ChunkReader reader(derived_->added, text, stop);
    Run(spec_, vocabulary_, derived_->added, derived_->ascii, sink).run(reader);
    append_specials(spec_.suffix_ids, out);
}

std::string_view Tokenizer::token(int32_t id) const noexcept
{
    if (id >= 0 && static_cast<size_t>(id) + 1 < vocabulary_.offsets.size()) {
        const uint32_t begin = vocabulary_.offsets[id];
        const uint32_t end = vocabulary_.offsets[id + 1];
        if (begin != end)
            return {vocabulary_.bytes.data() + begin, end - begin};
    }
    for (const AddedToken &token : spec_.added_tokens) {
        if (token.id == id)
            return token.content;
    }
    return {};
}

int32_t Tokenizer::vocabulary_size() const noexcept
{
    auto last = static_cast<int32_t>(vocabulary_.offsets.size()) - 2;
    for (const AddedToken &token : spec_.added_tokens)
        last = std::max(last, std::min(token.id, INT32_MAX - 1));
    return last + 1;
}

} // namespace sbert::encoder
