// sbert.models(): the models that this server can use.
#include <cstring>
#include <string>
#include <vector>

#include "encoder/model/store.h"
#include "extension/boundary.h"
#include "extension/functions/models.h"
#include "extension/functions/set.h"

namespace sbert {

namespace {

// One model as plain data; strings in the current memory context.
struct Listed {
    char name[encoder::kMaxModelName + 1];
    int32 dimensions;
    int32 max_tokens;
    char fingerprint[65];
    int64 bytes;
    char path[MAXPGPATH];
    char error[512];
};

constexpr int kMaxListed = 1000;

// Runs under run_cpp().
int list(const ModelPlaces &places, Listed *out)
{
    int n = 0;
    for (const auto &entry :
         encoder::list_models(encoder::model_places(places.share_dir, places.extra)))
    {
        if (n == kMaxListed)
            break;
        Listed &row = out[n++];
        strlcpy(row.name, entry.name.c_str(), sizeof(row.name));
        strlcpy(row.fingerprint, entry.fingerprint.c_str(), sizeof(row.fingerprint));
        strlcpy(row.path, entry.path.c_str(), sizeof(row.path));
        strlcpy(row.error, entry.error.c_str(), sizeof(row.error));
        row.dimensions = entry.dimensions;
        row.max_tokens = entry.max_tokens;
        row.bytes = static_cast<int64>(entry.bytes);
    }
    return n;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_models);
Datum sbert_models(PG_FUNCTION_ARGS)
{
    using namespace sbert;
    ReturnSetInfo *set = set_start(fcinfo);
    const ModelPlaces places = model_places_of_server();
    auto *rows = static_cast<Listed *>(palloc0(sizeof(Listed) * kMaxListed));
    int n = 0;
    run_cpp([&] { n = list(places, rows); });
    const bool paths = may_see_paths();
    for (int i = 0; i < n; i++) {
        const Listed &row = rows[i];
        const bool broken = row.error[0] != '\0';
        const Datum values[] = {
            CStringGetTextDatum(row.name),
            Int32GetDatum(row.dimensions),
            Int32GetDatum(row.max_tokens),
            CStringGetTextDatum(row.fingerprint),
            Int64GetDatum(row.bytes),
            CStringGetTextDatum(row.path),
            CStringGetTextDatum(broken && !paths ? "the file cannot be opened" : row.error)};
        const bool nulls[] = {false, broken, broken, broken, broken, !paths, !broken};
        set_put(set, values, nulls);
    }
    return (Datum)0;
}

} // extern "C"
