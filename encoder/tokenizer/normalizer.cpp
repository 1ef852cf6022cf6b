// The four steps of the BertNormalizer, one character at a time; only a run of combining marks
// needs more than one (mark_run.h). Reproduced as the library has it: lower-casing knows no context
// (final sigma stays a sigma) and follows the decomposition; the marks that are stripped are those
// of the library's older Unicode version.
#include "encoder/tokenizer/normalizer.h"

#include "encoder/tokenizer/mark_run.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

constexpr size_t kBatch = 64; // characters handed on at a time

constexpr uint32_t kSyllableBase =
    0xAC00; // the names and the arithmetic of the Unicode Standard, section 3.12
constexpr uint32_t kLeadBase = 0x1100;
constexpr uint32_t kVowelBase = 0x1161;
constexpr uint32_t kTailBase = 0x11A7;
constexpr uint32_t kTails = 28;
constexpr uint32_t kVowelsTimesTails = 21 * kTails;

} // namespace

// The character that is being normalised: after clean_text, before the rest.
struct Normalizer::Source {
    uint32_t code;
    const CharProperties *properties;
    uint32_t begin;
    uint32_t end;
};

Normalizer::Normalizer(const TokenizerSpec &spec, size_t kept_marks)
    : clean_text_(spec.clean_text), handle_chinese_chars_(spec.handle_chinese_chars),
      strip_accents_(spec.strip_accents), lowercase_(spec.lowercase), kept_marks_(kept_marks)
{
}

size_t Normalizer::read(ChunkReader &reader, size_t at, std::vector<NormalChar> &out) const
{
    const size_t before = out.size();
    do {
        at = read_char(reader, at, out);
    } while (out.size() - before < kBatch && !reader.at_end(at) && (reader.text()[at] & 0x80) != 0);
    return at;
}

size_t Normalizer::read_char(ChunkReader &reader, size_t at, std::vector<NormalChar> &out) const
{
    const Decoded decoded = utf8_decode_checked(reader.text(), at);
    const size_t end = at + decoded.length;
    Source source = {decoded.code, &char_properties(decoded.code), static_cast<uint32_t>(at),
                     static_cast<uint32_t>(end)};
    if (clean_text_ && (source.properties->flags & kRemoved) != 0)
        return end;
    if (clean_text_ && (source.properties->flags & kSpaced) != 0) {
        out.push_back({' ', source.begin, source.end});
        return end;
    }
    const bool surround = handle_chinese_chars_ && (source.properties->flags & kChinese) != 0;
    if (surround)
        out.push_back({' ', source.begin, source.end});
    size_t next = end;
    if (strip_accents_)
        next = decompose(reader, source, out);
    else
        emit(source.code, *source.properties, source, out);
    if (surround)
        out.push_back({' ', source.begin, source.end});
    return next;
}

// strip_accents: canonical decomposition without the marks. Returns where to go on.
size_t Normalizer::decompose(ChunkReader &reader, const Source &source,
                             std::vector<NormalChar> &out) const
{
    if ((source.properties->flags & kHangul) != 0) {
        const uint32_t index = source.code - kSyllableBase;
        out.push_back({kLeadBase + index / kVowelsTimesTails, source.begin, source.end});
        out.push_back({kVowelBase + index % kVowelsTimesTails / kTails, source.begin, source.end});
        if (index % kTails != 0)
            out.push_back({kTailBase + index % kTails, source.begin, source.end});
        return source.end;
    }
    const uint32_t *parts = &source.code;
    uint32_t count = 1;
    if (source.properties->decomposition != 0) {
        count = kDecompositions[source.properties->decomposition];
        parts = kDecompositions + source.properties->decomposition + 1;
    }
    uint32_t starters = 0;
    for (; starters < count; ++starters) {
        const CharProperties &properties = char_properties(parts[starters]);
        if (properties.combining != 0)
            break;
        if ((properties.flags & kMark) == 0)
            emit(parts[starters], properties, source, out);
    }
    if (starters == count)
        return source.end;

    MarkRun run = {source.end,   parts + starters, count - starters,
                   source.begin, source.end,       clean_text_};
    if (starters == 0) { // the run begins with this character, which the walk reads again
        run.at = source.begin;
        run.part_count = 0;
    }
    return read_mark_run(reader, run, kept_marks_, out); // no combining mark has a lower case
}

// Appends the character, lower-cased when that is asked for.
void Normalizer::emit(uint32_t code, const CharProperties &properties, const Source &source,
                      std::vector<NormalChar> &out) const
{
    if (!lowercase_ || properties.lower == 0) {
        out.push_back({code, source.begin, source.end});
        return;
    }
    if (properties.lower != kLowerSpecial) {
        const uint32_t lower = code + static_cast<uint32_t>(properties.lower);
        out.push_back({lower, source.begin, source.end});
        return;
    }
    for (size_t i = 0; i < kSpecialLowerCount; ++i) {
        if (kSpecialLower[i].from == code) {
            out.push_back({kSpecialLower[i].to[0], source.begin, source.end});
            out.push_back({kSpecialLower[i].to[1], source.begin, source.end});
        }
    }
}

} // namespace sbert::encoder
