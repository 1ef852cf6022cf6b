// sbert.entities() finds the named entities of a text by a published model, and sbert.tag() labels
// words that the caller has split.
#include <algorithm>
#include <cstring>

#include "encoder/entities.h"
#include "extension/adopt.h"
#include "extension/array_walk.h"
#include "extension/functions/characters.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/label_datum.h"
#include "extension/functions/models.h"
#include "extension/functions/set.h"
#include "extension/functions/text_array.h"
#include "extension/guc.h"
#include "extension/learned/table.h"

namespace sbert {

namespace {

// ---- arguments ---------------------------------------------------------------------------------

// An untyped literal is taken for a model's name. If it is a tagger's, this says how to write that.
const char *tagger_hint(const char *name)
{
    if (!learned_is_named("tagger", name))
        return nullptr;
    return psprintf("A tagger of that name exists: write %s::regclass.", quote_literal_cstr(name));
}

[[noreturn]] void report_aggregation(const char *name)
{
    StringInfoData known;
    initStringInfo(&known);
    for (const std::string_view one : names(encoder::Aggregation{}))
        appendStringInfo(&known, "%s\"%.*s\"", known.len == 0 ? "" : ", ",
                         static_cast<int>(one.size()), one.data());
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown aggregation \"%s\"", name),
             errhint("Aggregations are %s.", known.data)));
    pg_unreachable();
}

encoder::Aggregation aggregation_of(text *wanted)
{
    const char *name = text_to_cstring(wanted);
    const auto known = names(encoder::Aggregation{});
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end())
        report_aggregation(name);
    return static_cast<encoder::Aggregation>(found - known.begin());
}

// The scores of all tokens of a text are kept until its entities are found, so a text that would
// take gigabytes is refused.
constexpr size_t kMaxBytes = size_t{16} << 20;

void check_size(size_t bytes, const char *what)
{
    if (bytes > kMaxBytes)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("%s of %zu bytes, at most %zu are read at a time", what, bytes, kMaxBytes),
                 errhint("Split the text.")));
}

// ---- entities ----------------------------------------------------------------------------------

using TextEntities = std::vector<std::vector<encoder::Entity>>; // of each text of a slice

// Interrupts that do not end the query are served between slices, so one takes no more than
// seconds. A text that is longer is a slice of its own.
constexpr size_t kSliceBytes = size_t{64} << 10;

// The number of texts, from the first, that are read together.
int slice_of(const std::string_view *texts, int n)
{
    int count = 1;
    for (size_t bytes = texts[0].size(); count < std::min(n, kSliceTexts); count++) {
        bytes += texts[count].size();
        if (bytes > kSliceBytes)
            break;
    }
    return count;
}

struct EntityRows {
    ReturnSetInfo *set;
    const Model *model;
    encoder::Aggregation aggregation;
    TextEntities *found; // scratch
    bool numbered;       // whether the set has a column for the text's number
};

EntityRows rows_start(FunctionCallInfo fcinfo, const Model *model, bool numbered)
{
    const encoder::Aggregation aggregation = aggregation_of(PG_GETARG_TEXT_PP(2));
    ReturnSetInfo *set = set_start(fcinfo);
    auto *found = adopt<TextEntities>(CurrentMemoryContext, [] { return new TextEntities; });
    return {set, model, aggregation, found, numbered};
}

// Finds the entities of `n` texts.
void find_slice(const EntityRows &rows, const std::string_view *texts, int n)
{
    for (int i = 0; i < n; i++)
        check_size(texts[i].size(), "text");
    encoder::Encoder *encoder = rows.model->encoder;
    encoder::TextInfo info[kSliceTexts];
    const encoder::StopFlag stop = stop_flag();
    const size_t memory = encode_mem(), count = static_cast<size_t>(n);
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    run_cpp([&] {
        std::vector<encoder::TokenScores> scores;
        encoder->set_memory(memory);
        encoder->predict_tokens({texts, count}, stop, scores);
        rows.found->assign(count, {});
        for (size_t i = 0; i < count; i++) {
            find_entities(scores[i], encoder->spec().head.labels, rows.aggregation,
                          (*rows.found)[i]);
            info[i] = {static_cast<uint32_t>(scores[i].tokens.size()), false};
        }
    });
    statistics_add(info, n, start);
}

void put_entities(const EntityRows &rows, int ordinal, std::string_view text,
                  const std::vector<encoder::Entity> &entities)
{
    const int skip = rows.numbered ? 0 : 1;
    const bool nulls[6] = {};
    CharacterPlaces place{text};
    for (const encoder::Entity &entity : entities) {
        CHECK_FOR_INTERRUPTS();
        const std::string_view body = text.substr(entity.begin, entity.end - entity.begin);
        const int32 before = place.move(entity.begin);
        const Datum values[] = {Int32GetDatum(ordinal),
                                PointerGetDatum(text_of_utf8(entity.label)),
                                PointerGetDatum(text_of_utf8(body)),
                                Int32GetDatum(before + 1),
                                Int32GetDatum(place.move(entity.end)),
                                Float4GetDatum(entity.score)};
        set_put(rows.set, values + skip, nulls + skip);
        pfree(DatumGetPointer(values[1]));
        pfree(DatumGetPointer(values[2]));
    }
}

// ---- words -------------------------------------------------------------------------------------

// The words of a call, which are checked.
struct Words {
    std::string_view *views;
    int n;
};

void check_word(std::string_view word, int number)
{
    if (word.empty())
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("token %d is empty", number)));
    if (word.find_first_of(" \t\n\v\f\r") != word.npos)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("token %d holds white space: \"%s\"", number,
                               text_to_cstring(text_of_utf8(word))),
                        errhint("A token is one word. sbert.entities() takes a text that is not "
                                "split.")));
}

Words words_of(ArrayType *array)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("tokens must be an array of one dimension"),
                        errdetail("The array has %d dimensions.", ARR_NDIM(array))));
    const TextArray texts = text_array(array);
    if (texts.present < texts.n)
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("tokens must not contain nulls")));
    size_t bytes = 0;
    for (int i = 0; i < texts.n; i++) {
        CHECK_FOR_INTERRUPTS();
        check_word(texts.views[i], i + 1);
        bytes += texts.views[i].size() + 1; // and a space
    }
    check_size(bytes, "tokens");
    return {texts.views, texts.n};
}

// The number of the best label of each word, or -1 for a word of which the tokenizer leaves
// nothing.
int *best_labels(const Model *model, const Words &words)
{
    const auto n = static_cast<size_t>(words.n), labels = static_cast<size_t>(model->dimensions);
    auto *best = static_cast<int *>(palloc(sizeof(int) * n));
    const encoder::StopFlag stop = stop_flag();
    const size_t memory = encode_mem();
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    run_cpp([&] {
        const std::span<const std::string_view> text(words.views, n);
        std::vector<float> scores;
        model->encoder->set_memory(memory);
        model->encoder->predict_words({&text, 1}, stop, scores);
        for (size_t w = 0; w < n; w++) {
            const float *row = scores.data() + w * labels;
            const float *largest = std::max_element(row, row + labels);
            best[w] = *largest == 0 ? -1 : static_cast<int>(largest - row);
        }
    });
    // The encoder does not tell the number of tokens, which is at least that of the words.
    const encoder::TextInfo info = {static_cast<uint32_t>(words.n), false};
    statistics_add(&info, 1, start);
    return best;
}

} // namespace

SBERT_FUNCTION(sbert_entities)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kTokenLabels, tagger_hint);
    const EntityRows rows = rows_start(fcinfo, model, false);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    find_slice(rows, &input, 1);
    put_entities(rows, 0, input, rows.found->front());
    return Datum{0};
}

SBERT_FUNCTION(sbert_entities_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kTokenLabels, tagger_hint);
    const EntityRows rows = rows_start(fcinfo, model, true);
    const TextArray texts = text_array(PG_GETARG_ARRAYTYPE_P(0));
    int ordinal = 0;
    for (int first = 0; first < texts.present;) {
        const int count = slice_of(texts.views + first, texts.present - first);
        find_slice(rows, texts.views + first, count);
        for (int i = 0; i < count; i++) {
            while (texts.nulls[ordinal])
                ordinal++;
            put_entities(rows, ++ordinal, texts.views[first + i],
                         (*rows.found)[static_cast<size_t>(i)]);
        }
        first += count;
        CHECK_FOR_INTERRUPTS();
    }
    return Datum{0};
}

// Returns a label for each word. The array has the bounds of the argument.
SBERT_FUNCTION(sbert_tag)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kTokenLabels, tagger_hint);
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    const Words words = words_of(array);
    if (words.n == 0)
        PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
    const int *best = best_labels(model, words);
    const Datum *labels = label_datums(model);
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(words.n)));
    auto *nulls = static_cast<bool *>(palloc(static_cast<Size>(words.n)));
    for (int i = 0; i < words.n; i++) {
        nulls[i] = best[i] < 0;
        values[i] = nulls[i] ? Datum{0} : labels[best[i]];
    }
    PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, ARR_DIMS(array), ARR_LBOUND(array),
                                             TEXTOID, -1, false, TYPALIGN_INT));
}

} // namespace sbert
