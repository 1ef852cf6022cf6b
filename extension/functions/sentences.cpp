// sbert.sentences() finds the sentences of a text by ICU.
#include "extension/chunks/sentence_reader.h"

#include "extension/adopt.h"
#include "extension/functions/locale.h"
#include "extension/functions/stretch.h"

namespace sbert {

namespace {

struct Reading {
    Reading(const char *locale, std::string_view text)
        : breaks(locale), reader(breaks, text, stop_flag())
    {
    }
    Breaks breaks;
    SentenceReader reader;
};

// Moves on to the next sentence. Returns false at the end of the text.
bool read(Reading *reading, Sentence &sentence)
{
    bool found = false;
    run_cpp([&] {
        found = reading->reader.peek(sentence);
        if (found)
            reading->reader.move(sentence);
    });
    return found;
}

} // namespace

// Returns (n, body, start_char, end_char).
SBERT_FUNCTION(sbert_sentences)
{
    const char *locale = locale_arg(fcinfo, 1);
    ReturnSetInfo *set = set_start(fcinfo);
    if (PG_ARGISNULL(0))
        return (Datum)0;
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    MemoryContext own =
        AllocSetContextCreate(CurrentMemoryContext, "sbert sentences", ALLOCSET_SMALL_SIZES);
    Reading *reading = adopt<Reading>(own, [&] { return new Reading(locale, input); });
    StretchRows rows(set, input);
    for (Sentence sentence; read(reading, sentence);) {
        rows.put(sentence.begin, sentence.end);
        CHECK_FOR_INTERRUPTS();
    }
    MemoryContextDelete(own);
    return (Datum)0;
}

} // namespace sbert
