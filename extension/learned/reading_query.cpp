#include "extension/learned/reading_query.h"

namespace sbert {
namespace {

[[noreturn]] void refuse_query(const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the query of a training must be a single SELECT"),
                    errdetail("It is %s.", what)));
    pg_unreachable();
}

// Returns the plan's query. Raises an error unless it is the only one and only reads.
const Query *check_reads_only(SPIPlanPtr plan)
{
    List *sources = SPI_plan_get_plan_sources(plan);
    if (list_length(sources) != 1)
        refuse_query(list_length(sources) == 0 ? "empty" : "several statements");
    auto *source = static_cast<CachedPlanSource *>(linitial(sources));
    if (list_length(source->query_list) != 1)
        refuse_query("several statements");
    auto *query = static_cast<Query *>(linitial(source->query_list));
    if (query->commandType != CMD_SELECT || query->utilityStmt != nullptr)
        refuse_query("another command");
    if (query->hasModifyingCTE)
        refuse_query("one that changes data");
    return query;
}

} // namespace

ReadingQuery reading_query_open(const char *sql, int n, Oid *types, Datum *values)
{
    SPIPlanPtr plan = SPI_prepare_cursor(sql, n, types, CURSOR_OPT_NO_SCROLL);
    if (plan == nullptr)
        refuse_query("another command");
    const Query *query = check_reads_only(plan);
    const bool ordered = query->sortClause != NIL;
    return {SPI_cursor_open(nullptr, plan, values, nullptr, true), ordered};
}

} // namespace sbert
