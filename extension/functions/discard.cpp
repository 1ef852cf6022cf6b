// DISCARD ALL frees the scratch memory of a session's models, and its loaded classifiers. The
// models stay open, because a name never changes its model while a backend runs.
#include "extension/functions/models.h"
#include "extension/learned/cache.h"

namespace sbert {
namespace {

ProcessUtility_hook_type next_utility;

extern "C" void process_utility(PlannedStmt *statement, const char *query, bool read_only_tree,
                                ProcessUtilityContext context, ParamListInfo parameters,
                                QueryEnvironment *environment, DestReceiver *receiver,
                                QueryCompletion *completion)
{
    // The statement is examined first, because the command may free it.
    Node *command = statement->utilityStmt;
    const bool all = IsA(command, DiscardStmt) &&
                     reinterpret_cast<DiscardStmt *>(command)->target == DISCARD_ALL;
    (next_utility != nullptr ? next_utility : standard_ProcessUtility)(
        statement, query, read_only_tree, context, parameters, environment, receiver, completion);
    if (all) {
        models_release_memory();
        learned_forget();
    }
}

} // namespace

void discard_init()
{
    next_utility = ProcessUtility_hook;
    ProcessUtility_hook = process_utility;
}

} // namespace sbert
