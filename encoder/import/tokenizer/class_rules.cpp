#include "encoder/import/tokenizer/class_rules.h"

namespace sbert::encoder {

// The special tokens that T5 has for masked spans.
static std::vector<std::string> t5_extra(const TokenizerSettings &settings)
{
    std::vector<std::string> names;
    for (int64_t i = settings.config().integer_or("extra_ids", 100, 0, 10000); i > 0; --i)
        names.push_back("<extra_id_" + std::to_string(i - 1) + ">");
    return names;
}

ClassRules rules_of(const TokenizerSettings &settings)
{
    const RoleDefaults roberta = {{"<s>", "</s>", "<unk>", "</s>", "<pad>", "<s>", "<mask>"}};
    switch (settings.kind()) {
    case TokenizerClass::kMpnet:
        return {.model = ModelKind::kWordPiece,
                .files = "vocab.txt",
                .roles = {{"<s>", "</s>", "[UNK]", "</s>", "<pad>", "<s>", "<mask>"}, true},
                .before = {{kCls}},
                .after = {{kSep}},
                .between = {{kSep}, {kSep}},
                .trims = true};
    case TokenizerClass::kRoberta:
        return {.model = ModelKind::kBpe,
                .files = "vocab.json",
                .roles = roberta,
                .before = {{kCls}},
                .after = {{kSep}},
                .between = {{kSep}, {kSep}},
                .trims = settings.config().boolean_or("trim_offsets", true)};
    case TokenizerClass::kGpt2:
        return {.model = ModelKind::kBpe,
                .files = "vocab.json",
                .roles = {{"<|endoftext|>", "<|endoftext|>", "<|endoftext|>", "", "", "", ""}},
                .before = {},
                .after = {},
                .keeps_post = true};
    case TokenizerClass::kXlmRoberta:
        return {.model = ModelKind::kUnigram,
                .files = "sentencepiece.bpe.model",
                .roles = roberta,
                .before = {{kBos}},
                .after = {{kEos}},
                .between = {{kEos}, {kEos}},
                .unknown_piece = 3};
    case TokenizerClass::kCamembert:
        return {.model = ModelKind::kUnigram,
                .files = "sentencepiece.bpe.model",
                .roles = {roberta.contents, true},
                .before = {{kBos}},
                .after = {{kEos}},
                .between = {{kEos}, {kEos}},
                .extra = {"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"}};
    case TokenizerClass::kAlbert:
        return {.model = ModelKind::kUnigram,
                .files = "spiece.model",
                .roles = {{"[CLS]", "[SEP]", "<unk>", "[SEP]", "<pad>", "[CLS]", "[MASK]"}},
                .before = {{kCls}},
                .after = {{kSep}},
                .between = {{kSep}},
                .unknown_piece = 1,
                .keeps_post = true};
    case TokenizerClass::kXlnet:
        return {.model = ModelKind::kUnigram,
                .files = "spiece.model",
                .roles = {{"<s>", "</s>", "<unk>", "<sep>", "<pad>", "<cls>", "<mask>"}, true},
                .before = {},
                .after = {{kSep}, {kCls, 2}},
                .extra = {"<eop>", "<eod>"}};
    default: // T5
        return {.model = ModelKind::kUnigram,
                .files = "spiece.model",
                .roles = {{"", "</s>", "<unk>", "", "<pad>", "", ""}},
                .before = {},
                .after = {{kEos}},
                .extra = t5_extra(settings),
                .unknown_piece = 2};
    }
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
