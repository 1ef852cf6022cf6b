// A training of a tagger from its query to the stored version, for sbert.train_tagger and
// sbert.update_tagger.
//
// Rows are read, checked, and sorted by a hash of their contents (raw_sentence.h), so that they
// come in a random order that is the same for the same rows. Then each is encoded once and its
// vectors are stored. All epochs read those.
#pragma once

#include "extension/functions/models.h"
#include "extension/pg.h"
#include "extension/taggers/load.h"
#include "extension/taggers/options.h"
#include "extension/taggers/query.h"
#include "extension/taggers/store.h"
#include "extension/tagging/lesson.h"

namespace sbert {

struct TaggerQuality {
    bool measured;
    tagging::EntityCount all;
    double token_accuracy;
};

struct TaggerTraining {
    Oid relation;
    const char *name; // of the table, for messages
    int32 version;
    Jsonb *json; // the options as they were given
    TaggerOptions options;
    const Model *model;
    MemoryContext context; // holds everything
    Size memory;
    tagging::Lesson *lesson;

    // Rows until they are encoded.
    Tuplesortstate *sort;
    TupleTableSlot *slot;
    TupleDesc record_type;
    StringInfoData record;
    HTAB *labels; // by name
    bool bioes;   // whether a tag begins with E or S
    int64 rows, words, skipped;
    int64 of_origin[2];

    SentenceStore *sentences;
    Size n_sorted, n_sample; // rows that came out of the sort, and of those the ones of the sample
    // The first rows as they were sorted, which the version keeps.
    Tuplestorestate *kept;
    bool *is_old; // (rows)

    // The quality without the sentences that were held out, of all and of each origin.
    TaggerQuality quality, quality_of[2];
    tagging::EntityCount *by_label; // (labels) or null
    char **label_names;             // sorted by bytes
    int n_labels;
    double loss;
    int strength; // of tagging::Strength
};

// training_begin() connects to SPI and begins the report to sbert.activity. `context_words` says
// whether neighbouring sentences are read. tagger_training_end() ends both.
void tagger_training_begin(TaggerTraining *training, const char *function);
void tagger_training_course(TaggerTraining *training, bool context_words);
void tagger_training_end(TaggerTraining *training);

// Reads all rows of a query into the sort. `given`: words before and behind each are taken along.
void tagger_training_read(TaggerTraining *training, TaggerQuery *query, bool context_words);
// The rows that a version keeps, with their vectors of `dimensions`.
void tagger_training_read_kept(TaggerTraining *training, int32 version, size_t dimensions);

// Encodes, fits and measures. `given` is the projection of the version before, or null.
void tagger_training_run(TaggerTraining *training, const tagging::Projection *given);

// Measures another tagger on the rows of an origin.
TaggerQuality tagger_training_assess(TaggerTraining *training, tagging::Tagger *tagger,
                                     tagging::Origin origin);

// Writes the version with its report and the sentences that it keeps.
void tagger_training_store(TaggerTraining *training);

} // namespace sbert
