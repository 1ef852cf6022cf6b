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
                              Overwrite replace, Precision precision, HeadChoice head,
                              const ImportProgress &progress, StopFlag stop)
{
    DirectoryModel model = read_directory(directory, head);
    const TokenizerTables tables = build_tables(std::move(model.tokenizer));
    model.spec.precision = precision;
    PackedTensors packed(model.spec, model.tensors, stop);
    ModelView view{&model.spec, tables.view(), &packed.tensors(), &model.card};
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
