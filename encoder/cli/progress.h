// A progress line on stderr, when that is a terminal.
#pragma once

#include <cstdint>

namespace sbert::cli {

class Progress {
  public:
    Progress();
    ~Progress(); // ends the line
    // Overwrites the line; at most a few times a second.
    void show(const char *stage, uint64_t done, uint64_t total);
    // The same where no total is known.
    void count(const char *stage, uint64_t done);

  private:
    bool due();

    bool terminal_;
    bool shown_ = false;
    int64_t last_milliseconds_ = 0;
};

} // namespace sbert::cli
