// The rules that look further back than one character (GB9c, GB11, GB12) never look past the
// beginning of the cluster, so its own characters are all the context that is kept.
#include "encoder/tokenizer/graphemes.h"

#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

namespace {

using Class = GraphemeClass;

class Cluster {
  public:
    explicit Cluster(uint32_t first) { take(first); }

    // Whether the next character belongs to the cluster; if so, it is taken into it.
    bool extend(uint32_t code)
    {
        if (!joins(code, char_properties(code).grapheme))
            return false;
        take(code);
        return true;
    }

  private:
    bool joins(uint32_t code, Class next) const
    {
        if (code_ == '\r' && code == '\n')
            return true; // GB3
        if (class_ == Class::kControl || next == Class::kControl)
            return false; // GB4, GB5
        if (joins_hangul(next))
            return true;
        if (next == Class::kExtend || next == Class::kJoiner || next == Class::kSpacing ||
            class_ == Class::kPrepend)
            return true; // GB9, GB9a, GB9b
        if (next == Class::kConsonant)
            return consonant_ && linked_; // GB9c
        if (next == Class::kPictograph)
            return class_ == Class::kJoiner && joined_pictograph_; // GB11
        return next == Class::kRegional && class_ == Class::kRegional &&
               regionals_ % 2 == 1; // GB12, GB13
    }

    bool joins_hangul(Class next) const // GB6, GB7, GB8
    {
        switch (class_) {
        case Class::kLead:
            return next == Class::kLead || next == Class::kVowel || next == Class::kLeadVowel ||
                   next == Class::kSyllable;
        case Class::kLeadVowel:
        case Class::kVowel:
            return next == Class::kVowel || next == Class::kTail;
        case Class::kSyllable:
        case Class::kTail:
            return next == Class::kTail;
        default:
            return false;
        }
    }

    void take(uint32_t code)
    {
        const CharProperties &properties = char_properties(code);
        // A pictograph, extenders, and one joiner as the last of them.
        if (properties.grapheme == Class::kJoiner) {
            joined_pictograph_ = pictograph_;
            pictograph_ = false;
        } else {
            joined_pictograph_ = false;
            pictograph_ = properties.grapheme == Class::kPictograph ||
                          (pictograph_ && properties.grapheme == Class::kExtend);
        }
        if (properties.grapheme == Class::kConsonant) {
            consonant_ = true;
            linked_ = false;
        } else if ((properties.flags & kInCbLinker) != 0) {
            linked_ = true;
        } else if ((properties.flags & kInCbExtend) == 0) {
            consonant_ = false;
        }
        regionals_ += properties.grapheme == Class::kRegional;
        code_ = code;
        class_ = properties.grapheme;
    }

    uint32_t code_ = 0; // of the last character
    Class class_ = Class::kOther;
    bool pictograph_ = false;        // a pictograph, then only extenders
    bool joined_pictograph_ = false; // the same, then a joiner
    bool consonant_ = false;         // a consonant, then only extenders and linkers
    bool linked_ = false;            // and a linker among them
    uint32_t regionals_ = 0;
};

} // namespace

size_t grapheme_end(const Chars &text, size_t at) noexcept
{
    Cluster cluster(text[at].code);
    for (++at; at < text.size() && cluster.extend(text[at].code);)
        ++at;
    return at;
}

} // namespace sbert::encoder
