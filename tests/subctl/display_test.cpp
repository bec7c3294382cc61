#include "subctl/display.hpp"

#include <gtest/gtest.h>

#include "base/time_text.hpp"

namespace subd::subctl {
namespace {

using std::chrono::milliseconds;

TEST(Display, ControlCharactersCannotReachTheTerminal) {
  EXPECT_EQ(safe_text("a\x1b[2Jb\n\x7f"), "a?[2Jb??");
  EXPECT_EQ(safe_text("\xc2\x9b"
                      "31m"),
            "?31m");
  EXPECT_EQ(safe_text("Zoë ₹"), "Zoë ₹");
}

TEST(Display, ClippedTextIsExactlyAsWideAsAllowed) {
  EXPECT_EQ(clipped("alice", 5), "alice");
  EXPECT_EQ(clipped("alice", 4), "ali…");
  EXPECT_EQ(clipped("Zoë₹₹₹", 5), "Zoë₹…");
  EXPECT_EQ(clipped("alice", 1), "…");
  EXPECT_EQ(clipped("alice", 0), "");
  for (std::size_t width = 0; width < 8; ++width) EXPECT_LE(display_width(clipped("Zoë₹₹₹x", width)), width);
}

TEST(Display, DurationKeepsTwoUnits) {
  EXPECT_EQ(duration_display(milliseconds{-5}), "0ms");
  EXPECT_EQ(duration_display(milliseconds{850}), "850ms");
  EXPECT_EQ(duration_display(milliseconds{59'999}), "59s");
  EXPECT_EQ(duration_display(milliseconds{200'000}), "3m 20s");
  EXPECT_EQ(duration_display(milliseconds{7'500'000}), "2h 5m");
  EXPECT_EQ(duration_display(milliseconds{93'784'000}), "1d 2h");
}

TEST(Display, BytesClimbTheUnits) {
  EXPECT_EQ(bytes_display(1023), "1023 B");
  EXPECT_EQ(bytes_display(1536), "1.5 KiB");
  EXPECT_EQ(bytes_display(3.0 * 1024 * 1024 * 1024), "3.0 GiB");
}

TEST(Display, AbsentAndNullReadAsDash) {
  const Json object = Json::parse(R"({"null":null,"empty":"","yes":true,"ratio":0.123456789,"count":7})");
  EXPECT_EQ(text_at(object, "missing"), "-");
  EXPECT_EQ(text_at(object, "null"), "-");
  EXPECT_EQ(text_at(object, "empty"), "-");
  EXPECT_EQ(text_at(object, "yes"), "yes");
  EXPECT_EQ(text_at(object, "ratio"), "0.123457");
  EXPECT_EQ(text_at(object, "count"), "7");
  EXPECT_EQ(text_at(Json::array(), "count"), "-");
  EXPECT_EQ(bytes_at(object, "missing"), "-");
  EXPECT_TRUE(list_at(object, "count").empty());
  EXPECT_TRUE(object_at(object, "count").empty());
}

TEST(Display, AgeNeedsAPastTime) {
  const auto now = *base::parse_time("2025-11-04T10:35:12.000Z");
  const Json object =
      Json::parse(R"({"past":"2025-11-04T10:35:00.000Z","future":"2025-11-04T10:36:00.000Z","bad":"x"})");
  EXPECT_EQ(age_at(object, "past", now), "12s ago");
  EXPECT_EQ(age_at(object, "future", now), "now");
  EXPECT_EQ(age_at(object, "bad", now), "-");
  EXPECT_EQ(age_at(object, "missing", now), "-");
}

TEST(Display, ValueNamesItsOutputs) {
  EXPECT_EQ(value_display(Json(67.3)), "67.3");
  EXPECT_EQ(value_display(Json()), "-");
  EXPECT_EQ(value_display(Json::parse(R"({"MACD":12.5,"MACDh":null})")), "MACD 12.5, MACDh -");
}

TEST(Display, StreamNamesItsIndicators) {
  EXPECT_EQ(stream_display(Json::parse(R"({"symbol":"TCS","timeframe":"1min","indicators":["EMA_20","OBV"]})")),
            "TCS 1min (EMA_20, OBV)");
  EXPECT_EQ(stream_display(Json::parse(R"({"symbol":"TCS","timeframe":"1min","indicators":[]})")), "TCS 1min");
}

}  // namespace
}  // namespace subd::subctl
