// Classifiers as database objects: what changes them begins here.
#pragma once

namespace sbert {

// Locks a classifier until the transaction ends, so that one at a time changes it. Raises
// undefined_object where the current user sees none of that name, insufficient_privilege where he
// has not its owner's rights. REQUIRES a connection to SPI.
void classifier_lock(const char *name);

} // namespace sbert
