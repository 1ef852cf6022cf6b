#include <algorithm>
#include <cstring>
#include <string_view>

#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"
#include "extension/boundary.h"
#include "extension/taggers/query.h"
#include "extension/tagging/split.h"
#include "extension/tagging/tag_set.h"

#include "extension/array_walk.h"
#include "extension/functions/input.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

constexpr int kFetchRows = 128;

bool is_text(Oid type) { return type == TEXTOID || type == VARCHAROID; }
bool is_text_array(Oid type) { return type == TEXTARRAYOID || is_text(get_element_type(type)); }

[[noreturn]] void refuse_columns(TupleDesc columns)
{
    StringInfoData types;
    initStringInfo(&types);
    for (int i = 0; i < columns->natts; i++)
        appendStringInfo(&types, "%s%s", i > 0 ? ", " : "",
                         format_type_be(TupleDescAttr(columns, i)->atttypid));
    ereport(ERROR,
            (errcode(ERRCODE_DATATYPE_MISMATCH),
             errmsg("the query of a tagger must return (tokens text[], tags text[]) or (text, "
                    "entities jsonb)"),
             errdetail("It returns (%s).", types.data)));
    pg_unreachable();
}

// The error context of a row; an argument has none.
int row_detail(int64 row)
{
    if (row == 0)
        return 0;
    return errdetail("It is in row %lld of the query.", static_cast<long long>(row));
}

char *utf8_copy(text *value)
{
    const std::string_view bytes = utf8_of(value);
    return pnstrdup(bytes.data(), bytes.size());
}

void check_word(const char *word, int place, int64 row)
{
    if (word[0] == '\0')
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("token %d is empty", place), row_detail(row)));
    const std::string_view bytes = word;
    bool space = false;
    run_cpp([&] {
        space = false;
        for (size_t at = 0; at < bytes.size();) {
            const encoder::Decoded decoded = encoder::utf8_decode_checked(bytes, at);
            space |= encoder::has_flag(decoded.code, encoder::kWhitespace) ||
                     encoder::has_flag(decoded.code, encoder::kSpaced);
            at += decoded.length;
        }
    });
    if (space)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("token %d contains white space: \"%s\"", place, word), row_detail(row),
                 errhint("Tokens are words. Raw text goes to sbert.entities(), and to a "
                         "training as (text, entities).")));
}

void check_tag(const char *tag, int place, int64 row)
{
    const std::optional<tagging::TagParts> parts = tagging::parse_tag(tag);
    if (!parts)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("tag %d is \"%s\", neither BIO nor BIOES", place, tag), row_detail(row),
                 errhint("A tag is O, or B-, I-, E- or S- and a label, as in B-PER.")));
    if (parts->type.size() > tagging::kMostTypeBytes)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("tag %d has a label of more than %zu bytes", place,
                               tagging::kMostTypeBytes),
                        row_detail(row)));
}

[[noreturn]] void report_many_words(int n, int64 row)
{
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("a sentence of %d tokens is too long", n), row_detail(row),
                    errhint("It may have at most %d.", kMostWords)));
    pg_unreachable();
}

// Texts of an array as C strings, or -1 if one is null.
int strings_of(Datum value, int64 row, bool utf8, char ***strings)
{
    ArrayWalk walk = array_walk(DatumGetArrayTypeP(value), TYPALIGN_INT);
    const int n = walk.count;
    if (n > kMostWords)
        report_many_words(n, row);
    *strings = static_cast<char **>(palloc(sizeof(char *) * (static_cast<Size>(n) + 1)));
    for (int i = 0; i < n; i++) {
        char *element = array_walk_next(walk);
        if (element == nullptr)
            return -1;
        auto *string = reinterpret_cast<text *>(element);
        (*strings)[i] = utf8 ? utf8_copy(string) : text_to_cstring(string);
    }
    return n;
}

// Returns false if there is a null.
bool take_arrays(Datum tokens, Datum tags, TaggedRow *row)
{
    const int n = strings_of(tokens, row->number, true, &row->words);
    const int n_tags = strings_of(tags, row->number, false, &row->tags);
    if (n < 0 || n_tags < 0)
        return false;
    if (n != n_tags)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%d tokens have %d tags", n, n_tags), row_detail(row->number)));
    for (int i = 0; i < n; i++) {
        check_word(row->words[i], i + 1, row->number);
        check_tag(row->tags[i], i + 1, row->number);
    }
    row->n = n;
    return true;
}

// ---- texts with entities -----------------------------------------------------------------------

struct WordList {
    int n;
    tagging::WordPlace *places; // bytes
    int *chars;                 // (n, 2) characters from begin to end
};

WordList split(std::string_view text, int64 row)
{
    // Every character is a word at most.
    WordList words = {};
    words.places = static_cast<tagging::WordPlace *>(
        palloc_extended(sizeof(tagging::WordPlace) * (text.size() + 1), MCXT_ALLOC_HUGE));
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] {
        std::vector<tagging::WordPlace> found;
        tagging::split_words(text, stop, found);
        std::copy(found.begin(), found.end(), words.places);
        words.n = static_cast<int>(found.size());
    });
    if (words.n > kMostWords)
        report_many_words(words.n, row);
    words.chars = static_cast<int *>(palloc(sizeof(int) * 2 * (static_cast<Size>(words.n) + 1)));
    int chars = 0;
    Size at = 0;
    for (int i = 0; i < 2 * words.n; i++) {
        const Size to = i % 2 == 0 ? words.places[i / 2].begin : words.places[i / 2].end;
        for (; at < to; at++)
            chars += encoder::utf8_is_start(text[at]);
        words.chars[i] = chars;
    }
    return words;
}

[[noreturn]] void refuse_entities(int64 row, const char *what)
{
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("the entities of a text are not as they should be: %s", what), row_detail(row),
             errhint("They are [{\"start\": 0, \"end\": 5, \"label\": \"PER\"}, ...], "
                     "characters counted from 0.")));
    pg_unreachable();
}

int member_number(const JsonbValue *object, const char *name, int64 row)
{
    JsonbValue scratch;
    const JsonbValue *value = getKeyJsonValueFromContainer(
        object->val.binary.data, name, static_cast<int>(std::strlen(name)), &scratch);
    if (value == nullptr || value->type != jbvNumeric)
        refuse_entities(row, psprintf("\"%s\" is missing or no number", name));
    const double number = DatumGetFloat8(
        DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
    if (!(number >= 0 && number < 1e9) || number != static_cast<double>(static_cast<int>(number)))
        refuse_entities(row, psprintf("\"%s\" is %g", name, number));
    return static_cast<int>(number);
}

char *member_label(const JsonbValue *object, int64 row)
{
    JsonbValue scratch;
    const JsonbValue *value =
        getKeyJsonValueFromContainer(object->val.binary.data, "label", 5, &scratch);
    if (value == nullptr || value->type != jbvString || value->val.string.len == 0 ||
        value->val.string.len > static_cast<int>(tagging::kMostTypeBytes))
        refuse_entities(row, "\"label\" is missing or no text of 1 to 255 bytes");
    return pnstrdup(value->val.string.val, static_cast<Size>(value->val.string.len));
}

// Tags the words that an entity touches.
void tag_words(const JsonbValue *object, const WordList &words, TaggedRow *row)
{
    if (object->type != jbvBinary || !JsonContainerIsObject(object->val.binary.data))
        refuse_entities(row->number, "an element is no object");
    const int start = member_number(object, "start", row->number);
    const int end = member_number(object, "end", row->number);
    const char *label = member_label(object, row->number);
    bool first = true;
    for (int i = 0; i < words.n; i++) {
        if (words.chars[2 * i + 1] <= start || words.chars[2 * i] >= end)
            continue;
        if (std::strcmp(row->tags[i], "O") != 0)
            refuse_entities(row->number, psprintf("two share the word at %d", words.chars[2 * i]));
        row->tags[i] = psprintf("%c-%s", first ? 'B' : 'I', label);
        first = false;
    }
    if (first)
        refuse_entities(row->number, psprintf("no word lies between %d and %d", start, end));
}

int by_start(const void *a, const void *b, void *row)
{
    const int64 number = *static_cast<int64 *>(row);
    const int x = member_number(static_cast<const JsonbValue *>(a), "start", number);
    const int y = member_number(static_cast<const JsonbValue *>(b), "start", number);
    return (x > y) - (x < y);
}

void take_text(Datum value, Datum entities, TaggedRow *row)
{
    const std::string_view body = utf8_of(DatumGetTextPP(value));
    const WordList words = split(body, row->number);
    row->n = words.n;
    const Size room = sizeof(char *) * (static_cast<Size>(words.n) + 1);
    row->words = static_cast<char **>(palloc(room));
    row->tags = static_cast<char **>(palloc(room));
    for (int i = 0; i < words.n; i++) {
        const tagging::WordPlace &place = words.places[i];
        row->words[i] = pnstrdup(body.data() + place.begin, place.end - place.begin);
        row->tags[i] = pstrdup("O");
    }
    Jsonb *json = DatumGetJsonbP(entities);
    if (!JB_ROOT_IS_ARRAY(json) || JB_ROOT_IS_SCALAR(json))
        refuse_entities(row->number, "they are no array");
    const auto n = static_cast<int>(JB_ROOT_COUNT(json));
    auto *list = static_cast<JsonbValue *>(palloc(sizeof(JsonbValue) * (static_cast<Size>(n) + 1)));
    for (int i = 0; i < n; i++) {
        list[i] = *getIthJsonbValueFromContainer(&json->root, static_cast<uint32>(i));
        if (list[i].type != jbvBinary || !JsonContainerIsObject(list[i].val.binary.data))
            refuse_entities(row->number, "an element is no object");
    }
    qsort_interruptible(list, static_cast<Size>(n), sizeof(JsonbValue), by_start, &row->number);
    for (int i = 0; i < n; i++)
        tag_words(&list[i], words, row);
}

bool fetch(TaggerQuery *query)
{
    if (query->table != nullptr)
        SPI_freetuptable(query->table);
    SPI_cursor_fetch(query->reading.portal, true, kFetchRows);
    query->table = SPI_tuptable;
    query->rows = SPI_processed;
    query->next = 0;
    return query->rows > 0;
}

bool take_row(TaggerQuery *query, HeapTuple tuple, TaggedRow *row)
{
    bool no_first, no_second;
    TupleDesc columns = query->table->tupdesc;
    const Datum first = SPI_getbinval(tuple, columns, 1, &no_first);
    const Datum second = SPI_getbinval(tuple, columns, 2, &no_second);
    bool null = no_first || no_second;
    if (!null && query->texts)
        take_text(first, second, row);
    else if (!null)
        null = !take_arrays(first, second, row);
    if (null && query->refuse_nulls)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("the query of the tagger returned a row with a null"),
                        row_detail(row->number),
                        errhint("With the option {\"nulls\": \"skip\"} such rows are skipped "
                                "and counted.")));
    return !null && row->n > 0;
}

} // namespace

TaggerQuery tagger_query_open(const char *sql, bool refuse_nulls)
{
    TaggerQuery query = {};
    query.reading = reading_query_open(sql, 0, nullptr, nullptr);
    query.refuse_nulls = refuse_nulls;
    TupleDesc columns = query.reading.portal->tupDesc;
    if (columns->natts != 2)
        refuse_columns(columns);
    const Oid first = getBaseType(TupleDescAttr(columns, 0)->atttypid);
    const Oid second = getBaseType(TupleDescAttr(columns, 1)->atttypid);
    query.texts = is_text(first) && second == JSONBOID;
    if (!query.texts && (!is_text_array(first) || !is_text_array(second)))
        refuse_columns(columns);
    return query;
}

bool tagger_query_next(TaggerQuery *query, MemoryContext context, TaggedRow *row)
{
    for (;;) {
        CHECK_FOR_INTERRUPTS();
        if (query->next == query->rows && !fetch(query)) {
            SPI_cursor_close(query->reading.portal);
            return false;
        }
        *row = {};
        row->number = ++query->read;
        MemoryContext before = MemoryContextSwitchTo(context);
        const bool taken = take_row(query, query->table->vals[query->next++], row);
        MemoryContextSwitchTo(before);
        if (taken)
            return true;
        query->skipped++;
    }
}

bool tagged_row_of(HeapTuple tuple, TupleDesc columns, TaggedRow *row)
{
    bool no_first, no_second;
    const Datum first = SPI_getbinval(tuple, columns, 1, &no_first);
    const Datum second = SPI_getbinval(tuple, columns, 2, &no_second);
    return !no_first && !no_second && take_arrays(first, second, row) && row->n > 0;
}

int tokens_of_array(Datum array, int64 row, char ***words)
{
    const int n = strings_of(array, row, true, words);
    if (n < 0)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("tokens must not be null"),
                        row_detail(row)));
    for (int i = 0; i < n; i++)
        check_word((*words)[i], i + 1, row);
    return n;
}

} // namespace sbert
