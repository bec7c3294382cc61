#include "daemon/usage_book.hpp"

#include <gtest/gtest.h>

namespace subd::daemon {
namespace {

constexpr base::UtcTime kNow{std::chrono::hours{486'111} + std::chrono::minutes{20}};

class UsageBookTest : public testing::Test {
 protected:
  std::vector<store::UsageRow> report(std::size_t hub, std::uint32_t subscribes, std::uint32_t peak, std::uint32_t left,
                                      base::UtcTime now = kNow) {
    return book.add(hub, {{stream, "RSI_14_100", subscribes, peak, left}}, now);
  }

  std::shared_ptr<const market::InstrumentTable> known =
      std::make_shared<const market::InstrumentTable>(market::builtin_instruments());
  wire::StreamId stream = wire::stream_id(*known->find("TCS"), market::Timeframe::Min5);
  UsageBook book{known, 2};
};

TEST_F(UsageBookTest, ARowNamesTheStreamAndTheHour) {
  const auto rows = report(0, 3, 2, 1);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].hour, kNow - std::chrono::minutes{20});
  EXPECT_EQ(rows[0].symbol, "TCS");
  EXPECT_EQ(rows[0].timeframe, "5min");
  EXPECT_EQ(rows[0].indicator, "RSI_14_100");
  EXPECT_EQ(rows[0].subscribes, 3U);
  EXPECT_EQ(rows[0].peak, 2U);
}

TEST_F(UsageBookTest, APeakIsThatOfAllHubsTogether) {
  static_cast<void>(report(0, 3, 3, 2));
  EXPECT_EQ(report(1, 1, 1, 1)[0].peak, 3U);
  static_cast<void>(report(0, 0, 2, 0));
  EXPECT_EQ(report(1, 4, 5, 5)[0].peak, 5U) << "the first hub has none left";
}

TEST_F(UsageBookTest, ANewHourBeginsWithWhatIsStillSubscribed) {
  static_cast<void>(report(0, 3, 3, 2));
  const auto rows = book.add(1, {}, kNow + std::chrono::hours{1});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].hour, kNow + std::chrono::minutes{40});
  EXPECT_EQ(rows[0].subscribes, 0U);
  EXPECT_EQ(rows[0].peak, 2U);
  static_cast<void>(report(0, 0, 2, 0, kNow + std::chrono::hours{1}));
  EXPECT_TRUE(book.add(1, {}, kNow + std::chrono::hours{2}).empty());
}

}  // namespace
}  // namespace subd::daemon
