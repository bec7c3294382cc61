#include "feed/open_feed.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "temporary_file.hpp"

namespace subd::feed {
namespace {

constexpr base::UtcTime kNow{std::chrono::milliseconds{1'750'000'000'000}};
constexpr std::string_view kBars =
    "time,open,high,low,close\n2024-07-01T09:15:00Z,1,1,1,1\n2024-07-01T09:16:00Z,1,1,1,1\n";

/// What the operator is told; `opened` when there is nothing to complain about.
std::string complaint(const std::string& specification) {
  try {
    return open_feed(specification, kNow) != nullptr ? "opened" : "null";
  } catch (const SpecificationError& error) {
    return error.what();
  }
}

TEST(OpenFeed, SimNeedsNothing) {
  for (const char* text : {"sim", "sim:", "sim:seed=7", "sim:rate=0.5,seed=0", "sim:rate=1000"}) {
    EXPECT_EQ(complaint(text), "opened") << text;
  }
  EXPECT_EQ(open_feed("sim", kNow)->kind(), "sim");
}

TEST(OpenFeed, SimNamesWhatIsWrong) {
  EXPECT_EQ(complaint("sim:rate=0"),
            "feed: sim: rate must be a number of ticks per second and symbol from 0.001 to 1000, got '0'");
  EXPECT_EQ(complaint("sim:rate=1001").substr(0, 30), "feed: sim: rate must be a numb");
  EXPECT_EQ(complaint("sim:seed=-1"), "feed: sim: seed must be an integer from 0, got '-1'");
  EXPECT_EQ(complaint("sim:sead=1"), "feed: sim has no option 'sead'; allowed are seed, rate; did you mean seed?");
  EXPECT_EQ(complaint("sim:seed"), "feed: sim: option seed needs a value: seed=...");
  EXPECT_EQ(complaint("sim:seed=1,seed=2"), "feed: sim: option seed is given more than once");
}

TEST(OpenFeed, UnknownKindNamesTheKinds) {
  EXPECT_EQ(complaint("kyte"), "feed: there is no feed 'kyte'; allowed are sim, replay:FILE, kite, ssi:FILE and push");
  EXPECT_EQ(complaint(""), "feed: there is no feed ''; allowed are sim, replay:FILE, kite, ssi:FILE and push");
}

TEST(OpenFeed, SsiPlaysAFileOfMessages) {
  const test::TemporaryFile file{
      R"({"DataType":"R","Content":{"TradingDate":"05/01/2026","Time":"09:15:02","Symbol":"AAA"}})"};
  const auto feed = open_feed("ssi:" + file.path() + ",speed=2,loop", kNow);
  EXPECT_EQ(feed->kind(), "ssi");
  EXPECT_TRUE(feed->instruments()->find("AAA"));
  EXPECT_EQ(complaint("ssi:" + file.path() + ",speed=max"), "opened");
  EXPECT_EQ(complaint("ssi:" + file.path() + ",speed=fast"),
            "feed: ssi: speed must be real, max or a factor above 0 and up to 1000000, got 'fast'");
  EXPECT_EQ(complaint("ssi:" + file.path() + ",speed=max,loop"),
            "feed: ssi: loop cannot go with speed=max: it would never end; give a factor");
  EXPECT_EQ(complaint("ssi:" + file.path() + ",symbol=X"), "feed: ssi has no option 'symbol'; allowed are speed, loop");
  EXPECT_EQ(complaint("ssi"), "feed: ssi needs a file, as in ssi:day.jsonl,speed=max");
  EXPECT_EQ(complaint("ssi:/nowhere"), "feed: ssi: cannot read /nowhere: No such file or directory");
  EXPECT_EQ(complaint("ssi:/").substr(0, 35), "feed: ssi: / is a directory; a file");
}

TEST(OpenFeed, KiteServesWhatHasATokenOfKites) {
  const test::TemporaryFile file{"api_key=a\naccess_token=b\n"};
  std::filesystem::permissions(file.path(), std::filesystem::perms::owner_read);
  const auto feed = open_feed("kite:credentials=" + file.path() + ",links=1,url=ws://127.0.0.1:1/", kNow);
  EXPECT_EQ(feed->kind(), "kite");
  EXPECT_EQ(feed->recording().market, "kite");
  EXPECT_TRUE(feed->instruments()->find("NIFTY50"));
  EXPECT_TRUE(feed->instruments()->find("RELIANCE"));
  EXPECT_FALSE(feed->instruments()->find("NIFTY50FUT")) << "simulated only";
}

TEST(OpenFeed, KiteNamesWhatIsWrong) {
  EXPECT_EQ(complaint("kite:credentials=/nowhere"), "feed: kite: /nowhere: there is no such file");
  EXPECT_EQ(complaint("kite:url=http://x/"),
            "feed: kite: url must be wss://HOST[:PORT][/PATH] or ws://..., got 'http://x/'");
  EXPECT_EQ(complaint("kite:http=x"), "feed: kite: http must be https://HOST[:PORT][/PATH] or http://..., got 'x'");
  EXPECT_EQ(complaint("kite:links=0"), "feed: kite: links must be a whole number from 1 to 16, got '0'");
  EXPECT_EQ(complaint("kite:tokens_per_link=10001"),
            "feed: kite: tokens_per_link must be a whole number from 1 to 10000, got '10001'");
  EXPECT_EQ(complaint("kite:link=1"),
            "feed: kite has no option 'link'; allowed are url, http, credentials, links, tokens_per_link; did you mean "
            "links?");
}

TEST(OpenFeed, ReplayNamesWhatIsWrong) {
  const test::TemporaryFile file{kBars};
  const std::string base = "replay:" + file.path();
  EXPECT_EQ(complaint("replay"), "feed: replay needs a file, as in replay:bars.csv,speed=max");
  EXPECT_EQ(complaint("replay:,speed=max"), "feed: replay needs a file, as in replay:bars.csv,speed=max");
  EXPECT_EQ(complaint("replay:/nowhere/at.csv"),
            "feed: replay: cannot read /nowhere/at.csv: No such file or directory");
  EXPECT_EQ(complaint("replay:" + file.folder()),
            "feed: replay: " + file.folder() + " is a directory; a CSV file is needed");
  EXPECT_EQ(complaint(base + ",timeframe=2min"),
            "feed: replay: there is no timeframe '2min'; allowed are 1s 5s 15s 30s 1min 3min 5min 10min 15min 30min "
            "60min 1day");
  EXPECT_EQ(complaint(base + ",speed=0"),
            "feed: replay: speed must be real, max or a factor above 0 and up to 1000000, got '0'");
  EXPECT_EQ(complaint(base + ",speed=fast").substr(0, 26), "feed: replay: speed must b");
  EXPECT_EQ(complaint(base + ",loop=yes"), "feed: replay: option loop takes no value, got 'yes'");
  EXPECT_EQ(complaint(base + ",loop,speed=max").substr(0, 26), "feed: replay: loop cannot ");
  EXPECT_EQ(complaint(base + ",symbol=A B").substr(0, 27), "feed: replay: symbol must b");
  EXPECT_EQ(complaint(base + ",symbol=X,timeframe=1m,speed=2.5,loop"), "opened");
}

TEST(OpenFeed, ReplayNamesTheMissingColumn) {
  const test::TemporaryFile file{"time,open,high,low\n"};
  EXPECT_EQ(complaint("replay:" + file.path()),
            "feed: replay: " + file.path() +
                ": no column close; bars need open, high, low and close, ticks need price or last_price; there are "
                "time, open, high, low");
  const test::TemporaryFile empty{""};
  EXPECT_EQ(complaint("replay:" + empty.path()),
            "feed: replay: " + empty.path() + " is empty; a CSV file with a header is needed");
}

TEST(OpenFeed, ReplayNeedsATimeframeThatTheRowsDoNotTell) {
  const test::TemporaryFile file{"time,open,high,low,close\n2024-07-01T09:15:00Z,1,1,1,1\n"};
  EXPECT_NE(complaint("replay:" + file.path()).find("give it as timeframe=T, one of 1s"), std::string::npos);
  EXPECT_EQ(complaint("replay:" + file.path() + ",timeframe=5min"), "opened");
}

TEST(OpenFeed, TicksHaveNoTimeframe) {
  const test::TemporaryFile file{"ts_ms,price\n1,1\n"};
  EXPECT_EQ(complaint("replay:" + file.path() + ",timeframe=5min"),
            "feed: replay: timeframe=5min is of bars, but " + file.path() + " holds ticks");
}

TEST(OpenFeed, ReplayTakesTheSymbolFromTheFile) {
  const test::TemporaryFile file{kBars, "nifty 50.csv"};
  const auto table = open_feed("replay:" + file.path(), kNow)->instruments();
  ASSERT_EQ(table->size(), 1U);
  EXPECT_EQ(table->all()[0].symbol, "NIFTY_50");
  EXPECT_EQ(table->all()[0].exchange, "24x7");
}

TEST(OpenFeed, ReplayKnowsTheBuiltinInstruments) {
  const test::TemporaryFile file{kBars};
  const auto table = open_feed("replay:" + file.path() + ",symbol=NIFTY50", kNow)->instruments();
  EXPECT_EQ(table->all()[0].exchange, "NSE");
  EXPECT_EQ(table->all()[0].type, market::InstrumentType::Index);
}

TEST(OpenFeed, ReplayedSymbolIsDescribedByWhatIsKnown) {
  const test::TemporaryFile file{"timestamp,open,high,low,close\n2025-11-04 09:15:00,1,1,1,1\n"};
  market::InstrumentTable known;
  market::Instrument instrument;
  instrument.symbol = "WIPRO";
  instrument.exchange = "NSE";
  instrument.aliases = {"WIPRO LTD"};
  instrument.token = 969473;
  known.add(instrument);
  const auto table =
      open_feed("replay:" + file.path() + ",symbol=NSE:WIPRO,timeframe=1min", kNow, market::builtin_calendars(), known)
          ->instruments();
  ASSERT_EQ(table->size(), 1U);
  EXPECT_EQ(table->all()[0].symbol, "WIPRO");
  EXPECT_EQ(table->all()[0].exchange, "NSE");
  EXPECT_EQ(table->all()[0].token, 969473U);
}

}  // namespace
}  // namespace subd::feed
