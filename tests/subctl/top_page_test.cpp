#include "subctl/top_page.hpp"

#include <gtest/gtest.h>

#include "base/time_text.hpp"
#include "subctl/display.hpp"

namespace subd::subctl {
namespace {

TopSample sample(int seconds, int sent) {
  TopSample sample;
  sample.status = Json::parse(R"({"version":"0.1.0","pid":7,"uptime_ms":61000,"feed":{"kind":"sim","state":"live"},
    "sessions":2,"users":2,"streams":1,"topics":2,"draining":false,
    "delivery":{"sent":0,"sent_bytes":0,"conflated":3,"dropped":0,"evicted":0}})");
  sample.status["delivery"]["sent"] = sent;
  sample.status["delivery"]["sent_bytes"] = sent * 1024;
  sample.sessions = Json::parse(R"({"sessions":[
    {"id":"ws_a","user":"bob","streams":[{}],"sent":0,"queue_messages":1,"conflated":0,"dropped":0},
    {"id":"ws_b","user":"alice","streams":[{},{}],"sent":5,"queue_messages":0,"conflated":0,"dropped":0}]})");
  sample.sessions["sessions"][0]["sent"] = sent;
  sample.topics = Json::parse(R"({"topics":[
    {"symbol":"AAA","timeframe":"1min","indicator":"OBV","subscribers":1,"computations":1,"updates_per_second":9.0,
     "last_update":"2025-11-04T10:35:00.000Z","last_value":1.5},
    {"symbol":"BBB","timeframe":"1min","indicator":"RSI_14_100","subscribers":2,"computations":1,
     "updates_per_second":1.0,"last_update":null,"last_value":null}]})");
  sample.at = *base::parse_time("2025-11-04T10:35:00.000Z") + std::chrono::seconds{seconds};
  sample.mono = base::MonoTime{std::chrono::seconds{1000 + seconds}};
  return sample;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::size_t position(const std::string& text, const std::string& part) {
  const std::size_t found = text.find(part);
  EXPECT_NE(found, std::string::npos) << part << " is not in\n" << text;
  return found;
}

TEST(TopPage, ShowsEverythingWithoutASize) {
  EXPECT_EQ(joined(top_page(sample(2, 100), nullptr, {})),
            "subd 0.1.0  pid 7  up 1m 1s  feed sim live\n"
            "sessions 2  users 2  streams 1  topics 2  sent/s -  bytes/s -\n"
            "sent 100  conflated 3  dropped 0  evicted 0\n"
            "\n"
            "SYMBOL  TIMEFRAME  INDICATOR   SUBS  COMP  RATE/S  UPDATED  LAST VALUE\n"
            "BBB     1min       RSI_14_100     2     1       1  -        -\n"
            "AAA     1min       OBV            1     1       9  2s ago   1.5\n"
            "\n"
            "SESSION  USER   CLAIM  ADDRESS  STREAMS  SENT/S  QUEUE  CONFLATED  DROPPED  HEARTBEAT\n"
            "ws_b     alice  -      -              2       -      0          0        0  -\n"
            "ws_a     bob    -      -              1       -      1          0        0  -\n");
}

TEST(TopPage, RatesComeFromTheSampleBefore) {
  const TopSample before = sample(0, 100);
  const std::string page = joined(top_page(sample(2, 300), &before, {}));
  EXPECT_NE(page.find("sent/s 100.0  bytes/s 100.0 KiB"), std::string::npos) << page;
  EXPECT_NE(page.find("ws_a     bob    -      -              1   100.0"), std::string::npos) << page;
}

TEST(TopPage, RestartedCounterHasNoRate) {
  const TopSample before = sample(0, 300);
  EXPECT_NE(joined(top_page(sample(2, 100), &before, {})).find("sent/s -  bytes/s -"), std::string::npos);
}

TEST(TopPage, OrderAppliesToBothTables) {
  const TopSample before = sample(0, 100);
  TopView view;
  view.order = TopicOrder::Rate;
  const std::string by_rate = joined(top_page(sample(2, 300), &before, view));
  EXPECT_LT(position(by_rate, "AAA"), position(by_rate, "BBB"));
  EXPECT_LT(position(by_rate, "ws_a"), position(by_rate, "ws_b"));
  view.order = TopicOrder::Symbol;
  const std::string by_symbol = joined(top_page(sample(2, 300), &before, view));
  EXPECT_LT(position(by_symbol, "AAA"), position(by_symbol, "BBB"));
  EXPECT_LT(position(by_symbol, "ws_b"), position(by_symbol, "ws_a"));
}

TEST(TopPage, FitsEveryTerminal) {
  const TopSample now = sample(2, 100);
  for (std::size_t rows = 0; rows < 30; ++rows) {
    for (const std::size_t columns : {0U, 1U, 2U, 10U, 40U, 80U, 200U}) {
      TopView view;
      view.size = TerminalSize{rows, columns};
      const auto page = top_page(now, nullptr, view);
      EXPECT_EQ(page.size(), rows);
      for (const std::string& line : page) EXPECT_LE(display_width(line), columns);
    }
  }
}

TEST(TopPage, HelpIsOnTheLastLine) {
  TopView view;
  view.size = TerminalSize{24, 80};
  EXPECT_EQ(top_page(sample(2, 100), nullptr, view).back(), "q quit  o order: subscribers");
}

TEST(TopPage, ShortTableLeavesItsRowsToTheOther) {
  TopSample now = sample(2, 100);
  const Json topic = now.topics["topics"][0];
  for (int more = 0; more < 50; ++more) now.topics["topics"].push_back(topic);
  TopView view;
  view.size = TerminalSize{24, 80};
  const auto page = top_page(now, nullptr, view);
  // 4 lines of totals, 15 of topics, a gap, 3 of sessions, the help.
  EXPECT_EQ(page[19], "");
  EXPECT_EQ(page[20].substr(0, 7), "SESSION");
  EXPECT_EQ(page[22].substr(0, 4), "ws_a");
}

TEST(TopPage, TroubleIsShown) {
  TopView view;
  view.size = TerminalSize{24, 80};
  view.trouble = "is subd running?";
  EXPECT_EQ(top_page(sample(2, 100), nullptr, view)[3], "is subd running?");
}

}  // namespace
}  // namespace subd::subctl
