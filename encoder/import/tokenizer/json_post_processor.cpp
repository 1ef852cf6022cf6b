// The post-processors of a tokenizer.json, for a single text and for two: see json_parts.h.
//
// The library hands a list of encodings from one to the next: a template makes one of each of its
// parts, the processors of BERT and RoBERTa put theirs into the text's own. What would meet more
// than one encoding and does not know what to do with them is refused.
#include <algorithm>
#include <utility>

#include "encoder/import/tokenizer/json_parts.h"

namespace sbert::encoder {

namespace {

class PostReader {
  public:
    explicit PostReader(TokenizerFile &file) : post_(file.spec.post_processing), pair_(file.pair)
    {
        limit_ = static_cast<int64_t>(file.source.tokens.size());
        for (const AddedToken &token : file.spec.added_tokens)
            limit_ = std::max(limit_, int64_t{token.id} + 1);
    }

    void read(const JsonValue &value)
    {
        const std::string type = value.at("type").string();
        if (type == "Sequence") {
            value.at("processors").for_each_element([&](const JsonValue &step) { read(step); });
        } else if (type == "ByteLevel") {
            read_trim(value);
        } else if (type == "RobertaProcessing") {
            read_trim(value);
            read_around(value, 2, 0);
        } else if (type == "BertProcessing") {
            read_around(value, 1, 1);
        } else if (type == "TemplateProcessing") {
            read_template(value);
        } else {
            value.fail("is the unknown component " + in_quotes(type));
        }
    }

  private:
    void require_single(const JsonValue &value) const
    {
        if (divided_)
            value.fail("follows a template, which is not supported");
    }

    void read_trim(const JsonValue &value)
    {
        const bool add_prefix_space = value.at("add_prefix_space").boolean();
        if (!value.at("trim_offsets").boolean())
            return;
        constexpr size_t kMaxTrims = 16;
        if (post_.trims.size() == kMaxTrims)
            value.fail("is one component too many");
        post_.trims.push_back({add_prefix_space, first_is_special_});
    }

    // {"cls": ["<s>", 0], "sep": ["</s>", 2]}; between two texts stand `separators`, and the second
    // has the token type `second`.
    void read_around(const JsonValue &value, size_t separators, uint32_t second)
    {
        require_single(value);
        const SpecialId first = read_special(value.at("cls")), last = read_special(value.at("sep"));
        post_.prefix.insert(post_.prefix.begin(), first);
        post_.suffix.push_back(last);
        first_is_special_ = true;
        check_count(value);
        set_pair({{first}, {separators, last}, {{last.id, second}}, 0, second});
    }

    // What comes around a pair twice is not supported.
    void set_pair(PairTemplate pair)
    {
        pair_.reset();
        if (!std::exchange(has_pair_, true))
            pair_ = std::move(pair);
    }

    SpecialId read_special(const JsonValue &pair) const
    {
        pair.require_array();
        if (pair.size() != 2)
            pair.fail("must hold a token and its id");
        pair.element(0).string();
        return {read_id(pair.element(1)), 0};
    }

    int32_t read_id(const JsonValue &value) const
    {
        return static_cast<int32_t>(value.integer(0, limit_ - 1));
    }

    // {"single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A",
    // "type_id": 0}}, ...], "special_tokens": {"[CLS]": {"ids": [...]}}}
    void read_template(const JsonValue &value)
    {
        require_single(value);
        const JsonValue single = value.at("single");
        std::vector<SpecialId> before, after;
        bool text_seen = false;
        single.for_each_element([&](const JsonValue &item) {
            if (!item.find("Sequence"))
                return read_specials(value, item, text_seen ? after : before);
            if (text_seen || item.at("Sequence").at("id").string() != "A")
                item.fail("must hold the text once");
            post_.text_type_id = type_of(item.at("Sequence"));
            text_seen = true;
        });
        if (!text_seen)
            single.fail("must hold the text once");
        divided_ = single.size() > 1;
        post_.prefix.insert(post_.prefix.begin(), before.begin(), before.end());
        post_.suffix.insert(post_.suffix.end(), after.begin(), after.end());
        check_count(value);
        read_template_pair(value);
    }

    static uint32_t type_of(const JsonValue &piece)
    {
        return static_cast<uint32_t>(piece.at("type_id").integer(0, UINT32_MAX));
    }

    // {"SpecialToken": {"id": "[CLS]", "type_id": 0}}
    void read_specials(const JsonValue &value, const JsonValue &item,
                       std::vector<SpecialId> &out) const
    {
        const JsonValue piece = item.at("SpecialToken");
        const uint32_t type_id = type_of(piece);
        value.at("special_tokens")
            .at(piece.at("id").string())
            .at("ids")
            .for_each_element([&](const JsonValue &id) {
                out.push_back({read_id(id), type_id});
            });
    }

    // "pair": as "single", with the texts A and B. Another order of them is no pair of ours.
    void read_template_pair(const JsonValue &value)
    {
        const auto listed = value.find_set("pair");
        if (!listed)
            return;
        PairTemplate pair;
        std::vector<SpecialId> *specials[] = {&pair.prefix, &pair.middle, &pair.suffix};
        uint32_t *types[] = {&pair.first_type_id, &pair.second_type_id};
        size_t texts = 0;
        bool known = true;
        listed->for_each_element([&](const JsonValue &item) {
            const auto text = item.find("Sequence");
            if (!text)
                return read_specials(value, item, *specials[texts]);
            known = known && texts < 2 && text->at("id").string() == (texts == 0 ? "A" : "B");
            if (known)
                *types[texts++] = type_of(*text);
        });
        if (known && texts == 2)
            set_pair(std::move(pair));
    }

    void check_count(const JsonValue &value) const
    {
        constexpr size_t kMaxSpecials = 1024;
        if (post_.prefix.size() + post_.suffix.size() > kMaxSpecials)
            value.fail("adds more than " + std::to_string(kMaxSpecials) + " special tokens");
    }

    PostProcessing &post_;
    std::optional<PairTemplate> &pair_;
    bool has_pair_ = false;
    int64_t limit_;
    bool divided_ = false;          // special tokens are encodings of their own
    bool first_is_special_ = false; // they are within the text's
};

} // namespace

void read_post_processor(const JsonValue &processor, TokenizerFile &file)
{
    PostReader(file).read(processor);
}

} // namespace sbert::encoder
