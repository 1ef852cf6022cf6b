// Starts the query of a training with the caller's rights, inside an SPI connection.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct ReadingQuery {
    Portal portal;
    bool ordered; // whether the query itself has an ORDER BY
};

// Raises invalid_parameter_value unless it is a single SELECT that changes nothing. It has `n`
// parameters.
ReadingQuery reading_query_open(const char *sql, int n, Oid *types, Datum *values);

} // namespace sbert
