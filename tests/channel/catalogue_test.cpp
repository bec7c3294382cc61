#include "channel/catalogue.hpp"

#include <gtest/gtest.h>

#include "channel/market_fixture.hpp"

namespace subd::channel {
namespace {

TEST(ChannelCatalogue, EveryChannelIsFoundByItsNameAndSaysAnObject) {
  const market::InstrumentTable table = test::channel_instruments();
  const MarketState state{table};
  ASSERT_EQ(channel_count(), 3U);
  for (std::size_t i = 0; i < channel_count(); ++i) {
    const auto id = static_cast<ChannelId>(i);
    EXPECT_EQ(find_channel(channel_name(id)), id);
    EXPECT_EQ(find_path(channel_path(id)), id);
    EXPECT_TRUE(test::message_of(*make_channel(id, state)).is_object());
  }
  EXPECT_EQ(channel_path(*find_channel("market")), "/ws/market");
  EXPECT_EQ(find_channel("markets"), std::nullopt);
  EXPECT_EQ(find_path("/ws/"), std::nullopt);
}

}  // namespace
}  // namespace subd::channel
