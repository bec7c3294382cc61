#include "config/exchange_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "config/exchange_text.hpp"
#include "config/load.hpp"
#include "support/paths.hpp"

namespace subd::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Environment kNobody{{"HOME", "/home/nobody"}};

base::Result<Config, Diagnostics> from_toml(std::string_view toml) {
  return load_text(toml, "subd.toml", {std::nullopt, kNobody, {}});
}

/// All that is said about a text, one line each.
std::string problems_of(std::string_view toml) {
  const auto loaded = from_toml(toml);
  if (loaded) return "no problem";
  std::string out;
  for (const Diagnostic& problem : loaded.error()) out += (out.empty() ? "" : "\n") + problem.text();
  return out;
}

market::CalendarRules exchange(const Config& config, std::string_view name) {
  const auto found = std::find_if(config.exchanges.begin(), config.exchanges.end(),
                                  [name](const auto& rules) { return rules.exchange == name; });
  EXPECT_NE(found, config.exchanges.end()) << name;
  return found == config.exchanges.end() ? market::CalendarRules{} : *found;
}

market::TradingDay day(std::string_view text) {
  return parse_date(text).value();
}

constexpr const char* kGlobex = R"([exchange.GLOBEX]
time_zone = "America/Chicago"
sessions = ["17:00-16:00"]
day_starts = "17:00 the day before"
days = "Mon-Fri"
observes = "new-york"
pre_open = "30min"
post_close = "15min"
holidays = [2025-01-09, "2025-12-26"]
[exchange.GLOBEX.special_days]
2025-07-03 = ["17:00-12:15"]
"2025-11-28" = ["17:00-12:15", "13:00-13:30"]
)";

TEST(ExchangeTable, AddsAnExchangeWithEveryKey) {
  const auto loaded = from_toml(kGlobex);
  ASSERT_TRUE(loaded) << loaded.error().front().text();
  EXPECT_EQ(loaded->exchanges.size(), market::builtin_exchanges().size() + 1);
  const market::CalendarRules rules = exchange(*loaded, "GLOBEX");
  EXPECT_EQ(rules.time_zone, "America/Chicago");
  EXPECT_EQ(rules.sessions, (std::vector<market::SessionHours>{{hours{17}, hours{16}}}));
  EXPECT_EQ(rules.day_starts, hours{-7});
  EXPECT_EQ(rules.weekdays, std::bitset<7>{0b0111110});
  EXPECT_EQ(rules.observes, market::Observance::NewYork);
  EXPECT_EQ(rules.pre_open, minutes{30});
  EXPECT_EQ(rules.post_close, minutes{15});
  ASSERT_EQ(rules.special_days.size(), 4U);
  EXPECT_TRUE(rules.special_days.at(day("2025-01-09")).empty());
  EXPECT_TRUE(rules.special_days.at(day("2025-12-26")).empty());
  EXPECT_EQ(rules.special_days.at(day("2025-07-03")).size(), 1U);
  EXPECT_EQ(rules.special_days.at(day("2025-11-28")).size(), 2U);
  EXPECT_EQ(loaded->origins.at("exchange.GLOBEX.sessions"), "subd.toml:3:12");
}

TEST(ExchangeTable, KeyThatIsNotGivenStaysAsBuiltIn) {
  const auto loaded = from_toml("[exchange.NSE]\nholidays = [2025-03-14, 2025-10-21]\n[exchange.MCX]\n");
  ASSERT_TRUE(loaded) << loaded.error().front().text();
  market::CalendarRules expected = exchange(Config{}, "NSE");
  expected.special_days[day("2025-03-14")];
  expected.special_days[day("2025-10-21")];
  EXPECT_EQ(exchange(*loaded, "NSE"), expected);
  EXPECT_EQ(exchange(*loaded, "MCX"), exchange(Config{}, "MCX"));
  EXPECT_EQ(loaded->exchanges.size(), market::builtin_exchanges().size());
}

TEST(ExchangeTable, RefusesWhatItDoesNotUnderstandWithPlaceFieldAndValue) {
  const std::string head = "[exchange.X]\ntime_zone = \"Asia/Tokyo\"\nsessions = [\"09:00-15:00\"]\n";
  const std::string sessions = "must be a list of sessions HH:MM-HH:MM, such as [\"09:15-15:30\"]";
  const std::pair<const char*, std::string> kCases[] = {
      {"days = \"Mon-Fry\"",
       "days = \"Mon-Fry\": must be days such as \"Mon-Fri\", \"Sun-Thu\", \"Mon,Wed,Fri\" or \"all\""},
      {"days = 5", "days = 5: must be days such as \"Mon-Fri\", \"Sun-Thu\", \"Mon,Wed,Fri\" or \"all\""},
      {"day_starts = \"25:00\"",
       "day_starts = \"25:00\": must be a time such as \"06:00\" or \"17:00 the day before\""},
      {"observes = \"indai\"", "observes = \"indai\": must be one of none, india, mcx, new-york; did you mean india?"},
      {"holidays = [\"2025-02-30\"]",
       "holidays = [\"2025-02-30\"]: must be a list of dates from 1970 to 2099, such as "
       "[2025-10-21, 2025-11-05]"},
      {"holidays = 2025-02-20",
       "holidays = (date or time): must be a list of dates from 1970 to 2099, such as [2025-10-21, 2025-11-05]"},
      {"special_days = [2025-02-20]",
       "special_days = [\"2025-02-20\"]: must be a table of dates, such as "
       "{2025-10-21 = [\"13:45-14:45\"]}"},
      {"special_days = {tomorrow = [\"09:00-10:00\"]}",
       "special_days.tomorrow = [\"09:00-10:00\"]: must be named by a date from 1970 to 2099, such as 2025-10-21"},
      {"special_days = {2025-02-20 = \"09:00-10:00\"}",
       "special_days.2025-02-20 = \"09:00-10:00\": " + sessions + ", or [] for a holiday"},
      {"pre_open = \"13h\"", "pre_open = \"13h\": must be a duration from 0s to 12h, such as \"15min\""},
      {"post_close = 15", "post_close = 15: must be a duration from 0s to 12h, such as \"15min\""},
  };
  for (const auto& [line, said] : kCases) {
    const std::string problem = problems_of(head + line);
    EXPECT_EQ(problem.substr(0, 12), "subd.toml:4:") << problem;
    EXPECT_EQ(problem.substr(std::min(problem.size(), problem.find("exchange.X.") + 11)), said);
  }
}

TEST(ExchangeTable, RefusesSessionsThatAreNone) {
  for (const char* text : {"[]", "\"09:00-15:00\"", "[\"9:00-15:00\"]", "[\"09:00\"]", "[\"24:00-01:00\"]",
                           "[\"09:00-24:01\"]", "[\"09:60-10:00\"]", "[900]", "[\"09:00-15:00 \"]"}) {
    const std::string problem = problems_of("[exchange.NSE]\nsessions = " + std::string{text});
    EXPECT_NE(problem.find("subd.toml:2:12: exchange.NSE.sessions = "), std::string::npos) << problem;
    EXPECT_NE(problem.find("must be a list of sessions HH:MM-HH:MM"), std::string::npos) << problem;
  }
}

TEST(ExchangeTable, RefusesWhatContradictsItself) {
  EXPECT_EQ(problems_of("[exchange.MCX]\nsessions = [\"18:00-02:00\"]\n"),
            "subd.toml:2:12: exchange.MCX.sessions = [\"18:00-02:00\"]: must lie within a trading day, and 18:00-02:00 "
            "goes over 00:00, where the next one begins; see day_starts");
  EXPECT_EQ(problems_of("[exchange.NSE]\nsessions = [\"13:00-15:30\", \"09:00-12:00\"]\n"),
            "subd.toml:2:12: exchange.NSE.sessions = [\"13:00-15:30\", \"09:00-12:00\"]: must be in the order of the "
            "trading day and not overlap, and 09:00-12:00 is not");
  EXPECT_EQ(problems_of("[exchange.NSE]\nday_starts = \"10:00\"\n"),
            "subd.toml:1:11: exchange.NSE.sessions: must lie within a trading day, and 09:15-15:30 goes over 10:00, "
            "where the next one begins; see day_starts");
  EXPECT_EQ(problems_of("[exchange.NSE]\nholidays = [2025-10-21]\nspecial_days.2025-10-21 = [\"13:45-14:45\"]\n"),
            "subd.toml:3:27: exchange.NSE.special_days.2025-10-21 = [\"13:45-14:45\"]: is among the holidays already");
  EXPECT_EQ(problems_of("[exchange.NSE.special_days]\n2025-10-21 = [\"23:45-14:45\"]\n").substr(0, 60),
            "subd.toml:2:14: exchange.NSE.special_days.2025-10-21 = [\"23:");
  EXPECT_EQ(problems_of("[exchange.NSE]\ntime_zone = \"Asia/Bombay\"\n"),
            "subd.toml:2:13: exchange.NSE.time_zone = \"Asia/Bombay\": must be the IANA name of a time zone, such as "
            "\"Asia/Kolkata\"");
}

TEST(ExchangeTable, ExchangeOfItsOwnNeedsZoneAndSessions) {
  const std::string needs = ": needs time_zone and sessions, because no exchange of this name is built in";
  EXPECT_EQ(problems_of("[exchange.LSE]\n"), "subd.toml:1:11: exchange.LSE" + needs);
  EXPECT_EQ(problems_of("[exchange.LSE]\ntime_zone = \"Europe/London\"\n"), "subd.toml:1:11: exchange.LSE" + needs);
}

TEST(ExchangeTable, RefusesUnknownKeysAndImpossibleNames) {
  EXPECT_EQ(problems_of("[exchange.NSE]\nholiday = []\n"),
            "subd.toml:2:1: exchange.NSE.holiday: unknown key; did you mean holidays?");
  EXPECT_EQ(problems_of("[exchange.24x7]\n"), "subd.toml:1:11: exchange.24x7: cannot be changed: it never closes");
  EXPECT_EQ(problems_of("[exchange.\"N S E\"]\n"),
            "subd.toml:1:11: exchange.N S E: must be named by 1 to 16 letters, digits, - and _");
  EXPECT_EQ(
      problems_of("[exchange]\ntime_zone = \"UTC\"\n"),
      "subd.toml:2:1: exchange.time_zone = \"UTC\": is a section of tables: write [exchange.NAME] and the keys of "
      "the exchange below");
  EXPECT_EQ(problems_of("exchange = 1\n"),
            "subd.toml:1:1: exchange = 1: is a section of tables: write [exchange.NAME] and the keys of the exchange "
            "below");
  EXPECT_EQ(problems_of("[exchnage.NSE]\n"), "subd.toml:1:2: exchnage: unknown section; did you mean exchange?");
}

TEST(ExchangeTable, ThereIsALimit) {
  std::string toml;
  for (int i = 0; i < 57; ++i) {
    toml += "[exchange.X" + std::to_string(i) + "]\ntime_zone = \"UTC\"\nsessions = [\"09:00-17:00\"]\n";
  }
  EXPECT_NE(problems_of(toml).find("is one too many: there may be 64"), std::string::npos);
  EXPECT_EQ(problems_of(toml).find('\n'), std::string::npos);
}

TEST(ExchangeTable, CannotBeSetInTheEnvironment) {
  Environment environment = kNobody;
  environment["SUBD_EXCHANGE_NSE_SESSIONS"] = "09:00-10:00";
  const auto loaded = load({std::nullopt, environment, {}});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 1U);
  EXPECT_EQ(loaded.error().front().text(), "SUBD_EXCHANGE_NSE_SESSIONS: exchanges can be set in the file only");
}

TEST(ExchangeTable, EffectiveTextReadsBack) {
  const auto first = from_toml(std::string{kGlobex} + "[exchange.NYSE]\nsessions = [\"04:00-20:00\"]\n");
  ASSERT_TRUE(first) << first.error().front().text();
  const std::string text = effective_text(*first);
  const auto second = load_text(text, "effective.toml", {});
  ASSERT_TRUE(second) << second.error().front().text() << text;
  EXPECT_EQ(second->exchanges, first->exchanges);
  EXPECT_NE(text.find("\n[exchange.NSE]\ntime_zone = \"Asia/Kolkata\"\nsessions = [\"09:15-15:30\"]\n"),
            std::string::npos);
  EXPECT_NE(text.find("sessions = [\"04:00-20:00\"]  # subd.toml:14:12\n"), std::string::npos) << text;
  EXPECT_NE(text.find("holidays = [2025-01-09, 2025-12-26]  # subd.toml:9:12\n"), std::string::npos) << text;
}

TEST(ExchangeText, ReadsBackWhatItWrites) {
  for (unsigned long bits = 1; bits < 128; ++bits) {
    const std::bitset<7> days{bits};
    EXPECT_EQ(parse_weekdays(weekdays_text(days)), days) << weekdays_text(days);
  }
  for (const int start : {-1439, -420, -1, 0, 1, 360, 1439}) {
    EXPECT_EQ(parse_day_start(day_start_text(minutes{start})), minutes{start}) << start;
  }
  EXPECT_EQ(date_text(day("2024-02-29")), "2024-02-29");
  EXPECT_EQ(weekdays_text(std::bitset<7>{0b1000011}), "Sat-Mon");
}

TEST(ExchangeText, RefusesNonsense) {
  for (const char* text : {"", "mon", "Mon-", "-Fri", "Mon,,Fri", "Mon,", "Mon Fri", "All"}) {
    EXPECT_FALSE(parse_weekdays(text).has_value()) << text;
  }
  for (const char* text : {"", "6:00", "24:00", "00:00 the day before", "06:00 before", "a6:00", "06-00"}) {
    EXPECT_FALSE(parse_day_start(text).has_value()) << text;
  }
  for (const char* text : {"", "2025-1-01", "2025-13-01", "1969-12-31", "2100-01-01", "20250101", "2025-01-01T"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
}

/// The keys that the manual lists below `.Ss Exchanges`.
TEST(ExchangeTable, KeysAreAllInTheManual) {
  std::ifstream manual{SUBD_SOURCE_DIR "/man/subd.conf.5"};
  std::vector<std::string> documented;
  bool inside = false;
  for (std::string line; std::getline(manual, line);) {
    if (line.rfind(".Ss", 0) == 0 || line.rfind(".Sh", 0) == 0) inside = line == ".Ss Exchanges";
    if (inside && line.rfind(".It Cm ", 0) == 0) documented.push_back(line.substr(7));
  }
  EXPECT_TRUE(std::equal(documented.begin(), documented.end(), exchange_keys().begin(), exchange_keys().end()));
}

}  // namespace
}  // namespace subd::config
