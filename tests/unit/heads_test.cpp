// Heads of published models against transformers and sentence-transformers: encoder/predict.cpp,
// encoder/entities.h, encoder/import/families. The models and what the libraries say of them are
// tests/golden/heads (make_heads.py).
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/encoder.h"
#include "encoder/entities.h"
#include "encoder/error.h"
#include "encoder/import/import.h"
#include "encoder/model/json.h"
#include "encoder/model/names.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

constexpr float kTolerance = 1e-5f;

std::string golden(const std::string &name)
{
    return SBERT_SOURCE_DIR "/tests/golden/heads/" + name;
}

std::vector<std::string> case_names()
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(golden("")))
        names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

// A golden model, imported and open, and what is expected of it.
class Case {
  public:
    explicit Case(const std::string &name, Precision precision = Precision::kF32)
        : expected_(tests::read_file(golden(name) + "/expected.json"), "expected.json", 8 << 20)
    {
        import_directory(golden(name), dir_ / "model.sbert", Overwrite::kRefuse, precision);
        encoder = Encoder::open(dir_ / "model.sbert", Owner::kAny);
    }

    JsonValue expected() const { return expected_.root(); }
    HeadKind kind() const { return encoder->spec().head.kind; }

    std::unique_ptr<Encoder> encoder;

  private:
    tests::TempDir dir_;
    JsonDocument expected_;
};

std::vector<std::string> strings(const JsonValue &list)
{
    std::vector<std::string> out;
    list.for_each_element([&](const JsonValue &one) { out.push_back(one.string()); });
    return out;
}

std::vector<float> floats(const JsonValue &list)
{
    std::vector<float> out;
    list.for_each_element(
        [&](const JsonValue &one) { out.push_back(static_cast<float>(one.number())); });
    return out;
}

std::vector<std::string_view> views(const std::vector<std::string> &texts)
{
    return {texts.begin(), texts.end()};
}

void expect_near(const std::vector<float> &expected, const float *found, float tolerance,
                 const std::string &where)
{
    for (size_t i = 0; i < expected.size(); i++)
        ASSERT_NEAR(found[i], expected[i], tolerance) << where << " output " << i;
}

std::vector<float> predict(Encoder &encoder, const std::vector<std::string> &texts,
                           const std::vector<std::string> &seconds = {})
{
    std::vector<float> out(texts.size() * encoder.dimensions());
    std::vector<TextInfo> info(texts.size());
    EXPECT_EQ(encoder.predict(views(texts), views(seconds), {}, out.data(), info), texts.size());
    return out;
}

void check_rows(const JsonValue &expected, const std::vector<float> &found, size_t width,
                float tolerance, const std::string &what)
{
    ASSERT_EQ(found.size(), expected.size() * width);
    for (size_t b = 0; b < expected.size(); b++)
        expect_near(floats(expected.element(b)), found.data() + b * width, tolerance,
                    what + " " + std::to_string(b));
}

void check_sequence(const Case &one, float tolerance)
{
    const JsonValue expected = one.expected();
    Encoder &encoder = *one.encoder;
    const HeadSpec &head = encoder.spec().head;
    EXPECT_EQ(head.takes_text, expected.find("scores").has_value());
    if (head.takes_text)
        check_rows(expected.at("scores"), predict(encoder, strings(expected.at("texts"))),
                   encoder.dimensions(), tolerance, "text");
    ASSERT_TRUE(head.pair);
    std::vector<std::string> first, second;
    expected.at("pairs").for_each_element([&](const JsonValue &pair) {
        first.push_back(pair.element(0).string());
        second.push_back(pair.element(1).string());
    });
    check_rows(expected.at("of_pairs"), predict(encoder, first, second), encoder.dimensions(),
               tolerance, "pair");
}

// Byte offsets to offsets in characters.
uint32_t characters(std::string_view text, uint32_t bytes)
{
    return static_cast<uint32_t>(std::count_if(text.begin(), text.begin() + bytes,
                                               [](char c) { return (c & 0xC0) != 0x80; }));
}

void check_entities(const std::string &text, const std::vector<Entity> &found,
                    const JsonValue &expected, float tolerance, const std::string &where)
{
    ASSERT_EQ(found.size(), expected.size()) << where;
    for (size_t i = 0; i < found.size(); i++) {
        const JsonValue one = expected.element(i);
        EXPECT_EQ(found[i].label, one.element(0).string()) << where << " entity " << i;
        EXPECT_EQ(characters(text, found[i].begin), one.element(1).integer(0, 1 << 20)) << where;
        EXPECT_EQ(characters(text, found[i].end), one.element(2).integer(0, 1 << 20)) << where;
        EXPECT_NEAR(found[i].score, one.element(3).number(), tolerance) << where;
    }
}

void check_tokens(const Case &one, float tolerance)
{
    const JsonValue expected = one.expected();
    Encoder &encoder = *one.encoder;
    const std::vector<std::string> texts = strings(expected.at("texts"));
    std::vector<TokenScores> scores;
    encoder.predict_tokens(views(texts), {}, scores);
    for (size_t b = 0; b < texts.size(); b++) {
        const std::vector<float> rows = floats(expected.at("scores").element(b));
        ASSERT_EQ(scores[b].scores.size(), rows.size()) << texts[b];
        expect_near(rows, scores[b].scores.data(), tolerance, texts[b]);
    }
    expected.at("entities").for_each_member([&](const std::string &name, const JsonValue &lists) {
        for (size_t b = 0; b < texts.size(); b++) {
            std::vector<Entity> found;
            find_entities(scores[b], encoder.spec().head.labels, *find_name<Aggregation>(name),
                          found);
            check_entities(texts[b], found, lists.element(b), tolerance, name + ": " + texts[b]);
        }
    });
}

void check_words(const Case &one)
{
    const JsonValue lists = one.expected().at("words");
    std::vector<std::vector<std::string>> words;
    std::vector<std::vector<std::string_view>> seen;
    std::vector<std::span<const std::string_view>> texts;
    lists.for_each_element([&](const JsonValue &list) { words.push_back(strings(list)); });
    for (const auto &list : words)
        seen.push_back(views(list));
    for (const auto &list : seen)
        texts.emplace_back(list);
    std::vector<float> scores;
    one.encoder->predict_words(texts, {}, scores);
    const size_t labels = one.encoder->dimensions();
    const float *row = scores.data();
    for (size_t b = 0; b < words.size(); b++)
        for (const std::string &tag : strings(one.expected().at("tags").element(b))) {
            EXPECT_EQ(
                one.encoder->spec()
                    .head.labels[static_cast<size_t>(std::max_element(row, row + labels) - row)],
                tag);
            row += labels;
        }
    EXPECT_EQ(row, scores.data() + scores.size());
}

void check_sparse(const Case &one, float tolerance)
{
    const JsonValue expected = one.expected();
    const std::vector<std::string> texts = strings(expected.at("texts"));
    std::vector<SparseRow> rows(texts.size());
    std::vector<TextInfo> info(texts.size());
    one.encoder->encode_sparse(views(texts), {}, {}, rows, info);
    for (size_t b = 0; b < texts.size(); b++) {
        std::map<int32_t, float> wanted;
        expected.at("sparse").element(b).for_each_member(
            [&](const std::string &id, const JsonValue &weight) {
                wanted[std::stoi(id)] = static_cast<float>(weight.number());
            });
        ASSERT_EQ(rows[b].ids.size(), wanted.size()) << texts[b];
        size_t i = 0;
        for (const auto &[id, weight] : wanted) {
            EXPECT_EQ(rows[b].ids[i], id) << texts[b];
            // A sum may be 40, whose neighbouring floats are 4e-6 apart.
            EXPECT_NEAR(rows[b].weights[i], weight, tolerance * std::max(1.0f, weight)) << texts[b];
            i++;
        }
    }
}

class Heads : public testing::TestWithParam<std::string> {};

TEST_P(Heads, EqualTheLibraries)
{
    const Case one(GetParam());
    switch (one.kind()) {
    case HeadKind::kSequence:
        return check_sequence(one, kTolerance);
    case HeadKind::kTokens:
        check_tokens(one, kTolerance);
        return check_words(one);
    case HeadKind::kSparse:
        return check_sparse(one, kTolerance);
    case HeadKind::kNone:
        FAIL() << "no head";
    }
}

// A result has the same bits alone and among others, with room for all in one pass or for none.
TEST_P(Heads, DoNotDependOnNeighbours)
{
    const Case one(GetParam());
    Encoder &encoder = *one.encoder;
    const std::vector<std::string> texts = {"hello world", "the cat is in the house and sleeps",
                                            "where can I read the text?"};
    for (const size_t memory : {kDefaultMemory, size_t{1}}) {
        encoder.set_memory(memory);
        if (one.kind() == HeadKind::kSequence) {
            const std::vector<float> all = predict(encoder, texts, texts);
            for (size_t b = 0; b < texts.size(); b++) {
                const std::vector<float> alone = predict(encoder, {texts[b]}, {texts[b]});
                EXPECT_TRUE(std::equal(alone.begin(), alone.end(),
                                       all.begin() + static_cast<ptrdiff_t>(b * alone.size())));
            }
        } else if (one.kind() == HeadKind::kTokens) {
            std::vector<TokenScores> all, alone;
            encoder.predict_tokens(views(texts), {}, all);
            for (size_t b = 0; b < texts.size(); b++) {
                encoder.predict_tokens(std::vector<std::string_view>{texts[b]}, {}, alone);
                EXPECT_EQ(all[b].scores, alone[0].scores);
            }
        } else {
            std::vector<SparseRow> all(texts.size()), alone(1);
            std::vector<TextInfo> info(texts.size());
            encoder.encode_sparse(views(texts), {}, {}, all, info);
            for (size_t b = 0; b < texts.size(); b++) {
                encoder.encode_sparse(std::vector<std::string_view>{texts[b]}, {}, {}, alone, info);
                EXPECT_EQ(all[b].ids, alone[0].ids);
                EXPECT_EQ(all[b].weights, alone[0].weights);
            }
        }
    }
}

// The heads' own layers are f32 in every precision; what is rounded is in front of them.
TEST(HeadsNarrow, AreNearF32)
{
    for (const Precision precision : {Precision::kBf16, Precision::kInt8}) {
        const float tolerance = precision == Precision::kBf16 ? 0.03f : 0.15f;
        check_sequence(Case("bert-sequence", precision), tolerance);
        const Case tokens("distilbert-tokens", precision);
        std::vector<TokenScores> scores, whole;
        const std::vector<std::string_view> text = {"the cat is in the house"};
        tokens.encoder->predict_tokens(text, {}, scores);
        Case("distilbert-tokens").encoder->predict_tokens(text, {}, whole);
        expect_near(whole[0].scores, scores[0].scores.data(), tolerance, "tokens");
        const Case sparse("bert-sparse", precision), plain("bert-sparse");
        std::vector<SparseRow> row(1), exact(1);
        std::vector<TextInfo> info(1);
        sparse.encoder->encode_sparse(text, {}, {}, row, info);
        plain.encoder->encode_sparse(text, {}, {}, exact, info);
        double product = 0, square = 0, exact_square = 0;
        std::map<int32_t, float> weights;
        for (size_t i = 0; i < row[0].ids.size(); i++)
            weights[row[0].ids[i]] = row[0].weights[i];
        for (const auto &[id, weight] : weights)
            square += double{weight} * weight;
        for (size_t i = 0; i < exact[0].ids.size(); i++) {
            exact_square += double{exact[0].weights[i]} * exact[0].weights[i];
            product += double{exact[0].weights[i]} * weights[exact[0].ids[i]];
        }
        EXPECT_GT(product / std::sqrt(square * exact_square), 0.99);
    }
}

// A text of many windows: every token has scores, words are whole, and a text within the limit has
// the scores of its one window.
TEST(HeadsWindows, CoverALongText)
{
    const Case one("bert-tokens");
    std::string text;
    for (int i = 0; i < 200; i++)
        text += "the unreadable cat " + std::string(i % 7 == 0 ? 90 : 3, 'a') + " ";
    std::vector<TokenScores> scores;
    one.encoder->predict_tokens(std::vector<std::string_view>{text, "", " "}, {}, scores);
    const size_t labels = one.encoder->dimensions();
    ASSERT_GT(scores[0].tokens.size(), size_t{1000});
    for (size_t t = 0; t < scores[0].tokens.size(); t++) {
        const float *row = scores[0].scores.data() + t * labels;
        EXPECT_NEAR(std::accumulate(row, row + labels, 0.0), 1, 1e-5) << t;
    }
    EXPECT_TRUE(scores[1].tokens.empty());
    EXPECT_TRUE(scores[2].tokens.empty());
    std::vector<Entity> found;
    find_entities(scores[0], one.encoder->spec().head.labels, Aggregation::kFirst, found);
    for (size_t i = 0; i < found.size(); i++) {
        EXPECT_TRUE(found[i].begin == 0 || text[found[i].begin - 1] == ' ');
        EXPECT_EQ(text[found[i].end], ' ');
        EXPECT_LE(i == 0 ? 0 : found[i - 1].end, found[i].begin);
    }
}

// ---- refusals --------------------------------------------------------------------------------

struct Refusal {
    const char *golden, *from, *to; // an edit of its config.json
    ErrorCode code;
    const char *says;
};

TEST(HeadsImport, RefusesByName)
{
    const Refusal refusals[] = {
        {"bert-sequence", "BertForSequenceClassification", "BertForQuestionAnswering",
         ErrorCode::kModelUnsupported, "head of \"BertForQuestionAnswering\" is not supported"},
        {"bert-sequence", "\"2\": \"weather\"", "\"3\": \"weather\"", ErrorCode::kModelInvalid,
         "id2label\" names no label 2"},
        {"bert-sequence", ",\n    \"2\": \"weather\"", "", ErrorCode::kModelInvalid,
         "id2label has 2 labels, the head has 3 outputs"},
        {"bert-sequence", "\"architectures\"", "\"problem_type\": \"ranking\", \"architectures\"",
         ErrorCode::kModelUnsupported, "problem_type \"ranking\""},
        {"bert-sequence", "ForSequenceClassification", "ForMaskedLM", ErrorCode::kModelUnsupported,
         "that of a masked language model"},
        {"bert-sparse", "\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false",
         ErrorCode::kModelInvalid, "tie_word_embeddings is false, but the weights hold no decoder"},
        {"bert-cross-legacy", "linear.Identity", "activation.Softplus",
         ErrorCode::kModelUnsupported, "activation \"torch.nn.modules.activation.Softplus\""},
    };
    for (const Refusal &one : refusals) {
        const tests::TempDir dir;
        std::filesystem::copy(golden(one.golden), dir / "model",
                              std::filesystem::copy_options::recursive);
        tests::edit_file(dir / "model/config.json", one.from, one.to);
        try {
            read_directory(dir / "model");
            ADD_FAILURE() << one.says;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), one.code) << error.what();
            EXPECT_NE(std::string(error.what()).find(one.says), std::string::npos) << error.what();
        }
    }
}

// "--head none" gives vectors, and says what is left out; "--head splade" a masked LM's weights.
TEST(HeadsImport, ObeysTheChoice)
{
    for (const char *name : {"bert-sequence", "bert-cross", "bert-cross-dense", "bert-sparse",
                             "modernbert-tokens", "bert-cross-legacy"})
    {
        const DirectoryModel model = read_directory(golden(name), HeadChoice::kNone);
        EXPECT_EQ(model.spec.head.kind, HeadKind::kNone) << name;
        EXPECT_EQ(model.spec.dimensions, 16) << name;
        const bool told =
            std::any_of(model.notes.begin(), model.notes.end(), [](const std::string &note) {
                return note.find("is left out") != std::string::npos;
            });
        EXPECT_EQ(told, std::string(name) != "bert-cross-dense") << name;
    }
    const tests::TempDir dir;
    std::filesystem::copy(golden("bert-sparse"), dir / "model",
                          std::filesystem::copy_options::recursive);
    for (const char *file :
         {"modules.json", "config_sentence_transformers.json", "sentence_bert_config.json"})
        std::filesystem::remove(dir / (std::string("model/") + file));
    EXPECT_THROW(read_directory(dir / "model"), Error);
    EXPECT_EQ(read_directory(dir / "model", HeadChoice::kSplade).spec.head.kind, HeadKind::kSparse);
}

INSTANTIATE_TEST_SUITE_P(Golden, Heads, testing::ValuesIn(case_names()), [](const auto &info) {
    std::string name = info.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

} // namespace
} // namespace sbert::encoder
