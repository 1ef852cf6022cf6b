// Oniguruma behind a door: see regex.h.
#include "encoder/text/components/regex.h"

#include <algorithm>
#include <mutex>
#include <new>

#include <oniguruma.h>

#include "encoder/error.h"
#include "encoder/text/components/component_tables.h"
#include "encoder/text/utf8.h"

namespace sbert::encoder::components {

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
    onig_set_retry_limit_in_match_of_match_param(compiled_->param.get(), kMaxRetries);
    onig_set_retry_limit_in_search_of_match_param(compiled_->param.get(), kMaxRetries);
    onig_set_match_stack_limit_size_of_match_param(compiled_->param.get(), kMaxStack);
}

Regex::~Regex() = default;
Regex::Regex(Regex &&) noexcept = default;
Regex &Regex::operator=(Regex &&) noexcept = default;

bool Regex::search(std::string_view text, size_t from, StopFlag stop, Match &match) const
{
    constexpr size_t kPart = 64 * 1024; // bytes in which a match may begin, at a time
    const OnigUChar *begin = bytes(text.data());
    const OnigUChar *end = begin + text.size();
    unsigned long spent = 0;
    for (size_t part = kPart;;) {
        stop.check();
        const OnigUChar *range = begin + std::min(from + part, text.size());
        if (range != end) // a match begins at a character
            range = onigenc_get_left_adjust_char_head(ONIG_ENCODING_UTF8, begin, range);
        const int found = onig_search_with_param(compiled_->regex, begin, end, begin + from, range,
                                                 compiled_->region.get(), ONIG_OPTION_NONE,
                                                 compiled_->param.get());
        if (found >= 0)
            break;
        if (found == ONIG_MISMATCH) {
            if (range == end)
                return false;
            from = static_cast<size_t>(range - begin);
            continue;
        }
        if (found == ONIGERR_MEMORY)
            throw std::bad_alloc();
        spent += kMaxRetries;
        constexpr size_t kLeast = 8; // bytes: more than a character
        if (found != ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER || part <= kLeast ||
            spent >= kMaxSearchRetries)
            throw Error(ErrorCode::kLimit, "a regular expression of the tokenizer gave up: " +
                                               message_of(found, nullptr));
        part /= 2;
    }
    match.begin = static_cast<size_t>(compiled_->region->beg[0]);
    match.end = static_cast<size_t>(compiled_->region->end[0]);
    return true;
}

void haystack(const Char *chars, size_t count, std::string &out)
{
    out.clear();
    for (size_t i = 0; i < count; ++i) {
        uint32_t code = chars[i].code;
        if (code >= kStandIns[0].first) {
            const StandIn *end = kStandIns + kStandInCount;
            const StandIn *found = std::lower_bound(
                kStandIns, end, code, [](const StandIn &s, uint32_t c) { return s.last < c; });
            if (found != end && found->first <= code)
                code = found->code;
        }
        utf8_append(code, out);
    }
}

} // namespace sbert::encoder::components
