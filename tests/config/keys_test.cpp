#include "config/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "config/load.hpp"
#include "support/paths.hpp"

namespace subd::config {
namespace {

TEST(Keys, AreUniqueAndStandInTheOrderOfTheirSections) {
  std::set<std::string> paths;
  std::vector<std::string_view> order;
  for (const Key& key : keys()) {
    EXPECT_TRUE(paths.insert(key.path()).second) << key.path();
    EXPECT_EQ(find_key(key.section, key.name), &key);
    if (order.empty() || order.back() != key.section) order.push_back(key.section);
  }
  EXPECT_TRUE(std::equal(order.begin(), order.end(), sections().begin(), sections().end()));
}

TEST(Keys, EachHasItsOwnPlaceInAConfig) {
  Config config;
  std::set<const void*> places;
  for (const Key& key : keys()) {
    const void* place = std::visit([](auto* slot) -> const void* { return slot; }, key.slot(config));
    EXPECT_TRUE(places.insert(place).second) << key.path();
  }
}

TEST(Keys, NameTheirEnvironmentVariable) {
  EXPECT_EQ(find_key("server", "io_threads")->environment_name(), "SUBD_SERVER_IO_THREADS");
  EXPECT_EQ(find_key("server", "nothing"), nullptr);
}

/// What subd.conf.5 says first of each key, below `.Ss The [section] section` and `.It Cm key`: type, what is
/// allowed, default and whether it is live, in one sentence on one or two lines.
std::map<std::string, std::string> documented_keys() {
  std::ifstream manual{SUBD_SOURCE_DIR "/man/subd.conf.5"};
  std::map<std::string, std::string> found;
  std::string section;
  std::string open_key;
  for (std::string line; std::getline(manual, line);) {
    if (line.rfind(".Sh ", 0) == 0 || line.rfind(".Ss ", 0) == 0) section.clear();
    if (line.rfind(".Ss The [", 0) == 0) section = line.substr(9, line.find(']') - 9);
    if (line.rfind(".It Cm ", 0) == 0 && !section.empty()) {
      open_key = section + "." + line.substr(7);
      found[open_key];
    } else if (!open_key.empty()) {
      std::string& sentence = found[open_key];
      sentence += (sentence.empty() ? "" : " ") + line;
      if (line.back() == '.') open_key.clear();
    }
  }
  return found;
}

TEST(Keys, AreAllInTheManualWithTypeRangeDefaultAndEffect) {
  const std::map<std::string, std::string> documented = documented_keys();
  for (const Key& key : keys()) {
    const auto found = documented.find(key.path());
    ASSERT_NE(found, documented.end()) << key.path() << " is missing in subd.conf.5";
    std::string expected = std::string{key.type_name()};
    if (!key.allowed().empty()) expected += ", " + key.allowed();
    expected += "; default " + key.default_text();
    expected += key.effect == Effect::Reload ? "; live." : ".";
    std::string text = found->second;
    for (std::size_t at = 0; (at = text.find("\\(dq", at)) != std::string::npos;) text.replace(at, 4, "\"");
    EXPECT_EQ(text, expected) << key.path();
  }
  EXPECT_EQ(documented.size(), keys().size()) << "subd.conf.5 describes a key that does not exist";
}

}  // namespace
}  // namespace subd::config
