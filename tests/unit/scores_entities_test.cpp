// Entities from tags: what a reading takes for one, and what it leaves.
#include "extension/scores/entities.h"

#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sbert::scores {
namespace {

using Tags = std::vector<std::string_view>;

// As "PER 0-1, LOC 3-3".
std::string words_of(const std::vector<Entity> &entities)
{
    std::string words;
    for (const Entity &entity : entities) {
        words += words.empty() ? "" : ", ";
        words += std::string(entity.type) + " " + std::to_string(entity.begin) + "-" +
                 std::to_string(entity.end);
    }
    return words;
}

std::string lenient(const Tags &tags)
{
    std::vector<Entity> entities(tags.size());
    entities.resize(find_entities(tags, {}, entities.data()));
    return words_of(entities);
}

std::string strict(const char *scheme, const Tags &tags)
{
    std::vector<Entity> entities(tags.size());
    entities.resize(find_entities(tags, *find_scheme(scheme), {}, entities.data()));
    return words_of(entities);
}

TEST(ScoresEntities, WellFormedTagsMeanTheSameInBothReadings)
{
    const Tags bio = {"B-PER", "I-PER", "O", "B-LOC", "B-LOC"};
    EXPECT_EQ(lenient(bio), "PER 0-1, LOC 3-3, LOC 4-4");
    EXPECT_EQ(strict("IOB2", bio), lenient(bio));
    EXPECT_EQ(strict("BIO", bio), lenient(bio));
    const Tags bioes = {"B-PER", "I-PER", "E-PER", "S-LOC", "O", "B-LOC", "E-LOC"};
    EXPECT_EQ(lenient(bioes), "PER 0-2, LOC 3-3, LOC 5-6");
    EXPECT_EQ(strict("IOBES", bioes), lenient(bioes));
    EXPECT_EQ(strict("BIOES", bioes), lenient(bioes));
    EXPECT_EQ(strict("BILOU", {"B-PER", "I-PER", "L-PER", "U-LOC"}), "PER 0-2, LOC 3-3");
}

TEST(ScoresEntities, TheLenientReadingMendsWhatTheStrictOneRefuses)
{
    EXPECT_EQ(lenient({"O", "I-PER", "I-PER"}), "PER 1-2");
    EXPECT_EQ(strict("IOB2", {"O", "I-PER", "I-PER"}), "");
    EXPECT_EQ(lenient({"B-PER", "I-LOC"}), "PER 0-0, LOC 1-1");
    EXPECT_EQ(strict("IOB2", {"B-PER", "I-LOC"}), "PER 0-0");
    EXPECT_EQ(lenient({"B-PER", "I-PER", "O"}), "PER 0-1");
    EXPECT_EQ(strict("IOBES", {"B-PER", "I-PER", "O"}), "");
    EXPECT_EQ(strict("IOBES", {"B-PER", "I-PER", "S-PER", "E-PER"}), "PER 2-2");
}

TEST(ScoresEntities, TypesAreWhatFollowsTheLetter)
{
    EXPECT_EQ(lenient({"B-PER-X", "I-PER-X"}), "PER-X 0-1");
    EXPECT_EQ(lenient({"B", "I"}), "_ 0-1");
    EXPECT_EQ(lenient({"B-日本", "I-日本"}), "日本 0-1");
    EXPECT_EQ(lenient({"é-PER"}), "PER 0-0");
    EXPECT_EQ(strict("IOB2", {"B--PER-", "I-PER"}), "PER 0-1");
}

TEST(ScoresEntities, NothingGivesNothing)
{
    EXPECT_EQ(lenient({}), "");
    EXPECT_EQ(strict("IOBES", {}), "");
    EXPECT_EQ(lenient({"O", "."}), "");
}

TEST(ScoresEntities, TagsThatASchemeDoesNotKnow)
{
    EXPECT_EQ(find_scheme("bio"), nullptr);
    EXPECT_EQ(find_scheme(""), nullptr);
    EXPECT_EQ(first_unknown(Tags{"O", "B-PER", "E-PER"}, *find_scheme("IOB2"), {}), 2u);
    EXPECT_EQ(first_unknown(Tags{"O", ""}, *find_scheme("IOBES"), {}), 1u);
    EXPECT_EQ(first_unknown(Tags{"O", "U-X"}, *find_scheme("BILOU"), {}), 2u);
}

TEST(ScoresEntities, ACancelledQueryEndsTheWalk)
{
    const volatile sig_atomic_t stopped = 1;
    const encoder::StopFlag stop(&stopped);
    const Tags tags(100'000, "B-X");
    std::vector<Entity> out(tags.size());
    EXPECT_THROW(find_entities(tags, stop, out.data()), encoder::Error);
    EXPECT_THROW(find_entities(tags, *find_scheme("IOB2"), stop, out.data()), encoder::Error);
    EXPECT_THROW(first_unknown(tags, *find_scheme("IOB2"), stop), encoder::Error);
}

} // namespace
} // namespace sbert::scores
