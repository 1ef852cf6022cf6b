// The rows of a training: collected in any order, put into one that their contents alone decide,
// spread over folds, and laid out in blocks (extension/learn/block.h), in memory or in a temporary
// file.
//
// The order is that of the server's tuplesort by a hash of the vector, then the vector and the
// labels: a random one, but the same for the same rows. Rows with the same vector come to the same
// fold, so that none is predicted by a fit that saw its copy.
#pragma once

#include "extension/learn/block.h"
#include "extension/pg.h"

namespace sbert {

inline constexpr int kMostLabelBytes = 255;
inline constexpr int kMostLabels = 10000;

struct TrainingLabel {
    char name[kMostLabelBytes + 1]; // key of the hash table
    int64 rows;
    int64 first;   // rows whose first label it is
    double weight; // of its rows
    uint32 id;     // in the order of bytes; after training_rows_arrange
    int64 placed;  // rows that have a fold
};

// The labels of one row, sorted by bytes, each once.
struct RowLabels {
    char **names;
    int n;
};

struct TrainingRows {
    MemoryContext context;
    Size memory;    // bytes for the whole training; half of them sort the rows
    Size room;      // bytes that rows may take; what does not fit goes to the file
    int dimensions; // 0 before the first row
    bool multilabel;
    HTAB *by_name;
    TrainingLabel **labels; // (shape.labels) by id
    int n_labels;
    int64 rows;
    int64 unlabelled; // with an empty set of labels
    int64 of_origin[learn::kOrigins];
    double weight;

    struct Tuplesortstate *sort;
    TupleTableSlot *slot;
    StringInfoData record;

    learn::Shape shape;
    learn::Block *blocks; // of all folds, mixed
    Size n_blocks, room_blocks;
    Size used; // of `room`
    File file; // or 0
    off_t file_bytes;
};

// All in `context`, which must outlive the rows.
TrainingRows *training_rows_begin(MemoryContext context, bool multilabel, Size memory);

// Raises an SQL error: another number of dimensions than before, too many labels, one too long.
void training_rows_add(TrainingRows *rows, const float *x, int dimensions, const RowLabels &labels,
                       float weight, learn::Origin origin);

// After the last one. `folds` at least 1; `others` are bytes that will be wanted beside the rows.
// Returns how many folds have rows, the first ones: fewer where many rows have the same vector.
int training_rows_arrange(TrainingRows *rows, int folds, Size others);

// A block's rows, wherever they lie; `scratch` takes a full block.
const float *training_rows_block(const TrainingRows *rows, const learn::Block *block,
                                 float *scratch);

// Whether some row has a label; and its number then.
bool training_rows_have(const TrainingRows *rows, const text *label);
uint32 training_rows_label(const TrainingRows *rows, const text *label);

// The file of the blocks that are not in memory, or -1; open until the server opens another one.
int training_rows_file(const TrainingRows *rows);

// Gives the temporary file back; nothing is read of the rows afterwards.
void training_rows_end(TrainingRows *rows);

} // namespace sbert
