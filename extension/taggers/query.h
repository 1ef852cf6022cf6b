// Reads the query of a training or of a report: (tokens text[], tags text[]), or (text, entities
// jsonb), which becomes words and BIO tags.
//
// Every value is checked, and errors name the number of the row.
#pragma once

#include "extension/learned/reading_query.h"
#include "extension/pg.h"

namespace sbert {

// The longest sentence of a training and of sbert.tag().
inline constexpr int kMostWords = 4096;

// A row as words and tags, in the current memory context of the call that returned it. Words are in
// UTF-8, tags in the database's encoding; all are C strings.
struct TaggedRow {
    int64 number; // in the query, from 1
    int n;
    char **words;
    char **tags;
};

struct TaggerQuery {
    ReadingQuery reading;
    bool texts; // (text, jsonb)
    bool refuse_nulls;
    int64 read;    // rows that the query has returned
    int64 skipped; // rows with a null or without words
    // A fetched batch.
    SPITupleTable *table;
    uint64 rows, next;
};

TaggerQuery tagger_query_open(const char *sql, bool refuse_nulls);

// The next row that has words, or false at the end. Strings are allocated in `context`.
bool tagger_query_next(TaggerQuery *query, MemoryContext context, TaggedRow *row);

// Words and tags of the first two columns of a row, checked. Returns false if there is a null or no
// word.
bool tagged_row_of(HeapTuple tuple, TupleDesc columns, TaggedRow *row);

// The words of a text[], checked: no null, none empty, none with white space, not too many.
// `row` 0: the array is an argument and not of a row. Returns their number.
int tokens_of_array(Datum array, int64 row, char ***words);

} // namespace sbert
