// The heads of published models: what a config.json says of the modules behind a transformer, as
// steps of a pipeline and a HeadSpec. One page for each kind; README.md has the table.
#pragma once

#include <string>
#include <vector>

#include "encoder/import/families/tensor_names.h"
#include "encoder/import/weights.h"
#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// The steps of a head have tensors of these names.
inline constexpr const char *kHeadDense = "head.dense";
inline constexpr const char *kHeadNorm = "head.norm";
inline constexpr const char *kHeadOut = "head.out";

struct PublishedHead {
    HeadSpec spec;
    std::vector<Step> steps;
};

// The kind of head that the class in `architectures` has; kNone for a transformer alone, and where
// none is named. Throws Error(kModelUnsupported) for a head that is not supported, by its name.
HeadKind head_kind(const JsonValue &config);

// Each reads the head of one kind behind `transformer`, and adds the published names of its
// tensors. Throws Error: kModelInvalid, kModelUnsupported (the family has no such head here).
//   sequence   BertForSequenceClassification and its relatives
//   token      BertForTokenClassification and its relatives
//   masked LM  BertForMaskedLM and its relatives, for SPLADE
PublishedHead read_sequence_head(const JsonValue &config, const TransformerSpec &transformer,
                                 TensorNames &names);
PublishedHead read_token_head(const JsonValue &config, const TransformerSpec &transformer,
                              TensorNames &names);
PublishedHead read_masked_lm_head(const JsonValue &config, const TransformerSpec &transformer,
                                  TensorNames &names);

// What the files of a masked LM leave out: a decoder that is the word table, and where its bias is.
// Throws Error(kModelInvalid) where the decoder is neither there nor tied.
void complete_decoder(const JsonValue &config, Weights &weights);

// ---- what the pages share -----------------------------------------------------------------------

// id2label in the order of its numbers; LABEL_0, LABEL_1 ... where there is none.
std::vector<std::string> read_labels(const JsonValue &config);

// Of a text classifier, by problem_type and the number of labels, as transformers' pipeline has it.
ScoreFunction read_score_function(const JsonValue &config, size_t labels);

// Throws Error(kModelUnsupported): the family has no head of this class here.
[[noreturn]] void refuse_family(const JsonValue &config, const TransformerSpec &transformer);

} // namespace sbert::encoder
