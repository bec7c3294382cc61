#include "server/connection_limit.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace subd::server {
namespace {

TEST(ConnectionLimit, GivesNoMorePlacesThanItHas) {
  ConnectionLimit limit{2};
  const auto first = limit.take();
  const auto second = limit.take();
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(limit.take());
  EXPECT_EQ(limit.taken(), 2u);
}

TEST(ConnectionLimit, APlaceComesBackOnceHoweverOftenItMoves) {
  ConnectionLimit limit{1};
  {
    auto place = limit.take();
    ConnectionLimit::Place moved = std::move(place);
    ConnectionLimit::Place assigned;
    assigned = std::move(moved);
    EXPECT_EQ(limit.taken(), 1u);
  }
  EXPECT_EQ(limit.taken(), 0u);
}

TEST(ConnectionLimit, AnEmptyPlaceGivesNothingBack) {
  ConnectionLimit limit{1};
  const auto only = limit.take();
  { const auto none = limit.take(); }
  EXPECT_EQ(limit.taken(), 1u);
}

}  // namespace
}  // namespace subd::server
