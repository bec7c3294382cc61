#include "feed/tick_buffer.hpp"

#include <gtest/gtest.h>

#include <map>

namespace subd::feed {
namespace {

kite::Packet packet(std::uint32_t token, double price) {
  return {token, price, {}};
}

std::vector<std::pair<std::uint32_t, double>> drained(TickBuffer& buffer) {
  std::vector<std::pair<std::uint32_t, double>> out;
  for (; !buffer.empty(); buffer.pop_front()) {
    out.emplace_back(buffer.front().packet.token, buffer.front().packet.last_price);
  }
  return out;
}

TEST(TickBuffer, KeepsEveryTickInOrderBelowItsLimit) {
  TickBuffer buffer{6};
  for (int i = 1; i <= 3; ++i) {
    buffer.add(packet(1, i), {});
    buffer.add(packet(2, 10 * i), {});
  }
  EXPECT_EQ(drained(buffer),
            (std::vector<std::pair<std::uint32_t, double>>{{1, 1}, {2, 10}, {1, 2}, {2, 20}, {1, 3}, {2, 30}}));
  EXPECT_EQ(buffer.conflated(), 0U);
}

TEST(TickBuffer, BeyondItsLimitTheNewestOfEachTokenStays) {
  TickBuffer buffer{4};
  for (const int price : {1, 2, 3}) buffer.add(packet(1, price), {});
  buffer.add(packet(2, 20), {});
  buffer.add(packet(1, 4), {});
  EXPECT_EQ(drained(buffer), (std::vector<std::pair<std::uint32_t, double>>{{1, 3}, {2, 20}, {1, 4}}));
  EXPECT_EQ(buffer.conflated(), 2U);
}

TEST(TickBuffer, ATickThatWasTakenIsNotComingBack) {
  TickBuffer buffer{4};
  for (const int price : {1, 2, 3, 4}) buffer.add(packet(1, price), {});
  buffer.pop_front();
  buffer.pop_front();
  buffer.add(packet(2, 5), {});
  buffer.add(packet(2, 6), {});
  buffer.add(packet(2, 7), {});
  EXPECT_EQ(drained(buffer), (std::vector<std::pair<std::uint32_t, double>>{{1, 4}, {2, 6}, {2, 7}}));
}

TEST(TickBuffer, ABurstWithoutATakerCostsNoMemoryAndNeverTheNewest) {
  constexpr std::uint32_t kTokens = 500;
  TickBuffer buffer{2 * kTokens};
  std::map<std::uint32_t, double> newest;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint32_t token = static_cast<std::uint32_t>(i) * 7 % kTokens;
    newest[token] = i;
    buffer.add(packet(token, i), {});
    ASSERT_LE(buffer.size(), 2 * kTokens);
  }
  std::map<std::uint32_t, double> last;
  for (const auto& [token, price] : drained(buffer)) last[token] = price;
  EXPECT_EQ(last, newest);
}

}  // namespace
}  // namespace subd::feed
