// The table of something learned: made, recognised, named.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

// Creates the empty table as the current user, in the schema that `name` or his search_path says.
// Errors are those of CREATE TABLE: the name exists, no right to the schema, a standby.
// REQUIRES a connection to SPI.
Oid learned_create(const LearnedKind *kind, const char *name);

// Raises wrong_object_type where the relation is no such table, object_not_in_prerequisite_state
// where a column is missing or has another type.
void learned_check(const LearnedKind *kind, Oid relation);
// The same of the columns of what versions keep.
void learned_check_kept(const LearnedKind *kind, Oid relation);

// For statements: quoted, with its schema. For messages: as it is. Both palloc'd; undefined_table
// where it is gone. REQUIRES a lock of the relation, or the name may be another's by now.
char *learned_quoted_name(Oid relation);
char *learned_plain_name(Oid relation);

// The extension's vector, in whatever schema it lives.
Oid vector_type();

} // namespace sbert
