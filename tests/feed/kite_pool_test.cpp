#include "feed/kite_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <variant>

namespace subd::feed {
namespace {

using market::QuoteMode;
using Tokens = std::vector<std::uint32_t>;

/// What a server makes of what it is told: the tokens of each link with their modes. Fails where a token would be
/// subscribed twice or a link has too many.
class Server {
 public:
  Server(KitePool& pool, std::size_t links, std::size_t limit) : pool_{pool}, limit_{limit}, links_(links) {}

  void connect(std::size_t link) {
    links_[link].clear();
    pool_.link_up(link);
  }
  void cut(std::size_t link) {
    links_[link].clear();
    pool_.link_down(link);
  }
  /// Everything that is to be said, on every link.
  void listen() {
    for (std::size_t i = 0; i < links_.size(); ++i) {
      for (auto requests = pool_.next(i); !requests.empty(); requests = pool_.next(i)) {
        for (const kite::Request& request : requests) apply(links_[i], request);
        EXPECT_LE(links_[i].size(), limit_);
      }
    }
    EXPECT_FALSE(pool_.has_pending());
  }
  /// Every token with its mode; the links taken together.
  [[nodiscard]] std::map<std::uint32_t, QuoteMode> all() const {
    std::map<std::uint32_t, QuoteMode> out;
    for (const auto& link : links_) {
      for (const auto& [token, mode] : link) EXPECT_TRUE(out.emplace(token, mode).second) << token << " twice";
    }
    return out;
  }
  [[nodiscard]] std::size_t size(std::size_t link) const { return links_[link].size(); }
  [[nodiscard]] std::size_t messages() const noexcept { return messages_; }
  [[nodiscard]] std::size_t longest() const noexcept { return longest_; }

 private:
  using Link = std::map<std::uint32_t, QuoteMode>;

  void apply(Link& link, const kite::Request& request) {
    ++messages_;
    if (const auto* subscribe = std::get_if<kite::SubscribeRequest>(&request)) {
      longest_ = std::max(longest_, subscribe->tokens.size());
      for (const auto token : subscribe->tokens) EXPECT_TRUE(link.emplace(token, QuoteMode::Quote).second);
    } else if (const auto* unsubscribe = std::get_if<kite::UnsubscribeRequest>(&request)) {
      for (const auto token : unsubscribe->tokens) EXPECT_EQ(link.erase(token), 1U);
    } else {
      const auto& mode = std::get<kite::ModeRequest>(request);
      for (const auto token : mode.tokens) {
        EXPECT_TRUE(link.contains(token));
        link[token] = mode.mode;
      }
    }
  }

  KitePool& pool_;
  std::size_t limit_;
  std::vector<Link> links_;
  std::size_t messages_ = 0;
  std::size_t longest_ = 0;
};

TEST(KitePool, SubscribesInTheModeThatWasAskedFor) {
  KitePool pool{1, 10};
  Server server{pool, 1, 10};
  server.connect(0);
  pool.want(1, QuoteMode::Full);
  pool.want(2, QuoteMode::Ltp);
  server.listen();
  EXPECT_EQ(server.all(), (std::map<std::uint32_t, QuoteMode>{{1, QuoteMode::Full}, {2, QuoteMode::Ltp}}));
  EXPECT_EQ(pool.modes()[0], (KitePool::ModeCounts{1, 0, 1}));
}

TEST(KitePool, AnotherModeIsSaidAloneAndTheSameNotAtAll) {
  KitePool pool{1, 10};
  pool.link_up(0);
  pool.want(1, QuoteMode::Ltp);
  EXPECT_EQ(pool.next(0).size(), 2U);
  pool.want(1, QuoteMode::Full);
  const auto requests = pool.next(0);
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(std::get<kite::ModeRequest>(requests[0]).mode, QuoteMode::Full);
  pool.want(1, QuoteMode::Full);
  EXPECT_TRUE(pool.next(0).empty());
}

TEST(KitePool, WhatCameAndWentIsNeverSaid) {
  KitePool pool{1, 10};
  pool.link_up(0);
  pool.want(1, QuoteMode::Full);
  pool.drop(1);
  EXPECT_TRUE(pool.next(0).empty());
  pool.want(2, QuoteMode::Full);
  EXPECT_EQ(pool.next(0).size(), 2U);
  pool.drop(2);
  pool.want(2, QuoteMode::Full);
  EXPECT_TRUE(pool.next(0).empty());
  pool.drop(7);
  EXPECT_FALSE(pool.has_pending());
}

TEST(KitePool, WaitsForALinkAndSaysEverythingOnceItIsUp) {
  KitePool pool{1, 10};
  pool.want(1, QuoteMode::Full);
  pool.want(2, QuoteMode::Quote);
  EXPECT_EQ(pool.waiting(), 2U);
  EXPECT_TRUE(pool.next(0).empty());
  Server server{pool, 1, 10};
  server.connect(0);
  EXPECT_EQ(pool.waiting(), 0U);
  server.listen();
  EXPECT_EQ(server.all().size(), 2U);
}

TEST(KitePool, SaysMuchInBatches) {
  KitePool pool{1, 3000};
  Server server{pool, 1, 3000};
  server.connect(0);
  for (std::uint32_t token = 1; token <= 3000; ++token) pool.want(token, QuoteMode::Full);
  server.listen();
  EXPECT_EQ(server.all().size(), 3000U);
  EXPECT_EQ(server.longest(), KitePool::kTokensPerMessage);
  EXPECT_EQ(server.messages(), 2 * 3000 / KitePool::kTokensPerMessage);
}

TEST(KitePool, NeedsALinkForEveryFullOne) {
  KitePool pool{3, 2};
  EXPECT_EQ(pool.needed_links(), 0U);
  for (std::uint32_t token = 1; token <= 9; ++token) {
    pool.want(token, QuoteMode::Full);
    EXPECT_EQ(pool.needed_links(), std::min<std::size_t>(3, (token + 1) / 2));
  }
  EXPECT_EQ(pool.refused(), 3U);
}

TEST(KitePool, TokensOfALostLinkMoveWhereThereIsRoom) {
  KitePool pool{2, 10};
  Server server{pool, 2, 10};
  server.connect(0);
  for (std::uint32_t token = 1; token <= 8; ++token) pool.want(token, QuoteMode::Full);
  server.connect(1);
  server.listen();
  server.cut(0);
  server.listen();
  EXPECT_EQ(server.all().size(), 8U);
  EXPECT_EQ(server.size(1), 8U);
  EXPECT_EQ(pool.waiting(), 0U);
}

TEST(KitePool, TokensOfALostLinkWaitWhereThereIsNone) {
  KitePool pool{3, 100};
  Server server{pool, 3, 100};
  for (std::size_t link = 0; link < 3; ++link) server.connect(link);
  for (std::uint32_t token = 1; token <= 300; ++token) pool.want(token, QuoteMode::Full);
  server.listen();
  for (std::size_t link = 0; link < 3; ++link) EXPECT_EQ(server.size(link), 100U);
  server.cut(1);
  server.listen();
  EXPECT_EQ(pool.waiting(), 100U);
  EXPECT_EQ(pool.refused(), 0U);
  server.connect(1);
  server.listen();
  EXPECT_EQ(pool.waiting(), 0U);
  EXPECT_EQ(server.all().size(), 300U);
}

TEST(KitePool, ATokenBeyondAllLinksGetsThePlaceOfOneThatGoes) {
  KitePool pool{1, 2};
  Server server{pool, 1, 2};
  server.connect(0);
  for (const std::uint32_t token : {1U, 2U, 3U}) pool.want(token, QuoteMode::Full);
  EXPECT_EQ(pool.refused(), 1U);
  EXPECT_EQ(pool.waiting(), 0U) << "there is no link that it could wait for";
  server.listen();
  pool.drop(1);
  server.listen();
  EXPECT_EQ(server.all().size(), 2U);
  EXPECT_TRUE(server.all().contains(3));
}

TEST(KitePool, WhateverHappensTheServerEndsUpWithWhatIsWanted) {
  std::mt19937 random{11};
  KitePool pool{3, 40};
  Server server{pool, 3, 40};
  std::array<bool, 3> up{};
  std::map<std::uint32_t, QuoteMode> wanted;
  for (int step = 0; step < 20'000; ++step) {
    const auto token = static_cast<std::uint32_t>(1 + random() % 150);
    const auto link = static_cast<std::size_t>(random() % 3);
    switch (random() % 12) {
      case 0:
        up[link] ? server.cut(link) : server.connect(link);
        up[link] = !up[link];
        break;
      case 1:
      case 2:
        server.listen();
        break;
      case 3:
      case 4:
      case 5:
      case 6:
        pool.drop(token);
        wanted.erase(token);
        break;
      default:
        wanted[token] = static_cast<QuoteMode>(random() % 3);
        pool.want(token, wanted[token]);
    }
  }
  for (std::size_t link = 0; link < 3; ++link) {
    if (!up[link]) server.connect(link);
  }
  server.listen();
  const auto all = server.all();
  EXPECT_EQ(all.size(), std::min<std::size_t>(120, wanted.size()));
  for (const auto& [token, mode] : all) EXPECT_EQ(wanted.at(token), mode);
}

}  // namespace
}  // namespace subd::feed
