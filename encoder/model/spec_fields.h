// The fields of a ModelSpec by their names in JSON: one list, which spec_json.cpp walks to write a
// spec and to read it. check_spec() judges what was read.
//
//   walk.field(KEY, MEMBER [, LEAST, MOST])   is always there
//   walk.option(KEY, MEMBER, OTHERWISE)       is left out where it has this value
//   walk.part(KEY, MEMBER)                    is an object that is left out where there is none
//   walk.choice(KEY, FLAG, NAME, OTHER)       is one of two names
//
// Every change here changes the text, and so every fingerprint. A new field is therefore an option
// that is left out for the models which exist.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// ---- what the member "type" says of an object that is one of several kinds ----------------------
// In the order of the kinds. An enumeration among them stands for as many types as it has names
// (names.h).

constexpr auto types(const Step &)
{
    return std::to_array({"pooling", "dense", "layer_norm", "normalize", "truncate"});
}
constexpr auto types(const NormalizerSpec &)
{
    return std::to_array({"BertNormalizer", "", "Lowercase", "Strip", "StripAccents", "Nmt",
                          "Precompiled", "Replace", "Prepend", "ByteLevel"});
}
constexpr auto types(const PreTokenizerSpec &)
{
    return std::to_array({"BertPreTokenizer", "ByteLevel", "Metaspace", "Whitespace",
                          "WhitespaceSplit", "Split", "Punctuation", "Digits", "CharDelimiterSplit",
                          "UnicodeScripts", "FixedLength"});
}
constexpr auto types(const TokenModelSpec &)
{
    return std::to_array({"WordPiece", "BPE", "Unigram", "WordLevel"});
}

// ---- the fields ---------------------------------------------------------------------------------

// What has nothing but its type.
template <class Kind>
requires std::is_empty_v<Kind>
void fields(auto &, Kind &) {}

void fields(auto &walk, TransformerSpec &spec)
{
    const TransformerSpec bert;
    walk.field("type", spec.family);
    walk.field("activation", spec.activation);
    walk.field("heads", spec.heads);
    walk.field("hidden_size", spec.hidden_size);
    walk.field("intermediate_size", spec.intermediate_size);
    walk.field("layer_norm_eps", spec.layer_norm_eps);
    walk.field("layers", spec.layers);
    walk.field("max_positions", spec.max_positions);
    walk.field("type_vocab_size", spec.type_vocab_size);
    walk.field("vocab_size", spec.vocab_size);
    walk.option("attention_bias", spec.attention_bias, bert.attention_bias);
    walk.option("embedding_norm", spec.embedding_norm, bert.embedding_norm);
    walk.option("embedding_size", spec.embedding_size, bert.embedding_size);
    walk.option("gated", spec.gated, bert.gated);
    walk.option("intermediate_bias", spec.intermediate_bias, bert.intermediate_bias);
    walk.option("layer_order", spec.layer_order, bert.layer_order);
    walk.option("local_layers", spec.local_layers, bert.local_layers);
    walk.option("norm_bias", spec.norm_bias, bert.norm_bias);
    walk.option("output_bias", spec.output_bias, bert.output_bias);
    walk.option("position_padding", spec.position_padding, bert.position_padding);
    walk.option("position_table", spec.position_table, bert.position_table);
    walk.option("pre_norm", spec.pre_norm, bert.pre_norm);
    walk.option("relative_buckets", spec.relative_buckets, bert.relative_buckets);
    walk.option("rotary_dims", spec.rotary.dims, bert.rotary.dims);
    walk.option("rotary_local_theta", spec.rotary.local_theta, bert.rotary.local_theta);
    walk.option("rotary_ntk_factor", spec.rotary.ntk_factor, bert.rotary.ntk_factor);
    walk.option("rotary_theta", spec.rotary.theta, bert.rotary.theta);
    walk.option("window", spec.window, bert.window);
}

void fields(auto &walk, PoolingStep &step)
{
    walk.field("modes", step.modes);
    walk.option("include_prompt", step.include_prompt, true);
}

void fields(auto &walk, DenseStep &step)
{
    walk.field("activation", step.activation);
    walk.field("bias", step.bias);
    walk.field("in", step.in);
    walk.field("out", step.out);
    walk.field("prefix", step.prefix);
}

void fields(auto &walk, LayerNormStep &step)
{
    walk.field("eps", step.eps);
    walk.field("prefix", step.prefix);
    walk.field("width", step.width);
    walk.option("bias", step.bias, true);
}

void fields(auto &walk, TruncateStep &step) { walk.field("width", step.width); }

void fields(auto &walk, AddedToken &token)
{
    walk.field("content", token.content);
    walk.field("id", token.id);
    walk.field("lstrip", token.lstrip);
    walk.field("normalized", token.normalized);
    walk.field("rstrip", token.rstrip);
    walk.field("single_word", token.single_word);
    walk.field("special", token.special);
}

inline constexpr uint32_t kMaxCodePoint = 0x10FFFF;

void fields(auto &walk, BertNormalizer &bert)
{
    walk.field("clean_text", bert.clean_text);
    walk.field("handle_chinese_chars", bert.handle_chinese_chars);
    walk.field("lowercase", bert.lowercase);
    walk.field("strip_accents", bert.strip_accents);
}
void fields(auto &walk, Strip &strip)
{
    walk.field("strip_left", strip.left);
    walk.field("strip_right", strip.right);
}
void fields(auto &walk, Precompiled &map) { walk.field("charsmap", map.charsmap); }
void fields(auto &walk, Pattern &pattern)
{
    walk.field("regex", pattern.regex);
    walk.field("text", pattern.text);
}
void fields(auto &walk, Replace &replace)
{
    walk.field("content", replace.content);
    walk.field("pattern", replace.pattern);
}
void fields(auto &walk, Prepend &prepend) { walk.field("prepend", prepend.text); }

void fields(auto &walk, ByteLevel &bytes)
{
    walk.field("add_prefix_space", bytes.add_prefix_space);
    walk.field("use_regex", bytes.use_regex);
}
void fields(auto &walk, Metaspace &space)
{
    walk.field("prepend_scheme", space.prepend_scheme);
    walk.field("replacement", space.replacement, 0, kMaxCodePoint);
    walk.field("split", space.split);
}
void fields(auto &walk, Split &split)
{
    walk.field("behavior", split.behavior);
    walk.field("invert", split.invert);
    walk.field("pattern", split.pattern);
}
void fields(auto &walk, Punctuation &mark) { walk.field("behavior", mark.behavior); }
void fields(auto &walk, Digits &digits)
{
    walk.field("individual_digits", digits.individual_digits);
}
void fields(auto &walk, CharDelimiterSplit &split)
{
    walk.field("delimiter", split.delimiter, 0, kMaxCodePoint);
}
void fields(auto &walk, FixedLength &fixed)
{
    walk.field("length", fixed.length, 1, std::numeric_limits<uint32_t>::max());
}

void fields(auto &walk, Unknown &unknown)
{
    walk.field("id", unknown.id);
    walk.field("named", unknown.named);
}
void fields(auto &walk, WordPieceModel &model)
{
    walk.field("continuing_subword_prefix", model.continuing_subword_prefix);
    walk.field("max_input_chars_per_word", model.max_input_chars_per_word);
    walk.field("unknown", model.unknown);
}
void fields(auto &walk, BpeModel &model)
{
    walk.field("byte_fallback", model.byte_fallback);
    walk.field("continuing_subword_prefix", model.continuing_subword_prefix);
    walk.field("end_of_word_suffix", model.end_of_word_suffix);
    walk.field("fuse_unk", model.fuse_unk);
    walk.field("ignore_merges", model.ignore_merges);
    walk.field("unknown", model.unknown);
}
void fields(auto &walk, UnigramModel &model)
{
    walk.field("byte_fallback", model.byte_fallback);
    walk.field("unknown", model.unknown);
}
void fields(auto &walk, WordLevelModel &model) { walk.field("unknown", model.unknown); }

void fields(auto &walk, SpecialId &special)
{
    walk.field("id", special.id);
    walk.field("type_id", special.type_id);
}
void fields(auto &walk, TrimOffsets &trim)
{
    walk.field("add_prefix_space", trim.add_prefix_space);
    walk.field("first_is_special", trim.first_is_special);
}
void fields(auto &walk, PostProcessing &post)
{
    walk.field("prefix", post.prefix);
    walk.field("suffix", post.suffix);
    walk.field("text_type_id", post.text_type_id);
    walk.field("trims", post.trims);
}
void fields(auto &walk, TokenizerSpec &spec)
{
    walk.choice("type", spec.bert_family, "components", "wordpiece");
    if (spec.bert_family && spec.normalizers.empty()) // it is being read
        spec = bert_spec(0);
    walk.field("added_tokens", spec.added_tokens);
    if (!spec.bert_family) {
        walk.field("model", spec.model);
        walk.field("normalizers", spec.normalizers);
        walk.field("post_processing", spec.post_processing);
        walk.field("pre_tokenizers", spec.pre_tokenizers);
        return;
    }
    auto &model = std::get<WordPieceModel>(spec.model);
    fields(walk, std::get<BertNormalizer>(spec.normalizers.at(0)));
    walk.field("continuing_subword_prefix", model.continuing_subword_prefix);
    walk.field("max_input_chars_per_word", model.max_input_chars_per_word);
    walk.ids("prefix_ids", spec.post_processing.prefix);
    walk.ids("suffix_ids", spec.post_processing.suffix);
    walk.field("unk_id", model.unknown.id.value());
}

void fields(auto &walk, PairTemplate &pair)
{
    walk.field("first_type_id", pair.first_type_id);
    walk.field("middle", pair.middle);
    walk.field("prefix", pair.prefix);
    walk.field("second_type_id", pair.second_type_id);
    walk.field("suffix", pair.suffix);
}

void fields(auto &walk, HeadSpec &head)
{
    const HeadSpec usual;
    walk.field("kind", head.kind);
    walk.option("decoder_bias", head.decoder_bias, usual.decoder_bias);
    walk.option("function", head.function, usual.function);
    walk.option("labels", head.labels, usual.labels);
    walk.option("max_active", head.max_active, usual.max_active);
    walk.option("pooling", head.pooling, usual.pooling);
    walk.option("second_log", head.second_log, usual.second_log);
    walk.option("takes_text", head.takes_text, usual.takes_text);
    walk.part("pair", head.pair);
}

void fields(auto &walk, ModelSpec &spec)
{
    walk.field("dimensions", spec.dimensions);
    walk.field("max_tokens", spec.max_tokens);
    walk.field("pipeline", spec.pipeline);
    walk.field("precision", spec.precision);
    walk.field("similarity", spec.similarity);
    walk.field("transformer", spec.transformer);
    walk.part("head", spec.head);
    walk.option("default_prompt", spec.default_prompt, std::string());
    walk.members("prompts", spec.prompts);
    walk.field("tokenizer", spec.tokenizer);
}

void fields(auto &walk, ModelCard &card) { walk.field("languages", card.languages); }

} // namespace sbert::encoder
