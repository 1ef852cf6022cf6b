#include "encoder/tokenizer/regex.h"

#include <algorithm>
#include <mutex>
#include <new>

#include <oniguruma.h>

#include "encoder/error.h"
#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

const OnigUChar *bytes(const char *text) { return reinterpret_cast<const OnigUChar *>(text); }

std::string message_of(int code, OnigErrorInfo *info)
{
    OnigUChar buffer[ONIG_MAX_ERROR_MESSAGE_LEN] = {};
    const int length = onig_error_code_to_str(buffer, code, info);
    return {reinterpret_cast<const char *>(buffer), static_cast<size_t>(std::max(length, 0))};
}

// One at a time: the compiler of patterns has state of its own.
std::mutex &compiler()
{
    static std::mutex mutex;
    return mutex;
}

void initialize()
{
    static const int done = [] {
        OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
        return onig_initialize(encodings, 1);
    }();
    if (done != ONIG_NORMAL)
        throw std::bad_alloc();
}

// Of one place. A way may lead over the whole text, so that the time is the product of the two.
unsigned long max_retries(size_t text_bytes)
{
    return std::min<unsigned long>(Regex::kMaxRetries, 100'000 + 16 * text_bytes);
}

[[noreturn]] void give_up(int code)
{
    if (code == ONIGERR_MEMORY)
        throw std::bad_alloc();
    throw Error(ErrorCode::kLimit,
                "a regular expression of the tokenizer gave up: " + message_of(code, nullptr));
}

struct FreeRegion {
    void operator()(OnigRegion *region) const { onig_region_free(region, 1); }
};
struct FreeParam {
    void operator()(OnigMatchParam *param) const { onig_free_match_param(param); }
};

} // namespace

struct Regex::Compiled {
    ~Compiled() { onig_free(regex); }
    regex_t *regex = nullptr;
    std::unique_ptr<OnigRegion, FreeRegion> region;
    std::unique_ptr<OnigMatchParam, FreeParam> param;
};

Regex::Regex(std::string_view pattern) : compiled_(std::make_unique<Compiled>())
{
    if (pattern.size() > kMaxPattern)
        throw Error(ErrorCode::kModelInvalid,
                    "a regular expression of " + std::to_string(pattern.size()) + " bytes");
    const std::lock_guard lock(compiler());
    initialize();
    OnigErrorInfo info = {};
    const int code =
        onig_new(&compiled_->regex, bytes(pattern.data()), bytes(pattern.data() + pattern.size()),
                 ONIG_OPTION_NONE, ONIG_ENCODING_UTF8, ONIG_SYNTAX_ONIGURUMA, &info);
    if (code == ONIGERR_MEMORY)
        throw std::bad_alloc();
    if (code != ONIG_NORMAL) {
        compiled_->regex = nullptr;
        throw Error(ErrorCode::kModelInvalid,
                    "invalid regular expression: " + message_of(code, &info));
    }
    compiled_->region.reset(onig_region_new());
    compiled_->param.reset(onig_new_match_param());
    if (!compiled_->region || !compiled_->param)
        throw std::bad_alloc();
    onig_initialize_match_param(compiled_->param.get());
    onig_set_match_stack_limit_size_of_match_param(compiled_->param.get(), kMaxStack);
}

Regex::~Regex() = default;
Regex::Regex(Regex &&) noexcept = default;
Regex &Regex::operator=(Regex &&) noexcept = default;

bool Regex::search(std::string_view text, size_t from, StopFlag stop, Match &match) const
{
    stop.check();
    onig_set_retry_limit_in_match_of_match_param(compiled_->param.get(), max_retries(text.size()));
    constexpr unsigned long kQuick = 20'000; // some 20 ms, then place by place
    onig_set_retry_limit_in_search_of_match_param(compiled_->param.get(), kQuick);
    const OnigUChar *begin = bytes(text.data());
    const OnigUChar *end = begin + text.size();
    const int found =
        onig_search_with_param(compiled_->regex, begin, end, begin + from, end,
                               compiled_->region.get(), ONIG_OPTION_NONE, compiled_->param.get());
    if (found == ONIG_MISMATCH)
        return false;
    if (found == ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER)
        return search_slowly(text, from, stop, match);
    if (found < 0)
        give_up(found);
    match.begin = static_cast<size_t>(compiled_->region->beg[0]);
    match.end = static_cast<size_t>(compiled_->region->end[0]);
    return true;
}

// Oniguruma does not tell how many ways it has tried at a place: the next of these limits counts.
bool Regex::search_slowly(std::string_view text, size_t from, StopFlag stop, Match &match) const
{
    const unsigned long limits[] = {64, 4096, max_retries(text.size())};
    const OnigUChar *begin = bytes(text.data());
    OnigMatchParam *param = compiled_->param.get();
    unsigned long spent = 0;
    int found = ONIG_MISMATCH;
    for (; from <= text.size() && found == ONIG_MISMATCH; ++from) {
        if (from < text.size() && !utf8_is_start(text[from]))
            continue;
        for (const unsigned long limit : limits) {
            stop.check();
            onig_set_retry_limit_in_match_of_match_param(param, limit);
            found =
                onig_match_with_param(compiled_->regex, begin, begin + text.size(), begin + from,
                                      compiled_->region.get(), ONIG_OPTION_NONE, param);
            spent += limit;
            if (found != ONIGERR_RETRY_LIMIT_IN_MATCH_OVER || spent > kMaxSearchRetries)
                break;
        }
        if (found == ONIG_MISMATCH && spent > kMaxSearchRetries)
            found = ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER;
    }
    if (found == ONIG_MISMATCH)
        return false;
    if (found < 0)
        give_up(found);
    match.begin = from - 1;
    match.end = match.begin + static_cast<size_t>(found);
    return true;
}

void haystack(const Char *chars, size_t count, std::string &out)
{
    out.clear();
    for (size_t i = 0; i < count; ++i)
        utf8_append(regex_stand_in(chars[i].code), out);
}

} // namespace sbert::encoder
