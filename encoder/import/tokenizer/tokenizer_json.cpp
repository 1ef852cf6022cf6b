// tokenizer.json as a whole, its normalizers and pre-tokenizers: see tokenizer_json.h. The
// model is read in json_model.cpp, post-processors in json_post_processor.cpp.
#include "encoder/import/tokenizer/tokenizer_json.h"

#include <openssl/evp.h>

#include "encoder/import/tokenizer/json_parts.h"
#include "encoder/model/names.h"
#include "encoder/tokenizer/aligned_text.h"

namespace sbert::encoder {

namespace {

constexpr size_t kMaxSteps = 256; // of one kind of component

// A character, as a string that holds just it.
uint32_t read_char(const JsonValue &value)
{
    const auto codes = decode_codes(value.string());
    if (codes.size() != 1)
        value.fail("must be a single character");
    return codes[0];
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// RFC 4648, with padding. OpenSSL passes over some other characters; here there are none.
std::string decode_base64(const JsonValue &value)
{
    const std::string &text = value.string();
    const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::string bytes(text.size() / 4 * 3, '\0');
    const bool known = text.find_first_not_of(kBase64) >= text.size() - padding;
    if (text.size() % 4 != 0 || !known ||
        EVP_DecodeBlock(reinterpret_cast<unsigned char *>(bytes.data()),
                        reinterpret_cast<const unsigned char *>(text.data()),
                        static_cast<int>(text.size())) < 0)
        value.fail("is not base64");
    bytes.resize(bytes.size() - padding);
    return bytes;
}

// {"String": "..."} or {"Regex": "..."}
Pattern read_pattern(const JsonValue &value)
{
    const auto text = value.find("String");
    const auto regex = value.find("Regex");
    if (value.size() != 1 || (!text && !regex))
        value.fail("must hold a \"String\" or a \"Regex\"");
    return {regex.has_value(), (regex ? *regex : *text).string()};
}

// An enumerator by its name.
template <class Enum>
Enum read_name(const JsonValue &value)
{
    if (const auto known = find_name<Enum>(value.string()))
        return *known;
    const auto all = names(Enum());
    std::string list(all[0]);
    for (size_t i = 1; i < all.size(); ++i)
        list += (i + 1 < all.size() ? ", " : " or ") + std::string(all[i]);
    value.fail("must be " + list + ", not " + in_quotes(value.string()));
}

// A component with nothing but its name.
template <class Spec, class Component>
Spec plain(const JsonValue &, TokenizerFile &)
{
    return Component{};
}

// ---- normalizers --------------------------------------------------------------------------------

NormalizerSpec read_bert(const JsonValue &value, TokenizerFile &)
{
    BertNormalizer bert;
    bert.clean_text = value.at("clean_text").boolean();
    bert.handle_chinese_chars = value.at("handle_chinese_chars").boolean();
    bert.lowercase = value.at("lowercase").boolean();
    bert.strip_accents = value.boolean_or("strip_accents", bert.lowercase);
    return bert;
}

template <UnicodeForm kForm>
NormalizerSpec read_form(const JsonValue &, TokenizerFile &)
{
    return kForm;
}

NormalizerSpec read_strip(const JsonValue &value, TokenizerFile &)
{
    return Strip{value.at("strip_left").boolean(), value.at("strip_right").boolean()};
}

NormalizerSpec read_precompiled(const JsonValue &value, TokenizerFile &file)
{
    const std::string bytes = decode_base64(value.at("precompiled_charsmap"));
    file.source.charsmaps.push_back(parse_charsmap(bytes));
    return Precompiled{static_cast<uint32_t>(file.source.charsmaps.size() - 1)};
}

NormalizerSpec read_replace(const JsonValue &value, TokenizerFile &)
{
    return Replace{read_pattern(value.at("pattern")), value.at("content").string()};
}

NormalizerSpec read_prepend(const JsonValue &value, TokenizerFile &)
{
    return Prepend{value.at("prepend").string()};
}

// ---- pre-tokenizers -----------------------------------------------------------------------------

PreTokenizerSpec read_byte_level(const JsonValue &value, TokenizerFile &)
{
    value.at("trim_offsets").boolean(); // a matter of the post-processor
    return ByteLevel{value.at("add_prefix_space").boolean(), value.boolean_or("use_regex", true)};
}

PreTokenizerSpec read_metaspace(const JsonValue &value, TokenizerFile &)
{
    Metaspace metaspace;
    metaspace.replacement = read_char(value.at("replacement"));
    metaspace.split = value.boolean_or("split", true);
    if (const auto scheme = value.find("prepend_scheme"))
        metaspace.prepend_scheme = read_name<PrependScheme>(*scheme);
    // Older files have add_prefix_space instead.
    if (!value.boolean_or("add_prefix_space", true) &&
        metaspace.prepend_scheme != PrependScheme::kNever)
        value.fail("has an add_prefix_space that does not match its prepend_scheme");
    return metaspace;
}

PreTokenizerSpec read_split(const JsonValue &value, TokenizerFile &)
{
    return Split{read_pattern(value.at("pattern")), read_name<Behavior>(value.at("behavior")),
                 value.at("invert").boolean()};
}

PreTokenizerSpec read_punctuation(const JsonValue &value, TokenizerFile &)
{
    const auto behavior = value.find("behavior");
    return Punctuation{behavior ? read_name<Behavior>(*behavior) : Behavior::kIsolated};
}

PreTokenizerSpec read_digits(const JsonValue &value, TokenizerFile &)
{
    return Digits{value.at("individual_digits").boolean()};
}

PreTokenizerSpec read_delimiter(const JsonValue &value, TokenizerFile &)
{
    return CharDelimiterSplit{read_char(value.at("delimiter"))};
}

PreTokenizerSpec read_length(const JsonValue &value, TokenizerFile &)
{
    return FixedLength{static_cast<uint32_t>(value.integer_or("length", 5, 1, INT32_MAX))};
}

// ---- both ---------------------------------------------------------------------------------------

template <class Spec>
struct Reader {
    std::string_view type;
    Spec (*read)(const JsonValue &, TokenizerFile &);
};

using N = NormalizerSpec;
constexpr Reader<N> kNormalizers[] = {
    {"BertNormalizer", read_bert},
    {"NFC", read_form<UnicodeForm::kNfc>},
    {"NFD", read_form<UnicodeForm::kNfd>},
    {"NFKC", read_form<UnicodeForm::kNfkc>},
    {"NFKD", read_form<UnicodeForm::kNfkd>},
    {"Lowercase", plain<N, Lowercase>},
    {"Strip", read_strip},
    {"StripAccents", plain<N, StripAccents>},
    {"Nmt", plain<N, Nmt>},
    {"Precompiled", read_precompiled},
    {"Replace", read_replace},
    {"Prepend", read_prepend},
    {"ByteLevel", plain<N, ByteLevelNormalizer>},
};

using P = PreTokenizerSpec;
constexpr Reader<P> kPreTokenizers[] = {
    {"BertPreTokenizer", plain<P, BertPreTokenizer>},
    {"ByteLevel", read_byte_level},
    {"Metaspace", read_metaspace},
    {"Whitespace", plain<P, Whitespace>},
    {"WhitespaceSplit", plain<P, WhitespaceSplit>},
    {"Split", read_split},
    {"Punctuation", read_punctuation},
    {"Digits", read_digits},
    {"CharDelimiterSplit", read_delimiter},
    {"UnicodeScripts", plain<P, UnicodeScripts>},
    {"FixedLength", read_length},
};

// Appends a component, or all of a Sequence. The depth of the recursion is that of the JSON, which
// is bounded.
template <class Spec, size_t kCount>
void read_steps(const JsonValue &value, const char *list, const Reader<Spec> (&readers)[kCount],
                TokenizerFile &file, std::vector<Spec> &out)
{
    if (value.is_null())
        return;
    const std::string type = value.at("type").string();
    if (type == "Sequence") {
        return value.at(list).for_each_element(
            [&](const JsonValue &step) { read_steps(step, list, readers, file, out); });
    }
    if (out.size() == kMaxSteps)
        value.fail("is one component too many");
    for (const Reader<Spec> &reader : readers) {
        if (type == reader.type) {
            out.push_back(reader.read(value, file));
            return;
        }
    }
    value.fail("is the unknown component " + in_quotes(type));
}

} // namespace

TokenizerFile parse_tokenizer_json(const JsonValue &root, int64_t id_limit)
{
    if (const auto version = root.find("version"); version && version->string() != "1.0")
        version->fail("is " + in_quotes(version->string()) + ", where only 1.0 is known");
    TokenizerFile file;
    if (const auto value = root.find("normalizer"))
        read_steps(*value, "normalizers", kNormalizers, file, file.spec.normalizers);
    if (const auto value = root.find("pre_tokenizer"))
        read_steps(*value, "pretokenizers", kPreTokenizers, file, file.spec.pre_tokenizers);
    const size_t entries = read_tokenizer_model(root.at("model"), id_limit, file);
    read_added_tokens(root, id_limit, entries, file);
    if (const auto value = root.find_set("post_processor"))
        read_post_processor(*value, file);
    return file;
}

} // namespace sbert::encoder
