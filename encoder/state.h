// What an Encoder holds, and how the sentences of a call become passes through the layers. For
// encoder.cpp and predict.cpp alone.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "encoder/encoder.h"
#include "encoder/model/json.h"
#include "encoder/model/packed.h"
#include "encoder/nn/pipeline.h"
#include "encoder/nn/sparse_head.h"
#include "encoder/nn/transformer.h"
#include "encoder/pair.h"

namespace sbert::encoder {

// The bytes of a token in a Packing: its id, its position, its type and at most one offset, in
// vectors that grow by doubling.
inline constexpr size_t kTokenBytes = 2 * (sizeof(int32_t) + 3 * sizeof(uint32_t));

// The size of a pass: the sentences that go through the layers together.
struct Pass {
    size_t tokens = 0;
    size_t longest = 0; // tokens of the longest sentence
    size_t sentences = 0;

    Pass with(size_t sentence) const
    {
        return {tokens + sentence, std::max(longest, sentence), sentences + 1};
    }
};

inline TextInfo info_of(const Encoding &tokens)
{
    return {static_cast<uint32_t>(tokens.tokens.size()), tokens.truncated};
}

struct Encoder::State {
    PackedFile file;
    Tokenizer tokenizer;
    Parameters parameters;
    Transformer transformer;
    Pipeline pipeline;
    std::optional<SparseHead> sparse;
    std::string fingerprint;

    // Scratch, reused from call to call.
    Packing packing;
    PairEncoding sentence; // a text's types are empty
    Encoding second;
    WordSequence window;
    TransformerScratch scratch;
    SparseScratch sparse_scratch;
    Rows rows, spare;
    // The bound on the bytes of these, and the pass that they have room for.
    size_t memory = 0;
    Pass held;
    // The sentences packed so far.
    Pass pass;

    explicit State(PackedFile &&opened)
        : file(std::move(opened)), tokenizer(file.spec().tokenizer, file.view().tables),
          parameters(file.view()), transformer(file.spec().transformer, parameters),
          pipeline(file.spec().pipeline, static_cast<size_t>(file.spec().transformer.hidden_size),
                   parameters),
          fingerprint(to_hex(file.fingerprint()))
    {
        if (file.spec().head.kind == HeadKind::kSparse)
            sparse.emplace(file.spec().head, static_cast<size_t>(file.spec().dimensions),
                           pipeline.token_width(), parameters);
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

    size_t sentence_bytes() const noexcept
    {
        return sparse ? sizeof(float) * static_cast<size_t>(file.spec().dimensions) : 0;
    }

    bool fits(const Pass &next) const noexcept
    {
        return transformer.block_bytes(next.longest) + next.tokens * token_bytes() +
                   next.sentences * sentence_bytes() <=
               memory;
    }

    // Called before a pass. If the scratch of an earlier, larger pass keeps this pass from fitting,
    // it is freed.
    void make_room(const Pass &next) noexcept
    {
        const Pass both = {std::max(held.tokens, next.tokens), std::max(held.longest, next.longest),
                           std::max(held.sentences, next.sentences)};
        held = both;
        if (fits(both) || !fits(next))
            return;
        scratch = {};
        rows = {};
        spare = {};
        held = next;
    }

    // The packed sentences through the transformer and the steps that see tokens, into `rows`.
    void forward(StopFlag stop)
    {
        make_room(pass);
        transformer.forward(packing, stop, scratch, rows);
        pipeline.run_on_tokens(rows, stop, spare);
    }

    // Steps swap the two. The larger one is kept for the tokens of the next pass, because otherwise
    // both would grow.
    void keep_larger()
    {
        if (spare.bytes() > rows.bytes())
            std::swap(rows, spare);
    }

    size_t scratch_bytes() const noexcept
    {
        return scratch.bytes() + sparse_scratch.bytes() + rows.bytes() + spare.bytes() +
               packing.ids.capacity() * kTokenBytes / 2;
    }

    void release() noexcept
    {
        packing = {};
        sentence = {};
        second = {};
        window = {};
        scratch = {};
        sparse_scratch = {};
        rows = {};
        spare = {};
        held = {};
    }

    // The model's name in messages: the NAME in ".../NAME.sbert". The path of its file is for the
    // log alone.
    std::string name() const
    {
        // Without a '/' the search returns npos, and npos + 1 is 0.
        std::string name = file.path().substr(file.path().rfind('/') + 1);
        if (name.ends_with(".sbert"))
            name.resize(name.size() - 6);
        return printable(name);
    }
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

} // namespace sbert::encoder
