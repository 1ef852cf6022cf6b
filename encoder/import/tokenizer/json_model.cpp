// The model of a tokenizer.json, its vocabulary and the tokens that are added to it: see
// json_parts.h.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "encoder/import/tokenizer/json_parts.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

namespace {

// {"token": id, ...}
void read_vocab(const JsonValue &vocab, int64_t id_limit, Vocabulary &out)
{
    vocab.for_each_member([&](const std::string &token, const JsonValue &value) {
        const auto id = static_cast<size_t>(value.integer(0, id_limit - 1));
        if (id >= out.tokens.size()) {
            out.tokens.resize(id + 1);
            out.taken.resize(id + 1);
        }
        if (out.taken[id])
            value.fail("has the id of another token");
        out.taken[id] = true;
        out.tokens[id] = token;
        ++out.entries;
    });
    out.index();
}

// A number as the library reads it: its digits as an integer, then one multiplication or division
// by a power of ten, which may be a unit in the last place off the nearest double. Two ways to
// divide a word are often equal but for that. The digits are the shortest that stand for the
// number, as both Rust and Python write them. (serde_json, f64_from_parts)
double read_score(const JsonValue &value)
{
    const double nearest = value.number();
    char text[64] = {}; // ends with a NUL: no number is that long
    const auto written = std::to_chars(text, text + sizeof text - 1, std::abs(nearest),
                                       std::chars_format::scientific);
    uint64_t digits = 0;
    int exponent = 0;
    const char *at = text;
    for (bool fraction = false; at != written.ptr && *at != 'e'; ++at) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        digits = digits * 10 + static_cast<uint64_t>(*at - '0');
        exponent -= fraction;
    }
    if (at != written.ptr)
        exponent += std::atoi(at + 1);
    constexpr int kMaxExponent = 300; // the library takes two steps beyond; no score is that small
    if (exponent < -kMaxExponent || exponent > kMaxExponent)
        return nearest;
    const double power = std::strtod(("1e" + std::to_string(std::abs(exponent))).c_str(), nullptr);
    const auto whole = static_cast<double>(digits);
    const double score = exponent < 0 ? whole / power : whole * power;
    return nearest < 0 ? -score : score;
}

// [["piece", score], ...]: the place is the id.
void read_pieces(const JsonValue &vocab, int64_t id_limit, TokenizerFile &file, Vocabulary &out)
{
    vocab.require_array();
    if (vocab.size() == 0 || vocab.size() > static_cast<size_t>(id_limit))
        vocab.fail("holds " + std::to_string(vocab.size()) + " pieces, where ids are below " +
                   std::to_string(id_limit));
    for (size_t i = 0; i < vocab.size(); ++i) {
        const JsonValue piece = vocab.element(i).require_array();
        if (piece.size() != 2)
            piece.fail("must hold a piece and its score");
        out.tokens.push_back(piece.element(0).string());
        file.source.scores.push_back(read_score(piece.element(1)));
    }
    out.entries = vocab.size();
    out.index();
}

// "a b" or ["a", "b"]
std::pair<std::string, std::string> read_merge(const JsonValue &value)
{
    if (value.is_array()) {
        if (value.size() != 2)
            value.fail("must hold two tokens");
        return {value.element(0).string(), value.element(1).string()};
    }
    const std::string &text = value.string();
    const size_t space = text.find(' ');
    if (space == text.npos || text.find(' ', space + 1) != text.npos)
        value.fail("must hold two tokens with a space between them");
    return {text.substr(0, space), text.substr(space + 1)};
}

void read_merges(const JsonValue &merges, const std::string &prefix, const Vocabulary &vocabulary,
                 std::vector<Merge> &out)
{
    merges.require_array();
    check_merge_count(merges.size(), vocabulary,
                      [&](const std::string &what) { merges.fail(what); });
    for (size_t i = 0; i < merges.size(); ++i) {
        const JsonValue value = merges.element(i);
        if (value.is_string() && value.string().starts_with("#version"))
            continue; // the head of a merges.txt
        out.push_back(resolve_merge(read_merge(value), prefix, vocabulary,
                                    [&](const std::string &what) { value.fail(what); }));
    }
}

Unknown read_unknown(const JsonValue &model, const Vocabulary &vocabulary)
{
    Unknown unknown;
    if (const auto token = model.find_set("unk_token")) {
        unknown.named = true;
        if (const int32_t id = vocabulary.id(token->string()); id >= 0)
            unknown.id = id;
    }
    return unknown;
}

BpeModel read_bpe(const JsonValue &model, const Vocabulary &vocabulary, TokenizerFile &file)
{
    if (model.number_or("dropout", 0) != 0)
        model.at("dropout").fail("is not null: merges left out by chance are not supported");
    BpeModel bpe = {.unknown = read_unknown(model, vocabulary),
                    .continuing_subword_prefix = model.string_or("continuing_subword_prefix", ""),
                    .end_of_word_suffix = model.string_or("end_of_word_suffix", ""),
                    .fuse_unk = model.boolean_or("fuse_unk", false),
                    .byte_fallback = model.boolean_or("byte_fallback", false),
                    .ignore_merges = model.boolean_or("ignore_merges", false)};
    read_merges(model.at("merges"), bpe.continuing_subword_prefix, vocabulary, file.source.merges);
    return bpe;
}

WordPieceModel read_word_piece(const JsonValue &model, const Vocabulary &vocabulary)
{
    WordPieceModel pieces;
    pieces.unknown = read_unknown(model, vocabulary);
    if (!pieces.unknown.id)
        model.fail("lacks the unknown token in its vocabulary");
    pieces.continuing_subword_prefix = model.string_or("continuing_subword_prefix", "##");
    pieces.max_input_chars_per_word =
        static_cast<uint32_t>(model.integer_or("max_input_chars_per_word", 100, 0, kMaxWordChars));
    return pieces;
}

UnigramModel read_unigram(const JsonValue &model, const Vocabulary &vocabulary)
{
    UnigramModel unigram;
    unigram.byte_fallback = model.boolean_or("byte_fallback", false);
    if (const auto id = model.find_set("unk_id")) {
        unigram.unknown.named = true;
        unigram.unknown.id = static_cast<int32_t>(
            id->integer(0, static_cast<int64_t>(vocabulary.tokens.size()) - 1));
    }
    return unigram;
}

// Early files leave the type out.
std::string type_of(const JsonValue &model)
{
    if (const auto type = model.find("type"))
        return type->string();
    if (model.find("merges"))
        return "BPE";
    if (model.at("vocab").is_array())
        return "Unigram";
    return model.find("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
}

} // namespace

void Vocabulary::index()
{
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (!tokens[i].empty())
            ids.emplace(tokens[i], static_cast<int32_t>(i));
    }
}

int32_t Vocabulary::id(const std::string &token) const
{
    const auto found = ids.find(token);
    return found == ids.end() ? -1 : found->second;
}

Vocabulary read_vocabulary(const JsonValue &vocab, int64_t id_limit, TokenizerFile &file)
{
    Vocabulary vocabulary(file.source.tokens);
    read_vocab(vocab, std::min(id_limit, static_cast<int64_t>(kMaxVocabulary)), vocabulary);
    return vocabulary;
}

void check_merge_count(size_t count, const Vocabulary &vocabulary,
                       const std::function<void(const std::string &)> &fail)
{
    constexpr size_t kMaxWaysToMake = 32; // published: 2.3 for a token
    if (count / kMaxWaysToMake > vocabulary.entries)
        fail("holds " + std::to_string(count) + " merges, more than " +
             std::to_string(kMaxWaysToMake) + " for each of " + std::to_string(vocabulary.entries) +
             " tokens");
}

Merge resolve_merge(const std::pair<std::string, std::string> &merge, const std::string &prefix,
                    const Vocabulary &vocabulary,
                    const std::function<void(const std::string &)> &fail)
{
    const auto &[left, right] = merge;
    if (left.empty() || right.size() <= prefix.size())
        fail("merges nothing");
    const auto require = [&](const std::string &token) {
        const int32_t id = vocabulary.id(token);
        if (id < 0)
            fail("needs the token " + in_quotes(token) + ", which is not in the vocabulary");
        return id;
    };
    return {require(left), require(right), require(left + right.substr(prefix.size()))};
}

size_t read_tokenizer_model(const JsonValue &model, int64_t id_limit, TokenizerFile &file)
{
    id_limit = std::min(id_limit, static_cast<int64_t>(kMaxVocabulary));
    const std::string type = type_of(model);
    const JsonValue vocab = model.at("vocab");
    Vocabulary vocabulary(file.source.tokens);
    if (type == "Unigram") {
        read_pieces(vocab, id_limit, file, vocabulary);
        file.spec.model = read_unigram(model, vocabulary);
        return vocabulary.entries;
    }
    if (type != "BPE" && type != "WordPiece" && type != "WordLevel")
        model.fail("is the unknown component " + in_quotes(type));
    read_vocab(vocab, id_limit, vocabulary);
    if (type == "BPE") {
        file.spec.model = read_bpe(model, vocabulary, file);
    } else if (type == "WordPiece") {
        file.spec.model = read_word_piece(model, vocabulary);
    } else {
        model.at("unk_token");
        file.spec.model = WordLevelModel{read_unknown(model, vocabulary)};
    }
    return vocabulary.entries;
}

AddedToken read_added_token(const JsonValue &entry)
{
    AddedToken token;
    token.content = entry.at("content").string();
    token.single_word = entry.boolean_or("single_word", false);
    token.lstrip = entry.boolean_or("lstrip", false);
    token.rstrip = entry.boolean_or("rstrip", false);
    token.special = entry.boolean_or("special", false);
    token.normalized = entry.boolean_or("normalized", !token.special);
    check_token_size(token.content, entry);
    return token;
}

std::optional<int64_t> id_of_key(const std::string &key)
{
    constexpr size_t kMaxDigits = 9;
    if (key.empty() || key.size() > kMaxDigits || key.find_first_not_of("0123456789") != key.npos)
        return std::nullopt;
    return std::stoll(key);
}

void check_token_size(const std::string &content, const JsonValue &entry)
{
    if (content.empty() || content.size() > kMaxAddedTokenBytes)
        entry.fail("holds a token of " + std::to_string(content.size()) + " bytes, where 1 to " +
                   std::to_string(kMaxAddedTokenBytes) + " are allowed");
}

void read_added_tokens(const JsonValue &root, int64_t id_limit, size_t entries, TokenizerFile &file)
{
    const auto added = root.find_set("added_tokens");
    if (!added)
        return;
    const Vocabulary vocabulary(file.source.tokens);
    auto next = static_cast<int32_t>(entries); // of a token that the model does not have
    std::unordered_map<std::string, size_t> known;
    auto &tokens = file.spec.added_tokens;
    added->for_each_element([&](const JsonValue &entry) {
        AddedToken token = read_added_token(entry);
        token.id = static_cast<int32_t>(entry.at("id").integer(0, id_limit - 1));
        const auto [place, fresh] = known.try_emplace(token.content, tokens.size());
        int32_t id = vocabulary.id(token.content);
        if (id < 0)
            id = fresh ? next++ : tokens[place->second].id;
        if (id != token.id)
            entry.fail("has the id " + std::to_string(token.id) + ", where the library gives it " +
                       std::to_string(id));
        if (fresh)
            tokens.push_back(std::move(token));
        else
            tokens[place->second] = std::move(token);
    });
}

} // namespace sbert::encoder
