#include "extension/chunks/breaks.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/utext.h>

#include <cstring>
#include <new>
#include <utility>

#include "encoder/error.h"
#include "encoder/tokenizer/utf8.h"
#include "extension/chunks/white_space.h"

namespace sbert {

namespace {

void check(UErrorCode status, const char *what)
{
    if (U_SUCCESS(status))
        return;
    if (status == U_MEMORY_ALLOCATION_ERROR)
        throw std::bad_alloc();
    throw encoder::Error(encoder::ErrorCode::kIo,
                         std::string("ICU could not ") + what + ": " + u_errorName(status),
                         "Check that ICU's library has its data.");
}

// Lends a text to an iterator, which keeps a shallow copy of the UText.
void set_text(UBreakIterator *iterator, std::string_view text)
{
    UErrorCode status = U_ZERO_ERROR;
    UText view = UTEXT_INITIALIZER;
    utext_openUTF8(&view, text.data(), static_cast<int64_t>(text.size()), &status);
    ubrk_setUText(iterator, &view, &status);
    utext_close(&view);
    check(status, "read a text");
}

// Whether a script is written without spaces, so that lines break between its characters (UAX 14).
bool is_spaceless(uint32_t code)
{
    switch (u_getIntPropertyValue(static_cast<UChar32>(code), UCHAR_LINE_BREAK)) {
    case U_LB_IDEOGRAPHIC:
    case U_LB_COMPLEX_CONTEXT:
    case U_LB_CONDITIONAL_JAPANESE_STARTER:
    case U_LB_E_BASE:
    case U_LB_E_MODIFIER:
        return true;
    default:
        return false;
    }
}

bool is_opening(uint32_t code)
{
    const int8_t type = u_charType(static_cast<UChar32>(code));
    return type == U_START_PUNCTUATION || type == U_INITIAL_PUNCTUATION;
}

// Whether words end at `at`, where ICU's do. Punctuation stays with its word.
bool divides_words(std::string_view text, size_t at)
{
    const uint32_t before = encoder::utf8_decode_before(text, at).code;
    const uint32_t after = encoder::utf8_decode(text, at).code;
    if (is_space(before) || is_space(after))
        return is_space(before) && !is_space(after);
    if (is_opening(after))
        return is_spaceless(before);
    return (is_spaceless(before) || is_spaceless(after)) && !is_opening(before) &&
           u_ispunct(static_cast<UChar32>(after)) == 0;
}

void find_characters(std::string_view text, std::vector<uint32_t> &out)
{
    for (size_t at = 1; at < text.size(); at++)
        if (encoder::utf8_is_start(text[at]))
            out.push_back(static_cast<uint32_t>(at));
}

int type_of(Level level)
{
    if (level == Level::kSentence)
        return UBRK_SENTENCE;
    return level == Level::kGrapheme ? UBRK_CHARACTER : UBRK_WORD;
}

bool has_language(const char *language)
{
    for (int32_t i = 0; i < uloc_countAvailable(); i++) {
        char other[ULOC_LANG_CAPACITY];
        UErrorCode status = U_ZERO_ERROR;
        uloc_getLanguage(uloc_getAvailable(i), other, sizeof(other), &status);
        if (U_SUCCESS(status) && std::strcmp(language, other) == 0)
            return true;
    }
    return false;
}

} // namespace

// As the server checks the locale of an ICU collation.
bool is_known_locale(const char *locale) noexcept
{
    char tag[ULOC_FULLNAME_CAPACITY], language[ULOC_LANG_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    uloc_toLanguageTag(locale, tag, sizeof(tag), 1, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
        return false;
    uloc_getLanguage(locale, language, sizeof(language), &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
        return false;
    return language[0] == '\0' || std::strcmp(language, "und") == 0 || has_language(language);
}

void Breaks::Close::operator()(UBreakIterator *iterator) const noexcept { ubrk_close(iterator); }

Breaks::Breaks(std::string locale) : locale_(std::move(locale)) {}
Breaks::~Breaks() = default;

UBreakIterator *Breaks::iterator(int type)
{
    Iterator &kept = iterators_[static_cast<size_t>(type)];
    if (!kept) {
        UErrorCode status = U_ZERO_ERROR;
        const auto kind = static_cast<UBreakIteratorType>(type);
        kept.reset(ubrk_open(kind, locale_.c_str(), nullptr, 0, &status));
        check(status, "find the ends of sentences and words");
    }
    return kept.get();
}

void Breaks::find(Level level, std::string_view text, std::vector<uint32_t> &out)
{
    out.clear();
    if (level == Level::kCharacter)
        return find_characters(text, out);
    UBreakIterator *found = iterator(type_of(level));
    set_text(found, text);
    const auto size = static_cast<int32_t>(text.size());
    for (int32_t at = ubrk_next(found); at != UBRK_DONE && at < size; at = ubrk_next(found)) {
        if (level != Level::kWord || divides_words(text, static_cast<size_t>(at)))
            out.push_back(static_cast<uint32_t>(at));
    }
    if (level != Level::kGrapheme)
        keep_graphemes(text, out);
}

// Takes out the places within a grapheme cluster, where ICU's words and sentences may end if the
// cluster mixes scripts. Between ASCII there is none: ICU has taken CR LF together.
void Breaks::keep_graphemes(std::string_view text, std::vector<uint32_t> &places)
{
    UBreakIterator *clusters = nullptr;
    std::erase_if(places, [&](uint32_t at) {
        if (((text[at - 1] | text[at]) & 0x80) == 0)
            return false;
        if (clusters == nullptr) {
            clusters = iterator(UBRK_CHARACTER);
            set_text(clusters, text);
        }
        return ubrk_isBoundary(clusters, static_cast<int32_t>(at)) == 0;
    });
}

} // namespace sbert
