// A model directory as sentence-transformers saves it, made by code: sizes and pipeline as asked
// for, weights that follow from a seed. For tests of everything that reads models; no real model
// behaves like it.
#pragma once

#include <stdlib.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace sbert::tests {

// A folder that is removed with its contents when the object goes.
class TempDir {
  public:
    TempDir()
    {
        std::string name = (std::filesystem::temp_directory_path() / "sbert-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TempDir() { std::filesystem::remove_all(path_); }
    TempDir(const TempDir &) = delete;
    TempDir &operator=(const TempDir &) = delete;
    const std::string &path() const { return path_; }
    std::string operator/(const std::string &name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

// Writes a file whole, making its folder where needed.
inline void write_file(const std::string &path, const std::string &content)
{
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush())
        throw std::runtime_error("cannot write " + path);
}

inline std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Replaces the first occurrence of `from` in a file, which must be there.
inline void edit_file(const std::string &path, const std::string &from, const std::string &to)
{
    std::string content = read_file(path);
    size_t at = content.find(from);
    if (at == content.npos)
        throw std::runtime_error(from + " is not in " + path);
    write_file(path, content.replace(at, from.size(), to));
}

struct TinyTensor {
    std::vector<int64_t> shape;
    std::vector<float> values;
};
using TinyTensors = std::map<std::string, TinyTensor>;

// One module after the transformer. `config` is the text of its config.json; none is written when
// it is empty.
struct TinyModule {
    std::string type;
    std::string path;
    std::string config;
    TinyTensors tensors;
};

struct TinyModel {
    int hidden = 8;
    int layers = 2;
    int heads = 2;
    int intermediate = 16;
    int positions = 32;
    int max_tokens = 16;
    uint32_t seed = 1;
    std::vector<std::string> words = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a",
                                      "b",     "cat",   "dog",   "##s",   "the",    "##ing"};
    std::vector<TinyModule> modules; // empty: mean pooling and normalize
};

// Values in [-0.25, 0.25) that follow from the seed and the number of calls, alike on every
// machine.
class TinyRandom {
  public:
    explicit TinyRandom(uint32_t seed) : state_(seed) {}
    TinyTensor tensor(std::vector<int64_t> shape)
    {
        size_t count = 1;
        for (int64_t extent : shape)
            count *= static_cast<size_t>(extent);
        TinyTensor made{std::move(shape), std::vector<float>(count)};
        for (float &value : made.values) {
            state_ = state_ * 1664525u + 1013904223u;
            value = static_cast<float>(state_ >> 8) / static_cast<float>(1u << 25) - 0.25f;
        }
        return made;
    }

  private:
    uint32_t state_;
};

// The bytes of a safetensors file that holds `tensors` as f32.
inline std::string make_safetensors(const TinyTensors &tensors)
{
    std::string header = "{";
    std::string data;
    for (const auto &[name, tensor] : tensors) {
        std::string shape;
        for (int64_t extent : tensor.shape)
            shape += (shape.empty() ? "" : ",") + std::to_string(extent);
        size_t bytes = tensor.values.size() * sizeof(float);
        header += (header.size() > 1 ? ",\"" : "\"") + name + "\":{\"dtype\":\"F32\",\"shape\":[" +
                  shape + "],\"data_offsets\":[" + std::to_string(data.size()) + "," +
                  std::to_string(data.size() + bytes) + "]}";
        data.append(reinterpret_cast<const char *>(tensor.values.data()), bytes);
    }
    header += "}";
    header.append((8 - header.size() % 8) % 8, ' ');
    uint64_t length = header.size();
    std::string file(reinterpret_cast<const char *>(&length), sizeof length);
    return file + header + data;
}

inline TinyTensors tiny_bert_tensors(const TinyModel &model)
{
    TinyRandom random(model.seed);
    TinyTensors tensors;
    int64_t width = model.hidden;
    auto add = [&](const std::string &name, std::vector<int64_t> shape) {
        tensors[name] = random.tensor(std::move(shape));
    };
    auto add_pair = [&](const std::string &name, std::vector<int64_t> shape) {
        add(name + ".bias", {shape[0]});
        add(name + ".weight", std::move(shape));
    };
    add("embeddings.word_embeddings.weight", {static_cast<int64_t>(model.words.size()), width});
    add("embeddings.position_embeddings.weight", {model.positions, width});
    add("embeddings.token_type_embeddings.weight", {2, width});
    add_pair("embeddings.LayerNorm", {width});
    for (int i = 0; i < model.layers; ++i) {
        std::string layer = "encoder.layer." + std::to_string(i);
        for (const char *part : {"query", "key", "value"})
            add_pair(layer + ".attention.self." + part, {width, width});
        add_pair(layer + ".attention.output.dense", {width, width});
        add_pair(layer + ".attention.output.LayerNorm", {width});
        add_pair(layer + ".intermediate.dense", {model.intermediate, width});
        add_pair(layer + ".output.dense", {width, model.intermediate});
        add_pair(layer + ".output.LayerNorm", {width});
    }
    return tensors;
}

inline std::string tiny_tokenizer_json(const TinyModel &model)
{
    std::string vocab;
    for (size_t i = 0; i < model.words.size(); ++i)
        vocab += (i ? ",\"" : "\"") + model.words[i] + "\":" + std::to_string(i);
    return R"({"version":"1.0","truncation":{"max_length":4},"padding":{"pad_id":0},
"added_tokens":[{"id":1,"content":"[UNK]","single_word":false,"lstrip":false,"rstrip":false,
"normalized":false,"special":true}],
"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
"strip_accents":null,"lowercase":true},
"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece"},
"post_processor":{"type":"TemplateProcessing","single":[
{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
{"SpecialToken":{"id":"[SEP]","type_id":0}}],"special_tokens":{
"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},
"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
"max_input_chars_per_word":100,
"vocab":{)" +
           vocab + "}}}";
}

inline void write_tiny_modules(const std::string &directory, const TinyModel &model)
{
    std::vector<TinyModule> modules = model.modules;
    if (modules.empty())
        modules = {{"sentence_transformers.models.Pooling",
                    "1_Pooling",
                    "{\"word_embedding_dimension\":" + std::to_string(model.hidden) +
                        ",\"pooling_mode_mean_tokens\":true}",
                    {}},
                   {"sentence_transformers.models.Normalize", "2_Normalize", "", {}}};
    std::string list = R"([{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.)"
                       R"(Transformer"})";
    for (size_t i = 0; i < modules.size(); ++i) {
        const TinyModule &module = modules[i];
        std::string index = std::to_string(i + 1);
        list += ",{\"idx\":" + index + ",\"name\":\"" + index + "\",\"path\":\"" + module.path +
                "\",\"type\":\"" + module.type + "\"}";
        if (!module.config.empty())
            write_file(directory + "/" + module.path + "/config.json", module.config);
        if (!module.tensors.empty())
            write_file(directory + "/" + module.path + "/model.safetensors",
                       make_safetensors(module.tensors));
    }
    write_file(directory + "/modules.json", list + "]");
}

// Writes the whole directory, which need not exist.
inline void write_tiny_model(const std::string &directory, const TinyModel &model = {})
{
    auto number = [](int value) { return std::to_string(value); };
    write_file(directory + "/config.json",
               "{\"model_type\":\"bert\",\"hidden_act\":\"gelu\",\"hidden_size\":" +
                   number(model.hidden) + ",\"num_hidden_layers\":" + number(model.layers) +
                   ",\"num_attention_heads\":" + number(model.heads) +
                   ",\"intermediate_size\":" + number(model.intermediate) +
                   ",\"max_position_embeddings\":" + number(model.positions) +
                   ",\"type_vocab_size\":2,\"layer_norm_eps\":1e-12," +
                   "\"vocab_size\":" + std::to_string(model.words.size()) + "}");
    write_file(directory + "/sentence_bert_config.json",
               "{\"max_seq_length\":" + number(model.max_tokens) + ",\"do_lower_case\":false}");
    write_file(
        directory + "/tokenizer_config.json",
        R"({"do_lower_case":true,"model_max_length":512,"tokenizer_class":"BertTokenizer"})");
    write_file(directory + "/tokenizer.json", tiny_tokenizer_json(model));
    write_file(directory + "/model.safetensors", make_safetensors(tiny_bert_tensors(model)));
    write_tiny_modules(directory, model);
}

} // namespace sbert::tests
