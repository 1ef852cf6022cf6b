#include "encoder/import/families/head.h"

#include <algorithm>

#include "encoder/import/json_file.h"

namespace sbert::encoder {

namespace {

constexpr size_t kMaxLabels = 1 << 16;

std::string architecture(const JsonValue &config)
{
    const auto listed = config.find_set("architectures");
    if (!listed)
        return {};
    listed->require_array();
    return listed->size() == 0 ? std::string() : listed->element(0).string();
}

} // namespace

HeadKind head_kind(const JsonValue &config)
{
    const std::string name = architecture(config);
    const size_t at = name.find("For");
    const std::string head = at == name.npos ? std::string() : name.substr(at);
    if (head == "ForSequenceClassification")
        return HeadKind::kSequence;
    if (head == "ForTokenClassification")
        return HeadKind::kTokens;
    if (head == "ForMaskedLM")
        return HeadKind::kSparse;
    if (head.empty() && !name.ends_with("LMHeadModel"))
        return HeadKind::kNone;
    unsupported(config, "the head of " + in_quotes(name) + " is not supported",
                "Supported are ForSequenceClassification, ForTokenClassification and ForMaskedLM; "
                "\"--head none\" imports the transformer without it.");
}

std::vector<std::string> read_labels(const JsonValue &config)
{
    std::vector<std::string> labels;
    const auto listed = config.find_set("id2label");
    if (!listed) {
        const int64_t count = config.integer_or("num_labels", 2, 1, kMaxLabels);
        for (int64_t i = 0; i < count; ++i)
            labels.push_back("LABEL_" + std::to_string(i));
        return labels;
    }
    if (listed->size() == 0 || listed->size() > kMaxLabels)
        listed->fail("must name between 1 and " + std::to_string(kMaxLabels) + " labels");
    for (size_t i = 0; i < listed->size(); ++i) {
        const auto label = listed->find(std::to_string(i).c_str());
        if (!label)
            listed->fail("names no label " + std::to_string(i) + ", but " +
                         std::to_string(listed->size()) + " labels");
        labels.push_back(label->string());
    }
    return labels;
}

ScoreFunction read_score_function(const JsonValue &config, size_t labels)
{
    const std::string problem = config.string_or("problem_type", "");
    if (problem == "regression")
        return ScoreFunction::kIdentity;
    if (problem == "multi_label_classification" || labels == 1)
        return ScoreFunction::kSigmoid;
    if (!problem.empty() && problem != "single_label_classification")
        unsupported(config, "problem_type " + in_quotes(problem) + " is not supported");
    return ScoreFunction::kSoftmax;
}

void refuse_family(const JsonValue &config, const TransformerSpec &transformer)
{
    unsupported(config,
                "the head of " + in_quotes(architecture(config)) +
                    " is not supported for the family " + in_quotes(transformer.family),
                "\"--head none\" imports the transformer without it.");
}

} // namespace sbert::encoder
