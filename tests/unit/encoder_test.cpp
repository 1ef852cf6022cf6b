// The encoder as a whole, on a tiny model: independence of neighbours, limits, interrupts, tokens.
#include <cmath>
#include <csignal>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include "encoder/encoder.h"
#include "encoder/import/import.h"
#include "encoder/kernels/rows.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

class EncoderTest : public ::testing::Test {
  protected:
    EncoderTest()
    {
        tests::write_tiny_model(dir / "model");
        import_directory(dir / "model", dir / "tiny.sbert", Overwrite::kRefuse);
        encoder = Encoder::open(dir / "tiny.sbert", Owner::kAny);
    }

    std::vector<float> encode(const std::vector<std::string> &texts)
    {
        const std::vector<std::string_view> views(texts.begin(), texts.end());
        std::vector<float> out(texts.size() * encoder->dimensions());
        info.resize(texts.size());
        encoder->encode(views, {}, {}, out.data(), encoder->dimensions(), info);
        return out;
    }

    // Texts of 0 to 30 known and unknown words.
    static std::vector<std::string> some_texts(size_t n)
    {
        std::mt19937 random(7);
        std::vector<std::string> texts(n);
        for (std::string &text : texts)
            for (size_t words = random() % 31; words > 0; words--)
                text += random() % 3 ? "cat " : "unknown ";
        return texts;
    }

    tests::TempDir dir;
    std::unique_ptr<Encoder> encoder;
    std::vector<TextInfo> info;
};

TEST_F(EncoderTest, ATextsBitsDoNotDependOnItsNeighbours)
{
    const std::vector<std::string> texts = some_texts(600); // several passes
    const std::vector<float> together = encode(texts);
    const size_t D = encoder->dimensions();
    for (size_t i = 0; i < texts.size(); i++) {
        const std::vector<float> alone = encode({texts[i]});
        ASSERT_EQ(std::memcmp(alone.data(), &together[i * D], D * sizeof(float)), 0) << texts[i];
    }
    const std::vector<std::string> reversed(texts.rbegin(), texts.rend());
    const std::vector<float> backwards = encode(reversed);
    for (size_t i = 0; i < texts.size(); i++)
        ASSERT_EQ(std::memcmp(&backwards[(texts.size() - 1 - i) * D], &together[i * D],
                              D * sizeof(float)),
                  0);
}

TEST_F(EncoderTest, MemoryBoundsThePassesAndChangesNoBit)
{
    const std::vector<std::string> texts = some_texts(600);
    const std::vector<float> expected = encode(texts);
    const size_t held = encoder->scratch_bytes(), usual = encoder->pass_tokens();
    EXPECT_LE(held, kDefaultMemory);
    for (const size_t memory : {size_t{0}, held / 4, held / 2, 2 * kDefaultMemory}) {
        encoder->set_memory(memory);
        EXPECT_LE(encoder->scratch_bytes(), memory); // what exceeds it is given back
        EXPECT_EQ(encode(texts), expected) << memory;
    }
    encoder->set_memory(kDefaultMemory);
    EXPECT_EQ(encoder->pass_tokens(), usual);
}

TEST_F(EncoderTest, APassStaysWithinItsMemory)
{
    // Room for the blocks and a few hundred tokens.
    size_t memory = kDefaultMemory;
    while (encoder->pass_tokens() > 300)
        encoder->set_memory(memory -= 1024);
    const std::vector<float> expected = encode(some_texts(600));
    EXPECT_LE(encoder->scratch_bytes(), memory);
    EXPECT_GT(encoder->scratch_bytes(), memory / 2);
}

TEST_F(EncoderTest, TwoEncodersOfOneFileAgree)
{
    const auto other = Encoder::open(dir / "tiny.sbert", Owner::kAny);
    const std::vector<float> ours = encode({"cat unknown cat"});
    std::vector<float> theirs(other->dimensions());
    const std::string_view text = "cat unknown cat";
    TextInfo told;
    other->encode({&text, 1}, {}, {}, theirs.data(), theirs.size(), {&told, 1});
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(encoder->fingerprint(), other->fingerprint());
}

TEST_F(EncoderTest, NoTextsGiveNothing) { EXPECT_TRUE(encode({}).empty()); }

TEST_F(EncoderTest, TellsTokensAndTruncation)
{
    std::string longer;
    for (int i = 0; i < encoder->spec().max_tokens; i++)
        longer += "cat ";
    encode({"", "cat", longer});
    EXPECT_EQ(info[0].tokens, 2u);
    EXPECT_FALSE(info[0].truncated);
    EXPECT_EQ(info[1].tokens, 3u);
    EXPECT_EQ(info[2].tokens, static_cast<uint32_t>(encoder->spec().max_tokens));
    EXPECT_TRUE(info[2].truncated);
}

TEST_F(EncoderTest, CountsTokensBeyondTheLimit)
{
    const size_t added = encoder->count_tokens("", {}, {});
    EXPECT_EQ(encoder->count_tokens("cat cat", {}, {}), added + 2);
    EXPECT_EQ(encoder->count_tokens("cat", "cat cat ", {}), added + 3);
    std::string text;
    for (int i = 0; i < 1000; i++)
        text += "cat ";
    EXPECT_EQ(encoder->count_tokens(text, {}, {}), added + 1000);

    Encoding whole;
    encoder->tokenize_whole(text, {}, whole);
    ASSERT_EQ(whole.tokens.size(), 1000U);
    EXPECT_FALSE(whole.truncated);
    EXPECT_EQ(whole.tokens.front().begin, 0U);
    EXPECT_EQ(whole.tokens.back().end, text.size() - 1);
}

TEST_F(EncoderTest, PoolingIsTheMeanOfTheTokens)
{
    Encoding tokens;
    std::vector<float> rows;
    encoder->encode_tokens("cat unknown", {}, {}, tokens, rows);
    const size_t C = encoder->token_width(), T = tokens.tokens.size();
    ASSERT_EQ(rows.size(), T * C);
    std::vector<float> mean(C);
    for (size_t t = 0; t < T; t++)
        kernels::add_scaled_reference(mean.data(), &rows[t * C], 1.0f / static_cast<float>(T), C);
    double squares = 0;
    for (const float v : mean)
        squares += v * v;
    const std::vector<float> vector = encode({"cat unknown"});
    for (size_t j = 0; j < C; j++)
        EXPECT_NEAR(vector[j], mean[j] / std::sqrt(squares), 1e-6);
}

TEST_F(EncoderTest, InvalidTextIsNamedAndTheNextCallIsUnharmed)
{
    const std::vector<float> before = encode({"cat"});
    try {
        encode({"cat", "a\xff"});
        FAIL() << "accepted";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kInvalidText);
    }
    EXPECT_EQ(encode({"cat"}), before);
}

TEST_F(EncoderTest, StopsAtEitherFlag)
{
    volatile sig_atomic_t raised = 1, lowered = 0;
    const std::string_view text = "cat";
    std::vector<float> out(encoder->dimensions());
    TextInfo told;
    for (const StopFlag &stop : {StopFlag(&raised, &lowered), StopFlag(&lowered, &raised)}) {
        try {
            encoder->encode({&text, 1}, {}, stop, out.data(), out.size(), {&told, 1});
            FAIL() << "went on";
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
        }
    }
    encoder->encode({&text, 1}, {}, StopFlag(&lowered, &lowered), out.data(), out.size(),
                    {&told, 1});
    EXPECT_EQ(out, encode({"cat"}));
}

TEST_F(EncoderTest, PausesBetweenPassesAndGoesOn)
{
    volatile sig_atomic_t raised = 1;
    encoder->set_memory(0); // a pass for each text
    const std::vector<std::string> texts = some_texts(200);
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    const std::vector<float> expected = encode(texts);
    const size_t D = encoder->dimensions(), stride = D + 2;
    std::vector<float> out(texts.size() * stride);
    size_t calls = 0;
    for (size_t done = 0; done < texts.size(); calls++) {
        const size_t more =
            encoder->encode(std::span(views).subspan(done), {}, StopFlag(nullptr, nullptr, &raised),
                            &out[done * stride], stride, std::span(info).subspan(done));
        ASSERT_GT(more, 0u);
        done += more;
    }
    EXPECT_GT(calls, 2u);
    for (size_t i = 0; i < texts.size(); i++)
        ASSERT_EQ(std::memcmp(&out[i * stride], &expected[i * D], D * sizeof(float)), 0);
}

TEST_F(EncoderTest, RefusesAFileThatWasWrittenInPlace)
{
    encode({"cat"});
    ASSERT_EQ(truncate((dir / "tiny.sbert").c_str(), 100), 0);
    try {
        encode({"cat"});
        FAIL() << "read beyond the end of a file";
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
        // Any user sees the message; the file's place is for the log.
        EXPECT_EQ(std::string(error.what()), "the file of model \"tiny\" was written in place");
        EXPECT_EQ(error.log(), "The file is \"" + (dir / "tiny.sbert") + "\".");
    }
}

TEST_F(EncoderTest, GivesBackWhatACallTookBeyondWhatIsKept)
{
    encoder->set_memory(64 * kDefaultMemory);
    const std::vector<std::string> texts = some_texts(60'000);
    encode(texts);
    EXPECT_LE(encoder->scratch_bytes(), kKeptMemory);
    // ... also where the call ended by an error.
    std::vector<std::string> broken = texts;
    broken.back() = "\xff";
    EXPECT_THROW(encode(broken), Error);
    EXPECT_LE(encoder->scratch_bytes(), kKeptMemory);
    encode({"cat"});
    EXPECT_GT(encoder->scratch_bytes(), 0u);
    encoder->release();
    EXPECT_EQ(encoder->scratch_bytes(), 0u);
}

} // namespace
} // namespace sbert::encoder
