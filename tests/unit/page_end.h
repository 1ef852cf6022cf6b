// A row that ends where memory ends: reading one byte more is a segmentation fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sbert::test {

template <class Element>
class PageEnd {
  public:
    // A copy of `row`, as long as this object lives.
    explicit PageEnd(std::span<const Element> row)
        : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))), pages_(row.size_bytes() / page_ + 1)
    {
        void *memory = mmap(nullptr, (pages_ + 1) * page_, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        EXPECT_NE(memory, MAP_FAILED);
        begin_ = static_cast<uint8_t *>(memory);
        uint8_t *end = begin_ + pages_ * page_;
        EXPECT_EQ(mprotect(end, page_, PROT_NONE), 0);
        data_ = reinterpret_cast<Element *>(end - row.size_bytes());
        if (!row.empty())
            std::memcpy(data_, row.data(), row.size_bytes());
    }
    ~PageEnd() { munmap(begin_, (pages_ + 1) * page_); }
    PageEnd(const PageEnd &) = delete;
    PageEnd &operator=(const PageEnd &) = delete;

    Element *data() const { return data_; }

  private:
    size_t page_, pages_;
    uint8_t *begin_;
    Element *data_;
};

} // namespace sbert::test
