// Which functions a model is for, and what to say when it is given to another one.
#include "extension/functions/models.h"
#include "extension/types/dense.h"

namespace sbert {

namespace {

using encoder::HeadKind;
using encoder::HeadSpec;

bool gives(const Model *model, Gives wanted)
{
    const HeadSpec &head = model->encoder->spec().head;
    const bool pairs = head.kind == HeadKind::kSequence && head.pair.has_value();
    switch (wanted) {
    case Gives::kTokenIds:
        return true;
    case Gives::kVector:
        return head.kind == HeadKind::kNone;
    case Gives::kSparseVector:
        return head.kind == HeadKind::kSparse;
    case Gives::kTextLabels:
        return head.kind == HeadKind::kSequence && head.takes_text;
    case Gives::kPairLabels:
        return pairs;
    case Gives::kPairScore:
        return pairs && model->dimensions == 1;
    case Gives::kTokenLabels:
        return head.kind == HeadKind::kTokens;
    }
    return false;
}

// Everything below is for messages.

const char *what_is_wanted(Gives wanted)
{
    switch (wanted) {
    case Gives::kTokenIds:
        break;
    case Gives::kVector:
        return "dense vectors";
    case Gives::kSparseVector:
        return "sparse vectors";
    case Gives::kTextLabels:
        return "labels of texts";
    case Gives::kPairLabels:
        return "labels of pairs of texts";
    case Gives::kPairScore:
        return "one score of a pair of texts";
    case Gives::kTokenLabels:
        return "labels of tokens";
    }
    return "tokens";
}

// What the model gives, and the functions for it.
struct Purpose {
    const char *result;
    const char *functions;
};

Purpose purpose_of(const Model *model)
{
    const HeadSpec &head = model->encoder->spec().head;
    switch (head.kind) {
    case HeadKind::kNone:
        return {"dense vectors", "embed()"};
    case HeadKind::kSparse:
        return {"sparse vectors", "embed_sparse()"};
    case HeadKind::kTokens:
        return {"labels of tokens", "sbert.entities() or sbert.tag()"};
    case HeadKind::kSequence:
        break;
    }
    if (head.takes_text)
        return {"labels of texts", "sbert.predict()"};
    if (model->dimensions == 1)
        return {"one score of a pair of texts", "sbert.rerank(), sbert.rerank_score() or "
                                                "sbert.predict_pair()"};
    return {"labels of pairs of texts", "sbert.predict_pair()"};
}

[[noreturn]] void report_other(const Model *model, Gives wanted, Named named)
{
    const Purpose purpose = purpose_of(model);
    const char *first = named == Named::kByDefault
                            ? "It is sbert.default_model: name another model in the call."
                            : psprintf("Use it with %s.", purpose.functions);
    const char *last = "sbert.heads() lists the models that give more than dense vectors.";
    if (wanted == Gives::kVector)
        last = "Its vectors are there after an import by \"sbert import --head none\".";
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("model \"%s\" gives %s, not %s", model->name, purpose.result,
                           what_is_wanted(wanted)),
                    errhint("%s %s", first, last)));
    pg_unreachable();
}

// Raises an SQL error if the model's vectors have more dimensions than the type allows.
void check_width(const Model *model)
{
    if (model->dimensions > kDenseMaxDim)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("model \"%s\" has %d dimensions, a vector has at most %d",
                               model->name, model->dimensions, kDenseMaxDim)));
}

} // namespace

void check_gives(const Model *model, Gives wanted, Named named)
{
    if (!gives(model, wanted))
        report_other(model, wanted, named);
    if (wanted == Gives::kVector)
        check_width(model);
}

} // namespace sbert
