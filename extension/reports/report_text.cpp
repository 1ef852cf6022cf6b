// sbert.report_text() prints a report in the layout of scikit-learn's classification_report().
#include <algorithm>

#include "extension/array_walk.h"
#include "extension/pg.h"

namespace sbert {
namespace {

constexpr int kMaxDigits = 15; // a double has no more
constexpr int kMinWidth = 12;  // the length of "weighted avg"

struct ReportRow {
    const char *kind;
    const char *name; // the label, or the kind if there is none
    bool has[4];      // whether it has precision, recall, f1, support
    float8 score[3];
    int64 support;

    bool is(const char *other) const { return strcmp(kind, other) == 0; }
};

struct Report {
    ReportRow *rows;
    int count;
};

ReportRow row_of(HeapTupleHeader header, TupleDesc columns)
{
    HeapTupleData tuple = {};
    tuple.t_len = HeapTupleHeaderGetDatumLength(header);
    tuple.t_data = header;
    Datum values[6];
    bool nulls[6];
    heap_deform_tuple(&tuple, columns, values, nulls);
    ReportRow row = {};
    row.kind = nulls[0] ? "" : TextDatumGetCString(values[0]);
    row.name = nulls[1] ? row.kind : TextDatumGetCString(values[1]);
    for (int i = 0; i < 4; i++)
        row.has[i] = !nulls[2 + i];
    for (int i = 0; i < 3; i++)
        row.score[i] = nulls[2 + i] ? 0 : DatumGetFloat8(values[2 + i]);
    row.support = nulls[5] ? 0 : DatumGetInt64(values[5]);
    return row;
}

Report report_of(ArrayType *array)
{
    TupleDesc columns = lookup_rowtype_tupdesc_copy(ARR_ELEMTYPE(array), -1);
    // Somebody may have changed the type by ALTER TYPE.
    if (columns->natts != 6)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("type %s has %d columns, expected %d",
                               format_type_be(ARR_ELEMTYPE(array)), columns->natts, 6)));
    ArrayWalk walk = array_walk(array, TYPALIGN_DOUBLE);
    Report report = {nullptr, walk.count};
    report.rows = static_cast<ReportRow *>(MemoryContextAllocHuge(
        CurrentMemoryContext, sizeof(ReportRow) * static_cast<Size>(std::max(report.count, 1))));
    for (int i = 0; i < report.count; i++) {
        char *element = array_walk_next(walk);
        if (element == nullptr)
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                            errmsg("report must not contain nulls")));
        report.rows[i] = row_of(DatumGetHeapTupleHeader(PointerGetDatum(element)), columns);
    }
    return report;
}

// Counts characters like pg_mbstrlen(), but polls for a cancel, because a label may have a
// gigabyte.
int characters(const char *name)
{
    int count = 0;
    for (; *name != '\0'; name += pg_mblen(name), count++)
        CHECK_FOR_INTERRUPTS();
    return count;
}

// Widths count characters, as scikit-learn's do.
void put_name(StringInfo out, const char *name, int width)
{
    appendStringInfoSpaces(out, std::max(0, width - characters(name)));
    appendStringInfoString(out, name);
    appendStringInfoChar(out, ' ');
}

void put_row(StringInfo out, const ReportRow &row, int width, int digits)
{
    CHECK_FOR_INTERRUPTS();
    put_name(out, row.name, width);
    for (int i = 0; i < 3; i++)
        if (row.has[i])
            appendStringInfo(out, " %9.*f", digits, row.score[i]);
        else
            appendStringInfo(out, " %9s", "");
    if (row.has[3])
        appendStringInfo(out, " %9lld", static_cast<long long>(row.support));
    else
        appendStringInfo(out, " %9s", "");
    appendStringInfoChar(out, '\n');
}

int width_of(const Report &report, int digits)
{
    int width = std::max(kMinWidth, digits);
    for (int i = 0; i < report.count; i++)
        width = std::max(width, characters(report.rows[i].name));
    return width;
}

bool has_accuracy(const Report &report)
{
    return std::any_of(report.rows, report.rows + report.count,
                       [](const ReportRow &row) { return row.is("accuracy"); });
}

text *layout(const Report &report, int digits)
{
    StringInfoData out;
    initStringInfo(&out);
    const int width = width_of(report, digits);
    put_name(&out, "", width);
    appendStringInfo(&out, " %9s %9s %9s %9s\n\n", "precision", "recall", "f1-score", "support");
    for (int i = 0; i < report.count; i++)
        if (report.rows[i].is("label"))
            put_row(&out, report.rows[i], width, digits);
    appendStringInfoChar(&out, '\n');
    // The accuracy takes the place of the micro average.
    const bool accuracy = has_accuracy(report);
    for (int i = 0; i < report.count; i++)
        if (!report.rows[i].is("label") && !(accuracy && report.rows[i].is("micro avg")))
            put_row(&out, report.rows[i], width, digits);
    return cstring_to_text_with_len(out.data, out.len);
}

} // namespace

SBERT_FUNCTION(sbert_report_text)
{
    const Report report = report_of(PG_GETARG_ARRAYTYPE_P(0));
    const int32 digits = PG_GETARG_INT32(1);
    if (digits < 0 || digits > kMaxDigits)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("digits must be between 0 and %d: %d", kMaxDigits, digits)));
    PG_RETURN_TEXT_P(layout(report, digits));
}

} // namespace sbert
