// What hostile files of a model directory cost in memory: no more than a small multiple of their
// size, so that an import ends with a message and not with the machine's memory.
#include <functional>
#include <new>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/safetensors.h"
#include "encoder/model/json.h"

namespace sbert::encoder {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SBERT_HAS_ASAN // it reserves more than any limit allows
#endif
#endif

size_t address_space()
{
    FILE *file = std::fopen("/proc/self/statm", "r");
    size_t pages = 0;
    if (file == nullptr || std::fscanf(file, "%zu", &pages) != 1)
        ADD_FAILURE() << "no /proc/self/statm";
    if (file != nullptr)
        std::fclose(file);
    return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// Whether the work ends, with or without an Error, in a process that may take `bytes` more.
bool fits(size_t bytes, const std::function<void()> &work)
{
    const size_t limit = address_space() + bytes;
    const pid_t child = fork();
    if (child == 0) {
        const rlimit most = {limit, limit};
        setrlimit(RLIMIT_AS, &most);
        try {
            work();
        } catch (const Error &) {
        } catch (const std::bad_alloc &) {
            _exit(1);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string repeated(const std::string &open, const std::string &item, const std::string &close,
                     size_t bytes)
{
    std::string text = open;
    while (text.size() < bytes)
        text += item + ",";
    return text + item + close;
}

TEST(ModelMemory, AFileOfManyValuesTakesASmallMultipleOfItsSize)
{
#ifdef SBERT_HAS_ASAN
    GTEST_SKIP() << "address space is the sanitizer's";
#endif
    constexpr size_t kBytes = 5'000'000;
    std::string members = "{";
    for (size_t i = 0; members.size() < kBytes; ++i)
        members += "\"" + std::to_string(i) + "\":0,";
    for (const std::string &text :
         {repeated("[", "0", "]", kBytes), repeated("[", "\"a\"", "]", kBytes),
          repeated("[", "{}", "]", kBytes), repeated("[", "[0]", "]", kBytes),
          repeated("[", "{\"a\":0}", "]", kBytes), members + "\"a\":0}"})
        EXPECT_TRUE(fits(40 * text.size(), [&] { JsonDocument(text, "f.json", text.size()); }))
            << text.substr(0, 20);
}

TEST(ModelMemory, AHeaderOfTooManyTensorsIsRefusedForASmallMultipleOfItsSize)
{
#ifdef SBERT_HAS_ASAN
    GTEST_SKIP() << "address space is the sanitizer's";
#endif
    std::string header = "{";
    for (int i = 0; i < 200'000; ++i)
        header += (i ? ",\"" : "\"") + std::to_string(i) +
                  R"(":{"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
    header += "}";
    const uint64_t length = header.size();
    const std::string file = std::string(reinterpret_cast<const char *>(&length), 8) + header;
    const auto parse = [&] {
        return parse_safetensors({reinterpret_cast<const std::byte *>(file.data()), file.size()},
                                 "w.safetensors");
    };
    try {
        parse();
        FAIL() << "no limit";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
        EXPECT_NE(std::string(error.what()).find("200000 tensors"), std::string::npos)
            << error.what();
    }
    EXPECT_TRUE(fits(16 * file.size(), parse));
}

} // namespace
} // namespace sbert::encoder
