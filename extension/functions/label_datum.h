// The labels of a model's head as SQL texts.
#pragma once

#include "extension/functions/input.h"
#include "extension/functions/models.h"

namespace sbert {

// A text of each label, in the current memory context, or null if the labels have no names.
inline const Datum *label_datums(const Model *model)
{
    const auto &labels = model->encoder->spec().head.labels;
    if (labels.empty())
        return nullptr;
    auto *datums = static_cast<Datum *>(palloc(sizeof(Datum) * labels.size()));
    for (size_t i = 0; i < labels.size(); i++)
        datums[i] = PointerGetDatum(text_of_utf8(labels[i]));
    return datums;
}

} // namespace sbert
