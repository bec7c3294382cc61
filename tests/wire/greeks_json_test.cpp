#include <gtest/gtest.h>

#include "wire/server_message.hpp"

namespace subd::wire {
namespace {

OptionGreeks option(double iv) {
  return {iv, 0.5, 0.0001, -6.5, 12.25, -0.5, "black76", 24'510.5, 0.065, 0.25};
}

constexpr std::string_view kOption =
    R"({"iv":0.13,"delta":0.5,"gamma":1e-04,"theta":-6.5,"vega":12.25,"rho":-0.5,"model":"black76",)"
    R"("forward":24510.5,"rate":0.065,"t_years":0.25})";

std::string head_of(Greeks greeks, OpenInterestFigures oi) {
  UpdateHead head;
  head.greeks = std::move(greeks);
  head.oi = oi;
  std::string out;
  append_update_head(out, head);
  return out.substr(out.find(R"("greeks")"));
}

TEST(GreeksJson, AnOptionCarriesWhatItWasComputedFrom) {
  EXPECT_EQ(head_of(option(0.13), OpenInterest{750, 75}),
            R"("greeks":)" + std::string{kOption} + R"(,"oi":{"oi":750,"change":75},"indicators":{)");
}

TEST(GreeksJson, AnUnderlyingCarriesItsNearestChain) {
  ChainGreeks chain;
  chain.expiry = std::chrono::year{2030} / 12 / 26;
  chain.atm_strike = 24'500;
  chain.atm_iv = 0.13;
  chain.call = option(0.13);
  chain.pcr = 1.25;
  EXPECT_EQ(head_of(chain, ChainOpenInterest{400, 500, 1.25}),
            R"("greeks":{"expiry":"2030-12-26","atm_strike":24500,"atm_iv":0.13,"call":)" + std::string{kOption} +
                R"(,"put":null,"pcr":1.25},"oi":{"call_oi":400,"put_oi":500,"pcr":1.25},"indicators":{)");
}

TEST(GreeksJson, WhatIsNotKnownIsNull) {
  EXPECT_EQ(head_of({}, {}), R"("greeks":null,"oi":null,"indicators":{)");
  EXPECT_EQ(head_of({}, ChainOpenInterest{400, 0, kUnknown}),
            R"("greeks":null,"oi":{"call_oi":400,"put_oi":0,"pcr":null},"indicators":{)");
}

TEST(GreeksJson, ASnapshotWritesThemAsAnUpdateDoes) {
  SnapshotData data;
  data.greeks = option(0.13);
  data.oi = OpenInterest{750, 75};
  const std::string message = snapshot_message(data, View{});
  EXPECT_NE(message.find(R"("greeks":)" + std::string{kOption} + R"(,"oi":{"oi":750,"change":75},"indicators":{})"),
            std::string::npos)
      << message;
}

}  // namespace
}  // namespace subd::wire
