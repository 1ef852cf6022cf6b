// What convert_slow_tokenizer.py makes of the older files: see components_files.h.
#include "encoder/model/components_files.h"

#include <algorithm>
#include <array>
#include <map>

#include "encoder/error.h"

namespace sbert::encoder {

using namespace components;

namespace {

[[noreturn]] void invalid(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid,
                "invalid model file \"" + printable(source) + "\": " + what);
}

using TokenIds = std::map<std::string_view, int32_t>;

TokenIds read_vocab(const JsonValue &vocab, int64_t id_limit, std::vector<std::string> &tokens)
{
    vocab.for_each_member([&](const std::string &token, const JsonValue &value) {
        const auto id = static_cast<size_t>(value.integer(0, id_limit - 1));
        if (token.empty())
            value.fail("is an empty token");
        if (id >= tokens.size())
            tokens.resize(id + 1);
        if (!tokens[id].empty())
            value.fail("has the id of another token");
        tokens[id] = token;
    });
    TokenIds ids;
    for (size_t i = 0; i < tokens.size(); ++i)
        ids.emplace(tokens[i], static_cast<int32_t>(i));
    return ids;
}

int32_t require(const TokenIds &ids, const std::string &token, const std::string &source)
{
    const auto found = ids.find(token);
    if (token.empty() || found == ids.end())
        invalid(source, "needs the token \"" + printable(token) + "\", which the vocabulary lacks");
    return found->second;
}

// A line a merge, the second token after a space.
std::vector<Merge> read_merges(std::string_view text, const TokenIds &ids,
                               const std::string &source)
{
    std::vector<Merge> merges;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty() || line.starts_with("#version"))
            continue;
        const size_t space = line.find(' ');
        if (space == line.npos || line.find(' ', space + 1) != line.npos)
            invalid(source, "the line \"" + printable(line) + "\" does not hold two tokens");
        const std::string left(line.substr(0, space)), right(line.substr(space + 1));
        merges.push_back({require(ids, left, source), require(ids, right, source),
                          require(ids, left + right, source)});
    }
    return merges;
}

void add_special(ComponentsFile &file, const std::string &content, int32_t id)
{
    AddedToken token;
    token.id = id;
    token.content = content;
    token.special = true;
    token.lstrip = content == "<mask>";
    file.spec.added_tokens.push_back(std::move(token));
}

} // namespace

ComponentsFile roberta_components(const JsonValue &vocab, std::string_view merges,
                                  const std::string &source, bool add_prefix_space,
                                  int64_t id_limit)
{
    ComponentsFile file;
    const TokenIds ids = read_vocab(vocab, id_limit, file.source.tokens);
    file.source.merges = read_merges(merges, ids, source);
    file.spec.model = BpeModel{};
    file.spec.pre_tokenizers = {ByteLevel{add_prefix_space, true}};
    for (const char *name : {"<s>", "<pad>", "</s>", "<unk>", "<mask>"})
        add_special(file, name, require(ids, name, source));
    file.spec.post_processing.trims = {{add_prefix_space, false}};
    file.spec.post_processing.prefix = {{require(ids, "<s>", source), 0}};
    file.spec.post_processing.suffix = {{require(ids, "</s>", source), 0}};
    return file;
}

ComponentsFile xlm_roberta_components(const SentencePieceFile &file, const std::string &source,
                                      int64_t id_limit)
{
    constexpr std::array<const char *, 4> kFirst = {"<s>", "<pad>", "</s>", "<unk>"};
    constexpr size_t kOwn = 3; // pieces of the file that those replace
    if (file.algorithm != SentencePieceFile::Algorithm::kUnigram)
        throw Error(ErrorCode::kModelUnsupported,
                    "\"" + printable(source) +
                        "\": a SentencePiece model other than unigram is "
                        "not supported without a tokenizer.json");
    const size_t count = file.pieces.size() + kFirst.size() - kOwn + 1;
    if (file.pieces.size() < kOwn || count > static_cast<uint64_t>(id_limit))
        invalid(source, std::to_string(file.pieces.size()) + " pieces, where the word table has " +
                            std::to_string(id_limit) + " rows");
    ComponentsFile out;
    out.source.tokens.assign(kFirst.begin(), kFirst.end());
    out.source.scores.assign(kFirst.size(), 0);
    for (size_t i = kOwn; i < file.pieces.size(); ++i) {
        out.source.tokens.push_back(file.pieces[i].text);
        out.source.scores.push_back(file.pieces[i].score);
    }
    out.source.tokens.emplace_back("<mask>");
    out.source.scores.push_back(0);
    out.spec.model = UnigramModel{{true, 3}, false};
    if (!file.charsmap.empty()) {
        out.source.charsmaps.push_back(parse_charsmap(file.charsmap));
        out.spec.normalizers.emplace_back(Precompiled{0});
    }
    out.spec.normalizers.emplace_back(Strip{false, true});
    out.spec.normalizers.emplace_back(Replace{{true, " {2,}"}, "\xe2\x96\x81"});
    out.spec.pre_tokenizers = {Metaspace{}};
    for (size_t i = 0; i < kFirst.size(); ++i)
        add_special(out, kFirst[i], static_cast<int32_t>(i));
    add_special(out, "<mask>", static_cast<int32_t>(count - 1));
    out.spec.post_processing.prefix = {{0, 0}};
    out.spec.post_processing.suffix = {{2, 0}};
    return out;
}

} // namespace sbert::encoder
