// The classes' constructors as data: see class_rules.h.
#include "encoder/import/tokenizer/class_rules.h"

namespace sbert::encoder {

Recipe recipe_of(TokenizerClass kind)
{
    const RoleDefaults roberta = {{"<s>", "</s>", "<unk>", "</s>", "<pad>", "<s>", "<mask>"}};
    switch (kind) {
    case TokenizerClass::kMpnet:
        return {ModelKind::kWordPiece,
                {{"<s>", "</s>", "[UNK]", "</s>", "<pad>", "<s>", "<mask>"}, true},
                {},
                "vocab.txt"};
    case TokenizerClass::kRoberta:
        return {ModelKind::kBpe, roberta, {}, "vocab.json"};
    case TokenizerClass::kGpt2:
        return {ModelKind::kBpe,
                {{"<|endoftext|>", "<|endoftext|>", "<|endoftext|>", "", "", "", ""}},
                {},
                "vocab.json"};
    case TokenizerClass::kXlmRoberta:
        return {ModelKind::kUnigram, roberta, {}, "sentencepiece.bpe.model"};
    case TokenizerClass::kCamembert:
        return {ModelKind::kUnigram,
                {roberta.contents, true},
                {"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"},
                "sentencepiece.bpe.model"};
    case TokenizerClass::kAlbert:
        return {ModelKind::kUnigram,
                {{"[CLS]", "[SEP]", "<unk>", "[SEP]", "<pad>", "[CLS]", "[MASK]"}},
                {},
                "spiece.model"};
    case TokenizerClass::kXlnet:
        return {ModelKind::kUnigram,
                {{"<s>", "</s>", "<unk>", "<sep>", "<pad>", "<cls>", "<mask>"}, true},
                {"<eop>", "<eod>"},
                "spiece.model"};
    default: // T5
        return {
            ModelKind::kUnigram, {{"", "</s>", "<unk>", "", "<pad>", "", ""}}, {}, "spiece.model"};
    }
}

std::vector<std::string> t5_extra(const TokenizerSettings &settings)
{
    std::vector<std::string> names;
    for (int64_t i = settings.config().integer_or("extra_ids", 100, 0, 10000); i > 0; --i)
        names.push_back("<extra_id_" + std::to_string(i - 1) + ">");
    return names;
}

PieceLayout layout_of(const TokenizerSettings &settings, const ClassTokens &tokens)
{
    const TokenizerClass kind = settings.kind();
    PieceLayout layout;
    if (kind == TokenizerClass::kXlmRoberta) {
        layout.replaced = 3;
        for (const Role role : {kBos, kPad, kEos, kUnk})
            layout.first.emplace_back(tokens.content(role), 0);
    } else if (kind == TokenizerClass::kCamembert) {
        layout.replaced = 1;
        layout.first = {{"<s>NOTUSED", 0},
                        {tokens.content(kPad), 0},
                        {"</s>NOTUSED", 0},
                        {tokens.content(kUnk), 0},
                        {"<unk>NOTUSED", -100}};
    } else if (kind == TokenizerClass::kT5) {
        for (std::string &name : t5_extra(settings))
            layout.last.emplace_back(std::move(name), 0);
    }
    if (!layout.first.empty())
        layout.last.emplace_back(tokens.content(kMask), 0);
    return layout;
}

} // namespace sbert::encoder
