#include "feed/upstream_interest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace subd::feed {
namespace {

using market::InstrumentId;
using market::QuoteMode;
using Calls = std::vector<std::string>;

constexpr InstrumentId kNifty{0};
constexpr InstrumentId kTcs{1};

/// Writes down what it is asked for.
class RecordingFeed final : public FeedSource {
 public:
  [[nodiscard]] std::string_view kind() const noexcept override { return "recording"; }
  [[nodiscard]] std::shared_ptr<const market::InstrumentTable> instruments() const override { return nullptr; }
  [[nodiscard]] market::Timeframe finest_timeframe(InstrumentId) const override { return market::Timeframe::S1; }
  [[nodiscard]] bool keeps_history() const noexcept override { return false; }
  [[nodiscard]] Recording recording() const override { return {}; }
  void subscribe(InstrumentId instrument, QuoteMode mode) override {
    calls.push_back("+" + std::to_string(static_cast<unsigned>(instrument)) + " " +
                    std::string{market::quote_mode_name(mode)});
  }
  void unsubscribe(InstrumentId instrument) override {
    calls.push_back("-" + std::to_string(static_cast<unsigned>(instrument)));
  }
  [[nodiscard]] Backfill backfill(InstrumentId, market::Timeframe, std::size_t, base::UtcTime) override { return {}; }
  std::optional<base::UtcTime> advance(FeedSink&, base::UtcTime) override { return std::nullopt; }
  [[nodiscard]] FeedCounters counters() const noexcept override { return {}; }

  Calls take() { return std::exchange(calls, {}); }
  Calls calls;
};

class UpstreamInterestTest : public testing::Test {
 protected:
  RecordingFeed feed;
  UpstreamInterest interest{feed, 2};
};

TEST_F(UpstreamInterestTest, TheFirstWhoWantsSubscribesAndTheLastToDropUnsubscribes) {
  interest.want(Consumer::Ticks, kNifty, QuoteMode::Quote);
  interest.want(Consumer::Streams, kNifty, QuoteMode::Quote);
  EXPECT_EQ(feed.take(), Calls{"+0 quote"});
  interest.drop(Consumer::Ticks, kNifty);
  EXPECT_EQ(feed.take(), Calls{});
  interest.drop(Consumer::Streams, kNifty);
  EXPECT_EQ(feed.take(), Calls{"-0"});
  EXPECT_FALSE(interest.mode(kNifty).has_value());
}

TEST_F(UpstreamInterestTest, TheHighestModeThatAnybodyWantsIsAskedFor) {
  interest.want(Consumer::Ticks, kNifty, QuoteMode::Ltp);
  interest.want(Consumer::Streams, kNifty, QuoteMode::Full);
  interest.want(Consumer::Ticks, kNifty, QuoteMode::Quote);
  EXPECT_EQ(feed.take(), (Calls{"+0 ltp", "+0 full"}));
  interest.drop(Consumer::Streams, kNifty);
  EXPECT_EQ(feed.take(), Calls{"+0 quote"});
  EXPECT_EQ(interest.mode(kNifty), QuoteMode::Quote);
}

TEST_F(UpstreamInterestTest, AWishThatChangesNothingDoesNotReachTheFeed) {
  interest.want(Consumer::Streams, kNifty, QuoteMode::Full);
  feed.take();
  interest.want(Consumer::Streams, kNifty, QuoteMode::Full);
  interest.want(Consumer::Ticks, kNifty, QuoteMode::Ltp);
  interest.want(Consumer::Ticks, kNifty, QuoteMode::Full);
  interest.drop(Consumer::Ticks, kNifty);
  interest.drop(Consumer::Ticks, kTcs);
  EXPECT_EQ(feed.take(), Calls{});
}

TEST_F(UpstreamInterestTest, InstrumentsDoNotTouchEachOther) {
  interest.want(Consumer::Ticks, kNifty, QuoteMode::Full);
  interest.want(Consumer::Ticks, kTcs, QuoteMode::Ltp);
  interest.drop(Consumer::Ticks, kNifty);
  EXPECT_EQ(feed.take(), (Calls{"+0 full", "+1 ltp", "-0"}));
  EXPECT_EQ(interest.mode(kTcs), QuoteMode::Ltp);
}

TEST_F(UpstreamInterestTest, CountsInstrumentsByModeAndWhatItAskedFor) {
  interest.want(Consumer::Ticks, kNifty, QuoteMode::Ltp);
  interest.want(Consumer::Ticks, kTcs, QuoteMode::Ltp);
  interest.want(Consumer::Streams, kTcs, QuoteMode::Quote);
  EXPECT_EQ(interest.count(QuoteMode::Ltp), 1U);
  EXPECT_EQ(interest.count(QuoteMode::Quote), 1U);
  interest.drop(Consumer::Ticks, kNifty);
  EXPECT_EQ(interest.count(QuoteMode::Ltp), 0U);
  EXPECT_EQ(interest.counters().subscribed, 2U);
  EXPECT_EQ(interest.counters().mode_changes, 1U);
  EXPECT_EQ(interest.counters().unsubscribed, 1U);
}

}  // namespace
}  // namespace subd::feed
