#include "encoder/import/directory.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "encoder/error.h"
#include "encoder/import/card.h"
#include "encoder/import/families/family.h"
#include "encoder/import/json_file.h"
#include "encoder/import/modules.h"
#include "encoder/import/published_scores.h"
#include "encoder/import/static_embedding.h"
#include "encoder/import/tokenizer/tokenizer.h"
#include "encoder/model/check_spec.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

namespace {

class Reader {
  public:
    Reader(const std::string &directory, HeadChoice choice)
        : directory_(without_slash(directory)), choice_(choice)
    {
    }

    DirectoryModel read()
    {
        if (!is_directory(directory_))
            throw Error(ErrorCode::kModelNotFound, "\"" + directory_ + "\" is not a directory",
                        "Name the folder that holds modules.json.");
        read_config();
        read_readme();
        read_modules();
        choose_head();
        read_transformer();
        read_tokenizer_and_limit();
        if (kind_ == HeadKind::kNone)
            read_pipeline();
        else
            take_head();
        check_spec(model_.spec, directory_);
        note_heads();
        model_.tensors = model_.weights.take(model_.spec);
        return std::move(model_);
    }

  private:
    std::string folder(const std::string &path) const
    {
        return path.empty() ? directory_ : directory_ + "/" + without_slash(path);
    }

    // config_sentence_transformers.json: what the library does around the model.
    void read_config()
    {
        auto document = find_json_file(directory_ + "/config_sentence_transformers.json");
        if (!document)
            return;
        JsonValue card = document->root();
        type_ = card.string_or("model_type", "SentenceTransformer");
        if (type_ != "SentenceTransformer" && type_ != "CrossEncoder" && type_ != "SparseEncoder")
            unsupported(card, "a model of type " + in_quotes(type_) + " is not supported",
                        "Supported are SentenceTransformer, CrossEncoder and SparseEncoder.");
        model_.spec.similarity = card.string_or("similarity_fn_name", "cosine");
        read_prompts(card);
        score_class_ = card.string_or("activation_fn", "");
        max_active_ = static_cast<int32_t>(card.integer_or("max_active_dims", 0, 1, INT32_MAX));
        truncate_width_ = card.integer_or("truncate_dim", 0, 1, INT32_MAX);
    }

    // "query" and "document" are there in every model, without a text unless the file has one.
    void read_prompts(const JsonValue &card)
    {
        std::vector<Prompt> &prompts = model_.spec.prompts;
        if (auto listed = card.find_set("prompts"))
            listed->for_each_member([&](const std::string &name, const JsonValue &text) {
                Prompt prompt{name, text.is_null() ? std::string() : text.string()};
                if (!prompt.text.empty() || (name != "query" && name != "document"))
                    prompts.push_back(std::move(prompt));
            });
        auto chosen = card.find_set("default_prompt_name");
        if (!chosen)
            return;
        const std::string &name = chosen->string();
        const auto prompt = std::find_if(prompts.begin(), prompts.end(),
                                         [&](const Prompt &one) { return one.name == name; });
        if (prompt != prompts.end())
            model_.spec.default_prompt = prompt->text.empty() ? std::string() : name;
        else if (name != "query" && name != "document")
            chosen->fail("names none of the prompts");
    }

    // README.md only tells people: one that cannot be read is as good as none.
    void read_readme()
    {
        const std::string path = directory_ + "/README.md";
        try {
            if (is_regular_file(path))
                model_.card = encoder::read_card(read_text_file(path, kMaxConfigBytes));
        } catch (const Error &) {
            model_.notes.push_back("README.md cannot be read: the languages stay unknown");
        }
    }

    void read_modules()
    {
        const auto document = find_json_file(directory_ + "/modules.json");
        plain_ = !document;
        modules_ = document ? parse_modules(document->root()) : default_modules();
    }

    // A plain directory's head is that of its class; the modules of sentence-transformers, where it
    // has them, say themselves what the model gives.
    void choose_head()
    {
        if (choice_ == HeadChoice::kPublished)
            kind_ = is_static() ? HeadKind::kNone : published_kind();
        else if (choice_ == HeadChoice::kSplade)
            kind_ = HeadKind::kSparse;
        if (kind_ != HeadKind::kNone || !plain_) {
            if (kind_ == HeadKind::kNone && type_ != "SentenceTransformer" && !is_scored_by_dense())
                modules_ = {modules_[0], default_modules()[1]};
            return;
        }
        model_.notes.push_back("there is no modules.json: the mean of the tokens is taken, as "
                               "sentence-transformers does");
    }

    HeadKind published_kind() const
    {
        if (type_ == "SparseEncoder")
            return HeadKind::kSparse;
        if (!plain_ && type_ == "CrossEncoder")
            return modules_.size() == 1 ? HeadKind::kSequence : HeadKind::kNone;
        if (!plain_)
            return HeadKind::kNone;
        const auto document = find_json_file(folder(modules_[0].path) + "/config.json");
        const HeadKind kind = document ? head_kind(document->root()) : HeadKind::kNone;
        if (kind == HeadKind::kSparse)
            unsupported(document->root(), "the head is that of a masked language model",
                        "\"--head splade\" imports it as a sparse encoder, \"--head none\" without "
                        "the head.");
        return kind;
    }

    // A cross-encoder whose scores come from a Dense behind a pooling.
    bool is_scored_by_dense() const
    {
        return choice_ == HeadChoice::kPublished && type_ == "CrossEncoder" && !plain_;
    }

    bool is_static() const { return modules_[0].kind == ModuleKind::kStaticEmbedding; }

    void read_transformer()
    {
        transformer_ = folder(modules_[0].path);
        model_.spec.transformer =
            is_static() ? read_static_embedding(transformer_, model_.weights)
                        : read_transformer_files(transformer_, model_.weights, kind_, &head_);
    }

    // The head is the pipeline.
    void take_head()
    {
        ModelSpec &spec = model_.spec;
        spec.head = std::move(head_.spec);
        spec.pipeline = std::move(head_.steps);
        spec.dimensions = spec.transformer.vocab_size;
        if (kind_ != HeadKind::kSparse)
            spec.dimensions = static_cast<int32_t>(spec.head.labels.size());
        if (kind_ == HeadKind::kSequence)
            take_pairs();
        if (kind_ == HeadKind::kSparse && !plain_)
            read_splade_modules();
    }

    // Of a text classifier a pair is as good as a text: who has trained it knows. A cross-encoder
    // takes pairs alone.
    void take_pairs()
    {
        HeadSpec &head = model_.spec.head;
        head.pair = pair_;
        const auto config = find_json_file(transformer_ + "/config.json");
        const std::string legacy = config ? cross_encoder_class(config->root()) : std::string();
        if (type_ != "CrossEncoder" && legacy.empty())
            return;
        head.takes_text = false;
        head.function = score_function(score_class_.empty() ? legacy : score_class_,
                                       model_.spec.dimensions, directory_);
        if (!head.pair)
            throw Error(ErrorCode::kModelUnsupported,
                        in_quotes(directory_) + ": the tokenizer of the cross-encoder does not say "
                                                "what stands between two texts");
        refuse_default_prompt();
    }

    // Prompts of a cross-encoder are those of language models.
    void refuse_default_prompt()
    {
        if (!model_.spec.default_prompt.empty())
            throw Error(ErrorCode::kModelUnsupported,
                        in_quotes(directory_) + ": a cross-encoder with a prompt is not supported");
        model_.spec.prompts.clear();
    }

    void read_splade_modules()
    {
        if (modules_.size() != 2 || modules_[1].kind != ModuleKind::kSpladePooling)
            throw Error(ErrorCode::kModelUnsupported,
                        in_quotes(directory_) + ": of sparse encoders those of a masked language "
                                                "model and a SpladePooling are supported");
        const auto config = find_json_file(folder(modules_[1].path) + "/config.json");
        if (config)
            read_splade_pooling(config->root(), model_.spec.head);
        model_.spec.head.max_active = max_active_;
    }

    void read_tokenizer_and_limit()
    {
        ModelSpec &spec = model_.spec;
        DirectoryTokenizer tokenizer =
            is_static() ? read_static_tokenizer(transformer_, spec.transformer.vocab_size)
                        : read_tokenizer(transformer_, spec.transformer.vocab_size);
        spec.tokenizer = std::move(tokenizer.file.spec);
        model_.tokenizer = std::move(tokenizer.file.source);
        pair_ = std::move(tokenizer.file.pair);
        for (std::string &note : tokenizer.notes)
            model_.notes.push_back(std::move(note));
        int64_t limit = tokenizer.model_max_length.value_or(spec.transformer.max_positions);
        if (auto document = find_json_file(transformer_ + "/sentence_bert_config.json"))
            limit = apply_sentence_config(document->root(), limit);
        spec.max_tokens =
            static_cast<int32_t>(std::min<int64_t>(limit, spec.transformer.max_positions));
    }

    void lower_case_first()
    {
        TokenizerSpec &spec = model_.spec.tokenizer;
        if (spec.bert_family)
            std::get<BertNormalizer>(spec.normalizers.at(0)).lowercase = true;
        else
            spec.normalizers.insert(spec.normalizers.begin(), Lowercase{});
    }

    // Returns the limit of tokens.
    int64_t apply_sentence_config(const JsonValue &config, int64_t limit)
    {
        for (const char *key : {"model_args", "config_args", "tokenizer_args", "model_kwargs",
                                "config_kwargs", "processor_kwargs", "processing_kwargs"})
        {
            if (auto value = config.find_set(key); value && value->size() != 0)
                unsupported(config, std::string(key) + " is not supported");
        }
        std::string task = config.string_or("transformer_task", "feature-extraction");
        const char *expected = kind_ == HeadKind::kSequence ? "sequence-classification"
                               : kind_ == HeadKind::kSparse ? "fill-mask"
                                                            : "feature-extraction";
        if (choice_ == HeadChoice::kPublished && config.find("transformer_task") &&
            task != expected)
            unsupported(config, "the task " + in_quotes(task) + " is not supported");
        // sentence-transformers puts a lower-casing step in front of the tokenizer's own
        // normaliser. It commutes with that one's cleaning, and accents stay or go as before.
        if (config.boolean_or("do_lower_case", false))
            lower_case_first();
        return config.integer_or("max_seq_length", limit, 1, INT32_MAX);
    }

    void read_pipeline()
    {
        ModelSpec &spec = model_.spec;
        std::deque<JsonDocument> documents; // a deque: its elements never move
        ConfigReader config_of = [&](const ModuleEntry &module) -> const JsonDocument * {
            if (module.path.empty()) // there config.json is the transformer's
                return nullptr;
            auto document = find_json_file(folder(module.path) + "/config.json");
            return document ? &documents.emplace_back(std::move(*document)) : nullptr;
        };
        const Gives gives = is_scored_by_dense() ? Gives::kScores : Gives::kVectors;
        PipelineSpec pipeline =
            build_pipeline(modules_, spec.transformer.hidden_size, gives, config_of);
        spec.pipeline = std::move(pipeline.steps);
        for (const auto &[prefix, path] : pipeline.weights)
            model_.weights.add_module(folder(path), prefix);
        spec.dimensions = spec.transformer.hidden_size;
        for (const Step &step : spec.pipeline) {
            if (const auto *pooling = std::get_if<PoolingStep>(&step))
                spec.dimensions *= static_cast<int32_t>(pooling->modes.size());
            else if (const auto *dense = std::get_if<DenseStep>(&step))
                spec.dimensions = dense->out;
        }
        if (gives == Gives::kScores) {
            spec.head.kind = HeadKind::kSequence;
            for (int32_t i = 0; i < spec.dimensions; ++i)
                spec.head.labels.push_back("LABEL_" + std::to_string(i));
            return take_pairs();
        }
        if (truncate_width_ != 0 && truncate_width_ < spec.dimensions) {
            spec.dimensions = static_cast<int32_t>(truncate_width_);
            spec.pipeline.emplace_back(TruncateStep{spec.dimensions});
        }
    }

    // What the directory gives beside sentence vectors is left out, and said so by name.
    void note_heads()
    {
        if (model_.spec.head.kind != HeadKind::kNone)
            return;
        std::string names;
        for (const std::string &head : model_.weights.heads())
            names += (names.empty() ? "" : ", ") + in_quotes(head);
        if (names.empty())
            return;
        model_.notes.push_back("the head " + names + of_architecture() +
                               " is left out: the model gives the vectors before it");
    }

    std::string of_architecture() const
    {
        const auto document = find_json_file(transformer_ + "/config.json");
        if (!document)
            return {};
        const auto listed = document->root().find_set("architectures");
        if (!listed || !listed->is_array() || listed->size() == 0 ||
            !listed->element(0).is_string())
            return {};
        return " of " + printable(listed->element(0).string());
    }

    const std::string directory_;
    const HeadChoice choice_;
    std::string type_ = "SentenceTransformer"; // of the model, as the library has it
    bool plain_ = false;                       // without modules.json
    std::string transformer_;                  // its folder
    int64_t truncate_width_ = 0;
    HeadKind kind_ = HeadKind::kNone; // of the class of the transformer
    PublishedHead head_;
    std::optional<PairTemplate> pair_;
    std::string score_class_; // what makes scores of a cross-encoder's outputs
    int32_t max_active_ = 0;
    std::vector<ModuleEntry> modules_;
    DirectoryModel model_;
};

} // namespace

static PublishedHead read_head(HeadKind kind, const JsonValue &config, TransformerConfig &read)
{
    switch (kind) {
    case HeadKind::kSequence:
        return read_sequence_head(config, read.spec, read.names);
    case HeadKind::kTokens:
        return read_token_head(config, read.spec, read.names);
    case HeadKind::kSparse:
        return read_masked_lm_head(config, read.spec, read.names);
    case HeadKind::kNone:
        break;
    }
    return {};
}

// The head's outputs are as many as its labels: what would be said of a tensor is said of the file
// that can be mended.
static void check_outputs(const PublishedHead &head, const JsonValue &config,
                          const Weights &weights)
{
    const std::string out = std::string(kHeadOut) + ".linear.weight";
    if (head.spec.labels.empty() || weights.tensor(out) == nullptr)
        return;
    const int64_t rows = weights.rows(out);
    if (rows != static_cast<int64_t>(head.spec.labels.size()))
        throw Error(ErrorCode::kModelInvalid,
                    in_quotes(config.source()) + ": id2label has " +
                        std::to_string(head.spec.labels.size()) + " labels, the head has " +
                        std::to_string(rows) + " outputs",
                    "\"--head none\" imports the transformer without its head.");
}

TransformerSpec read_transformer_files(const std::string &folder, Weights &weights, HeadKind kind,
                                       PublishedHead *head)
{
    const auto document = find_json_file(folder + "/config.json");
    if (!document)
        throw Error(ErrorCode::kModelInvalid, "\"" + folder + "\" has no config.json");
    TransformerConfig config = read_transformer_config(document->root());
    if (kind != HeadKind::kNone)
        *head = read_head(kind, document->root(), config);
    weights.add_transformer(folder, config.names);
    if (kind == HeadKind::kSparse)
        complete_decoder(document->root(), weights);
    else if (kind != HeadKind::kNone)
        check_outputs(*head, document->root(), weights);
    TransformerSpec &spec = config.spec;
    // Some published configurations are wrong about the rows of this table.
    if (spec.position_table) {
        const int64_t rows = weights.rows("embeddings.position_embeddings.weight");
        spec.max_positions = static_cast<int32_t>(rows - spec.position_padding - 1);
    }
    return std::move(config.spec);
}

DirectoryModel read_directory(const std::string &directory, HeadChoice head)
{
    return Reader(directory, head).read();
}

} // namespace sbert::encoder
