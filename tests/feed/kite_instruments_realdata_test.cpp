#include <gtest/gtest.h>

#include <fstream>

#include "feed/kite_instruments.hpp"
#include "support/paths.hpp"

namespace subd::feed {
namespace {

TEST(KiteInstrumentsOfRealDump, LoadsWithoutALoss) {
  std::ifstream in{SUBD_REALDATA_DIR "/kite/instruments_nse.csv"};
  if (!in) GTEST_SKIP() << "no folder " SUBD_REALDATA_DIR;
  const auto out = read_kite_instruments(in);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->problems.count(), 0U);
  EXPECT_EQ(out->instruments.size(), 99U);
  EXPECT_EQ(out->instruments[0].symbol, "CENTRALBK-BE");
  EXPECT_EQ(out->instruments[0].name, "CENTRAL BANK OF INDIA");
  EXPECT_EQ(out->instruments[0].token, 3813889U);
}

}  // namespace
}  // namespace subd::feed
