// encoder/import/card.h: the languages of a model card.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/import/card.h"
#include "encoder/model/check_spec.h"

namespace sbert::encoder {
namespace {

using Languages = std::vector<std::string>;

Languages languages(const std::string &front)
{
    return read_card("---\n" + front + "---\n# A model\nlanguage: xx\n").languages;
}

TEST(ModelCard, ReadsLanguagesInEveryStyle)
{
    EXPECT_EQ(languages("license: mit\nlanguage: en\n"), Languages{"en"});
    EXPECT_EQ(languages("language: \"no\" # Norwegian\n"), Languages{"no"});
    EXPECT_EQ(languages("language:\n- en\n- 'zh-CN'\ntags:\n- de\n"), (Languages{"en", "zh-CN"}));
    EXPECT_EQ(languages("language:\n  # two\n  - en\n\n  - pt_BR # and one\nx: 1\n"),
              (Languages{"en", "pt_BR"}));
    EXPECT_EQ(languages("language: [en, 'de',fr]\n"), (Languages{"en", "de", "fr"}));
    EXPECT_EQ(languages("language: [\n  en,\n  de,\n]\nx: [it]\n"), (Languages{"en", "de"}));
    EXPECT_EQ(languages("language: Old English\r\nlicense: mit\r\n"), Languages{"Old English"});
}

TEST(ModelCard, LeavesOutWhatIsNoLanguage)
{
    EXPECT_EQ(languages("license: mit\n"), Languages{});
    EXPECT_EQ(languages("language:\n"), Languages{});
    EXPECT_EQ(languages("  language: en\n"), Languages{}); // of something else
    EXPECT_EQ(languages("languages: en\n"), Languages{});
    EXPECT_EQ(languages("language: <script>\n"), Languages{});
    EXPECT_EQ(languages("language: \"en\n"), Languages{});
    EXPECT_EQ(languages("language: [en, " + std::string(65, 'x') + ", \x80, {a: b}, de]\n"),
              (Languages{"en", "de"}));
    EXPECT_EQ(read_card("").languages, Languages{});
    EXPECT_EQ(read_card("# A model\nlanguage: en\n").languages, Languages{});
    EXPECT_EQ(read_card("---\nlanguage: [en").languages, Languages{"en"});
    EXPECT_EQ(read_card("---\nlanguage: [").languages, Languages{});
    EXPECT_EQ(read_card("---\n---\nlanguage: en\n").languages, Languages{});
}

TEST(ModelCard, IsBounded)
{
    std::string many = "language:\n";
    for (int i = 0; i < 5000; i++)
        many += "- l" + std::to_string(i) + "\n";
    EXPECT_EQ(languages(many).size(), kMaxLanguages);
    EXPECT_EQ(languages("language: [" + std::string(1 << 20, ',') + "]\n"), Languages{});
}

} // namespace
} // namespace sbert::encoder
