// Opens models by name and keeps them open.
#include <cstring>

#include "extension/boundary.h"
#include "extension/functions/models.h"
#include "extension/guc.h"

namespace sbert {

namespace {

// The open models, the newest first. They are never freed.
Model *opened_models;
// The memory of a model that could not be opened, for the next one; or null.
Model *spare_model;

// The last name that was looked up, as it was written, and its model. Most statements use one
// model.
char last_name[2 * encoder::kMaxModelName];
const Model *last_model;

// The parts of a name, as plain data.
struct Wanted {
    char name[encoder::kMaxModelName + 1];
    char fingerprint[65]; // the first digits, or empty
};

// Puts another hint, unless it is null.
void set_hint(CppFailure *failure, const char *hint)
{
    if (hint != nullptr)
        strlcpy(failure->hint, hint, sizeof(failure->hint));
}

const char *hint_for(const char *name, OtherHint other)
{
    return other != nullptr ? other(name) : nullptr;
}

Wanted parse(const char *text, OtherHint other)
{
    Wanted wanted;
    auto take_apart = [&] {
        const encoder::ModelName name = encoder::parse_model_name(text);
        strlcpy(wanted.name, name.name.c_str(), sizeof(wanted.name));
        strlcpy(wanted.fingerprint, name.fingerprint.c_str(), sizeof(wanted.fingerprint));
    };
    CppFailure failure;
    if (!try_cpp(take_apart, failure)) {
        set_hint(&failure, hint_for(text, other));
        report_cpp(failure);
    }
    return wanted;
}

Model *find_opened(const char *name)
{
    for (Model *model = opened_models; model != nullptr; model = model->next)
        if (std::strcmp(model->name, name) == 0)
            return model;
    return nullptr;
}

// Raises the error for a model that cannot be opened. The reason reveals paths of the server and
// which files exist. Users who may not see them get the same message for every reason, and the log
// has the rest. Running out of memory is reported to all.
[[noreturn]] void report_unavailable(const char *name, CppFailure *failure, const char *hint)
{
    set_hint(failure, hint);
    if (may_see_paths() || failure->sqlstate == ERRCODE_OUT_OF_MEMORY)
        report_cpp(*failure);
    if (hint == nullptr)
        hint = "sbert.models() lists the models that may be used. The server's log tells what is "
               "wrong with another one.";
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("model \"%s\" is not installed, or may not be used", name),
                    errdetail_log("%s", failure->message), errhint("%s", hint)));
    pg_unreachable();
}

encoder::Encoder *open_encoder(const char *name, const char *path)
{
    encoder::Encoder *opened = nullptr;
    auto open = [&] { opened = encoder::Encoder::open(path, encoder::Owner::kTrusted).release(); };
    CppFailure failure;
    // The model keeps its file open, which takes one of the server's file descriptors.
    if (!AcquireExternalFD())
        ereport(ERROR,
                (errcode_for_file_access(), errmsg("could not open model \"%s\": %m", name)));
    if (!try_cpp(open, failure)) {
        ReleaseExternalFD();
        report_unavailable(name, &failure, nullptr);
    }
    return opened;
}

const Model *open_model(const char *name, OtherHint other)
{
    const ModelPlaces places = model_places_of_server();
    log_refused_places(places);
    char path[MAXPGPATH];
    auto find = [&] {
        const auto folders = encoder::model_places(places.share_dir, places.extra);
        strlcpy(path, encoder::find_model(folders, name).c_str(), sizeof(path));
    };
    CppFailure failure;
    if (!try_cpp(find, failure))
        report_unavailable(name, &failure, hint_for(name, other));
    // The memory for the model is allocated before the encoder is opened. If opening fails, the
    // next attempt uses the same memory.
    Model *room = spare_model;
    if (room == nullptr)
        room = static_cast<Model *>(MemoryContextAlloc(TopMemoryContext, sizeof(Model)));
    spare_model = room;
    encoder::Encoder *encoder = open_encoder(name, path);
    spare_model = nullptr;
    Model *model = room;
    strlcpy(model->name, name, sizeof(model->name));
    model->encoder = encoder;
    model->dimensions = model->encoder->spec().dimensions;
    model->next = opened_models;
    return opened_models = model;
}

const Model *look_up(const char *text, OtherHint other)
{
    const Wanted wanted = parse(text, other);
    const Model *model = find_opened(wanted.name);
    if (model == nullptr)
        model = open_model(wanted.name, other);
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

// COMMERROR goes only to the log. LOG would not do, because a client may request LOG messages.
void log_refused_places(const ModelPlaces &places)
{
    char refusals[2048];
    run_cpp([&] {
        std::string all;
        for (const std::string &place : encoder::model_places(places.share_dir, places.extra))
            if (const std::string refusal = encoder::place_refusal(place); !refusal.empty())
                all += (all.empty() ? "" : " ") + refusal;
        strlcpy(refusals, all.c_str(), sizeof(refusals));
    });
    if (refusals[0] != '\0')
        ereport(COMMERROR, (errmsg_internal("folders of models are not searched"),
                            errdetail_log("%s", refusals)));
}

void models_release_memory()
{
    for (Model *model = opened_models; model != nullptr; model = model->next)
        model->encoder->release();
}

bool may_see_paths()
{
    return has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES) ||
           has_privs_of_role(GetUserId(), ROLE_PG_MONITOR);
}

static const Model *model_of(const char *name, OtherHint other)
{
    if (last_model != nullptr && std::strcmp(last_name, name) == 0)
        return last_model;
    const Model *model = look_up(name, other);
    last_model = nullptr;
    if (strlcpy(last_name, name, sizeof(last_name)) < sizeof(last_name))
        last_model = model;
    return model;
}

const Model *model_get(const char *name, Gives wanted, OtherHint other)
{
    const Model *model = model_of(name, other);
    check_gives(model, wanted, Named::kByCall);
    return model;
}

const Model *model_default(Gives wanted)
{
    const Model *model = model_of(default_model(), nullptr);
    check_gives(model, wanted, Named::kByDefault);
    return model;
}

const Model *model_arg(FunctionCallInfo fcinfo, int n, Gives wanted, OtherHint other)
{
    if (PG_NARGS() <= n)
        return model_default(wanted);
    char *name = text_to_cstring(PG_GETARG_TEXT_PP(n));
    const Model *model = model_get(name, wanted, other);
    pfree(name);
    return model;
}

} // namespace sbert
