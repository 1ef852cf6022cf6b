// Reports, correlations and rankings equal those of scikit-learn, seqeval, scipy and pytrec_eval:
// tests/golden/make_reports.py.
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/model/json.h"
#include "extension/scores/correlation.h"
#include "extension/scores/entities.h"
#include "extension/scores/label_score.h"
#include "extension/scores/ranking.h"
#include "file_text.h"

namespace sbert::scores {
namespace {

using encoder::JsonValue;

constexpr double kTolerance = 1e-9;

// Calls check(case) for each case of a file, naming it in what fails; there must be some.
template <class Check>
void each_case(const std::string &name, Check check)
{
    const std::string text = file_text(SBERT_SOURCE_DIR "/tests/golden/reports/" + name + ".json");
    const encoder::JsonDocument document(text, name, text.size() + 1);
    const JsonValue cases = document.root();
    ASSERT_GT(cases.size(), 10u);
    for (size_t i = 0; i < cases.size(); i++) {
        SCOPED_TRACE(name + ": " + cases.element(i).at("name").string());
        check(cases.element(i));
    }
}

std::vector<std::string> strings_of(JsonValue array)
{
    std::vector<std::string> result;
    for (size_t i = 0; i < array.size(); i++)
        result.push_back(array.element(i).string());
    return result;
}

std::vector<double> numbers_of(JsonValue array)
{
    std::vector<double> result;
    for (size_t i = 0; i < array.size(); i++)
        result.push_back(array.element(i).number());
    return result;
}

using Counts = std::map<std::string, LabelCount>;

void expect_score(JsonValue row, const LabelScore &score)
{
    EXPECT_NEAR(score.precision, row.element(2).number(), kTolerance);
    EXPECT_NEAR(score.recall, row.element(3).number(), kTolerance);
    EXPECT_NEAR(score.f1, row.element(4).number(), kTolerance);
    EXPECT_EQ(score.support, row.element(5).integer(0, INT64_MAX));
}

// The labels asked for are those of the golden rows themselves.
void expect_report(JsonValue golden, const Counts &counts, const SampleSums &samples)
{
    std::vector<LabelCount> reported;
    for (size_t i = 0; i < golden.size(); i++) {
        const JsonValue row = golden.element(i);
        const std::string kind = row.element(0).string();
        SCOPED_TRACE(kind);
        if (kind == "label") {
            const auto found = counts.find(row.element(1).string());
            reported.push_back(found == counts.end() ? LabelCount{} : found->second);
            expect_score(row, score_of(reported.back()));
        } else if (kind == "micro avg") {
            expect_score(row, micro_average(sums_of(reported)));
        } else if (kind == "macro avg") {
            expect_score(row, macro_average(sums_of(reported)));
        } else if (kind == "weighted avg") {
            expect_score(row, weighted_average(sums_of(reported)));
        } else if (kind == "samples avg") {
            expect_score(row, samples_average(samples, sums_of(reported)));
        } else {
            EXPECT_EQ(kind, "accuracy");
        }
    }
}

TEST(ScoresGolden, Classification)
{
    each_case("classification", [](JsonValue golden) {
        Counts counts;
        const auto truth = strings_of(golden.at("truth"));
        const auto predicted = strings_of(golden.at("predicted"));
        for (size_t i = 0; i < truth.size(); i++) {
            counts[truth[i]].truth++;
            counts[predicted[i]].predicted++;
            counts[truth[i]].hits += truth[i] == predicted[i];
        }
        expect_report(golden.at("report"), counts, {});
    });
}

TEST(ScoresGolden, LabelSets)
{
    each_case("label_sets", [](JsonValue golden) {
        Counts counts;
        SampleSums samples = {};
        std::set<std::string> asked;
        if (!golden.at("labels").is_null())
            for (const std::string &label : strings_of(golden.at("labels")))
                asked.insert(label);
        for (size_t i = 0; i < golden.at("truth").size(); i++) {
            LabelCount row = {};
            const auto truth = strings_of(golden.at("truth").element(i));
            const auto predicted = strings_of(golden.at("predicted").element(i));
            const std::set<std::string> t(truth.begin(), truth.end());
            const std::set<std::string> p(predicted.begin(), predicted.end());
            const auto is_asked = [&](const std::string &label) {
                return asked.empty() || asked.contains(label);
            };
            for (const std::string &label : p) {
                counts[label].predicted++;
                row.predicted += is_asked(label);
            }
            for (const std::string &label : t) {
                counts[label].truth++;
                counts[label].hits += p.contains(label);
                row.truth += is_asked(label);
                row.hits += is_asked(label) && p.contains(label);
            }
            add_sample(samples, row);
        }
        expect_report(golden.at("report"), counts, samples);
    });
}

std::vector<Entity> entities_of(const std::vector<std::string> &tags, const TagScheme *scheme)
{
    const std::vector<std::string_view> views(tags.begin(), tags.end());
    std::vector<Entity> entities(tags.size());
    if (scheme != nullptr) {
        EXPECT_EQ(first_unknown(views, *scheme, {}), views.size());
    }
    entities.resize(scheme != nullptr ? find_entities(views, *scheme, {}, entities.data())
                                      : find_entities(views, {}, entities.data()));
    return entities;
}

TEST(ScoresGolden, Entities)
{
    each_case("entities", [](JsonValue golden) {
        Counts counts;
        const TagScheme *scheme = nullptr;
        if (!golden.at("scheme").is_null())
            scheme = find_scheme(golden.at("scheme").string());
        for (size_t i = 0; i < golden.at("truth").size(); i++) {
            const auto truth_tags = strings_of(golden.at("truth").element(i));
            const auto predicted_tags = strings_of(golden.at("predicted").element(i));
            const auto truth = entities_of(truth_tags, scheme);
            const auto predicted = entities_of(predicted_tags, scheme);
            for (const Entity &entity : truth) {
                counts[std::string(entity.type)].truth++;
                for (const Entity &other : predicted)
                    counts[std::string(entity.type)].hits += entity.type == other.type &&
                                                             entity.begin == other.begin &&
                                                             entity.end == other.end;
            }
            for (const Entity &entity : predicted)
                counts[std::string(entity.type)].predicted++;
        }
        expect_report(golden.at("report"), counts, {});
        EXPECT_EQ(counts.size() + 3, golden.at("report").size());
    });
}

void expect_number(JsonValue golden, bool exists, double value)
{
    EXPECT_EQ(exists, !golden.is_null());
    if (exists && !golden.is_null()) {
        EXPECT_NEAR(value, golden.number(), kTolerance);
    }
}

TEST(ScoresGolden, Correlation)
{
    each_case("correlation", [](JsonValue golden) {
        const auto x = numbers_of(golden.at("x"));
        const auto y = numbers_of(golden.at("y"));
        std::vector<Pair> pairs;
        PearsonSums whole = {}, halves[2] = {};
        for (size_t i = 0; i < x.size(); i++) {
            pairs.push_back({x[i], y[i]});
            add_row(whole, pairs[i]);
            add_row(halves[i % 3 == 0], pairs[i]);
        }
        add_rows(halves[0], halves[1]);
        double value = 0;
        bool exists = pearson(whole, value);
        expect_number(golden.at("pearson"), exists, value);
        exists = pearson(halves[0], value);
        expect_number(golden.at("pearson"), exists, value);
        exists = spearman(pairs.data(), pairs.size(), {}, value);
        expect_number(golden.at("spearman"), exists, value);
    });
}

TEST(ScoresGolden, Ranking)
{
    constexpr std::pair<const char *, RankingMeasure> kMeasures[] = {
        {"recall", RankingMeasure::kRecall},
        {"precision", RankingMeasure::kPrecision},
        {"reciprocal_rank", RankingMeasure::kReciprocalRank},
        {"average_precision", RankingMeasure::kAveragePrecision},
        {"ndcg", RankingMeasure::kNdcg},
    };
    each_case("ranking", [&](JsonValue golden) {
        const double none = std::numeric_limits<double>::quiet_NaN();
        std::vector<Result> results;
        for (size_t i = 0; i < golden.at("results").size(); i++) {
            const JsonValue row = golden.at("results").element(i);
            results.push_back({row.element(0).is_null() ? none : row.element(0).number(),
                               row.element(1).is_null() ? none : row.element(1).number()});
        }
        const bool limited = !golden.at("k").is_null();
        const size_t k = limited ? golden.at("k").integer(1, 1000) : kAllResults;
        for (const auto &[name, measure] : kMeasures) {
            SCOPED_TRACE(name);
            std::vector<Result> copy = results;
            std::vector<double> scratch(copy.size());
            const double value = ranking(measure, copy.data(), copy.size(), k, scratch.data(), {});
            if (limited || measure != RankingMeasure::kPrecision) {
                EXPECT_NEAR(value, golden.at(name).number(), kTolerance);
            }
        }
    });
}

} // namespace
} // namespace sbert::scores
