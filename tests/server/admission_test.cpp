#include "server/admission.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace subd::server {
namespace {

using session::ClientKind;

base::IpAddress address(std::string_view text) {
  return *base::IpAddress::parse(text);
}

TEST(Admission, GivesNoMorePlacesThanItHas) {
  Admission admission{{.connections = 2}};
  const auto first = admission.take();
  const auto second = admission.take();
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(admission.take());
  EXPECT_EQ(admission.taken(), 2u);
  EXPECT_EQ(admission.full().detail(), "all connections of this server are taken");
}

TEST(Admission, APlaceComesBackOnceHoweverOftenItMoves) {
  Admission admission{{.connections = 1, .per_address = 1, .per_user = 1}};
  {
    auto place = admission.take();
    EXPECT_FALSE(place.come_from(address("192.0.2.1")));
    EXPECT_FALSE(place.enter(ClientKind::Ticks, address("192.0.2.1"), "alice"));
    Admission::Place moved = std::move(place);
    Admission::Place assigned;
    assigned = std::move(moved);
    EXPECT_EQ(admission.taken(), 1u);
    EXPECT_EQ(admission.counted_keys(), 2u);
  }
  EXPECT_EQ(admission.taken(), 0u);
  EXPECT_EQ(admission.counted_keys(), 0u);
}

TEST(Admission, APlaceThatIsReplacedGivesEverythingBack) {
  Admission admission{{.connections = 2, .per_address = 1}};
  auto place = admission.take();
  EXPECT_FALSE(place.come_from(address("192.0.2.1")));
  place = {};
  EXPECT_EQ(admission.taken(), 0u);
  EXPECT_EQ(admission.counted_keys(), 0u);
}

TEST(Admission, AnEmptyPlaceGivesNothingBack) {
  Admission admission{{.connections = 1}};
  const auto only = admission.take();
  { const auto none = admission.take(); }
  EXPECT_EQ(admission.taken(), 1u);
}

TEST(Admission, CountsAddressesApart) {
  Admission admission{{.per_address = 1}};
  auto first = admission.take();
  auto second = admission.take();
  auto third = admission.take();
  EXPECT_FALSE(first.come_from(address("192.0.2.1")));
  const auto refusal = second.come_from(address("::ffff:192.0.2.1"));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason(), "address_limit");
  EXPECT_EQ(refusal->detail(), "at most 1 connections from one address");
  EXPECT_FALSE(third.come_from(address("192.0.2.2")));
}

TEST(Admission, BoundsUnfinishedHandshakes) {
  Admission admission{{.handshakes = 3, .handshakes_per_address = 1}};
  Admission::Handshake first;
  Admission::Handshake again;
  Admission::Handshake proxied;
  Admission::Handshake last;
  EXPECT_FALSE(admission.begin(first, address("192.0.2.1"), false));
  EXPECT_EQ(admission.begin(again, address("192.0.2.1"), false)->reason(), "tls_handshake_address_limit");
  EXPECT_FALSE(admission.begin(proxied, address("192.0.2.1"), true));
  EXPECT_FALSE(admission.begin(again, address("192.0.2.2"), false));
  EXPECT_EQ(admission.begin(last, address("192.0.2.3"), false)->detail(), "at most 3 unfinished handshakes");
  first = {};
  EXPECT_FALSE(admission.begin(last, address("192.0.2.1"), false));
}

TEST(Admission, AChangedLimitIsForThoseThatCome) {
  Admission admission{{.connections = 2, .per_user = 0}};
  auto first = admission.take();
  auto second = admission.take();
  EXPECT_FALSE(first.belong_to("alice"));
  admission.change({.connections = 3, .per_user = 1});
  auto third = admission.take();
  EXPECT_TRUE(third);
  EXPECT_FALSE(second.belong_to("alice"));  // the first was let in uncounted
  EXPECT_TRUE(third.belong_to("alice"));
  admission.change({.connections = 1, .per_user = 0});
  EXPECT_FALSE(third.belong_to("alice"));
  EXPECT_FALSE(admission.take());
  EXPECT_EQ(admission.full().allowed, 1u);
}

TEST(Admission, CountsIPv6ByItsNetworkOf64Bits) {
  Admission admission{{.per_address = 1}};
  auto first = admission.take();
  auto neighbour = admission.take();
  EXPECT_FALSE(first.come_from(address("2001:db8:0:1::1")));
  EXPECT_TRUE(neighbour.come_from(address("2001:db8:0:1:ffff::2")));
  EXPECT_FALSE(neighbour.come_from(address("2001:db8:0:2::1")));
}

TEST(Admission, AnotherAddressTakesThePlaceOfTheOneBefore) {
  Admission admission{{.per_address = 1}};
  auto mover = admission.take();
  auto other = admission.take();
  EXPECT_FALSE(mover.come_from(address("192.0.2.1")));
  EXPECT_FALSE(mover.come_from(address("192.0.2.1"))) << "its own address is not in its way";
  EXPECT_FALSE(mover.come_from(address("192.0.2.2")));
  EXPECT_FALSE(other.come_from(address("192.0.2.1")));
  EXPECT_TRUE(mover.come_from(address("192.0.2.1")));
  EXPECT_EQ(admission.counted_keys(), 2u) << "refused, it stays where it was";
}

TEST(Admission, AnEndpointIsCountedByAddressAndKind) {
  AdmissionLimits limits;
  limits.per_address_of_kind[static_cast<std::size_t>(ClientKind::Ticks)] = 1;
  Admission admission{limits};
  auto first = admission.take();
  auto second = admission.take();
  EXPECT_FALSE(first.enter(ClientKind::Ticks, address("192.0.2.1"), "alice"));
  const auto refusal = second.enter(ClientKind::Ticks, address("192.0.2.1"), "bob");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason(), "endpoint_address_limit");
  EXPECT_FALSE(second.enter(ClientKind::Indicators, address("192.0.2.1"), "bob"));
}

TEST(Admission, WhoIsRefusedForItsUserLeavesTheEndpointAgain) {
  AdmissionLimits limits{.per_user = 1};
  limits.per_address_of_kind[static_cast<std::size_t>(ClientKind::Ticks)] = 5;
  Admission admission{limits};
  auto first = admission.take();
  auto second = admission.take();
  EXPECT_FALSE(first.enter(ClientKind::Indicators, address("192.0.2.1"), "alice"));
  const auto refusal = second.enter(ClientKind::Ticks, address("192.0.2.1"), "alice");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason(), "user_limit");
  EXPECT_EQ(admission.counted_keys(), 1u);
}

TEST(Admission, AUserWhoComesLateIsCountedToo) {
  Admission admission{{.per_user = 1}};
  auto first = admission.take();
  auto second = admission.take();
  EXPECT_FALSE(first.enter(ClientKind::Indicators, address("192.0.2.1"), {}));
  EXPECT_FALSE(second.enter(ClientKind::Indicators, address("192.0.2.1"), "alice"));
  EXPECT_TRUE(first.belong_to("alice"));
  EXPECT_FALSE(first.belong_to("bob"));
}

TEST(Admission, WithoutLimitsNothingIsCounted) {
  Admission admission{{}};
  auto place = admission.take();
  EXPECT_FALSE(place.come_from(address("192.0.2.1")));
  EXPECT_FALSE(place.enter(ClientKind::Kite, address("192.0.2.1"), "alice"));
  EXPECT_EQ(admission.counted_keys(), 0u);
}

TEST(Admission, CountsEveryKindOfClient) {
  for (std::size_t kind = 0; kind < session::kClientKinds; ++kind) {
    EXPECT_FALSE(session::client_kind_name(static_cast<ClientKind>(kind)).empty()) << kind;
    EXPECT_TRUE(session::client_path(static_cast<ClientKind>(kind)).starts_with('/')) << kind;
  }
  EXPECT_TRUE(session::client_kind_name(static_cast<ClientKind>(session::kClientKinds)).empty())
      << "session::kClientKinds does not have the newest kind";
}

/// Comes and goes as connections do, with addresses and users that the threads share.
void come_and_go(Admission& admission, std::uint32_t seed, std::atomic<std::size_t>& refused) {
  std::minstd_rand random{seed};
  std::vector<Admission::Place> held;
  for (int step = 0; step < 20'000; ++step) {
    if (held.size() > 20 || (!held.empty() && random() % 2 == 0)) {
      std::swap(held[random() % held.size()], held.back());
      held.pop_back();
      continue;
    }
    auto place = admission.take();
    if (!place || place.come_from(address("192.0.2." + std::to_string(random() % 4)))) continue;
    if (place.enter(ClientKind::Ticks, address("192.0.2.1"), random() % 2 == 0 ? "alice" : "bob")) {
      refused.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    held.push_back(std::move(place));
  }
}

TEST(Admission, ThreadsThatComeAndGoLeaveNothingBehind) {
  Admission admission{{.connections = 30, .per_address = 8, .per_user = 10}};
  std::atomic<std::size_t> refused{0};
  std::vector<std::thread> threads;
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    threads.emplace_back([&, seed] { come_and_go(admission, seed, refused); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(refused.load(), 0u) << "the limits were never reached";
  EXPECT_EQ(admission.taken(), 0u);
  EXPECT_EQ(admission.counted_keys(), 0u);
}

}  // namespace
}  // namespace subd::server
