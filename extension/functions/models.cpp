// Opening models by name, and keeping them open.
#include <cstring>

#include "extension/boundary.h"
#include "extension/functions/models.h"
#include "extension/guc.h"
#include "extension/types/dense.h"

namespace sbert {

namespace {

Model *opened_models; // newest first; never freed

// The last name that was asked for, as it was written, and its model: most statements use one.
char last_name[2 * encoder::kMaxModelName];
const Model *last_model;

// A name taken apart, as plain data.
struct Wanted {
    char name[encoder::kMaxModelName + 1];
    char fingerprint[65]; // its first digits, or empty
};

Wanted parse(const char *text)
{
    Wanted wanted;
    run_cpp([&] {
        const encoder::ModelName name = encoder::parse_model_name(text);
        strlcpy(wanted.name, name.name.c_str(), sizeof(wanted.name));
        strlcpy(wanted.fingerprint, name.fingerprint.c_str(), sizeof(wanted.fingerprint));
    });
    return wanted;
}

Model *find_opened(const char *name)
{
    for (Model *model = opened_models; model != nullptr; model = model->next)
        if (std::strcmp(model->name, name) == 0)
            return model;
    return nullptr;
}

// A failure to open tells paths of the server; those who may not see them are told the name, the
// log the rest.
[[noreturn]] void report_opening(const char *name, const CppFailure &failure)
{
    if (may_see_paths())
        report_cpp(failure);
    ereport(ERROR, (errcode(failure.sqlstate), errmsg("model \"%s\" cannot be opened", name),
                    errdetail_log("%s", failure.message),
                    errhint("The server's log and, for members of pg_read_server_files, "
                            "sbert.models() tell why.")));
    pg_unreachable();
}

encoder::Encoder *open_encoder(const char *name, const char *path)
{
    encoder::Encoder *opened = nullptr;
    auto open = [&] { opened = encoder::Encoder::open(path, encoder::Owner::kTrusted).release(); };
    CppFailure failure;
    // The file stays open with the model: one descriptor of those that the server shares out.
    if (!AcquireExternalFD())
        ereport(ERROR,
                (errcode_for_file_access(), errmsg("could not open model \"%s\": %m", name)));
    if (!try_cpp([](void *body) { (*static_cast<decltype(open) *>(body))(); }, &open, failure)) {
        ReleaseExternalFD();
        report_opening(name, failure);
    }
    return opened;
}

// Raises an SQL error where vectors of this model would not be of the type.
void check_width(const Model *model)
{
    if (model->dimensions > kDenseMaxDim)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("model \"%s\" has %d dimensions, a vector has at most %d",
                               model->name, model->dimensions, kDenseMaxDim)));
}

const Model *open_model(const char *name)
{
    const ModelPlaces places = model_places_of_server();
    char path[MAXPGPATH];
    run_cpp([&] {
        const auto folders = encoder::model_places(places.share_dir, places.extra);
        strlcpy(path, encoder::find_model(folders, name).c_str(), sizeof(path));
    });
    auto *model = static_cast<Model *>(MemoryContextAllocZero(TopMemoryContext, sizeof(Model)));
    strlcpy(model->name, name, sizeof(model->name));
    model->encoder = open_encoder(name, path);
    model->dimensions = model->encoder->spec().dimensions;
    model->next = opened_models;
    return opened_models = model;
}

const Model *look_up(const char *text)
{
    const Wanted wanted = parse(text);
    const Model *model = find_opened(wanted.name);
    if (model == nullptr)
        model = open_model(wanted.name);
    check_width(model);
    run_cpp([&] {
        encoder::check_fingerprint({wanted.name, wanted.fingerprint},
                                   model->encoder->fingerprint());
    });
    return model;
}

} // namespace

ModelPlaces model_places_of_server()
{
    ModelPlaces places;
    get_share_path(my_exec_path, places.share_dir);
    places.extra = model_path();
    return places;
}

bool may_see_paths()
{
    return has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES) ||
           has_privs_of_role(GetUserId(), ROLE_PG_MONITOR);
}

const Model *model_get(const char *name)
{
    if (last_model != nullptr && std::strcmp(last_name, name) == 0)
        return last_model;
    const Model *model = look_up(name);
    last_model = nullptr;
    if (strlcpy(last_name, name, sizeof(last_name)) < sizeof(last_name))
        last_model = model;
    return model;
}

const Model *model_arg(FunctionCallInfo fcinfo, int n)
{
    if (PG_NARGS() <= n)
        return model_get(default_model());
    char *name = text_to_cstring(PG_GETARG_TEXT_PP(n));
    const Model *model = model_get(name);
    pfree(name);
    return model;
}

} // namespace sbert
