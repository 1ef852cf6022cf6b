// Opening models by name, and keeping them open.
#include <cstring>

#include "encoder/model/store.h"
#include "extension/boundary.h"
#include "extension/functions/models.h"
#include "extension/guc.h"

namespace sbert {

namespace {

Model *opened_models; // newest first; never freed

Model *find_opened(const char *name)
{
    for (Model *model = opened_models; model != nullptr; model = model->next)
        if (std::strcmp(model->name, name) == 0)
            return model;
    return nullptr;
}

// The encoder that an earlier name ('m' beside 'm@fingerprint') has opened under the same plain
// name, or null.
encoder::Encoder *find_opened(const encoder::ModelName &wanted)
{
    for (Model *model = opened_models; model != nullptr; model = model->next)
        if (encoder::parse_model_name(model->name).name == wanted.name)
            return model->encoder;
    return nullptr;
}

Model *open_model(const char *name)
{
    if (std::strlen(name) >= kModelNameBytes)
        ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
                        errmsg("model name \"%.64s...\" is too long", name)));
    const ModelPlaces places = model_places_of_server();
    Model *opened = nullptr;
    run_cpp([&] {
        const encoder::ModelName wanted = encoder::parse_model_name(name);
        auto model = std::make_unique<Model>();
        std::unique_ptr<encoder::Encoder> fresh;
        model->encoder = find_opened(wanted);
        if (model->encoder == nullptr) {
            const auto folders = encoder::model_places(places.share_dir, places.extra);
            fresh = encoder::Encoder::open(encoder::find_model(folders, name),
                                           encoder::Owner::kTrusted);
            model->encoder = fresh.get();
        }
        encoder::check_fingerprint(wanted, model->encoder->fingerprint());
        strlcpy(model->name, name, sizeof(model->name));
        model->dimensions = model->encoder->spec().dimensions;
        model->next = opened_models;
        fresh.release();
        opened = opened_models = model.release();
    });
    return opened;
}

} // namespace

ModelPlaces model_places_of_server()
{
    ModelPlaces places;
    get_share_path(my_exec_path, places.share_dir);
    places.extra = model_path();
    return places;
}

const Model *model_get(const char *name)
{
    Model *model = find_opened(name);
    return model != nullptr ? model : open_model(name);
}

const Model *model_arg(FunctionCallInfo fcinfo, int n)
{
    if (PG_NARGS() <= n)
        return model_get(default_model());
    return model_get(text_to_cstring(PG_GETARG_TEXT_PP(n)));
}

} // namespace sbert
