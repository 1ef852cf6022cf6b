// Creates, recognises and names the table of a learned thing.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

// Creates the empty table as the current user, in the schema that `name` or the search_path says.
// Errors are those of CREATE TABLE, for example if the name exists or on a standby.
// REQUIRES a connection to SPI.
Oid learned_create(const LearnedKind *kind, const char *name);

// Raises wrong_object_type if the relation is no such table, and object_not_in_prerequisite_state
// if a column is missing or has another type.
void learned_check(const LearnedKind *kind, Oid relation);
// The same check for the columns of the rows that versions keep.
void learned_check_kept(const LearnedKind *kind, Oid relation);

// Whether the search_path finds a table of that kind under a name, which may be any text. Raises no
// error. It is for hints: the answer may be out of date at once.
bool learned_is_named(const char *noun, const char *name);

// The relation's name, palloc'd: quoted and with its schema for statements, plain for messages.
// Raises undefined_table if the relation no longer exists. REQUIRES a lock on the relation. Without
// it, the name may already belong to another one.
char *learned_quoted_name(Oid relation);
char *learned_plain_name(Oid relation);

// Connects to SPI, and checks what a call of SPI returned. A failure is an internal error.
void spi_connect();
void spi_expect(int got, int wanted);

// The type vector of the extension, in whatever schema it is.
Oid vector_type();

} // namespace sbert
