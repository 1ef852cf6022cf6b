// A model directory as sentence-transformers saves it, read and checked: what the importer packs.
//
// Reads every file that can change a result, and refuses what it does not understand rather than
// guess. Runs nothing: pickles and Python modules are errors.
// https://sbert.net/docs/sentence_transformer/usage/custom_models.html
#pragma once

#include <string>
#include <vector>

#include "encoder/import/families/head.h"
#include "encoder/import/weights.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

struct DirectoryModel {
    ModelSpec spec;              // has passed check_spec()
    ModelCard card;              // of README.md
    TokenizerSource tokenizer;   // tokens by id; merges and scores where it has them
    std::vector<Tensor> tensors; // exactly published_tensors(spec); memory owned by `weights`
    Weights weights;
    std::vector<std::string>
        notes; // what the caller should know, one sentence each without a final period
};

// What becomes of a directory's head: the one that its files name, none (the model gives vectors),
// or SPLADE of a masked LM.
enum class HeadChoice { kPublished, kNone, kSplade };

// `directory` is the folder that holds modules.json or, for a plain transformer, config.json.
// Throws Error: kModelInvalid, kModelUnsupported (also for a head that is none of ours),
// kModelNotFound (no such directory), kIo; std::bad_alloc.
DirectoryModel read_directory(const std::string &directory,
                              HeadChoice head = HeadChoice::kPublished);

// A part of it: the transformer.
// Reads `folder`/config.json as the family of its model_type does (families/family.h), and adds the
// transformer's tensors to `weights`; and those of the head of `kind`, which `head` takes. Throws
// Error: kModelInvalid, kModelUnsupported, kIo; std::bad_alloc. What it gives has not passed
// check_spec().
TransformerSpec read_transformer_files(const std::string &folder, Weights &weights,
                                       HeadKind kind = HeadKind::kNone,
                                       PublishedHead *head = nullptr);

} // namespace sbert::encoder
