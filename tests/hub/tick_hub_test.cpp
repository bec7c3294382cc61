#include "hub/tick_hub.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/fake_clock.hpp"
#include "support/recording_ticks.hpp"

namespace subd::hub {
namespace {

using market::InstrumentId;
using market::QuoteMode;
using std::chrono::milliseconds;
using Lines = std::vector<std::string>;

constexpr InstrumentId kNifty{1};
constexpr InstrumentId kTcs{2};

/// Writes down what reaches it: instrument, mode and number.
class Taker final : public TickSubscriber {
 public:
  void offer(TickSubscription& subscription, const wire::TickPtr& tick) noexcept override {
    lines.push_back(std::to_string(static_cast<unsigned>(tick->instrument)) + " " +
                    std::string{market::quote_mode_name(subscription.form.mode)} + " #" + std::to_string(tick->seq));
  }
  void attached(const TickAsk& ask, const UpstreamStatus&) override { lines.push_back("attached " + ask.id); }
  [[nodiscard]] TickSubscription* find(InstrumentId instrument) const noexcept override {
    const auto it =
        std::find_if(held.begin(), held.end(), [&](const auto* one) { return one->instrument == instrument; });
    return it != held.end() ? *it : nullptr;
  }
  void upstream_changed(const UpstreamStatus& upstream) override {
    lines.push_back(std::string{"upstream "} + upstream.state);
  }
  Lines take() { return std::exchange(lines, {}); }

  std::vector<TickSubscription*> held;
  Lines lines;
};

class TickHubTest : public testing::Test {
 protected:
  void ask(Taker& taker, std::vector<InstrumentId> instruments, QuoteMode mode, milliseconds throttle = {},
           wire::TickFormat format = wire::TickFormat::Json) {
    std::vector<TickWish> wishes;
    for (const InstrumentId instrument : instruments) wishes.push_back({instrument, {format, mode}, throttle});
    hub.subscribe(taker, wishes, {TickAsk::Kind::Add, "r"}, taker.held);
  }
  void answer_all() {
    while (!market.requests.empty()) hub.attached(market.answer());
  }
  void subscribe(Taker& taker, std::vector<InstrumentId> instruments, QuoteMode mode, milliseconds throttle = {}) {
    ask(taker, std::move(instruments), mode, throttle);
    answer_all();
    taker.take();
  }
  void drop(Taker& taker, InstrumentId instrument) {
    TickSubscription* subscription = taker.find(instrument);
    std::erase(taker.held, subscription);
    hub.close({&subscription, 1});
  }
  void publish(InstrumentId instrument, double price) {
    const std::vector<wire::TickPtr> burst{market.tick(instrument, price)};
    hub.publish(burst);
  }

  test::FakeClock clock;
  test::ScriptedTicks market;
  TickHub hub{market, clock};
  Taker alice;
  Taker bob;
};

TEST_F(TickHubTest, ATickReachesExactlyThoseWhoTakeItsInstrument) {
  subscribe(alice, {kNifty}, QuoteMode::Quote);
  subscribe(bob, {kTcs}, QuoteMode::Full);
  publish(kNifty, 100);
  publish(kTcs, 50);
  EXPECT_EQ(alice.take(), Lines{"1 quote #1"});
  EXPECT_EQ(bob.take(), Lines{"2 full #2"});
}

TEST_F(TickHubTest, TheMarketHearsOfFirstAndLastOfAForm) {
  subscribe(alice, {kNifty, kTcs}, QuoteMode::Quote);
  EXPECT_EQ(market.take_calls(), (Lines{"1:jq", "2:jq"}));
  subscribe(bob, {kNifty}, QuoteMode::Quote);
  EXPECT_EQ(market.take_calls(), Lines{});
  drop(alice, kNifty);
  EXPECT_EQ(market.take_calls(), Lines{});
  drop(bob, kNifty);
  EXPECT_EQ(market.take_calls(), Lines{"1:"});
  EXPECT_EQ(hub.instrument_count(), 1U);
  EXPECT_EQ(hub.subscription_count(), 1U);
}

TEST_F(TickHubTest, NothingComesBeforeTheReplyAndThenTheNewestTick) {
  publish(kNifty, 100);
  ask(alice, {kNifty, kTcs}, QuoteMode::Quote);
  publish(kNifty, 101);
  EXPECT_EQ(alice.take(), Lines{});
  answer_all();
  EXPECT_EQ(alice.take(), (Lines{"attached r", "1 quote #2"}));
}

TEST_F(TickHubTest, AnotherModeComesIntoForceWithItsReply) {
  subscribe(alice, {kNifty}, QuoteMode::Ltp);
  market.take_calls();
  ask(alice, {kNifty}, QuoteMode::Full);
  EXPECT_EQ(market.take_calls(), Lines{"1:jl jf"});
  publish(kNifty, 100);
  EXPECT_EQ(alice.take(), Lines{"1 ltp #1"});
  answer_all();
  EXPECT_EQ(market.take_calls(), Lines{"1:jf"});
  EXPECT_EQ(alice.take(), (Lines{"attached r", "1 full #1"}));
  publish(kNifty, 101);
  EXPECT_EQ(alice.take(), Lines{"1 full #2"});
}

TEST_F(TickHubTest, OfRequestsUnderWayTheNewestWins) {
  ask(alice, {kNifty}, QuoteMode::Ltp);
  ask(alice, {kNifty}, QuoteMode::Full);
  ask(alice, {kNifty}, QuoteMode::Ltp);
  answer_all();
  alice.take();
  EXPECT_EQ(market.taken[kNifty].highest(), QuoteMode::Ltp);
  publish(kNifty, 100);
  EXPECT_EQ(alice.take(), Lines{"1 ltp #1"});
  drop(alice, kNifty);
  EXPECT_TRUE(market.taken.empty());
}

TEST_F(TickHubTest, ALateReplyDoesNotReviveWhatWasGivenUp) {
  ask(alice, {kNifty}, QuoteMode::Ltp);
  drop(alice, kNifty);
  answer_all();
  publish(kNifty, 100);
  EXPECT_EQ(alice.take(), Lines{"attached r"});
  EXPECT_TRUE(market.taken.empty());
}

TEST_F(TickHubTest, ARequestOfWhoLeftIsForgotten) {
  hub.join(alice);
  ask(alice, {kNifty}, QuoteMode::Ltp);
  drop(alice, kNifty);
  hub.leave(alice);
  answer_all();
  hub.upstream_changed({"stale", {}});
  EXPECT_EQ(alice.take(), Lines{});
}

TEST_F(TickHubTest, PricesAloneAreToldOnlyWhenTheyChange) {
  subscribe(alice, {kNifty}, QuoteMode::Ltp);
  subscribe(bob, {kNifty}, QuoteMode::Quote);
  publish(kNifty, 100);
  publish(kNifty, 100);
  publish(kNifty, 101);
  EXPECT_EQ(alice.take(), (Lines{"1 ltp #1", "1 ltp #3"}));
  EXPECT_EQ(bob.take(), (Lines{"1 quote #1", "1 quote #2", "1 quote #3"}));
}

TEST_F(TickHubTest, AThrottleDeliversTheNewestWhenItIsOver) {
  subscribe(alice, {kNifty}, QuoteMode::Ltp, milliseconds{100});
  publish(kNifty, 100);
  publish(kNifty, 101);
  publish(kNifty, 102);
  EXPECT_EQ(alice.take(), Lines{"1 ltp #1"});
  EXPECT_EQ(hub.release_held(), clock.mono_now() + milliseconds{100});
  clock.advance(milliseconds{100});
  EXPECT_FALSE(hub.release_held().has_value());
  EXPECT_EQ(alice.take(), Lines{"1 ltp #3"});
  publish(kNifty, 103);
  EXPECT_EQ(alice.take(), Lines{});
  clock.advance(milliseconds{100});
  hub.release_held();
  EXPECT_EQ(alice.take(), Lines{"1 ltp #4"});
}

TEST_F(TickHubTest, ATickThatComesWhenTheThrottleIsOverReplacesTheHeldOne) {
  subscribe(alice, {kNifty}, QuoteMode::Ltp, milliseconds{100});
  publish(kNifty, 100);
  publish(kNifty, 101);
  clock.advance(milliseconds{100});
  publish(kNifty, 102);
  EXPECT_EQ(alice.take(), (Lines{"1 ltp #1", "1 ltp #3"}));
  EXPECT_FALSE(hub.release_held().has_value());
}

TEST_F(TickHubTest, HeldTicksLeaveInTheOrderOfTheirTimesWhoeverIsGivenUpBetween) {
  std::vector<InstrumentId> instruments;
  for (std::uint32_t i = 10; i < 40; ++i) instruments.push_back(InstrumentId{i});
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    subscribe(alice, {instruments[i]}, QuoteMode::Ltp, milliseconds{1 + (i * 7) % 30});
  }
  for (const InstrumentId instrument : instruments) publish(instrument, 1);
  for (const InstrumentId instrument : instruments) publish(instrument, 2);
  for (std::size_t i = 0; i < instruments.size(); i += 3) drop(alice, instruments[i]);
  alice.take();
  std::size_t delivered = 0;
  auto next = hub.release_held();
  while (next) {
    ASSERT_GT(*next, clock.mono_now());
    clock.advance(std::chrono::duration_cast<milliseconds>(*next - clock.mono_now()));
    next = hub.release_held();
    ASSERT_FALSE(alice.lines.empty());
    delivered += alice.take().size();
  }
  EXPECT_EQ(delivered, 20U);
}

TEST_F(TickHubTest, EveryoneWhoJoinedHearsOfTheUpstreamOnce) {
  hub.join(alice);
  subscribe(alice, {kNifty, kTcs}, QuoteMode::Ltp);
  hub.upstream_changed({"stale", {}});
  EXPECT_EQ(alice.take(), Lines{"upstream stale"});
  EXPECT_EQ(bob.take(), Lines{});
}

}  // namespace
}  // namespace subd::hub
