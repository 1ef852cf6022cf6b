// The transformer of a model directory: see transformer_files.h.
#include "encoder/import/transformer_files.h"

#include <utility>

#include "encoder/error.h"
#include "encoder/import/families/family.h"
#include "encoder/import/json_file.h"

namespace sbert::encoder {

TransformerSpec read_transformer_files(const std::string &folder, Weights &weights)
{
    const auto document = find_json_file(folder + "/config.json");
    if (!document)
        throw Error(ErrorCode::kModelInvalid, "\"" + folder + "\" has no config.json");
    TransformerConfig config = read_transformer_config(document->root());
    weights.add_transformer(folder, config.names);
    TransformerSpec &spec = config.spec;
    // Some published configurations are wrong about the rows of this table.
    if (spec.position_table) {
        const int64_t rows = weights.rows("embeddings.position_embeddings.weight");
        spec.max_positions = static_cast<int32_t>(rows - spec.position_padding - 1);
    }
    return std::move(config.spec);
}

} // namespace sbert::encoder
