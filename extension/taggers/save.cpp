// Stores a finished training in its table, as the current user, whose rights and policies apply.
#include <cstring>

#include "extension/boundary.h"
#include "extension/taggers/training.h"

#include "extension/functions/input.h"
#include "extension/functions/json_object.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

JsonbValue container(Jsonb *json)
{
    JsonbValue value;
    value.type = jbvBinary;
    value.val.binary.data = &json->root;
    value.val.binary.len = static_cast<int>(VARSIZE(json) - VARHDRSZ);
    return value;
}

void put_scores(JsonObject *object, const tagging::EntityCount &count)
{
    object->put("precision", JsonObject::real(count.precision()));
    object->put("recall", JsonObject::real(count.recall()));
    object->put("f1", JsonObject::real(count.f1()));
    object->put("support", JsonObject::integer(count.true_ones));
}

Jsonb *labels_report(const TaggerTraining *training)
{
    JsonbParseState *state = nullptr;
    pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
    for (int i = 0; i < training->n_labels; i++) {
        JsonObject label;
        label.put("label", JsonObject::string(training->label_names[i]));
        put_scores(&label, training->by_label[i]);
        JsonbValue element = container(label.finish());
        pushJsonbValue(&state, WJB_ELEM, &element);
    }
    return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr));
}

Jsonb *mix_report(const tagging::Projection &projection)
{
    JsonbParseState *state = nullptr;
    pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
    for (const float weight : projection.mix) {
        JsonbValue element = JsonObject::real(static_cast<double>(weight));
        pushJsonbValue(&state, WJB_ELEM, &element);
    }
    return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr));
}

Jsonb *report_of(const TaggerTraining *training)
{
    const TaggerQuality &quality = training->quality;
    const tagging::Lesson *lesson = training->lesson;
    JsonObject report;
    report.put("rows", JsonObject::integer(training->rows));
    report.put("tokens", JsonObject::integer(training->words));
    report.put("skipped", JsonObject::integer(training->skipped));
    report.put("features", JsonObject::integer(static_cast<int64>(lesson->features())));
    report.put("dimensions", JsonObject::integer(static_cast<int64>(lesson->dimensions())));
    report.put("strength", JsonObject::string(kTaggerStrengths[training->strength]));
    report.put("loss", JsonObject::real(training->loss));
    report.put("mix", container(mix_report(lesson->projection())));
    if (!quality.measured)
        return report.finish();
    report.put("holdout", JsonObject::real(training->options.holdout));
    put_scores(&report, quality.all);
    report.put("token_accuracy", JsonObject::real(quality.token_accuracy));
    report.put("labels", container(labels_report(training)));
    return report.finish();
}

Datum labels_datum(const TaggerTraining *training)
{
    const int n = training->n_labels;
    auto *names = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++)
        names[i] = CStringGetTextDatum(training->label_names[i]);
    return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum bytes_datum(const void *bytes, Size length)
{
    auto *value = static_cast<bytea *>(palloc(VARHDRSZ + length));
    SET_VARSIZE(value, VARHDRSZ + length);
    std::memcpy(VARDATA(value), bytes, length);
    return PointerGetDatum(value);
}

void store_version(const TaggerTraining *training)
{
    tagging::Lesson *lesson = training->lesson;
    run_cpp([&] { lesson->finish(); });
    const std::vector<char> &parameters = lesson->bytes();
    Oid types[] = {INT4OID, TEXTARRAYOID, TEXTOID, BYTEAOID, TEXTOID, TEXTOID, JSONBOID, JSONBOID};
    Datum values[] = {
        Int32GetDatum(training->version),
        labels_datum(training),
        CStringGetTextDatum(training->bioes ? "BIOES" : "BIO"),
        bytes_datum(parameters.data(), parameters.size()),
        CStringGetTextDatum(training->model->name),
        CStringGetTextDatum(training->model->encoder->fingerprint().c_str()),
        JsonbPGetDatum(training->json),
        JsonbPGetDatum(report_of(training)),
    };
    const char *insert =
        psprintf("INSERT INTO %s (version, part, tagger) VALUES ($1, 0, "
                 "ROW($2, $3, $4, $5, $6, $7, $8, pg_catalog.now())::sbert.tagger)",
                 learned_quoted_name(training->relation));
    spi_expect(SPI_execute_with_args(insert, lengthof(types), types, values, nullptr, false, 0),
               SPI_OK_INSERT);
}

// ---- rows that are kept ------------------------------------------------------------------------

// Words are in UTF-8, tags are as they were.
Datum strings_datum(const char *const *strings, const Size *lengths, int n, bool utf8)
{
    auto *texts = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++)
        texts[i] = PointerGetDatum(
            utf8 ? text_of_utf8({strings[i], lengths[i]})
                 : cstring_to_text_with_len(strings[i], static_cast<int>(lengths[i])));
    return PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

// The strings of a sorted row, which point into it.
struct Strings {
    const char **words, **tags;
    Size *word_lengths, *tag_lengths;
    int n;
};

Strings strings_of(const struct varlena *record)
{
    const char *bytes = VARDATA_ANY(record);
    const Size length = VARSIZE_ANY_EXHDR(record);
    Strings strings = {};
    uint32 n;
    std::memcpy(&n, bytes + sizeof(uint64), sizeof(n));
    strings.n = static_cast<int>(n);
    strings.words = static_cast<const char **>(palloc(sizeof(char *) * n));
    strings.tags = static_cast<const char **>(palloc(sizeof(char *) * n));
    strings.word_lengths = static_cast<Size *>(palloc(sizeof(Size) * n));
    strings.tag_lengths = static_cast<Size *>(palloc(sizeof(Size) * n));
    run_cpp([&] {
        tagging::RawSentence raw;
        tagging::read_raw({bytes, length}, raw);
        for (uint32 i = 0; i < n; i++) {
            strings.words[i] = raw.words[i].data();
            strings.word_lengths[i] = raw.words[i].size();
            strings.tags[i] = raw.tags[i].data();
            strings.tag_lengths[i] = raw.tags[i].size();
        }
    });
    return strings;
}

void keep_row(const TaggerTraining *training, SPIPlanPtr insert, Size i, Datum sorted)
{
    const Strings strings = strings_of(reinterpret_cast<struct varlena *>(DatumGetPointer(sorted)));
    const tagging::Sentences sentences = store_sentences(training->sentences);
    const int file = store_file(training->sentences);
    auto *scratch = static_cast<char *>(palloc(sentences.place(i).bytes));
    const void *vectors = nullptr;
    Size bytes = 0;
    run_cpp([&] {
        const std::span<const kernels::Half> read = sentences.vectors(i, file, scratch);
        vectors = read.data();
        bytes = read.size_bytes();
    });
    Datum values[] = {Int32GetDatum(training->version), Int32GetDatum(static_cast<int32>(i) + 1),
                      strings_datum(strings.words, strings.word_lengths, strings.n, true),
                      strings_datum(strings.tags, strings.tag_lengths, strings.n, false),
                      bytes_datum(vectors, bytes)};
    spi_expect(SPI_execute_plan(insert, values, nullptr, false, 0), SPI_OK_INSERT);
}

// The version itself is part 0, and the sentences are the parts from 1 on.
void store_rows(const TaggerTraining *training)
{
    Oid types[] = {INT4OID, INT4OID, TEXTARRAYOID, TEXTARRAYOID, BYTEAOID};
    SPIPlanPtr insert = SPI_prepare(psprintf("INSERT INTO %s (version, part, tokens, tags, vectors)"
                                             " VALUES ($1, $2, $3, $4, $5)",
                                             learned_quoted_name(training->relation)),
                                    lengthof(types), types);
    TupleTableSlot *slot = MakeSingleTupleTableSlot(training->record_type, &TTSOpsMinimalTuple);
    MemoryContext each =
        AllocSetContextCreate(CurrentMemoryContext, "a row that is kept", ALLOCSET_DEFAULT_SIZES);
    for (Size i = 0; tuplestore_gettupleslot(training->kept, true, false, slot); i++) {
        CHECK_FOR_INTERRUPTS();
        slot_getallattrs(slot);
        MemoryContext before = MemoryContextSwitchTo(each);
        keep_row(training, insert, i, slot->tts_values[0]);
        MemoryContextSwitchTo(before);
        MemoryContextReset(each);
    }
    ExecDropSingleTupleTableSlot(slot);
    MemoryContextDelete(each);
}

} // namespace

void tagger_training_store(TaggerTraining *training)
{
    store_version(training);
    if (training->options.keep_rows > 0)
        store_rows(training);
}

} // namespace sbert
