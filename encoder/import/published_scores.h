// What sentence-transformers' cross-encoders and sparse encoders say beside the heads of their
// transformers (families/head.h): what makes scores of outputs, and how words are pooled.
// https://sbert.net/docs/package_reference/cross_encoder/cross_encoder.html
// https://sbert.net/docs/package_reference/sparse_encoder/models.html
#pragma once

#include <string>

#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// The class of torch.nn that config.json names, as versions before 5.4 saved it; empty: it names
// none, and is not that of a cross-encoder.
std::string cross_encoder_class(const JsonValue &config);

// What a class of torch.nn makes of `outputs` outputs. Where none is named, or one from elsewhere,
// which the library does not trust: the sigmoid of one output, nothing of several. Throws
// Error(kModelUnsupported) naming `source` and the class.
ScoreFunction score_function(const std::string &path, int32_t outputs, const std::string &source);

// config.json of a SpladePooling. Throws Error: kModelInvalid, kModelUnsupported.
void read_splade_pooling(const JsonValue &config, HeadSpec &head);

} // namespace sbert::encoder
