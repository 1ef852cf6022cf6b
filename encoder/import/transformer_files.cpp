// The transformer of a model directory: see transformer_files.h.
#include "encoder/import/transformer_files.h"

#include <utility>

#include "encoder/error.h"
#include "encoder/import/families/family.h"

namespace sbert::encoder {

TransformerSpec read_transformer_files(const std::string &folder, Weights &weights)
{
    constexpr size_t kMaxConfigBytes = 16u << 20;
    const std::string path = folder + "/config.json";
    if (!is_regular_file(path))
        throw Error(ErrorCode::kModelInvalid, "\"" + folder + "\" has no config.json");
    const JsonDocument document(read_text_file(path, kMaxConfigBytes), path, kMaxConfigBytes);
    TransformerConfig config = read_transformer_config(document.root());
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
