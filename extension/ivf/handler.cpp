// What the access method can do, field by field, and where its verbs are.
#include "extension/pg.h"

#include "extension/ivf/face.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

void set_abilities(IndexAmRoutine *am)
{
    am->amstrategies = 1; // the distance
    am->amsupport = 1;    // TypeSupport
    am->amoptsprocnum = 0;
    am->amcanorder = false;
    am->amcanorderbyop = true;
#if PG_VERSION_NUM >= 180000
    am->amcanhash = false;
    am->amconsistentequality = false;
    am->amconsistentordering = false;
#endif
    am->amcanbackward = false;
    am->amcanunique = false;
    am->amcanmulticol = false;
    // A scan has no condition on the column, only an order. It does not return NULLs, so a scan
    // without an order is priced out by ivf_costestimate().
    am->amoptionalkey = true;
    am->amsearcharray = false;
    am->amsearchnulls = false;
    am->amstorage = false;
    am->amclusterable = false;
    am->ampredlocks = false;
    am->amcanparallel = false;
#if PG_VERSION_NUM >= 170000
    am->amcanbuildparallel = true;
#endif
    am->amcaninclude = false;
    am->amusemaintenanceworkmem = true;
#if PG_VERSION_NUM >= 160000
    am->amsummarizing = false;
#endif
    am->amparallelvacuumoptions = VACUUM_OPTION_PARALLEL_BULKDEL;
    am->amkeytype = InvalidOid;
}

void set_verbs(IndexAmRoutine *am)
{
    am->ambuild = ivf_build;
    am->ambuildempty = ivf_buildempty;
    am->aminsert = ivf_insert;
#if PG_VERSION_NUM >= 170000
    am->aminsertcleanup = nullptr;
#endif
    am->ambulkdelete = ivf_bulkdelete;
    am->amvacuumcleanup = ivf_vacuumcleanup;
    am->amcanreturn = nullptr;
    am->amcostestimate = ivf_costestimate;
#if PG_VERSION_NUM >= 180000
    am->amgettreeheight = nullptr;
#endif
    am->amoptions = ivf_options;
    am->amproperty = ivf_property;
    am->ambuildphasename = ivf_buildphasename;
    am->amvalidate = ivf_validate;
    am->amadjustmembers = nullptr;
    am->ambeginscan = ivf_beginscan;
    am->amrescan = ivf_rescan;
    am->amgettuple = ivf_gettuple;
    am->amgetbitmap = nullptr; // a bitmap has no order
    am->amendscan = ivf_endscan;
    am->ammarkpos = nullptr;
    am->amrestrpos = nullptr;
    am->amestimateparallelscan = nullptr;
    am->aminitparallelscan = nullptr;
    am->amparallelrescan = nullptr;
#if PG_VERSION_NUM >= 180000
    am->amtranslatestrategy = nullptr;
    am->amtranslatecmptype = nullptr;
#endif
}

IndexAmRoutine *make_routine()
{
    IndexAmRoutine *am = makeNode(IndexAmRoutine);
    set_abilities(am);
    set_verbs(am);
    return am;
}

} // namespace

// The one column is ordered by distance; everything else the server knows from the flags.
extern "C" bool ivf_property(Oid, int column, IndexAMProperty property, const char *, bool *result,
                             bool *isnull)
{
    if (column != 1 || property != AMPROP_DISTANCE_ORDERABLE)
        return false;
    *result = true;
    *isnull = false;
    return true;
}

} // namespace sbert::ivf

extern "C" {

SBERT_UNCHECKED_FUNCTION(sbert_ivf_handler);
Datum sbert_ivf_handler(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    PG_RETURN_POINTER(sbert::ivf::make_routine());
}

IndexAmRoutine *sbert_ivf_face(sbert::ivf::Face *face)
{
    sbert::ivf::faces_add(face);
    IndexAmRoutine *am = sbert::ivf::make_routine();
    am->amoptions = face->options;
    return am;
}

} // extern "C"
