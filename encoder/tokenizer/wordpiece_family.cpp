// BERT's family as components: see wordpiece_family.h.
#include "encoder/tokenizer/wordpiece_family.h"

namespace sbert::encoder {

using namespace components;

ComponentsSpec to_components(const TokenizerSpec &spec)
{
    ComponentsSpec made;
    made.normalizers = {BertNormalizer{spec.clean_text, spec.handle_chinese_chars,
                                       spec.strip_accents, spec.lowercase}};
    made.pre_tokenizers = {BertPreTokenizer{}};
    made.model = WordPieceModel{
        {true, spec.unk_id}, spec.continuing_subword_prefix, spec.max_input_chars_per_word};
    for (const int32_t id : spec.prefix_ids)
        made.post_processing.prefix.push_back({id, 0});
    for (const int32_t id : spec.suffix_ids)
        made.post_processing.suffix.push_back({id, 0});
    made.added_tokens = spec.added_tokens;
    return made;
}

} // namespace sbert::encoder
