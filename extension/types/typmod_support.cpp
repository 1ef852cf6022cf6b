// Omits the check of n in vector(n), halfvec(n) and sparsevec(n) if the value already has that n.
// (https://www.postgresql.org/docs/current/xfunc-optimization.html)
//
// ALTER TABLE ... TYPE vector(n) from pgvector's vector(n), through a cast without function, needs
// this. If there is nothing to compute, the server changes only the catalog and rewrites no row
// (docs/moving.md).
#include "extension/pg.h"

namespace sbert {
namespace {

// The n that the value is known to have, or -1. A cast without function keeps the value but not the
// n. Its source type must store n in the same way, or a superuser would not have made the cast.
int32 known_typmod(Node *value)
{
    while (IsA(value, RelabelType) && exprTypmod(value) == -1)
        value = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(value)->arg);
    return exprTypmod(value);
}

} // namespace

SBERT_FUNCTION(sbert_typmod_support)
{
    Node *request = reinterpret_cast<Node *>(PG_GETARG_POINTER(0));
    if (!IsA(request, SupportRequestSimplify))
        PG_RETURN_POINTER(nullptr);
    FuncExpr *call = reinterpret_cast<SupportRequestSimplify *>(request)->fcall;
    Node *value = static_cast<Node *>(linitial(call->args));
    Node *typmod = static_cast<Node *>(lsecond(call->args));
    if (!IsA(typmod, Const) || reinterpret_cast<Const *>(typmod)->constisnull)
        PG_RETURN_POINTER(nullptr);
    const int32 wanted = DatumGetInt32(reinterpret_cast<Const *>(typmod)->constvalue);
    if (wanted < 0 || known_typmod(value) != wanted)
        PG_RETURN_POINTER(nullptr);
    PG_RETURN_POINTER(makeRelabelType(reinterpret_cast<Expr *>(value), exprType(value), wanted,
                                      InvalidOid, COERCE_IMPLICIT_CAST));
}

} // namespace sbert
