#include "channel/broadcaster.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "channel/catalogue.hpp"
#include "channel/market_fixture.hpp"
#include "support/fake_clock.hpp"

namespace subd::channel {
namespace {

using std::chrono::milliseconds;
using test::kAaa;
using test::kIndex;
using test::tick;

constexpr auto kMorning = "2026-01-05T02:15:00Z";

class RecordingUpstream final : public Upstream {
 public:
  void subscribe(market::InstrumentId instrument, market::QuoteMode mode) override { modes[instrument] = mode; }
  void unsubscribe(market::InstrumentId instrument) override { modes.erase(instrument); }
  std::map<market::InstrumentId, market::QuoteMode> modes;
};

class RecordingSink final : public MessageSink {
 public:
  void publish(std::span<const HubNumber> hubs, const Message& message) override {
    for (const HubNumber hub : hubs) sent.emplace_back(hub, message);
  }
  std::vector<std::pair<HubNumber, Message>> sent;
};

class BroadcasterTest : public testing::Test {
 protected:
  static std::vector<market::InstrumentId> all(const market::InstrumentTable& table) {
    std::vector<market::InstrumentId> out;
    for (std::uint32_t i = 0; i < table.size(); ++i) out.push_back(market::InstrumentId{i});
    return out;
  }
  std::uint64_t builds(ChannelId channel) { return broadcaster.reports()[static_cast<std::size_t>(channel)].builds; }
  /// A change to what the market and index channels show, and the turn that it comes in.
  void change() {
    broadcaster.state().on_tick(tick(kIndex, kMorning, ++value));
    broadcaster.publish_due();
  }
  void pass(milliseconds time) {
    clock.advance(time);
    broadcaster.publish_due();
  }

  market::InstrumentTable table = test::channel_instruments();
  test::FakeClock clock;
  RecordingUpstream upstream;
  RecordingSink sink;
  Broadcaster broadcaster{table, upstream, sink, clock, {.throttle = milliseconds{500}, .scope = all(table)}};
  ChannelId market = *find_channel("market");
  ChannelId index = *find_channel("index");
  double value = 0;
};

TEST_F(BroadcasterTest, NothingIsBuiltThatNobodyTakes) {
  for (int i = 0; i < 100; ++i) {
    change();
    pass(milliseconds{100});
  }
  for (const BuildReport& report : broadcaster.reports()) EXPECT_EQ(report.builds, 0U);
  EXPECT_TRUE(sink.sent.empty());
  EXPECT_TRUE(upstream.modes.empty());
  EXPECT_EQ(broadcaster.publish_due(), std::nullopt);
}

TEST_F(BroadcasterTest, WhoComesGetsWhatIsKnownAtOnce) {
  change();
  broadcaster.want(0, index, true);
  ASSERT_EQ(sink.sent.size(), 1U);
  EXPECT_NE(sink.sent[0].second.text->find(R"("value":1)"), std::string::npos);
  EXPECT_EQ(builds(index), 1U);
  EXPECT_EQ(builds(market), 0U) << "nobody takes that one";
}

TEST_F(BroadcasterTest, ChangesOfOneWindowAreOneMessageAtItsEnd) {
  broadcaster.want(0, index, true);
  sink.sent.clear();
  change();
  pass(milliseconds{499});
  change();
  EXPECT_TRUE(sink.sent.empty());
  pass(milliseconds{1});
  ASSERT_EQ(sink.sent.size(), 1U);
  EXPECT_NE(sink.sent[0].second.text->find(R"("value":2)"), std::string::npos) << "the newest state";
  pass(milliseconds{10'000});
  EXPECT_EQ(sink.sent.size(), 1U) << "nothing changed";
}

TEST_F(BroadcasterTest, SaysWhenItsNextMessageIsDue) {
  broadcaster.want(0, index, true);
  EXPECT_EQ(broadcaster.publish_due(), std::nullopt);
  const auto due = clock.mono_now() + milliseconds{500};
  change();
  clock.advance(milliseconds{100});
  EXPECT_EQ(broadcaster.publish_due(), due);
}

TEST_F(BroadcasterTest, AMessageIsMadeOnceForAllWhoTakeIt) {
  broadcaster.want(0, index, true);
  broadcaster.want(1, index, true);
  EXPECT_EQ(builds(index), 1U);
  change();
  pass(milliseconds{500});
  EXPECT_EQ(builds(index), 2U);
  ASSERT_EQ(sink.sent.size(), 4U);
  EXPECT_EQ(sink.sent[2].first, 0U);
  EXPECT_EQ(sink.sent[3].first, 1U);
  EXPECT_EQ(sink.sent[2].second.text, sink.sent[3].second.text) << "one text, shared";
}

TEST_F(BroadcasterTest, TheLastOneWhoLeavesEndsTheWork) {
  broadcaster.want(0, index, true);
  change();
  broadcaster.want(0, index, false);
  pass(milliseconds{500});
  EXPECT_EQ(builds(index), 1U);
  broadcaster.want(0, index, true);
  EXPECT_EQ(builds(index), 2U) << "what comes then is of then";
  EXPECT_NE(sink.sent.back().second.text->find(R"("value":1)"), std::string::npos);
}

TEST_F(BroadcasterTest, UpstreamIsAskedForTheMostThatIsWanted) {
  broadcaster.want(0, index, true);
  EXPECT_EQ(upstream.modes, (std::map<market::InstrumentId, market::QuoteMode>{{kIndex, market::QuoteMode::Quote}}));
  broadcaster.want(0, market, true);
  EXPECT_EQ(upstream.modes.size(), 4U);
  EXPECT_EQ(upstream.modes[kAaa], market::QuoteMode::Full);
  broadcaster.want(0, market, false);
  EXPECT_EQ(upstream.modes.size(), 1U);
  broadcaster.want(0, index, false);
  EXPECT_TRUE(upstream.modes.empty());
}

}  // namespace
}  // namespace subd::channel
