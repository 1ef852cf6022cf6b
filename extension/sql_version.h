// The version of the SQL objects in the database, against those that this module serves.
//
// A new module must serve the objects of the versions before it: packages replace the file before
// anybody runs ALTER EXTENSION, and pg_upgrade restores the old version's objects into a server
// that has the new file.
#pragma once

#include "extension/pg.h"

namespace sbert {

// What the server asks for when it looks up one of our functions for the first time in a session.
// The first time of all, checks the extension's version and reports an error (55000) if this module
// does not serve it. Functions that somebody declared without the extension are served.
const Pg_finfo_record *function_info();

} // namespace sbert
