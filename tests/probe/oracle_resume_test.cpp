// Tabs that are cut off and come back: what the oracle demands of the server, and what it forgives.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "probe/oracle.hpp"
#include "probe/transcript.hpp"

namespace subd::probe {
namespace {

using test::Transcript;

const std::vector<std::string> kView{"RSI_14_100"};

struct OracleResumeTest : testing::Test {
  Transcript script;
  TabId cut = script.connect("alice-1");
  TabId watching = script.connect("bob-1", "bob@example.com");
  std::vector<std::string> missed;  ///< closed bars of the time in which the tab was away
  std::uint64_t request = 1000;

  void SetUp() override {
    script.subscribe(cut, kView);
    script.subscribe(watching, kView);
    script.second();
  }

  /// The tab is away for so many bars.
  void away(int bars) {
    script.oracle.cutting(cut, script.now);
    script.oracle.ended(cut, "reset", script.now);
    script.views.erase(cut);
    for (int i = 0; i < bars; ++i) {
      script.publish(false);
      ++script.seq;
      missed.push_back(script.update(true, kView));
      --script.seq;
      script.publish(true);
      script.pass(std::chrono::seconds{1});
    }
  }

  void come_back(bool resumed = true, const std::string& id = {}) {
    script.oracle.returning(cut);
    script.receive(cut,
                   fmt::format(R"({{"type":"connected","protocol":1,"ws_conn_id":"{}","user_id":"alice@example.com",)"
                               R"("session_id":null,"resumed":{}}})",
                               id.empty() ? Transcript::connection_id(cut) : id, resumed));
    script.oracle.sent(cut, {.kind = RequestKind::Resume, .id = ++request}, script.now);
    script.receive(cut, fmt::format(R"({{"type":"resumed","id":{},"ws_conn_id":"{}","streams":[)"
                                    R"({{"symbol":"NIFTY50","timeframe":"1s","indicators":["RSI_14_100"]}}]}})",
                                    request, id.empty() ? Transcript::connection_id(cut) : id));
  }
  void receive_missed() {
    for (const std::string& update : missed) script.receive(cut, update);
  }
  /// Goes on as before for a while.
  void go_on() {
    script.views[cut] = kView;
    for (int i = 0; i < 4; ++i) script.second();
  }
  std::vector<std::string> broken() {
    std::vector<std::string> names;
    const Findings& findings = script.finish();
    for (const Rule& rule : kRules) {
      if (findings.count(rule.name) > 0) names.emplace_back(rule.name);
    }
    return names;
  }
  static std::vector<std::string> only(std::string_view rule) { return {std::string{rule}}; }
};

TEST_F(OracleResumeTest, WhoGetsWhatItMissedIsWhole) {
  away(5);
  EXPECT_EQ(script.oracle.received_by(cut).at(0).seq, 13U);
  EXPECT_EQ(script.oracle.received_by(cut).at(0).epoch, "e1");
  come_back();
  receive_missed();
  go_on();
  EXPECT_EQ(broken(), std::vector<std::string>{});
  EXPECT_EQ(script.oracle.findings().checks(rule::kResume), 1U);
}

TEST_F(OracleResumeTest, ABarThatIsLostOverTheCutIsFound) {
  away(5);
  come_back();
  missed.erase(missed.begin() + 2);
  receive_missed();
  go_on();
  EXPECT_EQ(broken(), only(rule::kGap));
}

TEST_F(OracleResumeTest, TheLastBarOfTheAbsenceIsFoundToo) {
  away(2);
  come_back();
  missed.pop_back();
  receive_missed();
  go_on();
  EXPECT_EQ(broken(), only(rule::kGap));
}

TEST_F(OracleResumeTest, ABarThatComesAgainIsFound) {
  away(2);
  come_back();
  script.receive(cut, missed.front());
  receive_missed();
  go_on();
  EXPECT_EQ(broken(), only(rule::kDuplicate));
}

TEST_F(OracleResumeTest, MissedBarsInTheWrongOrderAreFound) {
  away(3);
  come_back();
  std::swap(missed[0], missed[1]);
  receive_missed();
  go_on();
  EXPECT_EQ(broken(), only(rule::kOrder));
}

TEST_F(OracleResumeTest, BarsOfASnapshotTakeThePlaceOfUpdates) {
  const base::UtcTime from = script.bar_start;
  away(3);
  come_back();
  std::string bars;
  for (int i = -1; i < 3; ++i) {  // the first one, the tab has
    bars += fmt::format(
        R"({}{{"time":"{}","open":1,"high":2,"low":0.5,"close":1.5,"volume":1,"oi":null,"indicators":{{"RSI_14_100":1}}}})",
        bars.empty() ? "" : ",", base::time_text(from + std::chrono::seconds{i}));
  }
  std::string snapshot = script.snapshot(kView);
  snapshot.replace(snapshot.find(R"("bars":[])"), 9, R"("bars":[)" + bars + "]");
  script.receive(cut, snapshot);
  go_on();
  EXPECT_EQ(broken(), std::vector<std::string>{});
}

TEST_F(OracleResumeTest, ANewSessionIsNotItsOwn) {
  away(1);
  come_back(false, "ws_0123456789ab");
  const auto names = broken();
  EXPECT_NE(std::find(names.begin(), names.end(), rule::kResume), names.end());
}

TEST_F(OracleResumeTest, AnotherSessionIsNotItsOwn) {
  away(1);
  come_back(true, "ws_0123456789ab");
  const auto names = broken();
  EXPECT_NE(std::find(names.begin(), names.end(), rule::kResume), names.end());
}

TEST_F(OracleResumeTest, NothingMayComeBeforeResumed) {
  away(1);
  script.oracle.returning(cut);
  script.receive(cut,
                 fmt::format(R"({{"type":"connected","protocol":1,"ws_conn_id":"{}","user_id":"alice@example.com",)"
                             R"("session_id":null,"resumed":true}})",
                             Transcript::connection_id(cut)));
  receive_missed();
  EXPECT_EQ(broken(), only(rule::kResume));
}

TEST_F(OracleResumeTest, WhileTheTabIsAwayTheOthersAreOwedEverything) {
  script.oracle.cutting(cut, script.now);
  script.oracle.ended(cut, "reset", script.now);
  script.views.erase(cut);
  for (int i = 0; i < 8; ++i) script.pass(std::chrono::seconds{1});
  EXPECT_EQ(broken(), only(rule::kIndependence)) << "the other went silent with the cut";
}

TEST_F(OracleResumeTest, WhoCannotConnectAgainIsTold) {
  away(1);
  script.oracle.returning(cut);
  script.oracle.ended(cut, "HTTP 401", script.now);
  EXPECT_FALSE(broken().empty());
}

}  // namespace
}  // namespace subd::probe
