// The rows of a training. They are collected in any order, sorted in an order that depends on their
// contents alone, spread over folds, and stored in blocks (extension/fit/block.h), in memory or
// in a temporary file.
//
// The server's tuplesort sorts them by a key, then by the vector and the labels. The key is a hash,
// so this is a random order, but the same for the same rows. If all rows come from texts it is a
// hash of their tokens, because the last bits of their vectors depend on the CPU; so folds and kept
// rows are the same on every machine. Otherwise it is a hash of the vector. Rows with the same
// tokens, or the same vector, come to the same fold, so that no row is predicted by a fit that saw
// its copy.
#pragma once

#include "extension/fit/block.h"
#include "extension/pg.h"

namespace sbert {

inline constexpr int kMostLabelBytes = 255;
inline constexpr int kMostLabels = 10000;

struct TrainingLabel {
    char name[kMostLabelBytes + 1]; // key of the hash table
    int64 rows;
    int64 first;   // number of rows whose first label it is
    double weight; // total weight of its rows
    uint32 id;     // number in the order of bytes, set by training_rows_arrange()
    int64 placed;  // number of rows that have a fold
};

// The labels of one row, sorted by bytes, each once.
struct RowLabels {
    char **names;
    int n;
};

struct TrainingRows {
    MemoryContext context;
    Size memory;    // bytes for the whole training, of which half are for the sort
    Size room;      // bytes that rows may take; further rows go to the file
    int dimensions; // 0 before the first row
    bool multilabel;
    bool by_tokens; // whether keys are of tokens
    HTAB *by_name;
    TrainingLabel **labels; // (shape.labels) by id
    int n_labels;
    int64 rows;
    int64 unlabelled; // number of rows with an empty set of labels
    int64 of_origin[fit::kOrigins];
    double weight;

    struct Tuplesortstate *sort;
    TupleTableSlot *slot;
    StringInfoData record;

    fit::Shape shape;
    fit::Block *blocks; // of all folds, in no order
    Size n_blocks, room_blocks;
    Size used; // bytes of `room` in use
    File file; // or 0
    off_t file_bytes;
};

// Begins a collection in `context`, which must outlive the rows.
TrainingRows *training_rows_begin(MemoryContext context, bool multilabel, bool by_tokens,
                                  Size memory);

// Adds a row. Raises an SQL error if the number of dimensions differs from earlier rows, if there
// are too many labels, or if a label is too long. `key` is a hash of its tokens; it is not used if
// keys are of vectors.
void training_rows_add(TrainingRows *rows, const float *x, int dimensions, const RowLabels &labels,
                       float weight, fit::Origin origin, uint32 key);

// Sorts the rows after the last one was added, and spreads them over `folds` folds, at least 1. The
// training needs `others` bytes in addition to the rows. Returns how many folds, counted from the
// first, have rows. There are fewer if many rows have the same vector.
int training_rows_arrange(TrainingRows *rows, int folds, Size others);

// The rows of a block, in memory or read from the file. `scratch` has room for a full block.
const float *training_rows_block(const TrainingRows *rows, const fit::Block *block, float *scratch);

// Whether some row has a label, and the number of such a label.
bool training_rows_have(const TrainingRows *rows, const text *label);
uint32 training_rows_label(const TrainingRows *rows, const text *label);

// The file of the blocks that are not in memory, or -1. The descriptor is valid until the server
// opens another file.
int training_rows_file(const TrainingRows *rows);

// Closes the temporary file. The rows must not be read afterwards.
void training_rows_end(TrainingRows *rows);

} // namespace sbert
