// Two tiny tokenizers of components, as tokenizer.json: with merges, and with pieces and a
// charsmap.
#pragma once

#include <string>

namespace sbert::tests {

inline const std::string kMerges = R"({"added_tokens":[{"id":0,"content":"<s>","special":true}],
"pre_tokenizer":{"type":"Split","pattern":{"Regex":"a+"},"behavior":"Isolated","invert":false},
"post_processor":{"type":"RobertaProcessing","cls":["<s>",0],"sep":["<s>",0],"trim_offsets":true,
"add_prefix_space":true},
"model":{"type":"BPE","vocab":{"<s>":0,"a":1,"b":2,"ab":3,"aba":4},"merges":["a b","ab a"],
"unk_token":"<s>","byte_fallback":true}})";
// The charsmap's trie is 256 empty units.
inline const std::string kPieces = R"({"normalizer":{"type":"Sequence","normalizers":[
{"type":"Precompiled","precompiled_charsmap":"AAQA)" +
                                   std::string(4 * 341, 'A') +
                                   R"(AAB4AA=="},{"type":"Replace",
"pattern":{"String":"x"},"content":"a"}]},"pre_tokenizer":{"type":"Metaspace","replacement":"_"},
"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["_",-1],["a",-2],["_a",-3]]}})";

} // namespace sbert::tests
