// A progress line on stderr.
#include "encoder/cli/progress.h"

#include <unistd.h>

#include <chrono>
#include <cinttypes>
#include <cstdio>

namespace sbert::cli {

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress()
{
    if (shown_)
        std::fputc('\n', stderr);
}

bool Progress::due()
{
    using namespace std::chrono;
    const int64_t now = duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    if (!terminal_ || now - last_milliseconds_ < 200)
        return false;
    last_milliseconds_ = now;
    return shown_ = true;
}

void Progress::show(const char *stage, uint64_t done, uint64_t total)
{
    if (due())
        std::fprintf(stderr, "\r%s %3" PRIu64 " %%   ", stage, total ? done * 100 / total : 100);
}

void Progress::count(const char *stage, uint64_t done)
{
    if (due())
        std::fprintf(stderr, "\r%s %" PRIu64 "   ", stage, done);
}

} // namespace sbert::cli
