#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/time_text.hpp"
#include "wire/server_message.hpp"

namespace subd::wire {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 1> kSma{"SMA"};
constexpr std::array<std::string_view, 2> kStoch{"STOCHk", "STOCHd"};

market::Bar bar(std::string_view start, double close, double oi = kNaN) {
  market::Bar bar;
  bar.start = base::parse_time(start).value();
  bar.open = 1;
  bar.high = 9;
  bar.low = 0.5;
  bar.close = close;
  bar.volume = 10;
  bar.oi = oi;
  return bar;
}

SnapshotData two_bars() {
  SnapshotData data;
  data.symbol = "NIFTY50";
  data.timeframe = "1min";
  data.epoch = "k3f9";
  data.seq = 811;
  data.bar = bar("2025-11-04T10:02:00Z", 4);
  data.bars = {bar("2025-11-04T10:00:00Z", 2), bar("2025-11-04T10:01:00Z", 3, 700)};
  data.columns = {{1, "SMA_2", kSma, {kNaN, 2.5}, {3.5}},
                  {4, "STOCH_14_3_3", kStoch, {kNaN, kNaN, 60, kNaN}, {70, 65}}};
  return data;
}

TEST(SnapshotMessage, CarriesNewestStateAndHistory) {
  EXPECT_EQ(snapshot_message(two_bars(), View{{1, 4}}),
            R"({"type":"snapshot","symbol":"NIFTY50","timeframe":"1min","epoch":"k3f9","seq":811,)"
            R"("ohlcv":{"time":"2025-11-04T10:02:00.000Z","open":1,"high":9,"low":0.5,"close":4,"volume":10},)"
            R"("greeks":null,"oi":null,"indicators":{"SMA_2":3.5,"STOCH_14_3_3":{"STOCHk":70,"STOCHd":65}},)"
            R"("bars":[{"time":"2025-11-04T10:00:00.000Z","open":1,"high":9,"low":0.5,"close":2,"volume":10,)"
            R"("oi":null,"indicators":{"SMA_2":null,"STOCH_14_3_3":null}},)"
            R"({"time":"2025-11-04T10:01:00.000Z","open":1,"high":9,"low":0.5,"close":3,"volume":10,)"
            R"("oi":700,"indicators":{"SMA_2":2.5,"STOCH_14_3_3":{"STOCHk":60,"STOCHd":null}}}]})");
}

TEST(SnapshotMessage, HoldsOnlyTheColumnsOfTheView) {
  const auto message = nlohmann::json::parse(snapshot_message(two_bars(), View{{4}}));
  EXPECT_EQ(message.at("indicators").size(), 1U);
  EXPECT_EQ(message.at("indicators").count("SMA_2"), 0U);
  for (const auto& one : message.at("bars")) {
    EXPECT_EQ(one.at("indicators").size(), 1U);
    EXPECT_EQ(one.at("indicators").count("STOCH_14_3_3"), 1U);
  }
}

TEST(SnapshotMessage, AnEmptyViewGetsBaseDataOnly) {
  const auto message = nlohmann::json::parse(snapshot_message(two_bars(), View{}));
  EXPECT_TRUE(message.at("indicators").empty());
  EXPECT_TRUE(message.at("bars").at(1).at("indicators").empty());
  EXPECT_EQ(message.at("bars").at(1).at("close"), 3);
}

TEST(SnapshotMessage, SlotsWithoutAColumnAreLeftOut) {
  const auto message = nlohmann::json::parse(snapshot_message(two_bars(), View{{0, 1, 3, 9}}));
  EXPECT_EQ(message.at("indicators").size(), 1U);
  EXPECT_EQ(message.at("indicators").at("SMA_2"), 3.5);
}

TEST(SnapshotMessage, AStreamWithoutDataHasNullBarAndNoHistory) {
  SnapshotData data;
  data.symbol = "FUT";
  data.timeframe = "1s";
  data.epoch = "e";
  data.oi = OpenInterest{5, 1};
  EXPECT_EQ(snapshot_message(data, View{}),
            R"({"type":"snapshot","symbol":"FUT","timeframe":"1s","epoch":"e","seq":0,"ohlcv":null,)"
            R"("greeks":null,"oi":{"oi":5,"change":1},"indicators":{},"bars":[]})");
}

}  // namespace
}  // namespace subd::wire
