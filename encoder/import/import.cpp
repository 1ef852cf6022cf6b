// From a published directory to an installed model: see import.h.
#include "encoder/import/import.h"

#include <utility>

#include "encoder/import/directory.h"
#include "encoder/import/packed_tensors.h"
#include "encoder/model/packed.h"

namespace sbert::encoder {

namespace {

Progress stage(const ImportProgress &progress, const char *name)
{
    if (!progress)
        return {};
    return [&progress, name](uint64_t done, uint64_t total) { progress(name, done, total); };
}

} // namespace

ImportResult import_directory(const std::string &directory, const std::string &path,
                              Replace replace, Precision precision, const ImportProgress &progress,
                              StopFlag stop)
{
    DirectoryModel model = read_directory(directory);
    const components::ComponentsTables tables =
        components::build_components(std::move(model.tokenizer));
    model.spec.precision = precision;
    PackedTensors packed(model.spec, model.tensors, stop);
    ModelView view{&model.spec, tables.vocabulary.view(), &packed.tensors(), tables.view(),
                   &model.card};
    Digest digest = fingerprint(view, stage(progress, "hashing"), stop);
    Written written = write_packed(path, view, digest, replace, stage(progress, "writing"), stop);
    // What was written is read back whole: a disk that lies is found now, not by a user.
    PackedFile file(path, Owner::kAny);
    file.verify(stage(progress, "verifying"), stop);
    return {written,
            digest,
            std::move(model.spec),
            std::move(model.card),
            file.bytes(),
            std::move(model.notes)};
}

} // namespace sbert::encoder
