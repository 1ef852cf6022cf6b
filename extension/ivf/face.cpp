#include "extension/ivf/face.h"

namespace sbert::ivf {
namespace {

Face *faces; // of this process

} // namespace

void faces_add(Face *face)
{
    for (const Face *known = faces; known != nullptr; known = known->next)
        if (known == face)
            return;
    face->next = faces;
    faces = face;
}

double face_recall(Relation index)
{
    for (const Face *face = faces; face != nullptr; face = face->next)
        if (face->options == index->rd_indam->amoptions)
            return face->target_recall(index);
    return 0;
}

} // namespace sbert::ivf
