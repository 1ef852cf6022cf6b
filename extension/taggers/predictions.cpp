// sbert.tagger_predictions() tags the rows of a query, for sbert.tagger_report().
#include <algorithm>

#include "extension/boundary.h"
#include "extension/taggers/query.h"
#include "extension/taggers/use.h"

#include "extension/functions/input.h"
#include "extension/functions/set.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

// Rows are tagged in groups, with the rows around them as context.
constexpr int kGroup = 32;

struct Group {
    int n;
    TaggedRow rows[kGroup + 2]; // rows[0] is the one before the group, rows[n + 1] behind it
    bool before, behind;
};

Datum texts_datum(char *const *strings, int n, bool utf8)
{
    auto *texts = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++)
        texts[i] =
            utf8 ? PointerGetDatum(text_of_utf8(strings[i])) : CStringGetTextDatum(strings[i]);
    return PointerGetDatum(construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT));
}

void tag_group(const TaggerUse &use, const Group *group, bool context, uint16 *best)
{
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] {
        std::vector<std::vector<std::string_view>> words(static_cast<size_t>(group->n) + 2);
        for (int i = 0; i < group->n + 2; i++)
            if ((i > 0 || group->before) && (i <= group->n || group->behind))
                words[static_cast<size_t>(i)].assign(group->rows[i].words,
                                                     group->rows[i].words + group->rows[i].n);
        std::vector<tagging::WordsInContext> sentences;
        for (size_t i = 1; i + 1 < words.size(); i++) {
            sentences.push_back({{}, words[i], {}});
            if (context)
                sentences.back() = {words[i - 1], words[i], words[i + 1]};
        }
        std::vector<uint16_t> tags;
        use.tagger->tagger->tag(*use.model->encoder, sentences, stop, tags);
        std::copy(tags.begin(), tags.end(), best);
    });
}

void put_group(ReturnSetInfo *set, const TaggerUse &use, const Group *group, bool context)
{
    Size words = 0;
    for (int i = 1; i <= group->n; i++)
        words += static_cast<Size>(group->rows[i].n);
    auto *best = static_cast<uint16 *>(palloc(sizeof(uint16) * (words + 1)));
    tag_group(use, group, context, best);
    for (int i = 1; i <= group->n; i++) {
        const TaggedRow &row = group->rows[i];
        Datum values[] = {texts_datum(row.words, row.n, true), texts_datum(row.tags, row.n, false),
                          tags_datum(use.tagger, best, row.n)};
        bool nulls[3] = {};
        set_put(set, values, nulls);
        best += row.n;
    }
}

} // namespace

SBERT_FUNCTION(sbert_tagger_predictions)
{
    ReturnSetInfo *set = set_start(fcinfo);
    const char *sql = text_to_cstring(PG_GETARG_TEXT_PP(1));
    // Rows that are read for a group lie in one of three contexts in turn, because the row behind a
    // group belongs to the next one, and the last of that may be the context of a third.
    MemoryContext contexts[3];
    for (MemoryContext &context : contexts)
        context =
            AllocSetContextCreate(CurrentMemoryContext, "rows of a report", ALLOCSET_DEFAULT_SIZES);
    const TaggerUse use = tagger_use(fcinfo, 0, 2);
    spi_connect();
    TaggerQuery query = tagger_query_open(sql, false);
    const bool around = query.reading.ordered && use.tagger->tagger->model().context;
    auto *group = static_cast<Group *>(palloc0(sizeof(Group)));
    TaggedRow next;
    bool more = tagger_query_next(&query, contexts[0], &next);
    for (int turn = 1; more; turn = (turn + 1) % 3) {
        MemoryContextReset(contexts[turn]);
        for (group->n = 0; more && group->n < kGroup;) {
            group->rows[++group->n] = next;
            more = tagger_query_next(&query, contexts[turn], &next);
        }
        group->behind = more;
        group->rows[group->n + 1] = next;
        MemoryContext before = MemoryContextSwitchTo(contexts[turn]);
        put_group(set, use, group, around);
        MemoryContextSwitchTo(before);
        group->rows[0] = group->rows[group->n];
        group->before = true;
        CHECK_FOR_INTERRUPTS();
    }
    SPI_finish();
    return Datum{0};
}

} // namespace sbert
