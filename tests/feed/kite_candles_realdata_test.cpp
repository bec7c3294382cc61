// The public sample answers of Kite's historical candles.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/time_text.hpp"
#include "feed/kite_candles.hpp"
#include "market/calendar_set.hpp"
#include "support/paths.hpp"

namespace subd::feed {
namespace {

const std::filesystem::path kFolder = std::filesystem::path{SUBD_REALDATA_DIR} / "kite";

class SampleCandles : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "no real data at " << kFolder;
  }
  static std::vector<market::Bar> read(const std::string& file) {
    std::ifstream in{kFolder / file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    auto bars = parse_candles(text, market::builtin_calendars().of("NSE"), market::Timeframe::Min1);
    EXPECT_TRUE(bars);
    return bars ? std::move(*bars) : std::vector<market::Bar>{};
  }
};

TEST_F(SampleCandles, MinutesFromTheOpenOn) {
  const auto bars = read("historical_minute.json");
  ASSERT_EQ(bars.size(), 6U);
  EXPECT_EQ(base::time_text(bars[0].start), "2017-12-15T03:45:00.000Z");
  EXPECT_EQ(base::time_text(bars[5].start), "2017-12-15T03:50:00.000Z");
  EXPECT_EQ(bars[5].close, 1696.9);
  EXPECT_EQ(bars[0].volume, 2499);
  EXPECT_TRUE(std::isnan(bars[0].oi));
}

TEST_F(SampleCandles, OpenInterestIsTheSeventh) {
  const auto bars = read("historical_oi.json");
  ASSERT_EQ(bars.size(), 6U);
  EXPECT_EQ(bars[0].high, 12019.35);
  EXPECT_EQ(bars[2].oi, 13758000);
}

}  // namespace
}  // namespace subd::feed
