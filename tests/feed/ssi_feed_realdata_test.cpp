#include <gtest/gtest.h>

#include <filesystem>

#include "feed/ssi_feed.hpp"
#include "recording_sink.hpp"
#include "support/paths.hpp"

namespace subd::feed {
namespace {

TEST(SsiFeedOfSamples, DeliversEveryKindThatHasATaker) {
  const std::string path = SUBD_REALDATA_DIR "/ssi/ssi_samples.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no folder " SUBD_REALDATA_DIR;
  SsiFeed feed{{.path = path, .speed = std::nullopt}};
  test::RecordingSink sink;
  EXPECT_FALSE(feed.advance(sink, base::UtcTime{}));
  const market::InstrumentTable& table = *feed.instruments();
  EXPECT_EQ(table.size(), 5U) << "VN30F2104, SSI, YTC, VN30, X26";
  EXPECT_EQ(table[*table.find("VN30")].type, market::InstrumentType::Index);
  EXPECT_EQ(table[*table.find("VN30F2104")].underlying, "VN30");
  ASSERT_EQ(sink.ticks.size(), 2U) << "the samples are of several years, in no order";
  EXPECT_EQ(sink.ticks[0].last_price, 24500);
  EXPECT_EQ(sink.ticks[0].side, market::TradeSide::Seller);
  EXPECT_EQ(sink.ticks[1].last_price, 1876.81);
  ASSERT_EQ(sink.quotes.size(), 1U);
  EXPECT_EQ(sink.quotes[0].buy[1].price, 1344.9);
  ASSERT_EQ(sink.flows.size(), 2U);
  EXPECT_EQ(sink.flows[1].buy_volume, 1933300);
  EXPECT_EQ(sink.indices.size(), 2U);
  EXPECT_EQ(feed.counters().bad_rows, 3U) << "an old X of SSI; no tick of an old MI, nor of an old B";
}

}  // namespace
}  // namespace subd::feed
