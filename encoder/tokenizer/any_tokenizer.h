// The tokenizer that a model has: of the WordPiece family, which streams, or of any components.
#pragma once

#include <variant>

#include "encoder/tokenizer/components_tokenizer.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::encoder {

class AnyTokenizer {
  public:
    // As the constructors of the two, which see.
    AnyTokenizer(const TokenizerSpec &spec, VocabularyView vocabulary)
        : kind_(std::in_place_type<Tokenizer>, spec, vocabulary)
    {
    }
    AnyTokenizer(const components::ComponentsSpec &spec, const components::ComponentsView &view)
        : kind_(std::in_place_type<components::ComponentsTokenizer>, spec, view)
    {
    }

    // As Tokenizer::encode().
    void encode(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                Encoding &out) const
    {
        std::visit([&](const auto &kind) { kind.encode(text, max_tokens, dropped, stop, out); },
                   kind_);
    }
    std::string_view token(int32_t id) const noexcept
    {
        return std::visit([id](const auto &kind) { return kind.token(id); }, kind_);
    }

  private:
    std::variant<Tokenizer, components::ComponentsTokenizer> kind_;
};

} // namespace sbert::encoder
