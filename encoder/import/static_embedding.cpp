#include "encoder/import/static_embedding.h"

#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

#include "encoder/error.h"
#include "encoder/import/json_file.h"
#include "encoder/model/names.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

namespace {

constexpr char kTable[] = "embeddings.word_embeddings.weight";

[[noreturn]] void fail(const std::string &folder, const std::string &tensor,
                       const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "\"" + folder + "\": tensor \"" + tensor + "\" " + what);
}

// A list of whole numbers from 0 to `limit` - 1.
std::vector<size_t> read_rows(const SafeTensor &tensor, size_t limit, const std::string &folder)
{
    const size_t width = tensor.dtype == "I64" ? 8 : tensor.dtype == "I32" ? 4 : 0;
    if (width == 0 || tensor.shape.size() != 1)
        fail(folder, tensor.name, "is no list of whole numbers");
    std::vector<size_t> rows;
    for (size_t at = 0; at < tensor.data.size(); at += width) {
        uint64_t row = 0; // little-endian; a negative one is too large
        std::memcpy(&row, tensor.data.data() + at, width);
        if (row >= limit)
            fail(folder, tensor.name, "names a row that the table does not have");
        rows.push_back(row);
    }
    return rows;
}

// What model2vec keeps apart, as one table: row[token] = factor[token] * table[mapping[token]].
void fold(const std::string &folder, Weights &weights)
{
    const SafeTensor *table = weights.tensor("embeddings");
    const SafeTensor *mapping = weights.tensor("mapping"), *factors = weights.tensor("weights");
    if (table == nullptr || table->shape.size() != 2)
        fail(folder, "embeddings", table == nullptr ? "is missing" : "is no matrix");
    const auto rows = static_cast<size_t>(table->shape[0]);
    const auto C = static_cast<size_t>(table->shape[1]);
    std::vector<size_t> row_of(rows);
    std::iota(row_of.begin(), row_of.end(), 0);
    if (mapping != nullptr)
        row_of = read_rows(*mapping, rows, folder);
    const std::vector<float> factor =
        factors != nullptr ? to_f32(*factors, folder) : std::vector<float>(row_of.size(), 1.0f);
    if (factor.size() != row_of.size())
        fail(folder, "weights", "has another length than the tokens");
    const std::vector<float> values = to_f32(*table, folder);
    std::vector<float> folded;
    folded.reserve(row_of.size() * C);
    for (size_t i = 0; i < row_of.size(); ++i)
        for (size_t j = 0; j < C; ++j)
            folded.push_back(factor[i] * values[row_of[i] * C + j]);
    weights.add_made(kTable, {static_cast<int64_t>(row_of.size()), table->shape[1]},
                     std::move(folded));
}

} // namespace

TransformerSpec read_static_embedding(const std::string &folder, Weights &weights)
{
    TensorNames names;
    names.rename("embedding", "embeddings.word_embeddings");
    weights.add_transformer(folder, names);
    if (weights.tensor(kTable) == nullptr)
        fold(folder, weights);
    TransformerSpec spec;
    spec.family = kStaticFamily;
    spec.vocab_size = static_cast<int32_t>(weights.rows(kTable));
    const int64_t width = weights.tensor(kTable)->shape[1];
    if (width < 1 || width > INT32_MAX)
        fail(folder, kTable, "has shape " + shape_text(weights.tensor(kTable)->shape));
    spec.hidden_size = static_cast<int32_t>(width);
    spec.heads = spec.intermediate_size = 1;
    spec.max_positions = kStaticMaxTokens;
    spec.position_table = spec.embedding_norm = false;
    return spec;
}

DirectoryTokenizer read_static_tokenizer(const std::string &folder, int64_t id_limit)
{
    const std::string path = folder + "/tokenizer.json";
    if (!is_regular_file(path))
        throw Error(ErrorCode::kModelInvalid, "\"" + folder + "\" has no tokenizer.json");
    const JsonDocument document = read_json_file(path, kMaxTokenizerBytes);
    DirectoryTokenizer tokenizer = {parse_any_tokenizer(document.root(), id_limit), {}, {}};
    tokenizer.file.spec.post_processing.prefix.clear();
    tokenizer.file.spec.post_processing.suffix.clear();
    // Unlike in front of a transformer, sentence-transformers leaves the file's own cut in place.
    if (const auto truncation = document.root().find_set("truncation"))
        tokenizer.model_max_length = truncation->at("max_length").integer(1, INT32_MAX);
    if (!tokenizer.model_max_length || *tokenizer.model_max_length > kStaticMaxTokens)
        tokenizer.notes.push_back("texts are cut at " + std::to_string(kStaticMaxTokens) +
                                  " tokens, where sentence-transformers has no limit");
    return tokenizer;
}

} // namespace sbert::encoder
