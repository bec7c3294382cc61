// A message that is delivered allocates nothing. A program of its own, because it replaces operator new.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "server/framing.hpp"
#include "session/session.hpp"
#include "support/allocation_count.hpp"
#include "support/client_outbox.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_directory.hpp"
#include "support/recording_subscriber.hpp"
#include "support/sanitizer.hpp"
#include "support/test_tokens.hpp"

namespace subd::server {
namespace {

using test::allocations;
using test::contains;

constexpr std::size_t kTabs = 50;
constexpr std::size_t kBursts = 200;
const std::vector<std::string> kSymbols{"NIFTY50", "TCS", "INFY"};

/// Tabs that take three streams each with views of their own, from the hub to the bytes of a send().
class DeliveryTest : public testing::Test {
 protected:
  struct Tab {
    Tab(session::SessionContext& context, std::string id) : session{context, transport, std::move(id)} {}
    test::CountingTransport transport;
    session::Session session;
  };

  DeliveryTest() {
    for (std::size_t tab = 0; tab < kTabs; ++tab) {
      tabs.push_back(std::make_unique<Tab>(context, "ws_" + std::to_string(tab)));
      session::Session& session = tabs.back()->session;
      session.open({"alice", "", "", false, clock.utc_now() + std::chrono::hours{1}});
      for (const std::string& symbol : kSymbols) {
        session.on_text(R"({"type":"subscribe","symbol":")" + symbol + R"(","timeframe":"1min","indicators":["A)" +
                        std::to_string(tab % 7) + R"(","B"]})");
      }
    }
    while (!market.requests.empty()) hub.attached(market.answer());
    send_all();
    for (std::size_t i = 0; i < kBursts; ++i) {
      std::vector<wire::UpdatePtr>& burst = bursts.emplace_back();
      for (std::uint32_t stream = 1; stream <= kSymbols.size(); ++stream) {
        burst.push_back(market.update(wire::StreamId{stream}, i % 5 == 0));
      }
    }
    // A young outbox gives back what it took to subscribe.
    for (const auto& burst : bursts) {
      hub.publish(burst);
      send_all();
    }
  }

  /// What every tab would be sent; the bytes of the last one stay in `scratch`.
  std::uint64_t send_all() {
    std::uint64_t messages = 0;
    for (const auto& tab : tabs) {
      scratch.clear();
      messages += frame_pending(tab->session.outbox(), scratch);
    }
    return messages;
  }

  test::FakeClock clock;
  test::ScriptedMarket market;
  hub::Hub hub{market, clock};
  test::FakeDirectory directory;
  auth::JwtVerifier verifier = test::test_verifier();
  session::Limits limits;
  session::ClientContext clients{verifier, clock, limits, {}};
  session::SessionContext context{clients, hub, directory};
  std::vector<std::unique_ptr<Tab>> tabs;
  std::vector<std::vector<wire::UpdatePtr>> bursts;
  std::string scratch;
};

TEST_F(DeliveryTest, AllocatesNothingOnceEveryOutboxHasItsRoom) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer brings its own operator new, and allocates for itself";
  const std::size_t before = allocations;
  market.update(wire::StreamId{1});
  ASSERT_GT(allocations, before) << "the count does not work";
  hub.publish(bursts[0]);
  send_all();

  const std::size_t made = allocations;
  std::uint64_t messages = 0;
  for (const auto& burst : bursts) {
    hub.publish(burst);
    messages += send_all();
  }
  EXPECT_EQ(allocations, made);
  EXPECT_EQ(messages, kBursts * kTabs * kSymbols.size());
  EXPECT_TRUE(contains(scratch, R"("indicators":{"B":)") || contains(scratch, R"("indicators":{"A)"));
}

TEST_F(DeliveryTest, AllocatesNothingWhereUpdatesGiveWayToNewerOnes) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer brings its own operator new, and allocates for itself";
  for (std::size_t i = 0; i < 10; ++i) hub.publish(bursts[i]);
  send_all();

  const std::size_t made = allocations;
  for (std::size_t i = 0; i < kBursts; ++i) {
    hub.publish(bursts[i]);
    if (i % 10 == 9) send_all();
  }
  EXPECT_EQ(allocations, made);
  EXPECT_GT(clients.counters.conflated, 0u);
}

TEST_F(DeliveryTest, AnOutboxThatIsNotUsedGivesItsRoomBack) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer brings its own operator new, and allocates for itself";
  session::Outbox& used = tabs[0]->session.outbox();
  session::Outbox& quiet = tabs[1]->session.outbox();
  hub::Subscription& subscription = *tabs[0]->session.subscriptions()[0];
  const auto use = [&](session::Outbox& outbox) {
    const std::size_t before = allocations;
    EXPECT_EQ(outbox.push_update(subscription, bursts[0][0]), session::PushOutcome::Queued);
    scratch.clear();
    EXPECT_EQ(frame_pending(outbox, scratch), 1u);
    return allocations - before;
  };
  use(used);
  use(quiet);
  for (int call = 0; call < 20; ++call) {
    EXPECT_EQ(use(used), 0u);
    used.on_timer();
    quiet.on_timer();
  }
  EXPECT_EQ(use(quiet), 1u);
}

}  // namespace
}  // namespace subd::server
