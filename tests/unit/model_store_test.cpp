// Names and places of installed models: encoder/model/store.h.
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/import.h"
#include "encoder/model/store.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

TEST(ModelStore, ParsesNames)
{
    EXPECT_EQ(parse_model_name("all-MiniLM-L6-v2").name, "all-MiniLM-L6-v2");
    EXPECT_EQ(parse_model_name("a").fingerprint, "");
    EXPECT_EQ(parse_model_name("a.b_c@0123ABCD").name, "a.b_c");
    EXPECT_EQ(parse_model_name("a.b_c@0123ABCD").fingerprint, "0123abcd");
    EXPECT_EQ(parse_model_name(std::string(128, 'x')).name.size(), 128u);
    EXPECT_EQ(parse_model_name("x@" + std::string(64, 'f')).fingerprint.size(), 64u);
}

TEST(ModelStore, RefusesNamesThatCouldLeaveTheFolder)
{
    for (const std::string &name :
         {std::string(""), std::string("."), std::string(".."), std::string(".hidden"),
          std::string("../etc/passwd"), std::string("/etc/passwd"), std::string("a/b"),
          std::string("a\\b"), std::string("a b"), std::string("a\0b", 3),
          std::string("caf\xc3\xa9"), std::string(129, 'x'), std::string("a@"),
          std::string("a@1234567"), std::string("a@1234567g"), std::string("a@12345678@"),
          std::string("@12345678"), "a@" + std::string(65, '0')})
        EXPECT_THROW(parse_model_name(name), Error) << name;
}

TEST(ModelStore, ListsPlaces)
{
    using Places = std::vector<std::string>;
    EXPECT_EQ(model_places("/usr/share/postgresql/15", ""),
              (Places{"/usr/share/postgresql/15/sbert", "/var/lib/sbert", "/usr/share/sbert"}));
    EXPECT_EQ(model_places("", "/a::/b:/a:/var/lib/sbert"),
              (Places{"/var/lib/sbert", "/usr/share/sbert", "/a", "/b"}));
    EXPECT_EQ(model_places("", "/a/:/a//:/"),
              (Places{"/var/lib/sbert", "/usr/share/sbert", "/a", "/"}));
    EXPECT_THROW(model_places("", "/a:b"), Error);
}

class ModelStoreFiles : public testing::Test {
  protected:
    void SetUp() override
    {
        tests::write_tiny_model(dir / "one");
        tests::TinyModel other;
        other.seed = 2;
        tests::write_tiny_model(dir / "two", other);
        std::filesystem::create_directory(dir / "first");
        std::filesystem::create_directory(dir / "second");
        first = install("one", "first/m.sbert");
        second = install("two", "second/m.sbert");
        install("two", "second/n.sbert");
    }
    std::string install(const std::string &model, const std::string &file)
    {
        return to_hex(import_directory(dir / model, dir / file, Overwrite::kRefuse).fingerprint);
    }

    tests::TempDir dir;
    std::string first;
    std::string second;
    std::vector<std::string> places{dir / "missing", dir / "first", dir / "second"};
};

TEST_F(ModelStoreFiles, FirstPlaceWins)
{
    EXPECT_EQ(find_model(places, "m"), dir / "first/m.sbert");
    EXPECT_EQ(find_model(places, "n"), dir / "second/n.sbert");
    EXPECT_EQ(to_hex(open_model(places, "m").fingerprint()), first);
    EXPECT_EQ(to_hex(open_model(places, "n@" + second.substr(0, 8)).fingerprint()), second);
    EXPECT_EQ(to_hex(open_model(places, "n@" + second).fingerprint()), second);
}

TEST_F(ModelStoreFiles, ErrorsSayWhatThereIs)
{
    try {
        find_model(places, "unknown");
        FAIL();
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelNotFound);
        EXPECT_EQ(error.hint(), "Installed models: m, n.");
    }
    try {
        open_model(places, "m@" + second.substr(0, 12));
        FAIL();
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelMismatch);
    }
    try {
        find_model({dir / "missing"}, "m");
        FAIL();
    } catch (const Error &error) {
        EXPECT_NE(error.hint().find("sbert import"), std::string::npos);
    }
}

TEST_F(ModelStoreFiles, ListsModelsAndWhatIsWrongWithThem)
{
    tests::write_file(dir / "first/broken.sbert", "no model");
    tests::write_file(dir / "first/.hidden.sbert", "");
    tests::write_file(dir / "first/readme.txt", "");
    auto entries = list_models(places);
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].name, "broken");
    EXPECT_NE(entries[0].error, "");
    EXPECT_EQ(entries[1].name, "m");
    EXPECT_EQ(entries[1].fingerprint, first);
    EXPECT_EQ(entries[1].dimensions, 8);
    EXPECT_EQ(entries[1].max_tokens, 16);
    EXPECT_EQ(entries[1].bytes, std::filesystem::file_size(entries[1].path));
    EXPECT_EQ(entries[2].fingerprint, second);
}

TEST_F(ModelStoreFiles, PassesOverFoldersThatOthersMayWrite)
{
    using std::filesystem::perms;
    EXPECT_EQ(place_refusal(dir / "first"), "");
    EXPECT_EQ(place_refusal(dir / "missing"), "");
    EXPECT_EQ(find_model(places, "m"), dir / "first/m.sbert");
    for (const perms open : {perms::group_write, perms::others_write}) {
        std::filesystem::permissions(dir / "first", perms::owner_all | open);
        EXPECT_NE(place_refusal(dir / "first").find("may be written by others"), std::string::npos);
        EXPECT_EQ(find_model(places, "m"), dir / "second/m.sbert");
        EXPECT_EQ(list_models(places).at(0).path, dir / "second/m.sbert");
        try {
            find_model({dir / "first"}, "m");
            FAIL() << "found in a folder that others may write";
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kModelNotFound);
            EXPECT_NE(error.hint().find("passed over"), std::string::npos) << error.hint();
        }
    }
    std::filesystem::permissions(dir / "first", perms::owner_all);
    if (geteuid() != 0)
        return; // a folder cannot be given away
    ASSERT_EQ(chown((dir / "first").c_str(), 12345, static_cast<gid_t>(-1)), 0);
    EXPECT_NE(place_refusal(dir / "first").find("belongs to user id 12345"), std::string::npos);
    EXPECT_EQ(find_model(places, "m"), dir / "second/m.sbert");
}

TEST_F(ModelStoreFiles, MakesThePlaceThatMayBeWritten)
{
    EXPECT_EQ(writable_place({dir / "none/at/all", dir / "new", dir / "first"}), dir / "new");
    EXPECT_TRUE(std::filesystem::is_directory(dir / "new"));
    EXPECT_EQ(writable_place({dir / "first"}), dir / "first");
    EXPECT_THROW(writable_place({dir / "none/at/all"}), Error);
}

} // namespace
} // namespace sbert::encoder
