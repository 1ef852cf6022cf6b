// sbert.tag() and sbert.entities() by a tagger.
#include <algorithm>

#include "extension/boundary.h"
#include "extension/taggers/query.h"
#include "extension/taggers/use.h"

#include "extension/functions/characters.h"
#include "extension/functions/input.h"
#include "extension/functions/set.h"

namespace sbert {

SBERT_FUNCTION(sbert_tag_tagger)
{
    const TaggerUse use = tagger_use(fcinfo, 1, 2);
    char **words;
    const int n = tokens_of_array(PG_GETARG_DATUM(0), 0, &words);
    tagging::Tagger *tagger = use.tagger->tagger;
    auto *best = static_cast<uint16 *>(palloc(sizeof(uint16) * (static_cast<Size>(n) + 1)));
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] {
        const std::vector<std::string_view> views(words, words + n);
        const tagging::WordsInContext sentence = {{}, views, {}};
        std::vector<uint16_t> tags;
        tagger->tag(*use.model->encoder, {&sentence, 1}, stop, tags);
        std::copy(tags.begin(), tags.end(), best);
    });
    PG_RETURN_DATUM(tags_datum(use.tagger, best, n));
}

SBERT_FUNCTION(sbert_entities_tagger)
{
    ReturnSetInfo *set = set_start(fcinfo);
    const TaggerUse use = tagger_use(fcinfo, 1, 2);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    tagging::Tagger *tagger = use.tagger->tagger;
    const encoder::StopFlag begun = stop_flag();
    run_cpp([&] { tagger->begin(input, begun); });
    for (bool more = true; more;) {
        const encoder::StopFlag stop = stop_flag();
        run_cpp([&] { more = tagger->find(*use.model->encoder, stop); });
        CHECK_FOR_INTERRUPTS();
    }
    CharacterPlaces place{input};
    for (const tagging::FoundEntity &entity : tagger->found()) {
        CHECK_FOR_INTERRUPTS();
        Datum values[5];
        bool nulls[5] = {};
        values[0] = PointerGetDatum(use.tagger->labels[entity.type]);
        values[1] =
            PointerGetDatum(text_of_utf8(input.substr(entity.begin, entity.end - entity.begin)));
        values[2] = Int32GetDatum(place.move(entity.begin) + 1);
        values[3] = Int32GetDatum(place.move(entity.end));
        values[4] = Float4GetDatum(static_cast<float4>(entity.score));
        set_put(set, values, nulls);
    }
    return Datum{0};
}

} // namespace sbert
